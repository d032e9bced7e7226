//! A list of words that is asked often: by the first byte, either case of ASCII letters, all spellings of the others.

use super::spelling;

/// Words, found by their first byte.
pub(crate) struct WordList {
    words: Vec<Vec<Box<[u8]>>>,
    /// A bit for each length of the words of a first byte and, in the upper half, for each last letter: nearly all words asked about are sent away
    /// by these.
    seen: [u64; 256],
}

/// Bits of a word's length and of its last byte.
fn bits(word: &[u8]) -> (u64, u64) {
    let last = word.last().map_or(0, |last| last.to_ascii_lowercase());
    (1 << word.len().min(31), 1 << (32 + (last & 31)))
}

impl WordList {
    pub(crate) fn new(words: &[&str]) -> Self {
        let (mut table, mut seen) = (vec![Vec::new(); 256], [0; 256]);
        for spelling in words.iter().flat_map(|word| spelling::all(word)) {
            let first = spelling.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
            let (length, last) = bits(spelling.as_bytes());
            seen[usize::from(first)] |= length | last;
            table[usize::from(first)].push(spelling.into_bytes().into_boxed_slice());
        }
        Self { words: table, seen }
    }

    /// Whether the word stands on the list.
    pub(crate) fn has(&self, word: &[u8]) -> bool {
        let Some(first) = word.first().map(|first| usize::from(first.to_ascii_lowercase())) else { return false };
        let (length, last) = bits(word);
        self.seen[first] & length != 0 && self.seen[first] & last != 0 && self.words[first].iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}
