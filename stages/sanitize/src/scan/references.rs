//! References in text (`CUS-W8TPALFY`, `birtwhistle.verity0673`, a device's UUID): known to the lexicon, or right behind the word that says what
//! they are.

use schemas::pii::PiiClass;

use super::driver::Scope;
use super::hits::Hit;
use super::login_shape::is_login_of_parts;
use super::name_cues::Cue;
use super::table::{CLASS, DIGIT, DOT, JOIN, LOWER, UPPER};
use crate::canonical::reference_form_into;
use crate::detect::{api_key_end, class_of_number, is_measured, is_striped, luhn};
use crate::fold::cut;
use crate::worker::Worker;

/// Longest reference.
const REFERENCE_BYTES_MAX: usize = 64;
/// Shortest one.
const REFERENCE_BYTES_MIN: usize = 5;
/// Digits of the longest number in groups: a card (ISO/IEC 7812-1), or the details of an account in several.
const GROUPED_DIGITS_MAX: usize = 24;

/// Words that say what the reference behind them is.
const CUES: &[(&str, PiiClass)] = &[
    ("user", PiiClass::User),
    ("users", PiiClass::User),
    ("username", PiiClass::User),
    ("userid", PiiClass::User),
    ("login", PiiClass::User),
    ("principal", PiiClass::User),
    ("matricule", PiiClass::User),
    ("employees", PiiClass::User),
    ("staff", PiiClass::User),
    ("operators", PiiClass::User),
    ("device", PiiClass::Device),
    ("devices", PiiClass::Device),
    ("session", PiiClass::Session),
    ("sessions", PiiClass::Session),
    ("sess", PiiClass::Session),
    ("customer", PiiClass::Customer),
    ("customers", PiiClass::Customer),
    ("client", PiiClass::Customer),
    ("clients", PiiClass::Customer),
    ("cust", PiiClass::Customer),
    ("cif", PiiClass::Customer),
    ("member", PiiClass::Customer),
    ("members", PiiClass::Customer),
    ("account", PiiClass::Account),
    ("accounts", PiiClass::Account),
    ("acct", PiiClass::Account),
];

/// The same, of what [`is_number_of_person`] takes: the words are common ones.
const CUES_OF_NUMBERS: &[(&str, PiiClass)] = &[
    ("party", PiiClass::Customer),
    ("parties", PiiClass::Customer),
    ("persons", PiiClass::Customer),
    ("depot", PiiClass::Account),
    ("loan", PiiClass::Account),
    ("household", PiiClass::Customer),
];
/// What became of a possible reference.
pub(super) enum Asked {
    /// It is personal and was replaced up to here.
    Taken(usize),
    /// The lexicon does not know it, and it has no joined parts, so that nobody needs to ask about the same word again.
    UnknownWord,
    /// Nothing is certain.
    Open,
}

