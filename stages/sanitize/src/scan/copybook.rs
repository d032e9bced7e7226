//! Fields of COBOL programs in dumps and displays (ISO/IEC 1989, data description entry: level, name, PICTURE, USAGE, VALUE), as CICS, Abend-AID and
//! programs themselves print them: `05 WS-CUST-NM  X(30)  DISP  'ROE JANE   '`, `WS-ACCT-NO PIC 9(10) COMP-3 VALUE 0048217733.` The name of the field
//! decides, without the letters in front that say where it is stored.

use schemas::pii::PiiClass;

use crate::fields::{Rule, Shape, is_count, normalise};
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Bytes of a picture, of a name (30 in the standard), of the blanks between columns, and of a value.
const PICTURE_BYTES_MAX: usize = 30;
const NAME_BYTES_MAX: usize = 40;
const BLANKS_MAX: usize = 40;
const VALUE_BYTES_MAX: usize = 256;
/// Words between the picture and the value.
const CLAUSES_MAX: usize = 6;
/// Where a field is stored: working storage, linkage, file, host variable, input and output.
#[rustfmt::skip]
const STORES: &[&str] = &[
    "WS", "WK", "WRK", "W", "LK", "LS", "LI", "LO", "L", "FD", "FS", "FI", "FO", "DB", "DB2", "DCL", "HV", "H", "HST", "IN", "OUT", "I", "O", "IO", "REC", "R", "T", "TB", "TBL", "CA", "COMM", "DFHCA", "SV", "SAVE", "HOLD", "TMP", "TEMP", "WORK", "CUR", "NEW", "OLD", "IP", "OP", "MQ", "LOC",
];
/// Things of programs that have names and numbers.
#[rustfmt::skip]
const THINGS: &[&str] = &[
    "PGM", "PROG", "PARA", "PARAGRAPH", "TRAN", "TRANS", "TXN", "MAP", "MAPSET", "JOB", "DSN", "DD", "FILE", "TBL", "TABLE", "CURSOR", "SECT", "SECTION", "RTN", "ROUTINE", "SUB", "MOD", "MODULE", "QUEUE", "PLAN", "PROD", "PRODUCT", "BR", "BRANCH", "BNK", "BANK", "CTRY", "FLD", "FIELD", "MSG", "ERR", "SYS", "SYSTEM", "REGION", "TERM", "STEP", "RPT", "REPORT",
];
/// Short names that other fields have with more words.
#[rustfmt::skip]
const SHORT: &[(PiiClass, &[&str])] = &[
    (PiiClass::Address, &["ADDR", "ADR", "ADDRESS", "STREET", "STRT", "ADDR_LINE", "ADDR_LN", "CITY", "CTY", "ZIP", "ZIP_CD", "ZIP_CODE", "POSTCD", "POST_CD"]),
    (PiiClass::BirthDate, &["DOB", "BIRTH_DT", "BRTH_DT", "BIRTH_DATE"]),
    (PiiClass::Account, &["ACCT", "ACCT_NO", "ACCT_NUM", "ACCT_NBR", "ACC_NO", "ACNO"]),
    (PiiClass::Phone, &["TEL", "TEL_NO", "TEL_NUM", "TEL_NBR", "PHONE_NO", "PHONE_NBR", "PHN", "PHN_NO", "MOB_NO"]),
    (PiiClass::Ssn, &["SSN", "SSN_NO", "SSN_NUM", "SSN_NBR"]),
    (PiiClass::Card, &["CARD_NO", "CARD_NUM", "CARD_NBR", "CRD_NO", "PAN"]),
    (PiiClass::Customer, &["CUST_NO", "CUST_NUM", "CUST_NBR", "CUST_ID", "CIF_NO"]),
];
/// Words between the picture and the value that say how it is stored.
#[rustfmt::skip]
const CLAUSES: &[&str] = &[
    "USAGE", "IS", "ARE", "DISP", "DISPLAY", "COMP", "COMP-1", "COMP-2", "COMP-3", "COMP-4", "COMP-5", "COMPUTATIONAL", "COMPUTATIONAL-3", "BINARY", "BIN", "PACKED", "PACKED-DECIMAL", "SYNC", "JUST", "JUSTIFIED", "RIGHT", "SIGN", "TRAILING", "LEADING", "SEPARATE", "VALUE", "VALUES",
];
/// Values that are none.
const FIGURATIVE: [&str; 11] =
    ["SPACE", "SPACES", "ZERO", "ZEROS", "ZEROES", "LOW-VALUE", "LOW-VALUES", "HIGH-VALUE", "HIGH-VALUES", "NULL", "NULLS"];

