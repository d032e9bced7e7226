//! Rows of a person without a header: `DTL|55-0417|Aisling Byrne|19570319|0868415527`, `Failing row contains (22673, Aisling Byrne, 1953-04-11, null)`.
//! Where one cell is somebody, a day long ago is when they were born, and the first number is what they are known by, unless another cell says so.

use schemas::pii::PiiClass;

use super::columns::{is_booking, line_around};
use super::hits::Hit;
use super::name_whole::is_birth_year;
use super::names::{is_given, is_only_name, is_word};
use super::rows::split_row;
use crate::fields::is_full_name;
use crate::fold::cut;
use crate::worker::Worker;

/// Columns of a row.
const COLUMNS_MAX: usize = 40;
/// Bytes of a cell with a name.
const NAME_BYTES_MAX: usize = 60;
/// Bytes of a row that a message quotes.
const QUOTED_ROW_BYTES_MAX: usize = 1024;
/// What a cell that is somebody was replaced by, and what says whose row it is.
const PERSONS: &[&str] = &["[NAME", "[ADDRESS", "[EMAIL", "[PHONE", "[SSN", "[NATIONAL_ID", "[BIRTH_DATE"];
const KEYS: &[&str] = &["[ACCOUNT", "[IBAN", "[CARD", "[CUSTOMER"];

