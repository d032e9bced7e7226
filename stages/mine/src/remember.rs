//! What was found out about texts that come again and again: names of fields, words, tokens. One thread's, so nothing of it may show in an output.

use crate::hash::FixedMap;

/// Texts that are remembered; with one more all are forgotten: values that are new in each record would fill any memory.
const TEXTS_MAX: usize = 1 << 10;
/// Bytes of a text that is worth it.
const TEXT_BYTES_MAX: usize = 256;

/// What is known of texts.
pub(crate) struct Remembered<T>(FixedMap<Box<str>, T>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(FixedMap::default())
    }
}

impl<T: Clone> Remembered<T> {
    /// What is known of a text, or what `find` finds.
    pub(crate) fn of(&mut self, text: &str, find: impl FnOnce(&str) -> T) -> T {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let found = find(text);
        if text.len() <= TEXT_BYTES_MAX {
            if self.0.len() >= TEXTS_MAX {
                self.0.clear();
            }
            self.0.insert(text.into(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_at_once_and_memory_is_bounded() {
        let (mut remembered, mut looks) = (Remembered::default(), 0);
        let mut length = |remembered: &mut Remembered<usize>, text: &str| {
            remembered.of(text, |text| {
                looks += 1;
                text.len()
            })
        };
        assert_eq!([length(&mut remembered, "ab"), length(&mut remembered, "ab"), length(&mut remembered, "")], [2, 2, 0]);
        (0..3 * TEXTS_MAX).for_each(|number| assert!(length(&mut remembered, &number.to_string()) < 8));
        assert_eq!(length(&mut remembered, &"a".repeat(300)), 300);
        assert!(remembered.0.len() <= TEXTS_MAX);
        assert_eq!(looks, 2 + 3 * TEXTS_MAX + 1);
    }
}