impl Worker<'_> {
    /// Handles the reference that begins at `at`.
    pub(super) fn reference(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Asked {
        let bytes = text.as_bytes();
        // The tail of another word, or a telephone number, which is the detectors' matter.
        let inside = at > 1 && joins(bytes[at - 1]) && bytes[at - 2].is_ascii_alphanumeric();
        if inside || (at > 0 && bytes[at - 1] == b'+') || self.hits.floor(base) > at {
            return Asked::Open;
        }
        let Some(shape) = Shape::of(&bytes[at..]) else { return Asked::Open };
        if shape.digits == 0 && shape.joins == 0 {
            return Asked::Open;
        }
        let len = shape.len;
        // The security identifier of an account of a Windows domain (MS-DTYP 2.4.2).
        if cut(text, at, at + len).starts_with("S-1-5-21-")
            && let Some(made) = self.make(PiiClass::User, cut(text, at, at + len))
        {
            self.hits.push(base, Hit { start: at, end: at + len, made });
            return Asked::Taken(at + len);
        }
        // Keys that an issuer marked, in one piece.
        if shape.len >= 20
            && let Some(end) = api_key_end(bytes, at)
            && let Some(made) = self.make(PiiClass::Secret, cut(text, at, end))
        {
            self.hits.push(base, Hit { start: at, end, made });
            return Asked::Taken(end);
        }
        // The detector takes the card of a magnetic stripe with what follows.
        if shape.digits == len && is_striped(&bytes[at..at + len], &bytes[at + len..]) {
            return Asked::Open;
        }
        let known = self.known_reference(&shape.form[..shape.form_len], shape.digits == len, len);
        let lettered = shape.joins == 0 && shape.digits < len && !scope.strong_only && !self.engine.lexicon.is_empty();
        let known = if known.is_none() && lettered { self.class_of_shape(&shape.form[..shape.form_len]) } else { known };
        let (class, known) = match known.filter(|_| shape.digits < len || !is_quantity(bytes, at + len)) {
            // Services have names like users': in a technical field a known reference has digits.
            Some(class) if !scope.strong_only || shape.digits > 0 => (class, true),
            Some(_) if scope.strong_only => return Asked::Open,
            _ => match if scope.strong_only { None } else { cued(bytes, at, &shape) } {
                Some(class) => (class, false),
                None if !scope.strong_only
                    && shape.lower == 0
                    && (1..=4).contains(&shape.upper)
                    && is_lettered_number(&bytes[at..at + len])
                    && let Some(class) = class_of_number(bytes, at) =>
                {
                    (class, false)
                }
                None if !scope.strong_only
                    && let Some((class, end)) = self.named_before(text, at, len)
                    && let Some(made) = self.make_value(class, cut(text, at, end)) =>
                {
                    self.hits.push(base, Hit { start: at, end, made });
                    return Asked::Taken(end);
                }
                None if !scope.strong_only
                    && matches!(shape.joins, 1 | 2)
                    && shape.digits <= 8
                    && is_login_of_parts(text, at, len)
                    && let Some(made) = self.make(PiiClass::User, cut(text, at, at + len)) =>
                {
                    self.hits.push(base, Hit { start: at, end: at + len, made });
                    return Asked::Taken(at + len);
                }
                None if shape.joins > 0 => {
                    if shape.joins > 1 && shape.dots == 1 && !scope.strong_only {
                        self.owner_of_document(text, at, at + len);
                    }
                    self.known_inside(text, at, at + len);
                    return Asked::Open;
                }
                None => return Asked::UnknownWord,
            },
        };
        let Some(made) = self.make(class, cut(text, at, at + len)) else { return Asked::Open };
        self.hits.push(base, Hit { start: at, end: at + len, made });
        self.by_lexicon += u64::from(known);
        if class == PiiClass::Customer {
            self.note_customer_in_text(made);
        }
        if class == PiiClass::Card {
            self.stripe(text, at + len, base);
        }
        Asked::Taken(self.hits.floor(base).max(at + len))
    }

    /// Looks a word up that may be a known reference without its surroundings.
    pub(super) fn known_word(&mut self, text: &str, at: usize, end: usize, base: usize) {
        if end - at < REFERENCE_BYTES_MIN
            || end - at > REFERENCE_BYTES_MAX
            || self.hits.floor(base) > at
            || (at > 0 && text.as_bytes()[at - 1] == b'+')
        {
            return;
        }
        let word = cut(text, at, end);
        let class = match Shape::of(word.as_bytes()) {
            Some(shape) if shape.len == word.len() => self.known_reference(&shape.form[..shape.form_len], shape.digits == shape.len, shape.len),
            // Letters outside ASCII.
            _ => self.known_high(word),
        };
        let Some(class) = class else { return };
        if word.bytes().all(|byte| byte.is_ascii_digit()) && is_quantity(text.as_bytes(), end) {
            return;
        }
        if let Some(made) = self.make(class, word) {
            self.hits.push(base, Hit { start: at, end, made });
            self.by_lexicon += 1;
        }
    }

    /// Looks up a number whose groups are parted by blanks or slashes, as telephone numbers are: `0699/5371286`, `0664 7998479`.
    pub(super) fn known_groups(&mut self, text: &str, (at, end): (usize, usize), base: usize) -> Option<usize> {
        let second = self.groups.get(1).filter(|group| matches!(group.separator, b' ' | b'/' | b'-') && group.len() >= 2)?;
        if self.engine.lexicon.is_empty() || end - at > 6 || second.end - at > REFERENCE_BYTES_MAX || self.hits.floor(base) > at {
            return None;
        }
        let (mut form, mut len) = ([0; GROUPED_DIGITS_MAX], 0);
        let mut found = None;
        for index in 0..self.groups.len().min(6) {
            let (start, stop) = (self.groups[index].start, self.groups[index].end);
            if index > 0 && !matches!(self.groups[index].separator, b' ' | b'/' | b'-') {
                break;
            }
            let Some(room) = form.get_mut(len..len + stop - start) else { break };
            room.copy_from_slice(&text.as_bytes()[start..stop]);
            len += stop - start;
            if index > 0
                && len >= 8
                && let Some(class) = self.known_form(&form[..len], 1)
            {
                found = Some((class, stop));
            }
        }
        let (class, stop) = found?;
        let made = self.make(class, cut(text, at, stop))?;
        self.hits.push(base, Hit { start: at, end: stop, made });
        self.by_lexicon += 1;
        Some(stop)
    }

    fn known_reference(&mut self, form: &[u8], number: bool, len: usize) -> Option<PiiClass> {
        if self.engine.lexicon.is_empty() || (number && len < 6) {
            return None;
        }
        self.known_form(form, 1)
    }

    fn known_high(&mut self, reference: &str) -> Option<PiiClass> {
        if self.engine.lexicon.is_empty() {
            return None;
        }
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        reference_form_into(reference, &mut form);
        let class = self.known_form(form.as_bytes(), 1);
        self.form = form;
        class
    }
}