impl Worker<'_> {
    /// Looks at the picture whose first bracket is at `at`: `X(30)`, `S9(7)V99`.
    #[inline]
    pub(super) fn picture(&mut self, text: &str, at: usize, (base, cells): (usize, usize)) {
        let (bytes, noted) = (text.as_bytes(), self.cells.len());
        if at > 2 && matches!(bytes[at - 1], b'X' | b'9' | b'A') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
            let before = if bytes[at - 1] == b'9' && bytes[at - 2] == b'S' { at - 2 } else { at - 1 };
            if before > 1
                && bytes[before - 1] == b' '
                && let Some(name) = self.described(text, before)
            {
                // `WS-ADDR X(30)`: the end of the name and the picture are no surname with its initial.
                if self.hits.last(base).is_some_and(|hit| hit.start > name && hit.end == at) {
                    self.hits.pop();
                }
                if noted > cells && self.cells.get(noted - 1).is_some_and(|cell| cell.start > name && cell.end == at) {
                    self.cells.remove(noted - 1);
                }
            }
        }
    }

    /// Looks at the picture behind the word that ends at `at`, where it has no bracket: `PIC 9999`.
    #[cold]
    #[inline(never)]
    pub(super) fn picture_clause(&mut self, text: &str, at: usize) {
        let bytes = text.as_bytes();
        let start = at + blanks(&bytes[at..]);
        let len = picture_len(&bytes[start..]);
        if len > 0 && memchr::memchr(b'(', &bytes[start..start + len]).is_none() {
            self.described(text, start);
        }
    }

    /// Notes the value of the field that has the picture which begins at `start`; returns where the name of the field begins.
    #[cold]
    #[inline(never)]
    fn described(&mut self, text: &str, start: usize) -> Option<usize> {
        let picture = picture_len(&text.as_bytes()[start..]);
        let (at, name, said) = name_before(text, start).filter(|_| picture > 0)?;
        let value = value_behind(text, start, start + picture);
        let sound = value.map_or(said, |value| self.value_of_data_name(text, (name, said), value));
        sound.then_some(at)
    }

    /// Notes a value by the name of its field; returns whether the two are a field of a program.
    fn value_of_data_name(&mut self, text: &str, (name, said): (&str, bool), (from, to, told): (usize, usize, bool)) -> bool {
        // `payee_nm X(30) is too long`: without a word that says so, names in capitals have values alone.
        let capitals = name.bytes().all(|byte| !byte.is_ascii_lowercase()) && name.contains(['-', '_']);
        let value = cut(text, from, to);
        if !(told || capitals && !value.starts_with(|c: char| c.is_lowercase())) || !said && !capitals {
            return false;
        }
        if value.is_empty()
            || value.starts_with('[')
            || is_placeholder(value)
            || FIGURATIVE.contains(&value)
            || !value.bytes().any(|byte| byte.is_ascii_alphanumeric() && byte != b'0' || byte >= 0x80)
        {
            return true;
        }
        let one_blank = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(class) = self.class_of_data_name(name, &one_blank)
            && !is_count(&normalise(name), value)
            && fits(class, value)
        {
            self.note_cell(class, text, (from, to));
        }
        true
    }

    /// What the name of a field says of its value, without the letters of its store: as it is, without its first word, and its last.
    fn class_of_data_name(&mut self, name: &str, value: &str) -> Option<PiiClass> {
        let digits = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_uppercase();
        let words: Vec<&str> = name.split(['-', '_']).filter(|word| !word.is_empty()).collect();
        let stores =
            words.iter().take(2).take_while(|word| STORES.contains(&digits(word).as_str()) || STORES.contains(&word.to_ascii_uppercase().as_str()));
        let first = stores.count().min(words.len().saturating_sub(1));
        let thing = |words: &[&str]| matches!(words, [.., thing, _] if THINGS.contains(&digits(thing).as_str()));
        if thing(&words) {
            return None;
        }
        for words in
            [words.get(first..), words.get(first + 1..), words.len().checked_sub(1).and_then(|last| words.get(last..)).filter(|last| is_name(last))]
                .into_iter()
                .flatten()
                .filter(|words| !words.is_empty())
        {
            let name = words.join("_");
            let short = digits(&name);
            let short = short.trim_end_matches('_');
            let known = SHORT.iter().find(|(_, names)| names.contains(&short)).map(|&(class, _)| Rule::Class(class));
            let named = is_name(&[short]).then_some(Rule::Shaped(PiiClass::Name, Shape::NameWords));
            let rule = known.or(named).or_else(|| self.text_node(&name).map(|node| self.paths.node(node).rule));
            match rule.map(|rule| rule.of_value(value)) {
                Some(Rule::Keep | Rule::Untouched) => return None,
                Some(Rule::Class(class) | Rule::Own(Some(class), _)) => return Some(class),
                _ => {}
            }
        }
        None
    }
}

