//! What stands around a name that was found, and is a part of it or a number of its bearer's: the rest of a quoted text of which only one word
//! was known (`"Abdirahman Sheikh Noor"`, `'Fionnuala O'Brien'`), and a reference in parentheses (`customer Jane Roe (MD0487682)`).

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::name_shape::{has_ending_of_word, is_particle};
use super::names::{is_also_name, is_common, is_company, is_only_name, is_ordinary, is_technical, is_word};
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of a name in quotes, and its words.
const NAME_BYTES_MAX: usize = 64;
const WORDS_MAX: usize = 6;
/// Longest text, and most names of it, in which a family's name is looked for again.
const TEXT_BYTES_MAX: usize = 4 << 10;
const NAMES_MAX: usize = 8;
/// Bytes of a day and what stands before it.
const DAY_BYTES_MAX: usize = 32;
/// Years in which customers were born.
const BORN_AFTER: &str = "1915";
const BORN_BEFORE: &str = "2013";
/// Words of a family's name behind a given one.
const FAMILY_WORDS_MAX: usize = 2;
/// What stands between them, with its blanks.
const PARTICLES: &[&str] = &[
    " bin ",
    " binti ",
    " binte ",
    " ibn ",
    " bint ",
    " van der ",
    " van den ",
    " van de ",
    " van ",
    " von ",
    " de la ",
    " del ",
    " dos ",
    " da ",
    " d'",
];
/// Digits of a reference, and letters before them.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=12;
const LETTERS_MAX: usize = 4;

impl Worker<'_> {
    /// Notes what belongs to the names among the hits above `base`.
    pub(super) fn around_names(&mut self, text: &str, base: usize) {
        let (mut index, mut names) = (0, 0);
        while let Some(hit) = self.hits.get(base, index) {
            index += 1;
            if !self.is_name(hit) {
                continue;
            }
            names += 1;
            if let Some((start, end)) = quoted_around(text, hit).filter(|&(start, end)| (start, end) != (hit.start, hit.end)) {
                self.note_cell(PiiClass::Name, text, (start, end));
            } else {
                let end = with_family_behind(text, hit);
                if end > hit.end {
                    self.note_cell(PiiClass::Name, text, (hit.start, end));
                }
            }
            if let Some((start, end)) = partner_behind(text, hit.end) {
                self.note_cell(PiiClass::Name, text, (start, end));
            }
            if text.len() <= TEXT_BYTES_MAX && names <= NAMES_MAX {
                self.family_again(text, base, hit);
            }
            if let Some((start, end)) = birth_behind(text, hit.end) {
                self.note_cell(PiiClass::BirthDate, text, (start, end));
            }
            if let Some((start, end)) = reference_behind(text, hit.end) {
                self.note_cell(PiiClass::Customer, text, (start, end));
            }
        }
    }

    /// Notes the family's name where the text has it again: `entered 'Siobhan O'Rourke', bank returned 'S M O'Rourke'`.
    fn family_again(&mut self, text: &str, base: usize, hit: Hit) {
        let Some((_, family)) = cut(text, hit.start, hit.end).rsplit_once(' ') else { return };
        let elsewhere = |part: &str| memchr::memmem::find(part.as_bytes(), family.as_bytes()).is_some();
        // Nearly always it stands nowhere else, and to see that costs least.
        if !elsewhere(cut(text, hit.end, text.len())) && !elsewhere(cut(text, 0, hit.start)) {
            return;
        }
        let telling = family.chars().count() >= 4 && family.starts_with(char::is_uppercase) && !is_word(family) && !is_ordinary(family);
        if !telling || !family.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'')) {
            return;
        }
        for (start, _) in text.match_indices(family) {
            let end = start + family.len();
            // In another name, or in the same one again, it is a part of that.
            let mut hits = (0..).map_while(|index| self.hits.get(base, index));
            let inside = hits.any(|other| start < other.end && other.start < end);
            let free = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '/' | '@');
            if !inside && cut(text, 0, start).chars().next_back().is_none_or(free) && cut(text, end, text.len()).chars().next().is_none_or(free) {
                self.note_cell(PiiClass::Name, text, (start, end));
            }
        }
    }

    fn is_name(&self, hit: Hit) -> bool {
        let made = self.engine.heads.bare(cut(&self.hits.made, hit.made.0, hit.made.1));
        made.strip_prefix('[').and_then(|label| label.strip_prefix(PiiClass::Name.label())).is_some_and(|rest| rest.starts_with(['_', ']']))
    }
}