/// Whether the number that ends at `end` is a measure, which may be somebody's number by chance: `8820417 rows`, `8820417.118204`.
fn is_quantity(bytes: &[u8], end: usize) -> bool {
    let fraction = bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    fraction || is_measured(bytes, end)
}

fn joins(byte: u8) -> bool {
    CLASS[usize::from(byte)] & JOIN != 0
}

/// What a reference is made of.
struct Shape {
    len: usize,
    digits: usize,
    lower: usize,
    upper: usize,
    dots: usize,
    /// Signs that join, dots and all.
    joins: usize,
    /// The form under which the lexicon knows it: `reference_form_into`, made on the way.
    form: [u8; REFERENCE_BYTES_MAX + 1],
    form_len: usize,
}

/// One of each kind of byte, eight bits wide: summed up, a reference's bytes are counted without a branch. 0: no part of a reference.
const COUNTS: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let class = CLASS[byte];
        table[byte] = if class & LOWER != 0 {
            1 | ONE_OF_FORM
        } else if class & UPPER != 0 {
            1 << 8 | ONE_OF_FORM
        } else if class & DIGIT != 0 {
            1 << 16 | ONE_OF_FORM
        } else if class & DOT != 0 {
            1 << 24 | ONE_OF_JOINS
        } else if class & JOIN != 0 {
            ONE_OF_JOINS
        } else {
            0
        };
        byte += 1;
    }
    table
};
const ONE_OF_JOINS: u64 = 1 << 32;
const ONE_OF_FORM: u64 = 1 << 40;

