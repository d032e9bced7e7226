//! A person in a record of fixed columns: a surname and a given name in capitals, each filled up with blanks, and what stands beside them by the same
//! layout: the number they are known by in front, the day they were born behind.
//! `0244718209  HOLZAPFEL           GEERTJE        19630929`

use schemas::pii::PiiClass;

use super::names::{is_common, is_given, is_only_name, is_word};
use super::person_row::{class_of_key, is_birth, is_name_apart};
use crate::fold::cut;
use crate::worker::Worker;

/// Blanks that fill a column up.
const BLANKS_MAX: usize = 40;
/// Bytes of a surname or a given name.
const NAME_BYTES: std::ops::RangeInclusive<usize> = 3..=30;
/// Blanks between the number in front and the surname.
const KEY_BLANKS_MAX: usize = 4;
/// Digits of a day.
const DAY_DIGITS: usize = 8;

impl Worker<'_> {
    /// Notes the person whose surname ends at `end`, in front of a blank.
    #[inline]
    pub(super) fn padded_person(&mut self, text: &str, end: usize) {
        let bytes = text.as_bytes();
        // The initials may have been passed together with the surname.
        let mut family = end;
        while end - family < 4 && family > 2 && bytes[family - 2] == b' ' && bytes[family - 1].is_ascii_uppercase() {
            family -= 2;
        }
        if family < end && bytes[family - 1].is_ascii_uppercase() {
            self.initialled(text, family);
            return;
        }
        let blanks = bytes[end..].iter().take(BLANKS_MAX).take_while(|&&byte| byte == b' ').count();
        let glued = blanks == 1 && bytes[..end].iter().rev().find(|byte| !byte.is_ascii_uppercase()).is_some_and(u8::is_ascii_digit);
        if blanks >= 2 && self.filled_column(text, end) {
            return;
        }
        if (blanks >= 2 || glued) && bytes.get(end + blanks).is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
            self.padded(text, end, blanks);
        } else if blanks == 1 && matches!(bytes.get(end + 1..end + 4), Some([b'A'..=b'Z', b' ', b' ' | b'A'..=b'Z'])) {
            self.initialled(text, end);
        }
    }

    /// Notes the family and the given name that fill a column, with one blank between them: `70  DISPOSIZ  ROE JANE          0000`.
    #[inline(never)]
    fn filled_column(&mut self, text: &str, end: usize) -> bool {
        let second = family_before(text, end);
        let bytes = text.as_bytes();
        if second < 3 || bytes[second - 1] != b' ' || !bytes[second - 2].is_ascii_uppercase() {
            return false;
        }
        let first = family_before(text, second - 1);
        let begins = first == 0 || bytes[first - 1] == b'|' || first > 1 && bytes[first - 1] == b' ' && bytes[first - 2] == b' ';
        let sound = begins && is_name_apart(cut(text, first, second - 1), cut(text, second, end));
        if sound {
            self.note_cell(PiiClass::Name, text, (first, end));
        }
        sound
    }

    /// Notes the person of one or two initials behind a surname in capitals, and the numbers in the columns before: `0733.21.908  TERPSTRA W     RENT`.
    #[cold]
    #[inline(never)]
    fn initialled(&mut self, text: &str, end: usize) {
        let bytes = text.as_bytes();
        let second = matches!(bytes.get(end + 3..end + 6), Some([b'A'..=b'Z', b' ', b' ']));
        let to = end + if second { 4 } else { 2 };
        if !second && bytes.get(end + 3) != Some(&b' ') {
            return;
        }
        let start = family_before(text, end);
        let family = cut(text, start, end);
        let Some(nearest) = number_before(text, start) else { return };
        // Volumes and systems have words of no language for names, and a letter behind them.
        if family.len() < 4 || !family.split(['-', '\'']).any(is_only_name) {
            return;
        }
        self.note_cell(PiiClass::Name, text, (start, to));
        let mut number = Some(nearest);
        // What stands in two columns is the customer and the account.
        for _ in 0..2 {
            let Some((class, from, to)) = number else { break };
            self.note_cell(class, text, (from, to));
            number = number_before(text, from);
        }
    }

    #[cold]
    #[inline(never)]
    fn padded(&mut self, text: &str, end: usize, blanks: usize) {
        let start = family_before(text, end);
        let from = end + blanks;
        let len: usize = cut(text, from, text.len()).chars().take(*NAME_BYTES.end()).take_while(is_letter).map(char::len_utf8).sum();
        let to = from + len;
        let (family, given) = (cut(text, start, end), cut(text, from, to));
        if !NAME_BYTES.contains(&family.len()) || !NAME_BYTES.contains(&given.len()) || !parts_column(text, to) {
            return;
        }
        let bytes = text.as_bytes();
        let day = to + bytes[to..].iter().take(BLANKS_MAX).take_while(|&&byte| byte == b' ').count();
        let digits = bytes[day..].iter().take(DAY_DIGITS + 1).take_while(|byte| byte.is_ascii_digit()).count();
        let born = digits == DAY_DIGITS && is_birth(cut(text, day, day + DAY_DIGITS));
        let gap = bytes[..start].iter().rev().take(KEY_BLANKS_MAX).take_while(|&&byte| byte == b' ').count();
        let digits = bytes[..start - gap].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let key = (start - gap - digits, start - gap);
        let tied = key.0 > 0 && matches!(bytes[key.0 - 1], b'-' | b'.' | b'/' | b':' | b'+' | b',');
        let class = class_of_key(cut(text, key.0, key.1)).filter(|_| !tied);
        if !is_person(family, given, born, class.is_some()) {
            return;
        }
        self.note_cell(PiiClass::Name, text, (start, to));
        if born {
            self.note_cell(PiiClass::BirthDate, text, (day, day + DAY_DIGITS));
        }
        if let Some(class) = class {
            self.note_cell(class, text, key);
        }
    }
}