/// Where the name before a picture begins, the name, and whether a word says that a picture follows.
fn name_before(text: &str, start: usize) -> Option<(usize, &str, bool)> {
    let bytes = text.as_bytes();
    let back = |end: usize| end - bytes[..end].iter().rev().take(BLANKS_MAX).take_while(|&&byte| byte == b' ').count();
    let mut end = back(start);
    let mut said = false;
    for word in [&b" IS"[..], b" PIC", b" PICTURE"] {
        if bytes[..end].ends_with(word) {
            (end, said) = (back(end - word.len() + 1), true);
        }
    }
    // `WS-PAYEE-NM(3)`: one of many.
    if bytes[..end].ends_with(b")") {
        let digits = bytes[..end - 1].iter().rev().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && bytes[..end - 1 - digits].ends_with(b"(") {
            end -= digits + 2;
        }
    }
    let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let len = bytes[..end].iter().rev().take(NAME_BYTES_MAX + 1).take_while(of_name).count();
    let name = cut(text, end - len, end);
    (end < start && (2..=NAME_BYTES_MAX).contains(&len) && name.bytes().any(|byte| byte.is_ascii_alphabetic())).then_some((end - len, name, said))
}

/// The value behind the picture between `start` and `end`, and whether a word or a quote says that it is one.
fn value_behind(text: &str, start: usize, end: usize) -> Option<(usize, usize, bool)> {
    let bytes = text.as_bytes();
    let width = width(cut(text, start, end));
    let (mut at, mut told) = (end, false);
    for _ in 0..CLAUSES_MAX {
        let gap = blanks(&bytes[at..]);
        let len = bytes[at + gap..].iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        let word = cut(text, at + gap, at + gap + len);
        if gap == 0 || !CLAUSES.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            break;
        }
        (at, told) = (at + gap + len, true);
    }
    let gap = blanks(&bytes[at..]);
    let mut start = at + gap;
    start += usize::from(matches!(bytes.get(start), Some(b'=' | b':')));
    start += blanks(&bytes[start..]);
    start += usize::from(matches!(bytes.get(start..start + 2), Some([b'X' | b'N' | b'C', b'\'' | b'"'])));
    let rest = bytes.get(start..bytes.len().min(start + VALUE_BYTES_MAX)).filter(|_| start > at || told)?;
    let Some(first) = rest.first() else { return told.then_some((start, start, told)) };
    let value = match first {
        &quote @ (b'\'' | b'"') => {
            let close = |at: usize| rest[at] == quote && rest.get(at + 1) != Some(&quote) && (at == 1 || rest[at - 1] != quote);
            // `O'NEIL` goes on, and a string ends with its line.
            let inner = |at: usize| rest.get(at + 1).is_some_and(u8::is_ascii_alphanumeric) && rest[at - 1].is_ascii_alphanumeric();
            let len = (1..rest.len()).find(|&at| close(at) && !inner(at) || rest[at] < b' ').unwrap_or(rest.len());
            told = true;
            (start + 1, start + len)
        }
        // A bracket or a sign of prose begins no value.
        sign if !(sign.is_ascii_alphanumeric() || *sign >= 0x80 || matches!(sign, b'+' | b'-' | b'[')) => {
            return told.then_some((start, start, told));
        }
        sign => {
            let start = start + usize::from(matches!(sign, b'+' | b'-'));
            let rest = &bytes[start..bytes.len().min(start + VALUE_BYTES_MAX)];
            let numeric = rest.first().is_some_and(u8::is_ascii_digit);
            let stops = |at: usize| match rest[at] {
                b' ' => ends_value(&rest[at + 1..], numeric, width.saturating_sub(at + 1)),
                b'.' => rest.get(at + 1).is_none_or(|&byte| byte <= b' '),
                byte => byte < b' ' || b"\"|,;".contains(&byte),
            };
            (start, start + (0..rest.len()).find(|&at| stops(at)).unwrap_or(rest.len()))
        }
    };
    let end = (value.0..=value.1).rev().find(|&end| text.is_char_boundary(end))?;
    let raw = text.get(value.0..end)?;
    let trimmed = raw.trim();
    let from = value.0 + (raw.len() - raw.trim_start().len());
    let trimmed = trimmed.trim_end_matches('.');
    Some((from, from + trimmed.len(), told))
}

/// Whether a word is `name`, in one of its short forms.
fn is_name(word: &[&str]) -> bool {
    matches!(word, ["NM" | "NAM" | "NME"])
}

/// Whether what stands behind a blank is no more of the value: `12 MILL LANE` goes on in capitals, and `ROE          JANE` within its width.
fn ends_value(rest: &[u8], numeric: bool, width: usize) -> bool {
    match rest {
        [] => true,
        [b' ', ..] => {
            let gap = blanks(rest);
            let len = rest[gap..].iter().take(width).take_while(|byte| byte.is_ascii_uppercase()).count();
            numeric || len == 0 || gap + len > width || rest.get(gap + len).is_some_and(|&byte| byte > b' ')
        }
        [first, second, ..] if numeric => !(first.is_ascii_uppercase() && second.is_ascii_uppercase()),
        [first, ..] => first.is_ascii_lowercase(),
    }
}

