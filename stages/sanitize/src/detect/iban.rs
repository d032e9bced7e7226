//! International bank account numbers (ISO 13616, SWIFT IBAN registry).
//!
//! Format: country, two check digits, account; the length is fixed by the country; blanks or dashes may part groups of four; either case.
//! Checksum: ISO 7064 mod 97-10. Context: none needed.

use schemas::pii::PiiClass;

use super::{
    Detector, Found, Needs, Spot, Trigger,
    cue::{self, List},
    is_word, window,
};

/// An IBAN.
pub(crate) const IBAN: Detector = Detector {
    id: "iban",
    trigger: Trigger::Mixed,
    needs: Needs::len(4, Needs::MAX).first(Needs::LETTERS),
    find,
    matches: &[
        "DE89370400440532013000",
        "to GB29 NWBK 6016 1331 9268 19 today",
        "de89370400440532013000",
        "IBANGB82WEST12345698765432",
        "NO93-8601-1117-947",
        "IBAN:FR1420041010050500013M02606.",
        "MT84MALT011000012345MTLCAST001S",
        "no account for IBAN DE41 5003 0000 0718 2817 77 (checksum wrong)",
        "iban: fr1420041010050500013m02607",
        "IBAN-Nr. GB82-WEST-1234-5698-7654-33",
        "IBAN (ES9121000418450200051333) invalid",
        "IBAN-Prüfung fehlgeschlagen: eingegeben DE10502349198895593788, Feld",
        "DE10502349198895593788 failed the IBAN check",
        "iban=NL91ABNA0417164301",
        "DE89.3704.0044.0532.0130.00",
        "DE89  3704 0044 0532 0130 00",
    ],
    misses: &[
        "IBANGB82WEST12345698765433",
        "DE89370400440532013001",
        "GB29 NWBK 6016",
        "XX89370400440532013000",
        "AB12CD34",
        "DE8937040044053201300099",
        "IBAN DE41 5003",
        "iban check de4150030000071828177",
    ],
};

/// Total length by country.
#[rustfmt::skip]
const LENGTHS: &[(&[u8; 2], u8)] = &[
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16), (b"BG", 22), (b"BH", 22), (b"BI", 27), (b"BR", 29), (b"BY", 28),
    (b"CH", 21), (b"CR", 22), (b"CY", 28), (b"CZ", 24), (b"DE", 22), (b"DJ", 27), (b"DK", 18), (b"DO", 28), (b"EE", 20), (b"EG", 29), (b"ES", 24), (b"FI", 18),
    (b"FK", 18), (b"FO", 18), (b"FR", 27), (b"GB", 22), (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27), (b"GT", 28), (b"HN", 28), (b"HR", 21), (b"HU", 28),
    (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27), (b"JO", 30), (b"KW", 30), (b"KZ", 20), (b"LB", 28), (b"LC", 32), (b"LI", 21), (b"LT", 20),
    (b"LU", 20), (b"LV", 21), (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22), (b"MK", 19), (b"MN", 20), (b"MR", 27), (b"MT", 31), (b"MU", 30), (b"NI", 28),
    (b"NL", 18), (b"NO", 15), (b"OM", 23), (b"PK", 24), (b"PL", 28), (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22), (b"RU", 33), (b"SA", 24),
    (b"SC", 31), (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24), (b"SM", 27), (b"SO", 23), (b"ST", 25), (b"SV", 28), (b"TL", 23), (b"TN", 24), (b"TR", 26),
    (b"UA", 29), (b"VA", 22), (b"VG", 24), (b"XK", 20), (b"YE", 30),
];

/// Names right behind which a mistyped one counts too.
pub(super) const NAMES: &[&str] = &["iban", "ibans", "iban no", "iban nr", "bankverbindung", "int bank account"];