impl Worker<'_> {
    /// Notes the cells beside those above `base` that are somebody as a whole.
    #[cold]
    #[inline(never)]
    pub(super) fn rows_of_persons(&mut self, text: &str, base: usize) {
        let bytes = text.as_bytes();
        let (mut done, mut index) = (0, 0);
        while let Some(hit) = self.hits.get(base, index) {
            index += 1;
            if hit.start < done || !self.is_made_of(hit, PERSONS) {
                continue;
            }
            let Some((sign, quote)) = cell_around(bytes, hit.start, hit.end) else {
                if self.is_made_of(hit, &["[NAME"]) && bytes.get(hit.end) == Some(&b',') {
                    self.between_commas(text, hit);
                }
                continue;
            };
            let (start, end) = row_around(bytes, (hit.start, hit.end), sign, quote);
            done = end;
            self.person_row(text, (start, end), sign, false, base);
        }
    }

    /// Notes the day of birth in the cell behind a name, and what of the name stands before it: `KYC-1,Roe,Mary Jane,1987-10-05,US`.
    fn between_commas(&mut self, text: &str, name: Hit) {
        let rest = cut(text, name.end + 1, text.len().min(name.end + 1 + NAME_BYTES_MAX));
        let day = rest.split([',', '\n']).next().unwrap_or_default();
        if !is_birth(day) {
            return;
        }
        self.note_cell(PiiClass::BirthDate, text, (name.end + 1, name.end + 1 + day.len()));
        let capital =
            |word: &str| word.chars().next().is_some_and(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''));
        let cell_before = |end: usize| {
            let from = memchr::memrchr2(b',', b'\n', &text.as_bytes()[..end])? + 1;
            (end - from <= NAME_BYTES_MAX).then_some(from)
        };
        // `Thi [NAME]`
        let Some(from) = cell_before(name.start) else { return };
        let head = cut(text, from, name.start);
        if let Some(words) = head.strip_suffix(' ')
            && words.split(' ').all(capital)
        {
            self.note_cell(PiiClass::Name, text, (from, from + words.len()));
        } else if !head.is_empty() {
            return;
        }
        let Some(before) = from.checked_sub(1).and_then(|end| cell_before(end).map(|from| (from, end))) else { return };
        let family = cut(text, before.0, before.1);
        if capital(family) && family.chars().count() >= 2 && (is_only_name(family) || !is_word(family)) && !is_booking(family) {
            self.note_cell(PiiClass::Name, text, before);
        }
    }

    /// Notes the personal cells of the row that a message quotes behind `contains`: the parenthesis is at `at`.
    #[cold]
    #[inline(never)]
    pub(super) fn quoted_row(&mut self, text: &str, at: usize, base: usize) {
        let bytes = text.as_bytes();
        if bytes.get(at) != Some(&b'(') || !cut(text, 0, at).ends_with("row contains ") {
            return;
        }
        let reach = bytes.len().min(at + QUOTED_ROW_BYTES_MAX);
        let end = memchr::memchr2(b')', b'\n', &bytes[at..reach]).map_or(reach, |len| at + len);
        if text.is_char_boundary(end) {
            let of_persons = is_of_persons(cut(text, 0, at)).unwrap_or_else(|| cut(text, at + 1, end).split(", ").any(may_be_somebody));
            self.person_row(text, (at + 1, end), b',', of_persons, base);
        }
    }

    /// Notes a cell that is a person's name as a whole: the sign at `at` parts it from the one before, the same sign or the row's end from the next.
    pub(super) fn name_cell(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let start = at + 1 + bytes[at + 1..].iter().take(2).take_while(|&&byte| byte == b' ').count();
        if !bytes.get(start).is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0x80) {
            return;
        }
        let stops = |byte: u8| byte == bytes[at] || matches!(byte, b'\n' | b']' | b')' | b'\\');
        let Some(len) = bytes[start..].iter().take(NAME_BYTES_MAX).position(|&byte| stops(byte)) else { return };
        let end = start + bytes[start..start + len].trim_ascii_end().len();
        if !text.is_char_boundary(start) {
            return;
        }
        let cell = cut(text, start, end);
        if is_name(cell) || is_embossed(cell) {
            self.note_cell(PiiClass::Name, text, (start, end));
        } else if bytes.get(end) == Some(&bytes[at]) && is_only_name(cell) && is_given(cell) {
            self.names_apart(text, (start, end), bytes[at]);
        }
    }

    /// Notes a given name that fills a cell, the family name beside it and the other cells of the row, when one of these is a birth:
    /// `20518833|Roe|Jane|1987-10-05|F`.
    #[cold]
    #[inline(never)]
    fn names_apart(&mut self, text: &str, given: (usize, usize), sign: u8) {
        let (start, end) = line_around(text.as_bytes(), given.0, given.1, sign);
        let mut cells = [(0, 0); COLUMNS_MAX];
        let Some((count, _)) = split_row(text.as_bytes(), start, end, sign, 0, &mut cells) else { return };
        let cells = &cells[..count];
        let Some(at) = cells.iter().position(|&cell| cell == given) else { return };
        let word = |&(from, to): &(usize, usize)| cut(text, from, to);
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| cells.get(at));
        let born =
            cells.iter().skip(at.saturating_sub(3)).take(7).any(|cell| is_birth(word(cell)) || is_account(word(cell)) || word(cell).contains('@'));
        if let Some(&family) = beside.clone().find(|cell| born && is_name_apart(word(cell), word(&given))) {
            self.note_cell(PiiClass::Name, text, family);
            self.note_cell(PiiClass::Name, text, given);
            self.person_row(text, (start, end), sign, true, self.hits.len());
        }
    }

    fn person_row(&mut self, text: &str, (start, end): (usize, usize), sign: u8, of_table: bool, base: usize) {
        let mut cells = [(0, 0); COLUMNS_MAX];
        let Some((count, _)) = split_row(text.as_bytes(), start, end, sign, 0, &mut cells) else { return };
        if count < 3 {
            return;
        }
        // `rejected >> 0044718829|Jane Roe|...`: what introduces the row stands in front of its first cell.
        if let Some(blank) = cut(text, cells[0].0, cells[0].1).rfind(' ').filter(|_| sign != b',') {
            let from = cells[0].0 + blank + 1;
            if cut(text, from, cells[0].1).bytes().all(|byte| byte.is_ascii_digit()) {
                cells[0].0 = from;
            }
        }
        let first = self.hits.first_behind(base, start);
        let inside: Vec<Hit> = (first..).map_while(|index| self.hits.get(base, index)).take_while(|hit| hit.start < end).collect();
        let keyed = inside.iter().any(|&hit| self.is_made_of(hit, KEYS));
        let mut named = inside.iter().any(|&hit| self.is_made_of(hit, &["[NAME"]));
        let mut person = of_table || named || inside.iter().any(|&hit| self.is_made_of(hit, PERSONS));
        let cells = || cells[..count].iter().copied();
        if !person && !cells().any(|(from, to)| is_name(cut(text, from, to))) {
            return;
        }
        let free = |cell: &str| class_of_key(cell).filter(|_| !is_birth(cell) && !is_phone(cell));
        let is_number = |&(from, to): &(usize, usize)| free(cut(text, from, to)).is_some() && !cut(text, from, to).contains('-');
        let is_key = |&(from, to): &(usize, usize)| free(cut(text, from, to)).is_some();
        let is_long = |&(from, to): &(usize, usize)| is_long_account(cut(text, from, to));
        let key = if keyed { None } else { cells().find(is_number).or_else(|| cells().find(is_key)).or_else(|| cells().find(is_long)) };
        // `C-00771820;Jane Roe;1987-10-05`: what stands right before the name, and its letter says whose number it is.
        let lettered = |&(from, to): &(usize, usize)| is_lettered_key(cut(text, from, to));
        let first_name = inside.iter().find(|&&hit| self.is_made_of(hit, &["[NAME"])).map(|hit| hit.start);
        let before = first_name.and_then(|name| cells().take_while(|&(_, to)| to < name).last());
        if key.is_none()
            && !keyed
            && let Some(cell) = before.filter(lettered)
        {
            self.note_cell(PiiClass::Customer, text, cell);
        }
        if person && !named {
            // `Jane";"Roe`
            let apart = cells().zip(cells().skip(1)).find(|&(left, right)| is_name_apart(cut(text, left.0, left.1), cut(text, right.0, right.1)));
            if let Some((left, right)) = apart {
                named = true;
                self.note_cell(PiiClass::Name, text, left);
                self.note_cell(PiiClass::Name, text, right);
            }
        }
        for (from, to) in cells() {
            let cell = cut(text, from, to);
            if is_embossed(cell) && !inside.iter().any(|hit| hit.start < to && from < hit.end) {
                self.note_cell(PiiClass::Name, text, (from, to));
                continue;
            }
            if inside.iter().any(|hit| hit.start < to && from < hit.end) || self.is_token(cell) {
                continue;
            }
            // `"Storgade 12","8000","Aarhus C"`
            let behind_address = || inside.iter().any(|&hit| hit.end <= from && from - hit.end <= 3 && self.is_made_of(hit, &["[ADDRESS"]));
            let class = if is_birth(cell) {
                Some(PiiClass::BirthDate)
            } else if matches!(cell.len(), 4 | 5) && cell.bytes().all(|byte| byte.is_ascii_digit()) && behind_address() {
                Some(PiiClass::Address)
            } else if !named && (is_name(cell) || person && is_full_name(cell) && !is_booking(cell)) {
                (named, person) = (true, true);
                Some(PiiClass::Name)
            } else if is_phone(cell) {
                Some(PiiClass::Phone)
            } else if key == Some((from, to)) {
                class_of_key(cell).or(Some(PiiClass::Account))
            } else {
                None
            };
            if let Some(class) = class {
                self.note_cell(class, text, (from, to));
            }
        }
    }

    fn is_made_of(&self, hit: Hit, labels: &[&str]) -> bool {
        let made = cut(&self.hits.made, hit.made.0, hit.made.1);
        labels.iter().any(|label| made.starts_with(label))
    }
}

