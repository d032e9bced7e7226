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
/// Words of the longest name in small letters that is looked up, and bytes of the longest word.
const SMALL_WORDS_MAX: u8 = 4;
const WORD_BYTES_MAX: usize = 40;

/// Bytes of the shortest number in hexadecimal digits that is told from a word.
const DIGEST_BYTES_MIN: usize = 16;

impl Worker<'_> {
    /// Replaces the word when it is a known name that is no ordinary word.
    pub(super) fn known_part(&mut self, text: &str, start: usize, end: usize, base: usize) -> bool {
        if end - start < PART_BYTES_MIN || self.engine.lexicon.is_empty() {
            return false;
        }
        let part = cut(text, start, end);
        let known = if part.bytes().all(|byte| byte.is_ascii_lowercase()) { self.known_form(part.as_bytes(), 1) } else { self.known(part, 1) };
        if known != Some(PiiClass::Name) {
            return false;
        }
        let proper = self.is_proper(part);
        if proper
            && let Some(end) = self.small_words(text, start, end)
            && let Some(made) = self.make(PiiClass::Name, cut(text, start, end))
        {
            self.hits.push(base, Hit { start, end, made });
            self.by_lexicon += 1;
            return true;
        }
        if !proper || names::is_ordinary(part) || is_amid_path(text.as_bytes(), start, end) {
            return false;
        }
        let Some(made) = self.make(PiiClass::Name, part) else { return false };
        self.hits.push(base, Hit { start, end, made });
        self.by_lexicon += 1;
        true
    }

    /// Where a known name of several words in small letters ends that begins with the known part here: `dawn young`, `minh anh kwon`.
    #[cold]
    #[inline(never)]
    fn small_words(&mut self, text: &str, start: usize, end: usize) -> Option<usize> {
        if end - start > WORD_BYTES_MAX || !begins_word(text, start) {
            return None;
        }
        let (mut at, mut found) = (end, None);
        for words in 2..=SMALL_WORDS_MAX {
            let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix([' ', '-'])) else { break };
            let len = rest.find(|c: char| !c.is_alphabetic() && c != '\'').unwrap_or(rest.len());
            if !rest.starts_with(char::is_lowercase) || len > WORD_BYTES_MAX {
                break;
            }
            at = text.len() - rest.len() + len;
            if self.known(cut(text, start, at), words) == Some(PiiClass::Name) {
                found = Some(at);
            }
        }
        found
    }

    /// Looks the humps of a word up: `QuentinLarkspurton1` has two, and digits end one.
    pub(super) fn known_humps(&mut self, text: &str, start: usize, end: usize, base: usize) {
        if end - start < PART_BYTES_MIN || self.engine.lexicon.is_empty() || self.hits.floor(base) > start {
            return;
        }
        let word = &text.as_bytes()[..end];
        if is_digest(&word[start..]) {
            return;
        }
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

/// Whether a word is a number in hexadecimal digits: a trace, a checksum. The letters in it are nobody's name.
fn is_digest(word: &[u8]) -> bool {
    word.len() >= DIGEST_BYTES_MIN && word.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a word of small letters begins here, after a blank or at the beginning of a text.
fn begins_word(text: &str, start: usize) -> bool {
    !cut(text, 0, start).ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'))
}

/// Whether the word stands between two dots, as a package of a program does: `java.lang.String`.
fn is_amid_path(bytes: &[u8], start: usize, end: usize) -> bool {
    start > 1 && bytes[start - 1] == b'.' && bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_alphabetic)
}

/// Whether a hump begins at this letter of the word that ends these bytes: a capital behind a small letter, or before one.
fn hump_begins(word: &[u8], at: usize) -> bool {
    let small = |at: usize| word.get(at).is_some_and(u8::is_ascii_lowercase);
    word[at].is_ascii_uppercase() && (small(at - 1) || small(at + 1))
}