impl Shape {
    /// The reference at the start of `bytes`, without joining signs at its end; none when it is too short or too long, or touches a letter outside
    /// ASCII or an `@`.
    fn of(bytes: &[u8]) -> Option<Self> {
        let bytes = &bytes[..bytes.len().min(REFERENCE_BYTES_MAX + 1)];
        let mut form = [0; REFERENCE_BYTES_MAX + 1];
        let (mut sum, mut len) = (0, 0);
        for &byte in bytes {
            let count = COUNTS[usize::from(byte)];
            if count == 0 {
                break;
            }
            // A sign is written over by what follows. The bit that makes a letter small is set in every digit.
            form[(sum >> 40) as usize] = byte | 0x20;
            sum += count;
            len += 1;
        }
        let touches = bytes.get(len).is_some_and(|&byte| byte >= 0x80 || byte == b'@');
        while len > 0 && joins(bytes[len - 1]) {
            len -= 1;
            sum -= COUNTS[usize::from(bytes[len])];
        }
        if touches || !(REFERENCE_BYTES_MIN..=REFERENCE_BYTES_MAX).contains(&len) {
            return None;
        }
        let count = |shift: u32| (sum >> shift) as usize & 0xFF;
        Some(Self { len, lower: count(0), upper: count(8), digits: count(16), dots: count(24), joins: count(32), form_len: count(40), form })
    }

    /// Whether a value of this shape can be what the word before it says. Plain numbers are the detectors' matter.
    fn fits(&self, class: PiiClass) -> bool {
        let letters = self.lower + self.upper;
        let version = letters <= 1 && self.dots >= 1;
        if letters == 0 || version {
            return class == PiiClass::Session && self.digits == self.len && self.len >= 6;
        }
        match class {
            PiiClass::User => self.digits >= 2 || (self.upper == 0 && self.dots <= 1 && self.joins > 0 && self.digits == 0 && self.dots == 1),
            PiiClass::Customer | PiiClass::Account => self.digits >= 5 || (self.lower == 0 && self.len >= 6),
            _ => (self.digits >= 2 && self.len >= 6) || (self.joins > 0 && self.len >= 20),
        }
    }
}

/// Bytes before a member that are searched for its group.
const GROUP_REACH_BYTES: usize = 120;

/// Whether a member is said to join or leave a group of programs.
fn is_of_group(head: &[u8]) -> bool {
    let near = &head[head.len().saturating_sub(GROUP_REACH_BYTES)..];
    [&b"emoving "[..], b"emoved ", b"dding ", b" new ", b"dded "].iter().any(|word| head.ends_with(word))
        || [&b"oup coordinator"[..], b"oupCoordinator", b"ebalanc"].iter().any(|word| memchr::memmem::find(near, word).is_some())
}

/// Whether a word and a UUID (RFC 9562) are joined by a dash.
pub(super) fn ends_with_uuid(value: &[u8]) -> bool {
    let Some(from) = value.len().checked_sub(37) else { return false };
    value[from] == b'-'
        && value[from + 1..]
            .iter()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// Whether bytes are the number of somebody in groups, `884-301-76`: neither a day nor steps of a scale.
fn is_grouped_number(value: &[u8]) -> bool {
    let groups = || value.split(|&byte| byte == b'-');
    let year = |group: &[u8]| group.len() == 4 && matches!(&group[..2], b"19" | b"20");
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    groups().count() >= 3
        && (7..=16).contains(&digits)
        && groups().all(|group| !group.is_empty() && group.iter().all(u8::is_ascii_digit) && !year(group))
        && groups().any(|group| group.len() >= 2 && !group.ends_with(b"0"))
        && groups().any(|group| group.len() >= 3)
}

/// Whether bytes are up to four capitals and six digits or more, in groups or not: `P-3301627`, `HH0071204`, `D-204-71192-8`; no standard, no ISIN.
fn is_number_of_person(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let number = &value[letters..];
    let number = number.strip_prefix(b"-").unwrap_or(number);
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let year = matches!(number.get(..5), Some([b'1' | b'2', b'9' | b'0', _, _, b'-']));
    letters <= 4
        && (6..=14).contains(&digits)
        && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
        && !year
        && !is_standard(value)
        && !(letters == 2 && digits == 10)
        && (letters > 0 || is_grouped_number(number) || is_bare_number(number))
}

/// Whether bytes are the name of a standard, a protocol or a digest: `ISO20022`, `SHA256`, `TLS1.3`, `pain.001`.
fn is_standard(value: &[u8]) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&[u8]] = &[
        b"ISO", b"PSD", b"SHA", b"MD", b"AES", b"RSA", b"TLS", b"SSL", b"PKCS", b"UTF", b"HTTP", b"RFC", b"CAMT", b"PAIN", b"PACS", b"MT", b"MX", b"OFAC",
        b"SCT", b"SDD", b"EMV", b"PCI", b"IPV", b"CRC", b"BASE",
    ];
    let letters = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let number = &value[letters..];
    let most = if matches!(&value[..letters], b"ISO" | b"PSD") { 14 } else { 6 };
    number.len() <= most
        && number.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_'))
        && NAMES.iter().any(|name| name.eq_ignore_ascii_case(&value[..letters]))
}