/// Whether the message before a row names a relation of persons: `new row for relation "kyc_subject" violates ...`; none when
/// it names none.
fn is_of_persons(head: &str) -> Option<bool> {
    const PERSONS: [&str; 16] = [
        "person",
        "customer",
        "cust",
        "client",
        "party",
        "kyc",
        "user",
        "holder",
        "applicant",
        "contact",
        "benef",
        "employee",
        "kunde",
        "member",
        "payee",
        "debtor",
    ];
    let (_, named) = head.rsplit_once("relation \"")?;
    let name = named.split('"').next().unwrap_or_default().to_ascii_lowercase();
    Some(PERSONS.iter().any(|word| name.contains(word)))
}

/// Whether a cell of a relation that is not named is somebody: words with capitals, one of them a name and one no word.
fn may_be_somebody(cell: &str) -> bool {
    let words = || cell.split([' ', '-']);
    is_full_name(cell) && !is_booking(cell) && words().any(|word| is_given(word) || is_only_name(word)) && !words().all(is_word)
}

/// What parts the cell that fills `start..end` from the others, and whether it is in quotes: a comma does so between quotes only.
fn cell_around(bytes: &[u8], start: usize, end: usize) -> Option<(u8, u8)> {
    let at = |place: Option<usize>| place.and_then(|place| bytes.get(place)).copied().unwrap_or(b'\n');
    let quote = at(start.checked_sub(1));
    let quoted = matches!(quote, b'"' | b'\'') && at(Some(end)) == quote;
    let outer = usize::from(quoted);
    let (before, after) = (at(start.checked_sub(1 + outer)), at(Some(end + outer)));
    let parts = |byte: u8| matches!(byte, b'|' | b'\t' | b';') || quoted && byte == b',';
    let edge = |byte: u8| matches!(byte, b'\n' | b'\\' | b'[' | b']' | b'(' | b')') || quoted && byte == b' ';
    match (before, after) {
        (before, after) if parts(before) && (before == after || edge(after)) => Some((before, quote)),
        (before, after) if parts(after) && edge(before) => Some((after, quote)),
        _ => None,
    }
}