/// The text in quotes around a hit when all of it is written as a name is.
fn quoted_around(text: &str, hit: Hit) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let is_part = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b' ' | b'.' | b'-' | b'\'' | b',');
    let before = bytes[..hit.start].iter().rev().take(NAME_BYTES_MAX).take_while(|&&byte| is_part(byte) && byte != b'\'').count();
    let start = hit.start - before;
    let quote = *bytes.get(start.checked_sub(1)?)?;
    let free = start < 2 || !bytes[start - 2].is_ascii_alphanumeric();
    if !matches!(quote, b'"' | b'\'') || !free {
        return None;
    }
    let behind = bytes[hit.end..].iter().take(NAME_BYTES_MAX).enumerate();
    let closes = |at: usize| bytes[hit.end + at] == quote && !bytes.get(hit.end + at + 1).is_some_and(u8::is_ascii_alphanumeric);
    let len = behind.take_while(|&(at, &byte)| is_part(byte) && !closes(at)).count();
    let end = hit.end + len;
    let closed = end < bytes.len() && bytes[end] == quote && end - start <= NAME_BYTES_MAX;
    let outside =
        || [cut(text, start, hit.start), cut(text, hit.end, end)].into_iter().flat_map(|rest| rest.split([' ', ','])).filter(|word| !word.is_empty());
    // `"Welcome Jane Roe, Dashboard"`: words that are nobody's name.
    let thing = |word: &str| is_technical(word) || (is_word(word) || is_ordinary(word)) && !is_also_name(word) && !is_particle(word);
    (closed && is_written_as_name(cut(text, start, end)) && !outside().any(thing)).then_some((start, end))
}

/// The surname of who is named together with somebody: `Roe & Keller`. What is a word as well may be a company's.
fn partner_behind(text: &str, end: usize) -> Option<(usize, usize)> {
    let rest = text.get(end..)?.strip_prefix(" & ")?;
    let len = rest.find(|c: char| !c.is_alphabetic() && c != '-').unwrap_or(rest.len());
    let word = cut(rest, 0, len);
    let sound = word.chars().count() > 3 && word.starts_with(char::is_uppercase) && is_only_name(word) && !is_company(&word.to_lowercase());
    (sound && !rest.as_bytes().get(len).is_some_and(|byte| matches!(byte, b'(' | b'=' | b'.' | b'_'))).then_some((end + 3, end + 3 + len))
}

/// Where a name ends with the words behind it that are of no dictionary, particles between: `Siti Nurhaliza binti Kamaruddin`, `Amadou Seck`.
fn with_family_behind(text: &str, hit: Hit) -> usize {
    if !matches!(text.as_bytes().get(hit.end..), Some([b' ', next, ..]) if next.is_ascii_uppercase() || *next >= 0x80 || b"bdiv".contains(next)) {
        return hit.end;
    }
    let name = cut(text, hit.start, hit.end);
    // What was found is a name by its letters, not a reference or an address.
    let is_part = |c: char| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | ',');
    if !name.contains(char::is_uppercase) || !name.chars().all(is_part) {
        return hit.end;
    }
    let capitals = !name.contains(char::is_lowercase);
    let mut end = hit.end;
    for _ in 0..FAMILY_WORDS_MAX {
        let rest = cut(text, end, text.len());
        let particle = PARTICLES.iter().copied().find(|particle| rest.starts_with(particle)).unwrap_or(" ");
        let Some(rest) = rest.strip_prefix(particle) else { break };
        let len = rest.find(|c: char| !c.is_alphabetic() && c != '\'').unwrap_or(rest.len());
        let word = cut(rest, 0, len);
        // A call, a field, a file and a key go on.
        let free = !matches!(rest.as_bytes().get(len), Some(b'=' | b':' | b'(' | b'[' | b'/' | b'_' | b'@' | b'-' | b'.' | b'0'..=b'9'))
            || rest.as_bytes().get(len) == Some(&b'.') && rest.as_bytes().get(len + 1).is_none_or(|&byte| byte <= b' ');
        let cased = if capitals {
            !word.contains(char::is_lowercase)
        } else {
            word.starts_with(char::is_uppercase) && word.chars().skip(1).all(char::is_lowercase)
        };
        // Nouns of other languages stand behind names too, and then the sentence goes on: `Roes Darlehen läuft`.
        let ends = rest.as_bytes().get(len) != Some(&b' ');
        let stranger =
            ends && !has_ending_of_word(word) && !is_word(word) && !is_ordinary(word) && !is_technical(word) && !is_company(&word.to_lowercase());
        let said = particle != " " || stranger;
        if !free || !cased || word.chars().count() < 3 || !said {
            break;
        }
        end += particle.len() + len;
    }
    end
}

/// Whether all words begin with a capital or are particles, and none is one of a company or of a bank's logs.
fn is_written_as_name(text: &str) -> bool {
    let words = || text.split([' ', ',']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        word.split('-').all(|part| part.starts_with(|c: char| c.is_uppercase() || !c.is_ascii() && c.is_alphabetic() && !c.is_lowercase()))
    };
    (1..=WORDS_MAX).contains(&words().count())
        && words().all(|word| (capital(word) && !is_common(&word.to_lowercase())) || is_particle(word))
        && !is_company(&text.to_lowercase())
}