/// Whether bytes are two groups of digits with a dash between, seven to twelve of them, neither a year: `70418-03`.
fn is_pair_of_groups(value: &[u8]) -> bool {
    let year = |group: &[u8]| group.len() == 4 && matches!(&group[..2], b"19" | b"20");
    let groups = || value.split(|&byte| byte == b'-');
    groups().count() == 2
        && (8..=13).contains(&value.len())
        && groups().all(|group| !group.is_empty() && group.iter().all(u8::is_ascii_digit) && !year(group))
}

/// Whether bytes are seven to nine digits and no day: `party 88213040`.
fn is_bare_number(value: &[u8]) -> bool {
    let day = value.len() == 8 && matches!(&value[..2], b"19" | b"20");
    (7..=9).contains(&value.len()) && value.iter().all(u8::is_ascii_digit) && !day
}

/// Whether bytes are one to four capitals and six digits or more, in groups or not: `R42060212`, `K-2285-8392`; no standard, no ISIN.
fn is_lettered_number(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let number = &value[letters..];
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    (1..=4).contains(&letters)
        && (6..=14).contains(&digits)
        && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-')
        && !is_standard(value)
        && !is_isin(value)
}

/// Whether bytes are two capitals and ten digits with the check digit of an ISIN (ISO 6166): letters count as 10 to 35, then as in ISO/IEC 7812-1.
fn is_isin(value: &[u8]) -> bool {
    let digits: Vec<u8> = value
        .iter()
        .flat_map(|&byte| match byte {
            b'A'..=b'Z' => vec![b'0' + (byte - b'A' + 10) / 10, b'0' + (byte - b'A' + 10) % 10],
            digit => vec![digit],
        })
        .collect();
    value.len() == 12 && value[..2].iter().all(u8::is_ascii_uppercase) && value[2..].iter().all(u8::is_ascii_digit) && luhn(&digits)
}

