//! A list of words that is asked often: by the first byte, either case of ASCII letters, all spellings of the others.

use super::spelling;

/// Words, found by their first byte.
pub(super) struct WordList(Vec<Vec<Box<[u8]>>>);

impl WordList {
    pub(super) fn new(words: &[&str]) -> Self {
        let mut table = vec![Vec::new(); 256];
        for spelling in words.iter().flat_map(|word| spelling::all(word)) {
            let first = spelling.as_bytes().first().map_or(0, u8::to_ascii_lowercase);
            table[usize::from(first)].push(spelling.into_bytes().into_boxed_slice());
        }
        Self(table)
    }

    /// Whether the word stands on the list.
    pub(super) fn has(&self, word: &[u8]) -> bool {
        let Some(first) = word.first() else { return false };
        self.0[usize::from(first.to_ascii_lowercase())].iter().any(|known| known.eq_ignore_ascii_case(word))
    }
}
