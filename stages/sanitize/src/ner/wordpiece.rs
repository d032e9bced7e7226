//! Pieces of words (WordPiece, Schuster and Nakajima 2012, as BERT has it): from the left always the longest piece that the vocabulary knows; a word of which a
//! part is unknown is unknown as a whole.

use std::collections::BTreeMap;

use stage_runtime::StepError;

use super::refused;

/// Characters of the longest word that is cut into pieces; a longer one is unknown.
const WORD_CHARS_MAX: usize = 100;
/// What stands before a piece that does not begin its word.
const INNER: &str = "##";

/// The vocabulary of a model.
pub(super) struct Vocabulary {
    numbers: BTreeMap<String, u32>,
    len: usize,
    unknown: u32,
    /// What stands before a text, behind it, and where there is none.
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) padding: u32,
}

impl Vocabulary {
    /// Reads `vocab.txt`: a piece a line, its number that of the line from 0.
    ///
    /// # Errors
    /// When it lacks one of the pieces that every text needs.
    pub(super) fn parse(text: &str) -> Result<Self, StepError> {
        let mut numbers = BTreeMap::new();
        let mut len = 0;
        for line in text.lines() {
            // Of two lines the first counts; the second only keeps the numbers behind it right.
            numbers.entry(line.to_owned()).or_insert(len);
            len += 1;
        }
        let special = |piece: &str| {
            numbers
                .get(piece)
                .copied()
                .ok_or_else(|| refused(format_args!("its vocabulary has no {piece}; only models with WordPiece vocabularies are run")))
        };
        let (unknown, first, last, padding) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?, special("[PAD]")?);
        Ok(Self { numbers, len: len as usize, unknown, first, last, padding })
    }

    /// Pieces there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The numbers of a word's pieces: one at least.
    pub(super) fn pieces(&self, word: &str) -> Vec<u32> {
        let mut pieces = Vec::new();
        let mut rest = word;
        if word.chars().nth(WORD_CHARS_MAX).is_some() {
            return vec![self.unknown];
        }
        let mut key = String::new();
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let inner = if pieces.is_empty() { "" } else { INNER };
            let found = ends.into_iter().find_map(|end| {
                let (piece, behind) = rest.split_at_checked(end)?;
                key.clear();
                key.push_str(inner);
                key.push_str(piece);
                self.numbers.get(&key).map(|&number| (number, behind))
            });
            let Some((number, behind)) = found else { return vec![self.unknown] };
            pieces.push(number);
            rest = behind;
        }
        if pieces.is_empty() { vec![self.unknown] } else { pieces }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: &[u32]) {
        let vocabulary = Vocabulary::parse("[PAD]\n[UNK]\n[CLS]\n[SEP]\nwant\n##want\n##ed\nwa\nun\nrunn\n##ing\n,\nwa\né\n##é").unwrap();
        assert_eq!(vocabulary.len(), 15);
        assert_eq!(vocabulary.pieces(word), expected, "{word}");
    }

    /// The example of BERT's own tests, and what it says of words that are too long.
    #[test]
    fn the_longest_piece_from_the_left_comes_first() {
        check("unwanted", &[8, 5, 6]);
        check("running", &[9, 10]);
        check("runningx", &[1]);
        check("wa", &[7]);
        check("éé", &[13, 14]);
        check("", &[1]);
        check(&"wa".repeat(51), &[1]);
    }

    #[test]
    fn a_vocabulary_without_what_every_text_needs_is_refused() {
        for missing in ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] {
            let text: String =
                ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].iter().filter(|piece| **piece != missing).map(|piece| format!("{piece}\n")).collect();
            let error = Vocabulary::parse(&text).err().expect(missing);
            assert!(error.message.contains(missing), "{error}");
        }
    }
}