/// The class that the word before `at` gives to a reference: `user x`, `customers/x`, `session id: x`.
fn cued(bytes: &[u8], at: usize, shape: &Shape) -> Option<PiiClass> {
    // `Last login 2026-03-01T20:11:09`.
    let day = bytes.get(at..at + 10).is_some_and(|day| {
        matches!(&day[..2], b"19" | b"20")
            && day.iter().enumerate().all(|(place, byte)| if matches!(place, 4 | 7) { matches!(byte, b'-' | b'.') } else { byte.is_ascii_digit() })
    });
    // `11-03-2026`
    let day = day || shape.digits == 8 && matches!(bytes.get(at..at + 6), Some([_, _, b'-' | b'.', _, _, b'-' | b'.']));
    if day {
        return None;
    }
    let mut end = at;
    for filler in [false, true] {
        let gap = bytes[..end]
            .iter()
            .rev()
            .take(3)
            .take_while(|&&byte| {
                // `Cust. Ref 18-2201-77`
                filler && byte == b'.' || matches!(byte, b' ' | b':' | b'/' | b'=' | b'#' | b'"' | b'\'' | b'(' | b'<' | b'[' | b'{')
            })
            .count();
        end -= gap;
        let len = bytes[..end].iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &bytes[end - len..end];
        if gap == 0 || len < 2 {
            return None;
        }
        if let Some((_, class)) = CUES.iter().find(|(cue, _)| cue.as_bytes().eq_ignore_ascii_case(word)) {
            let one = !word.last().is_some_and(|byte| byte.eq_ignore_ascii_case(&b's'));
            // `client ISO20022`, `account CAMT053`
            if is_standard(&bytes[at..at + shape.len]) {
                return None;
            }
            // `Removing member ledger-2-0c77e1aa-91f2-4b6e-8d30-5a1be2f09c44`: of a group of programs.
            if word == b"member" && is_of_group(&bytes[..end - len]) && ends_with_uuid(&bytes[at..at + shape.len]) {
                return None;
            }
            // `caller=login/otp.go:218`: a line of a program.
            let behind = bytes.get(at + shape.len..).unwrap_or_default();
            if *class == PiiClass::User
                && gap == 1
                && bytes[end] == b'/'
                && shape.dots > 0
                && matches!(behind, [b':', digit, ..] if digit.is_ascii_digit())
            {
                return None;
            }
            let grouped = one && matches!(class, PiiClass::Customer | PiiClass::Account) && is_grouped_number(&bytes[at..at + shape.len]);
            // `/users/44188204/roles`
            let routed = *class == PiiClass::User && bytes[at - 1] == b'/' && shape.digits == shape.len && (6..=12).contains(&shape.len);
            return (grouped || routed || shape.fits(*class)).then_some(*class);
        }
        let value = &bytes[at..at + shape.len];
        if is_number_of_person(value)
            && let Some((_, class)) = CUES_OF_NUMBERS.iter().find(|(cue, _)| cue.as_bytes().eq_ignore_ascii_case(word))
        {
            return Some(*class);
        }
        // `attorney X, donor 70418-03`, `the claimant (C-291-8437)`
        if (shape.digits < shape.len && is_number_of_person(value) || is_pair_of_groups(value))
            && std::str::from_utf8(word).is_ok_and(|word| word == "subject" || Cue::of(word).any(Cue::ROLE))
        {
            return Some(PiiClass::Customer);
        }
        if ![&b"id"[..], b"no", b"number", b"ref", b"name"].iter().any(|filler| filler.eq_ignore_ascii_case(word)) {
            return None;
        }
        end -= len;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_has_the_form_that_the_lexicon_knows() {
        for reference in ["CUS-W8TPALFY", "birtwhistle.verity0673", "8c26de50-06d9-4ccd-a922-f915324a418d", "A_b.C-9", "12345", &"x".repeat(64)] {
            let mut form = String::new();
            reference_form_into(reference, &mut form);
            for tail in ["", " x", "-", "._ ", ",", "-."] {
                let shape = Shape::of(format!("{reference}{tail}").as_bytes());
                let Some(shape) = shape else { panic!("{reference}{tail}") };
                assert_eq!((shape.len, &shape.form[..shape.form_len]), (reference.len(), form.as_bytes()), "{reference}{tail}");
                let count = |wanted: fn(&u8) -> bool| reference.bytes().filter(wanted).count();
                assert_eq!((shape.digits, shape.dots), (count(u8::is_ascii_digit), count(|byte| *byte == b'.')));
                assert_eq!((shape.lower, shape.upper), (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase)));
                assert_eq!(shape.joins > 0, reference.contains(['-', '_', '.']));
            }
            assert!(Shape::of(format!("{reference}@").as_bytes()).is_none());
        }
        assert!(["", "abcd", "----", "ab.cd\u{e9}", &"x".repeat(65)].iter().all(|text| Shape::of(text.as_bytes()).is_none()));
    }
}