/// An IBAN right behind the digits of the field before it, as in rows of fixed width.
pub(crate) const IBAN_BEHIND_DIGITS: Detector = Detector {
    id: "iban_behind_digits",
    trigger: Trigger::Mixed,
    needs: Needs::len(16, Needs::MAX).first(b"0123456789"),
    find: |spot| {
        let word = spot.word();
        let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let value = word.get(digits..).filter(|_| digits > 0)?;
        // The next field follows as closely: `...0532013000EUR`.
        let len = length_of(value)?;
        is_iban(value.get(..len)?).then(|| Found::strong(spot.at + digits, spot.at + digits + len, PiiClass::Iban))?
    },
    matches: &["00044711DE89370400440532013000", "20260203GB82WEST12345698765432;", "0417NL91ABNA0417164300", "20260203GB82WEST12345698765432EUR"],
    misses: &["00044711DE89370400440532013001", "20260203GB82WEST1234569876543", "3fa94c81de05b7709912c4e8fb10aa64", "01HZX4Q7V9K2M3N5P6R8S0T1W2"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    find_at_word(spot).or_else(|| find_glued(spot))
}

/// An IBAN right behind the word that names it: `IBANGB82WEST12345698765432`.
fn find_glued(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(3..=14).contains(&letters) {
        return None;
    }
    let value = word.get(letters - 2..)?;
    is_iban(value).then(|| Found::strong(spot.at + letters - 2, spot.end, PiiClass::Iban))?
}

fn find_at_word(spot: &Spot<'_>) -> Option<Found> {
    let wanted = length_of(spot.word())?;
    let mut compact = [0; 34];
    let (mut len, mut at, mut separator) = (0, spot.at, 0);
    while len < wanted {
        let byte = spot.byte(at);
        if byte.is_ascii_alphanumeric() {
            compact[len] = byte;
            len += 1;
        } else if matches!(byte, b' ' | b'-' | b'.') && (separator == 0 || separator == byte) && len >= 4 {
            separator = byte;
            // Two blanks where columns were aligned.
            at += usize::from(byte == b' ' && spot.byte(at + 1) == b' ');
            if !spot.byte(at + 1).is_ascii_alphanumeric() {
                return None;
            }
        } else {
            return None;
        }
        at += 1;
    }
    if is_word(spot.byte(at)) {
        return None;
    }
    if mod97(&compact[..len]) {
        return Found::strong(spot.at, at, PiiClass::Iban);
    }
    // A mistyped one is still somebody's. Words behind the name are no account: most of one is digits.
    let digits = compact[..len].iter().filter(|byte| byte.is_ascii_digit()).count();
    let said = || cue::behind(spot, List::Iban).is_some() || window::holds(spot.text, spot.at, at, &[b"iban", b"mod97", b"mod 97", b"mod-97"]);
    // In groups, all but the last have four signs: what follows a shorter reference is another word.
    let grouped = separator == 0 || spot.end - spot.at == 4;
    (grouped && digits * 2 > len && said()).then(|| Found::by_cue(spot.at, at, PiiClass::Iban))?
}

/// Where the IBAN in groups of four ends that begins at `at` and passes its check.
pub(crate) fn end_at(text: &[u8], at: usize) -> Option<usize> {
    let mut len = text.get(at..)?.iter().take(4).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let wanted = length_of(text.get(at..at + len)?)?;
    let (mut compact, mut end) = (text.get(at..at + len)?.to_vec(), at + len);
    while len < wanted {
        end += usize::from(text.get(end) == Some(&b' '));
        compact.push(*text.get(end).filter(|byte| byte.is_ascii_alphanumeric())?);
        (len, end) = (len + 1, end + 1);
    }
    (is_iban(&compact) && !text.get(end).is_some_and(|&byte| is_word(byte))).then_some(end)
}

/// Whether a value without separators is an IBAN.
pub(crate) fn is_iban(compact: &[u8]) -> bool {
    length_of(compact) == Some(compact.len()) && compact.iter().all(u8::is_ascii_alphanumeric) && mod97(compact)
}

fn length_of(word: &[u8]) -> Option<usize> {
    let [a, b, c, d, ..] = word else { return None };
    if !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()) {
        return None;
    }
    let country = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
    LENGTHS.binary_search_by(|(known, _)| known.as_slice().cmp(&country)).ok().map(|at| usize::from(LENGTHS[at].1))
}

/// The first four characters moved to the end, letters as 10 to 35: the number is 1 modulo 97.
fn mod97(compact: &[u8]) -> bool {
    let rotated = compact[4..].iter().chain(&compact[..4]);
    let rest = rotated.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted_for_the_search() {
        assert!(LENGTHS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(LENGTHS.iter().all(|&(_, len)| (15..=34).contains(&len)));
    }
}