/// The day in parentheses right behind a name, with a year in which a customer may be born: ` (5 Oct 1963, passport ...)`, ` (1963-10-05)`.
fn birth_behind(text: &str, end: usize) -> Option<(usize, usize)> {
    let inside = cut(text, end, text.len()).strip_prefix(" (")?;
    let inside = ["*", "b. ", "born ", "geb. ", "né le ", "née le ", "nato il ", "nata il "]
        .iter()
        .find_map(|word| inside.strip_prefix(word))
        .unwrap_or(inside);
    let len = inside.bytes().take(DAY_BYTES_MAX).position(|byte| matches!(byte, b',' | b')' | b';'))?;
    let day = cut(inside, 0, len).trim_end();
    let parts = || day.split([' ', '.', '-', '/']).filter(|part| !part.is_empty());
    let year = parts().find(|part| is_birth_year(part))?;
    let small = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    let sound = parts().count() == 3
        && parts().filter(|part| small(part)).count() >= 1
        && parts().all(|part| part == year || small(part) || part.chars().all(char::is_alphabetic));
    let start = text.len() - inside.len();
    (sound && day.len() <= 20).then_some((start, start + day.len()))
}

/// Whether a customer may be born in a year.
pub(super) fn is_birth_year(year: &str) -> bool {
    year.len() == 4 && year < BORN_BEFORE && year > BORN_AFTER && year.bytes().all(|byte| byte.is_ascii_digit())
}

/// The reference in parentheses right behind a name: ` (MD0487682)`, ` (n° FR-0099812)`.
fn reference_behind(text: &str, end: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let inside = bytes.get(end..)?.strip_prefix(b" (")?;
    let label = inside.iter().take(6).take_while(|byte| byte.is_ascii_lowercase() || matches!(byte, b'.' | b'#' | b':' | b';' | b' ')).count();
    let label = if matches!(inside[..label].trim_ascii(), b"" | b"n;" | b"no" | b"no." | b"nr" | b"nr." | b"id" | b"id:" | b"#" | b"cif" | b"ref") {
        label
    } else {
        return None;
    };
    let reference = &inside[label..];
    let letters = reference.iter().take(LETTERS_MAX).take_while(|byte| byte.is_ascii_uppercase()).count();
    let dash = usize::from(letters > 0 && reference.get(letters) == Some(&b'-'));
    let digits = reference[letters + dash..].iter().take(DIGITS.end() + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let number = &reference[letters + dash..letters + dash + digits];
    // A day.
    let dated = letters == 0 && digits == 8 && (number.starts_with(b"19") || number.starts_with(b"20"));
    let len = letters + dash + digits;
    let start = end + 2 + label;
    (DIGITS.contains(&digits) && !dated && reference.get(len) == Some(&b')')).then_some((start, start + len))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn the_rest_of_a_name_in_quotes_goes_with_it() {
        for (text, rest) in [
            ("wlmatch in=\"Abdirahman Sheikh Noor\" hits=3", "Sheikh"),
            ("SELECT id FROM payees WHERE nick='Fionnuala O'Brien'; pool", "Brien"),
            ("holder now Siti Nurhaliza binti Kamaruddin (was maiden name)", "Kamaruddin"),
            ("custodians present: Fatou Diallo, Amadou Seck", "Seck"),
            ("CoP mismatch: payee name 'Siobhan Whitcombe' bank returned 'S M Whitcombe' for x", "Whitcombe"),
            ("KYC refresh: UBO Stavros Papanikolaou (5 Oct 1963, passport x)", "Oct 1963"),
            ("structuring: customer Jane Whitcombe (MD0487682) made 9 deposits", "MD0487682"),
            ("Client Étienne Marchetti (n° FR-0099812) a modifié son téléphone", "0099812"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(rest), "{rest} in {out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
    }

    #[test]
    fn what_is_no_name_beside_one_stays() {
        for (text, kept) in [
            ("told \"Jane Whitcombe that it works\" now", "that it works"),
            ("customer Jane Whitcombe (20261127) came", "20261127"),
            ("bitte Jane Whitcombes Darlehensvertrag prüfen", "Darlehensvertrag"),
            ("Kunde Jane Whitcombe Ratenzahlung.", "Ratenzahlung"),
            ("told Jane Whitcombe Transfer failed", "Transfer"),
            ("handled by Jane Whitcombe PaymentService=up", "PaymentService"),
            ("customer Jane Whitcombe (2 cards) came", "2 cards"),
            ("owner 'Whitcombe Trading Ltd' of the account", "Ltd"),
            ("label \"Welcome Jane Whitcombe, Dashboard\" shown", "Welcome"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(out.contains(kept), "{kept} not in {out}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_one_token_each_time() {
        let out = scan_text(&engine(), "customer Jane Whitcombe asked, customer Jane Whitcombe (3 May 1999) paid");
        assert_eq!(out.matches("[NAME_").count(), 2, "{out}");
        assert!(!out.contains("]["), "{out}");
    }

    #[test]
    fn a_family_is_found_again_behind_other_values() {
        let out = scan_text(&engine(), &format!("{}payee 'Siobhan Whitcombe' bank returned 'S M Whitcombe'", "10.0.0.1 ".repeat(9)));
        assert!(!out.contains("Whitcombe"), "{out}");
    }
}
