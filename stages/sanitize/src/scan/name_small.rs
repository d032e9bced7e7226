//! Names in small letters that nothing announces and no lexicon knows: `jane roe was here`. A given name that is no ordinary word, and behind it a word
//! that is a name or of no list.
//!
//! Every word of a text would have to be looked up, so a small filter says first that nearly all of them begin like no given name.

use std::sync::LazyLock;

use schemas::pii::PiiClass;

use super::gazetteer::Known;
use super::hits::Hit;
use super::name_shape::{has_ending_of_word, is_particle};
use super::words::Lists;
use crate::fold::cut;
use crate::worker::Worker;

/// Bytes of the shortest and the longest given name that is looked up.
const GIVEN_BYTES: std::ops::RangeInclusive<usize> = 4..=12;
/// Letters of the shortest surname, and of one that is of no list.
const FAMILY_CHARS_MIN: usize = 3;
const UNLISTED_CHARS_MIN: usize = 4;
/// Bytes of the longest.
const FAMILY_BYTES_MAX: usize = 40;
/// Words behind the given name: particles and surnames.
const WORDS_MAX: usize = 4;

/// Bits of the filter, as a power of two.
const FILTER_BITS: u32 = 16;

/// A bit for each given name of the list.
static FILTER: LazyLock<Box<[u64; 1 << (FILTER_BITS - 6)]>> = LazyLock::new(|| {
    let mut filter = Box::new([0; 1 << (FILTER_BITS - 6)]);
    let names = include_str!("gazetteer/given.txt").lines().filter(|line| !line.starts_with('#'));
    for name in names.flat_map(str::split_whitespace).filter(|name| GIVEN_BYTES.contains(&name.len())) {
        let bit = bit_of(name.as_bytes());
        filter[bit >> 6] |= 1 << (bit & 63);
    }
    filter
});

/// The bit of a word of at most twelve bytes.
fn bit_of(word: &[u8]) -> usize {
    let mut bytes = [0; 16];
    let len = word.len().min(16);
    bytes[..len].copy_from_slice(&word[..len]);
    let number = u128::from_le_bytes(bytes);
    let mixed = ((number as u64) ^ ((number >> 64) as u64).rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> (64 - FILTER_BITS)) as usize
}

/// Whether a word of small letters may be a given name.
pub(super) fn may_be_given(word: &[u8]) -> bool {
    if !GIVEN_BYTES.contains(&word.len()) {
        return false;
    }
    let bit = bit_of(word);
    FILTER[bit >> 6] >> (bit & 63) & 1 != 0
}

impl Worker<'_> {
    /// Replaces the name that begins with the given name at `start..end`; returns where it ends.
    pub(super) fn small_name(&mut self, text: &str, start: usize, end: usize, base: usize) -> Option<usize> {
        let last = family_end(text, start, end)?;
        let made = self.make(PiiClass::Name, cut(text, start, last))?;
        self.hits.push(base, Hit { start, end: last, made });
        Some(last)
    }
}

/// Where the surname behind a given name ends; none when either is none.
fn family_end(text: &str, start: usize, end: usize) -> Option<usize> {
    let free = !cut(text, 0, start).ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '@' | '#' | '$' | '=' | '\''));
    let given = Known::of(cut(text, start, end));
    if !free || !given.is_given() || given.is_word() {
        return None;
    }
    let (mut at, mut found) = (end, None);
    for _ in 0..WORDS_MAX {
        let Some(rest) = text.get(at..).and_then(|rest| rest.strip_prefix(' ')) else { break };
        let len = rest.find(|c: char| !c.is_lowercase() && c != '\'' && c != '-').unwrap_or(rest.len());
        let word = cut(rest, 0, len).trim_end_matches(['\'', '-']);
        let glued = rest.get(len..).is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '=' | '(' | '/' | '@')));
        if word.is_empty() || word.len() > FAMILY_BYTES_MAX || glued {
            break;
        }
        at = text.len() - rest.len() + word.len();
        if is_particle(word) && found.is_none() {
            continue;
        }
        if !is_family(word, found.is_some()) {
            break;
        }
        found = Some(at);
    }
    found
}

/// Whether a word is a surname; the first one may be of no list.
fn is_family(word: &str, another: bool) -> bool {
    let (known, lists) = (Known::of(word), Lists::of(word));
    let chars = word.chars().count();
    if chars < FAMILY_CHARS_MIN || known.is_word() || lists.is_ordinary() || lists.on(Lists::COMPANY) {
        return false;
    }
    known.is_name() || !another && chars >= UNLISTED_CHARS_MIN && !has_ending_of_word(word)
}

#[cfg(test)]
mod tests {
    use super::may_be_given;
    use crate::testing::{engine, scan_text};

    #[test]
    fn the_filter_takes_given_names_and_few_others() {
        assert!(["ingeborg", "thandiwe", "zeynep"].iter().all(|name| may_be_given(name.as_bytes())));
        let words = include_str!("gazetteer/ordinary.txt").split_whitespace();
        let (taken, all) = words.fold((0, 0), |(taken, all), word| (taken + usize::from(may_be_given(word.as_bytes())), all + 1));
        assert!(taken * 8 < all, "{taken} of {all}");
    }

    #[test]
    fn names_in_small_letters_need_a_given_name_and_a_surname() {
        for (text, gone) in [
            ("please call ingeborg larkspurton back", "ingeborg larkspurton"),
            ("thandiwe van der wexcombe was here", "thandiwe van der wexcombe"),
            ("cc zeynep yilmaz, too", "zeynep yilmaz"),
        ] {
            let out = scan_text(&engine(), text);
            assert!(!out.contains(gone) && gone.split(' ').all(|word| !out.contains(word)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        for text in ["ask ingeborg about the file", "grace period of three days", "ingeborg/larkspurton.pdf", "zeynep is away"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