fn is_letter(c: &char) -> bool {
    c.is_uppercase() || matches!(c, '-' | '\'')
}

/// Where the word in capitals begins that ends at `end`.
fn family_before(text: &str, end: usize) -> usize {
    let len: usize = cut(text, 0, end).chars().rev().take(*NAME_BYTES.end()).take_while(is_letter).map(char::len_utf8).sum();
    end - len + cut(text, end - len, end).bytes().take_while(|&byte| matches!(byte, b'-' | b'\'')).count()
}

/// The number that somebody is known by in the column before `start`, two blanks or more away: `0244718209`, `0733.21.908`.
fn number_before(text: &str, start: usize) -> Option<(PiiClass, usize, usize)> {
    let head = text.as_bytes().get(..start)?;
    let gap = head.iter().rev().take(KEY_BLANKS_MAX).take_while(|&&byte| byte == b' ').count();
    let to = start - gap;
    let len = head[..to].iter().rev().take(16).take_while(|&&byte| byte.is_ascii_digit() || byte == b'.').count();
    let (from, value) = (to - len, cut(text, to - len, to));
    let begins = from == 0 || head[from - 1] == b' ';
    if gap < 2 || !begins {
        return None;
    }
    let dots = value.bytes().filter(|&byte| byte == b'.').count();
    let dotted = dots == 2 && (9..=10).contains(&(len - dots)) && !value.starts_with('.') && !value.ends_with('.');
    let class = if dotted { Some(PiiClass::Account) } else { class_of_key(value) };
    class.map(|class| (class, from, to))
}

/// Whether a column ends here: two blanks, the end, or the digits of the next one.
fn parts_column(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at..).unwrap_or_default(), [] | [b' ', b' ', ..] | [b'0'..=b'9' | b'|' | b';' | b'\n' | b'"', ..])
}

/// Whether two words are a person's: no language has the first, and the second is a given name. Behind a number it may be an ordinary word as well, and
/// beside a day of birth it is enough that neither is a word.
fn is_person(family: &str, given: &str, born: bool, keyed: bool) -> bool {
    let stranger = |name: &str| name.split(['-', '\'']).all(|part| part.len() < 3 || is_only_name(part) || !is_word(part) && !is_common(part));
    let called = given.split('-').all(is_given) && !is_common(given);
    let sure = given.split('-').any(is_only_name) || keyed;
    let listed = is_only_name(family) && given.split('-').any(is_given);
    stranger(family) && (called && sure && family.len() > 3 || listed || born && stranger(given))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn persons_in_fixed_columns_go_with_their_number_and_day() {
        for (text, gone) in [
            (
                "0210 0244718209  HOLZAPFEL           GEERTJE        19630929AEUR 0000000188034",
                ["0244718209", "HOLZAPFEL", "GEERTJE", "19630929"].as_slice(),
            ),
            ("000017ABR0081147203SCHÖNFELDER         REGULA         756.1234", &["0081147203", "SCHÖNFELDER", "REGULA"]),
            ("ACCT 0044818101HALVORSEN GUNNHILD          NOK 00000114820.55", &["0044818101", "HALVORSEN", "GUNNHILD"]),
            ("T7731  0312  0005518224  0733.21.908  TERPSTRA-DEKKER W           SPAARRENTE", &["5518224", "0733.21", "TERPSTRA", "DEKKER W"]),
            ("0244718209  HOLZAPFEL G T    NOK", &["0244718209", "HOLZAPFEL G T"]),
            ("[ 70  DISPOSIZ  ZWYLLOTTI AGNIESZKA          00000000087350EUR", &["ZWYLLOTTI", "AGNIESZKA"]),
            ("TAX YR 2025  QUARTERMAIN  DELPHINE  INT PD", &["QUARTERMAIN", "DELPHINE"]),
            ("X OKONKWO-BRANDT      ZZYNKA     19680914 F", &["OKONKWO", "BRANDT", "ZZYNKA", "19680914"]),
        ] {
            let out = scan_text(&engine(), text);
            assert!(gone.iter().all(|value| !out.contains(value)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for text in [
            "STATUS    ACTIVE    20260312",
            "NAME      READY     STATUS    RESTARTS",
            "JOB       LONDON    PARIS     DONE",
            "EUR  IRIS  00012",
            "ACCT-MAST  CLOSED   19990101",
            "STEP01   IEFBR14   RC=0000",
            "0005518224  PRODUCT A     OK",
            "NODE  LONDON EAST     UP",
            "20260312  HOLZAPFEL G    NOK",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
