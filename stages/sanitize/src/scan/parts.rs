//! Known names in words that do not look like names: small letters (`quentin larkspurton`), glued to digits (`Larkspurton1`) or to other words
//! (`QuentinLarkspurton`). Words joined by a sign (`q.larkspurton`, `larkspurton_kyc.pdf`) come here one by one.

use schemas::pii::PiiClass;

use super::hits::Hit;
use super::names;
use super::table::{CLASS, HIGH, LOWER, UPPER};
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
        let known = if part.bytes().all(|byte| byte.is_ascii_lowercase()) { self.known_form(part.as_bytes(), 1) } else { self.known(part, 1) };
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
        let word = &text.as_bytes()[..end];
        let letter = |at: usize| word.get(at).is_some_and(|&byte| CLASS[usize::from(byte)] & (LOWER | UPPER | HIGH) != 0);
        let mut from = start;
        while from < end {
            if !letter(from) {
                from += 1;
                continue;
            }
            let mut to = from + 1;
            while letter(to) && !hump_begins(word, to) {
                to += 1;
            }
            if to - from >= PART_BYTES_MIN {
                self.known_part(text, from, to, base);
            }
            from = to;
        }
    }
}

/// Whether a hump begins at this letter of the word that ends these bytes: a capital behind a small letter, or before one.
fn hump_begins(word: &[u8], at: usize) -> bool {
    let small = |at: usize| word.get(at).is_some_and(u8::is_ascii_lowercase);
    word[at].is_ascii_uppercase() && (small(at - 1) || small(at + 1))
}