/// The row around a cell: within brackets, behind an escaped line feed, from the first quote on where cells are quoted.
fn row_around(bytes: &[u8], (start, end): (usize, usize), sign: u8, quote: u8) -> (usize, usize) {
    let (mut from, mut to) = line_around(bytes, start, end, sign);
    let opens = |at: usize| matches!(bytes[at], b'[' | b'(') || bytes[at] == b'n' && at > from && bytes[at - 1] == b'\\';
    if let Some(at) = (from..start).rev().find(|&at| opens(at)) {
        from = at + 1;
    }
    if sign == b',' {
        from += bytes[from..start].iter().position(|&byte| byte == quote).unwrap_or(0);
    }
    if let Some(len) = bytes[end..to].iter().position(|&byte| matches!(byte, b']' | b')' | b'\\')) {
        to = end + len;
    }
    (from, to)
}

/// Two to four words of which none is a word of a language, and one a name or none in capitals: a booking or a place has some.
fn is_name(cell: &str) -> bool {
    let words = || cell.split([' ', '-']).map(|word| word.trim_end_matches([',', '.'])).filter(|word| word.chars().count() > 1);
    let small = || words().all(|word| word.chars().nth(1).is_some_and(char::is_lowercase) && word.chars().count() > 3);
    is_full_name(cell)
        && !is_booking(cell)
        && words().count() <= 4
        && !words().any(|word| is_word(word) && word.len() > 3)
        && (words().any(is_only_name) || small())
}

/// `8601.11.17947`, `DE02120300000000202051`: an account in the notation of Norway, or an international one.
fn is_account(cell: &str) -> bool {
    let norwegian =
        cell.len() == 13 && cell.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'.' } else { byte.is_ascii_digit() });
    let international = matches!(cell.as_bytes(), [b'A'..=b'Z', b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9', ..]) && (15..=34).contains(&cell.len());
    norwegian || international && cell.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The bank's number and the account's in one: `003300000771820041732`. A clock with a number of its own begins with a year.
fn is_long_account(cell: &str) -> bool {
    let clock = matches!(cell.get(..2), Some("19" | "20"));
    (18..=24).contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit()) && !clock
}

/// `C-00771820`, `CUS0091883`: what numbers of customers begin with, and six digits or more.
fn is_lettered_key(cell: &str) -> bool {
    let letters = cell.bytes().take_while(u8::is_ascii_uppercase).count();
    let digits = cell.get(letters..).map_or("", |rest| rest.strip_prefix('-').unwrap_or(rest));
    let known = matches!(
        cell.get(..letters),
        Some("C" | "CU" | "CUS" | "CUST" | "CIF" | "K" | "KD" | "KN" | "P" | "CL" | "CLI" | "M" | "MBR" | "PTY" | "PRT")
    );
    known && (6..=10).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two cells are a given and a family name, in either order: one word each, none of them a word of a language, and one a given name.
pub(super) fn is_name_apart(left: &str, right: &str) -> bool {
    let word = |cell: &str| {
        let shaped = cell.chars().next().is_some_and(char::is_uppercase) && cell.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''));
        shaped && (3..=30).contains(&cell.chars().count()) && !is_booking(cell) && cell.split('-').all(|part| is_only_name(part) || !is_word(part))
    };
    word(left) && word(right) && [left, right].into_iter().any(|cell| cell.split('-').any(|part| is_given(part) && is_only_name(part)))
}

/// `ROE/JANE`, `ROE/JANE.MR`: as cards are embossed (ISO/IEC 7813), of which one is a given name and none is a word.
fn is_embossed(cell: &str) -> bool {
    let Some((family, given)) = cell.split_once('/') else { return false };
    let given = given.split(['.', ' ', '/']).next().unwrap_or_default();
    let shaped = |name: &str| (3..=26).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
    shaped(family) && shaped(given) && is_name_apart(family, given)
}