/// Characters of a picture in letters: `X(30)` has thirty.
fn width(picture: &str) -> usize {
    let digits = picture.strip_prefix(['X', 'A']).and_then(|rest| rest.strip_prefix('(')).and_then(|rest| rest.split(')').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(picture.len())
}

/// Whether a value can be one of its class: numbers of somebody have four digits or more, few letters and no point, names and addresses have letters or digits.
fn fits(class: PiiClass, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match class {
        PiiClass::Account | PiiClass::Card | PiiClass::Customer | PiiClass::NationalId | PiiClass::Phone | PiiClass::Ssn | PiiClass::BirthDate => {
            let letters = value.chars().filter(|c| c.is_alphabetic()).count();
            digits >= 4 && letters <= digits + 4 && !value.contains('.')
        }
        PiiClass::Name => value.chars().any(char::is_alphabetic),
        _ => true,
    }
}

/// Bytes of the picture at the start: `X(30)`, `S9(7)V99`, `XXX`, `9999`.
fn picture_len(rest: &[u8]) -> usize {
    let is = |byte: &&u8| matches!(byte, b'X' | b'9' | b'A' | b'S' | b'V' | b'Z' | b'P' | b'(' | b')' | b'0'..=b'8');
    let len = rest.iter().take(PICTURE_BYTES_MAX).take_while(is).count();
    let begins = matches!(rest.first(), Some(b'X' | b'9' | b'A' | b'S' | b'V' | b'Z'));
    let ends = rest.get(len).is_none_or(|&byte| matches!(byte, b' ' | b'.' | b',' | b'='));
    if begins && ends { len } else { 0 }
}

fn blanks(rest: &[u8]) -> usize {
    rest.iter().take(BLANKS_MAX).take_while(|&&byte| byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, engine, scan_text};

    #[test]
    fn values_are_hidden_by_the_names_of_their_fields() {
        check("05 WS-CUST-NAME  X(30)  DISP  'ROE JANE          '", &["ROE", "JANE"], &["05 WS-CUST-NAME  X(30)  DISP  '"]);
        check("WS-PAYEE-NM PIC X(35) VALUE 'TUNDE O''DEA'.", &["TUNDE", "DEA"], &["WS-PAYEE-NM PIC X(35) VALUE '"]);
        check("10 LK-ACCT-NO PIC 9(10) COMP-3 VALUE 0048217733.", &["0048217733"], &["10 LK-ACCT-NO PIC 9(10) COMP-3 VALUE "]);
        check("05  DB2-ADDR-1        X(40)  DISP  12 MILL LANE           ", &["MILL"], &["DB2-ADDR-1        X(40)  DISP  "]);
        check(
            "05 WS-TEL-NO X(12) DISP '2025550147'\n05 WS-DOB 9(8) DISP 19790412\n05 WS-SSN 9(9) COMP-3 536228145",
            &["2025550147", "19790412", "536228145"],
            &["WS-DOB 9(8) DISP "],
        );
        check("05 WS-PIN PIC 9999 VALUE 4471", &["4471"], &["WS-PIN PIC 9999"]);
        check("05 WS-CUST-ADDR X(30) DISP '12 MILL LANE'", &["MILL"], &["05 WS-CUST-ADDR X(30) DISP '"]);
        check("05 WS-DEPOSITOR-NM X(20) DISP 'ROE J'", &["ROE"], &["05 WS-DEPOSITOR-NM X(20) DISP '"]);
        check("HV-BORR-NM(2)  X(30)  DISP  ROE           JANE", &["JANE"], &["HV-BORR-NM(2)  X(30)"]);
    }

    #[test]
    fn counters_amounts_and_things_stay() {
        for text in [
            "05 WS-RETRY-CNT  S9(4)  COMP  +3",
            "05 WS-ACCT-BAL  S9(9)V99  COMP-3  +0000125050",
            "05 WS-PGM-NAME  X(8)  DISP  'PAYB0417'",
            "05 WS-CUST-NAME  X(30)  DISP  '          '",
            "05 WS-CUST-NAME PIC X(30) VALUE SPACES.",
            "05 WS-ACCT-NO PIC 9(10) VALUE ZEROS",
            "05 WS-BRANCH-NAME X(20) DISP 'TOLEDO MAIN'",
            "f(x) = 9(4) and X(3) or A(1)",
            "payee_nm X(30) is too long",
            "array X(30) of tiles PIC 9 PIC",
            "PIC 9(",
            "X(",
            "PIC X(30) VALUE",
        ] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
