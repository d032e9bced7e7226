//! References in text (`CUS-W8TPALFY`, `birtwhistle.verity0673`, a device's UUID): known to the lexicon, or right behind the word that says what
//! they are.

use schemas::pii::PiiClass;

use super::driver::Scope;
use super::hits::Hit;
use crate::canonical::reference_form_into;
use crate::fold::cut;
use crate::worker::Worker;

/// Longest reference.
const REFERENCE_BYTES_MAX: usize = 64;
/// Shortest one.
const REFERENCE_BYTES_MIN: usize = 5;

/// Words that say what the reference behind them is.
const CUES: &[(&str, PiiClass)] = &[
    ("user", PiiClass::User),
    ("users", PiiClass::User),
    ("username", PiiClass::User),
    ("userid", PiiClass::User),
    ("login", PiiClass::User),
    ("principal", PiiClass::User),
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

impl Worker<'_> {
    /// Handles the reference that begins at `at`; returns where to go on when it is personal.
    pub(super) fn reference(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        // The tail of another word, or a telephone number, which is the detectors' matter.
        let inside = at > 1 && joins(bytes[at - 1]) && bytes[at - 2].is_ascii_alphanumeric();
        if inside || (at > 0 && bytes[at - 1] == b'+') {
            return None;
        }
        let rest = &bytes[at..bytes.len().min(at + REFERENCE_BYTES_MAX + 1)];
        let mut len = rest.iter().position(|&byte| !byte.is_ascii_alphanumeric() && !joins(byte)).unwrap_or(rest.len());
        let touches = rest.get(len).is_some_and(|&byte| byte >= 0x80 || byte == b'@');
        while len > 0 && joins(rest[len - 1]) {
            len -= 1;
        }
        if touches || !(REFERENCE_BYTES_MIN..=REFERENCE_BYTES_MAX).contains(&len) || self.hits.floor(base) > at {
            return None;
        }
        let shape = Shape::of(&rest[..len]);
        if shape.digits == 0 && !shape.joined {
            return None;
        }
        let reference = cut(text, at, at + len);
        let (class, known) = match self.known_reference(reference, shape.digits == len) {
            // Services have names like users': in a technical field a known reference has digits.
            Some(class) if !scope.strong_only || shape.digits > 0 => (class, true),
            _ if scope.strong_only => return None,
            _ => (cued(bytes, at, &shape)?, false),
        };
        let made = self.make(class, reference)?;
        self.hits.push(base, Hit { start: at, end: at + len, made });
        self.by_lexicon += u64::from(known);
        if class == PiiClass::Customer {
            self.note_customer_in_text(made);
        }
        Some(at + len)
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
        let Some(class) = self.known_reference(word, word.bytes().all(|byte| byte.is_ascii_digit())) else { return };
        if let Some(made) = self.make(class, word) {
            self.hits.push(base, Hit { start: at, end, made });
            self.by_lexicon += 1;
        }
    }

    fn known_reference(&mut self, reference: &str, number: bool) -> Option<PiiClass> {
        if self.engine.lexicon.is_empty() || (number && reference.len() < 6) {
            return None;
        }
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        reference_form_into(reference, &mut form);
        let class = self.known_form(&form, 1);
        self.form = form;
        class
    }
}

fn joins(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

struct Shape {
    len: usize,
    digits: usize,
    lower: usize,
    upper: usize,
    dots: usize,
    joined: bool,
}

impl Shape {
    fn of(bytes: &[u8]) -> Self {
        let mut shape = Self { len: bytes.len(), digits: 0, lower: 0, upper: 0, dots: 0, joined: false };
        for byte in bytes {
            match byte {
                b'0'..=b'9' => shape.digits += 1,
                b'a'..=b'z' => shape.lower += 1,
                b'A'..=b'Z' => shape.upper += 1,
                b'.' => (shape.dots, shape.joined) = (shape.dots + 1, true),
                _ => shape.joined = true,
            }
        }
        shape
    }

    /// Whether a value of this shape can be what the word before it says. Plain numbers are the detectors' matter.
    fn fits(&self, class: PiiClass) -> bool {
        let letters = self.lower + self.upper;
        let version = letters <= 1 && self.dots >= 1;
        if letters == 0 || version {
            return class == PiiClass::Session && self.digits == self.len && self.len >= 6;
        }
        match class {
            PiiClass::User => self.digits >= 2 || (self.upper == 0 && self.dots <= 1 && self.joined && self.digits == 0 && self.dots == 1),
            PiiClass::Customer | PiiClass::Account => self.digits >= 5 || (self.lower == 0 && self.len >= 6),
            _ => (self.digits >= 2 && self.len >= 6) || (self.joined && self.len >= 20),
        }
    }
}

/// The class that the word before `at` gives to a reference: `user x`, `customers/x`, `session id: x`.
fn cued(bytes: &[u8], at: usize, shape: &Shape) -> Option<PiiClass> {
    let mut end = at;
    for _ in 0..2 {
        let gap = bytes[..end]
            .iter()
            .rev()
            .take(3)
            .take_while(|&&byte| matches!(byte, b' ' | b':' | b'/' | b'=' | b'#' | b'"' | b'\'' | b'(' | b'<' | b'['))
            .count();
        end -= gap;
        let len = bytes[..end].iter().rev().take(12).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &bytes[end - len..end];
        if gap == 0 || len < 2 {
            return None;
        }
        if let Some((_, class)) = CUES.iter().find(|(cue, _)| cue.as_bytes().eq_ignore_ascii_case(word)) {
            return shape.fits(*class).then_some(*class);
        }
        if ![&b"id"[..], b"no", b"number", b"ref", b"name"].iter().any(|filler| filler.eq_ignore_ascii_case(word)) {
            return None;
        }
        end -= len;
    }
    None
}
