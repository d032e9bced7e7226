//! A list of words that is asked often: by the first byte, either case of ASCII letters, all spellings of the others.

use super::spelling;

/// Words, found by their first byte.
pub(super) struct WordList {
    words: Vec<Vec<Box<[u8]>>>,
    /// A bit for each length of the words of a first byte: nearly all words asked about are sent away by it.
    lengths: [u32; 256],
}

impl WordList {
    pub(super) fn new(words: &[&str]) -> Self {
        let (mut table, mut lengths) = (vec![Vec::new(); 256], [0; 256]);
        for spelling in words.iter().flat_map(|word| spelling::all(word)) {
            let first = spelling.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
            lengths[usize::from(first)] |= 1 << spelling.len().min(31);
            table[usize::from(first)].push(spelling.into_bytes().into_boxed_slice());
        }
        Self { words: table, lengths }
    }

    /// Whether the word stands on the list.
    pub(super) fn has(&self, word: &[u8]) -> bool {
        let Some(first) = word.first().map(|first| usize::from(first.to_ascii_lowercase())) else { return false };
        self.lengths[first] >> word.len().min(31) & 1 == 1 && self.words[first].iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}