/// `1953-04-11`, `19530411`, `11.04.1953`, `11/04/1953 00:00:00`.
pub(super) fn is_birth(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or_default();
    let year = match day.as_bytes() {
        [_, _, b'-' | b'.' | b'/', _, _, b'-' | b'.' | b'/', ..] if day.len() == 10 => day.get(6..),
        _ if day.len() < 10 && day.contains('.') => return is_short_birth(day),
        [_, _, _, _, b'-' | b'.' | b'/', _, _, b'-' | b'.' | b'/', ..] if day.len() == 10 => day.get(..4),
        _ if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) => day.get(..4),
        _ => None,
    };
    let digits = day.bytes().filter(u8::is_ascii_digit).count() == 8;
    let month = match day.len() {
        8 => day.get(4..6),
        _ => day.get(if day.as_bytes().get(4).is_some_and(u8::is_ascii_digit) { 3..5 } else { 5..7 }),
    };
    digits && year.is_some_and(is_year_of_row) && month.and_then(|month| month.parse().ok()).is_some_and(|month: u32| (1..=12).contains(&month))
}

/// `3.11.1988`, `31.4.1971`.
fn is_short_birth(day: &str) -> bool {
    let mut parts = day.split('.');
    let mut next = |most: u32| {
        parts.next().filter(|part| (1..=2).contains(&part.len())).and_then(|part| part.parse().ok()).is_some_and(|n: u32| (1..=most).contains(&n))
    };
    let sound = next(31) && next(12);
    sound && parts.next().is_some_and(is_year_of_row) && parts.next().is_none()
}

/// A year somebody was born, or was said to be: rows are quoted because they are wrong. Systems write the first of 1900 where they know none.
fn is_year_of_row(year: &str) -> bool {
    is_birth_year(year) || ("1850"..="1915").contains(&year) && year != "1900" && year.bytes().all(|byte| byte.is_ascii_digit())
}

/// A national number as it is dialled: ten or eleven digits of which the first is the only zero at the start.
fn is_phone(cell: &str) -> bool {
    matches!(cell.len(), 10 | 11) && cell.starts_with('0') && !cell.starts_with("00") && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// The class of a number that somebody is known by: seven to twelve digits and no day, or six to ten with a dash. Amounts in fixed columns begin with
/// many zeros, clocks with the digits of this century's seconds.
pub(super) fn class_of_key(cell: &str) -> Option<PiiClass> {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let within =
        |range: std::ops::Range<usize>, most: u32| cell.get(range).and_then(|part| part.parse().ok()).is_some_and(|number: u32| number <= most);
    let day = cell.len() == 8 && matches!(cell.get(..2), Some("19" | "20")) && within(4..6, 12) && within(6..8, 31);
    let clock = cell.len() == 10 && matches!(cell.get(..2), Some("16" | "17" | "18"));
    if digits == cell.len() {
        let sound = (7..=12).contains(&digits) && !day && !clock && !cell.starts_with("0000");
        return sound.then_some(if digits > 8 { PiiClass::Account } else { PiiClass::Customer });
    }
    let grouped = (6..=10).contains(&digits) && digits + 1 == cell.len() && cell.as_bytes()[1..cell.len() - 1].contains(&b'-');
    grouped.then_some(PiiClass::Customer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_birth_and_keys() {
        for cell in ["1894-02-17", "31.4.1971", "1953-04-11", "19530411", "11.04.1953", "11/04/1953 00:00:00", "1953-04-11T00:00:00.0"] {
            assert!(is_birth(cell), "{cell}");
        }
        for cell in [
            "1900-01-01",
            "1849-01-01",
            "1.2.34",
            "3.11.1988.4",
            "2026-06-30",
            "20260314",
            "19519930",
            "1951-6-3",
            "1951",
            "12:30:44",
            "",
            "é951-06-30",
        ] {
            assert!(!is_birth(cell), "{cell}");
        }
        assert_eq!(class_of_key("0041788"), Some(PiiClass::Customer));
        assert_eq!(class_of_key("55-0417"), Some(PiiClass::Customer));
        assert_eq!(class_of_key("104417093"), Some(PiiClass::Account));
        for cell in ["20260314", "1773476100", "00000451020", "12345", "-550417", "12.50", "A-550417", ""] {
            assert_eq!(class_of_key(cell), None, "{cell}");
        }
    }
}
