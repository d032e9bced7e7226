//! Card numbers in dumps: the tags of a chip card (EMV Book 3 annex B: `5A` account number, `57` track 2, each with its length in bytes, in packed digits), and
//! digits written as the hexadecimal codes of their characters.
//!
//! Range of a scheme and Luhn, as for numbers in clear.

use schemas::pii::PiiClass;

use super::{Detector, Found, Needs, Spot, Trigger, card};

/// Bytes of a dump that are looked at.
const WORD_BYTES_MAX: usize = 4096;

/// A card number in a word with letters.
pub(crate) const HEX_CARD: Detector = Detector {
    id: "hex_card",
    trigger: Trigger::Mixed,
    needs: Needs::len(12, Needs::MAX).first(Needs::HEX),
    find,
    matches: &[
        "tags 9F2608AB 5A084761782986985996 5F24",
        "5a084111111111111111",
        "9F0206000000010000 5A0A4111111111111111FFFF",
        "57114111111111111111D271220112345678901F",
        "5A084761782986985996 5F2403281231 9F36",
        "820239005A0841111111111111119F3602",
        "hex=50414e3d343131313131313131313131313131313b414d543d cc=0",
    ],
    misses: &[
        "5A084761782986985997",
        "5A0812",
        "5F2403289931AA",
        "9F26089B5E0D1CF17B0711",
        "cafe5A084761782986985997beef0000",
        "5858583d343131313131313131313131313131323b414d543d",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    ],
};

/// One in a word of digits alone.
pub(crate) const HEX_CARD_DIGITS: Detector = Detector {
    id: "hex_card_digits",
    trigger: Trigger::Digits,
    needs: Needs::len(24, 64).first(b"3"),
    find: |spot| {
        let word = spot.word();
        if !(24..=64).contains(&word.len()) || word[0] != b'3' {
            return None;
        }
        ascii(spot)
    },
    matches: &["PAN ascii-hex 34313131313131313131313131313131 stan"],
    misses: &["34313131313131313131313131313132", "33333333333333333333333333333333", "30303030303030303030303030"],
};

fn find(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    if word.len() < 12 || word.len() > WORD_BYTES_MAX || !word.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    tagged(spot).or_else(|| if word.len() >= 24 { ascii(spot) } else { None })
}

/// `5A`, the length, packed digits; `57`, the length, digits up to `D`. The whole of either is hidden, its tag left.
fn tagged(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    let may_begin = word.chunks_exact(2).fold(false, |any, pair| any | (pair[0] == b'5') & matches!(pair[1], b'A' | b'a' | b'7' | b'F' | b'f'));
    if !may_begin {
        return None;
    }
    let even = (0..word.len().saturating_sub(4)).step_by(2);
    for at in even {
        if word[at] != b'5' {
            continue;
        }
        // The date of expiry, which belongs to the number.
        if word[at..].starts_with(b"5F2403") || word[at..].starts_with(b"5f2403") {
            let date = word.get(at + 6..at + 12).filter(|date| date.iter().all(u8::is_ascii_digit));
            let month = date.is_some_and(|date| matches!(&date[2..4], [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']) && matches!(date[4], b'0'..=b'3'));
            if month && (at == 0 || card_before(&word[..at])) {
                return Found::strong(spot.at + at + 6, spot.at + at + 12, PiiClass::Secret);
            }
        }
        let track = match &word[at..at + 2] {
            b"5A" | b"5a" => false,
            b"57" => true,
            _ => continue,
        };
        let Some(len) = std::str::from_utf8(&word[at + 2..at + 4]).ok().and_then(|len| usize::from_str_radix(len, 16).ok()) else { continue };
        let Some(value) = word.get(at + 4..at + 4 + 2 * len).filter(|_| (6..=19).contains(&len)) else { continue };
        let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let filled =
            if track { matches!(value.get(digits), Some(b'D' | b'd')) } else { value[digits..].iter().all(|byte| matches!(byte, b'F' | b'f')) };
        if filled && card::is_card(&value[..digits]) {
            let start = spot.at + at + 4;
            return Found::strong(start, start + value.len(), if track { PiiClass::Secret } else { PiiClass::Card });
        }
    }
    None
}

/// Whether tags of a chip stand before a date in one word.
fn card_before(before: &[u8]) -> bool {
    before.len() >= 8 && before.len().is_multiple_of(2)
}

/// Pairs `30` to `39` in a row, at an even place.
fn ascii(spot: &Spot<'_>) -> Option<Found> {
    let word = spot.word();
    // Twelve digits in a row hold every twelfth pair, and the one before or behind it: most words are sent away by that.
    let is_digit = |pair: usize| word.get(2 * pair..2 * pair + 2).is_some_and(|pair| pair[0] == b'3' && pair[1].is_ascii_digit());
    if !(11..word.len() / 2).step_by(12).any(|pair| is_digit(pair) && (is_digit(pair - 1) || is_digit(pair + 1))) {
        return None;
    }
    let (mut digits, mut len) = ([0_u8; 20], 0);
    let mut pairs = word.chunks_exact(2).map(|pair| if pair[0] == b'3' && pair[1].is_ascii_digit() { pair[1] } else { 0 }).chain([0]).enumerate();
    pairs.find_map(|(at, digit)| {
        if digit != 0 {
            if len < digits.len() {
                digits[len] = digit;
            }
            len += 1;
            return None;
        }
        let count = std::mem::take(&mut len);
        let end = spot.at + 2 * at;
        (count <= 19 && card::is_card(&digits[..count])).then(|| Found::strong(end - 2 * count, end, PiiClass::Card))?
    })
}
