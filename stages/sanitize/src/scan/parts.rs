//! Known names in words that do not look like names: small letters (`quentin larkspurton`), glued to digits (`Larkspurton1`) or to other words
//! (`QuentinLarkspurton`). Words joined by a sign (`q.larkspurton`, `larkspurton_kyc.pdf`) come here one by one.

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::names;
use crate::fold::cut;
use crate::worker::Worker;

/// Shortest part that is looked up.
const PART_BYTES_MIN: usize = 4;

impl Worker<'_> {
    /// Replaces the word when it is a known name that is no ordinary word.
    pub(super) fn known_part(&mut self, text: &str, start: usize, end: usize, base: usize) -> bool {
        if end - start < PART_BYTES_MIN || self.engine.lexicon.is_empty() {
            return false;
        }
        let part = cut(text, start, end);
        let known = if part.bytes().all(|byte| byte.is_ascii_lowercase()) { self.known_form(part, 1) } else { self.known(part, 1) };
        if known != Some(PiiClass::Name) || !self.is_proper(part) || names::is_ordinary(part) {
            return false;
        }
        let Some(made) = self.make(PiiClass::Name, part) else { return false };
        self.hits.push(base, Hit { start, end, made });
        self.by_lexicon += 1;
        true
    }

    /// Looks the humps of a word up: `QuentinLarkspurton1` has two, and digits end one.
    pub(super) fn known_humps(&mut self, text: &str, start: usize, end: usize, base: usize) {
        if end - start < PART_BYTES_MIN || self.engine.lexicon.is_empty() || self.hits.floor(base) > start {
            return;
        }
        let bytes = text.as_bytes();
        let letter = |at: usize| at < end && (bytes[at].is_ascii_alphabetic() || bytes[at] >= 0x80);
        let mut from = start;
        while from < end {
            if !letter(from) {
                from += 1;
                continue;
            }
            let mut to = from + 1;
            while letter(to) && !hump_begins(bytes, to, end) {
                to += 1;
            }
            self.known_part(text, from, to, base);
            from = to;
        }
    }
}

/// Whether a hump begins at this letter: a capital behind a small letter, or before one.
fn hump_begins(bytes: &[u8], at: usize, end: usize) -> bool {
    let small = |at: usize| at < end && bytes[at].is_ascii_lowercase();
    bytes[at].is_ascii_uppercase() && (small(at - 1) || small(at + 1))
}
