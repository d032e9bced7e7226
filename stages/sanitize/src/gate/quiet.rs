//! Pieces that are no value: a table of words, asked before any keyed hash.

/// Pieces that are kept, each in the place its bytes give it.
const PIECES: usize = 1 << 12;
/// Set in a slot whose piece may end a value.
const END: u128 = 1 << 127;

/// Pieces as they are, each with its length in one number ([`super::pieces::Pieces::word`]): no two can be taken for each other.
pub(super) struct Quiet(Vec<u128>);

impl Default for Quiet {
    fn default() -> Self {
        Self(vec![0; PIECES])
    }
}

impl Quiet {
    /// Whether a piece may end a value; none when it is not kept.
    #[inline]
    pub(super) fn get(&self, word: u128) -> Option<bool> {
        let slot = self.0[place(word)];
        (slot & !END == word).then_some(slot & END != 0)
    }

    /// Keeps a piece that is no value in the place of another one.
    pub(super) fn put(&mut self, word: u128, is_end: bool) {
        self.0[place(word)] = word | if is_end { END } else { 0 };
    }
}

/// Where a piece is kept. It need not be hard to guess: the worst that a bad spread costs is a hash.
#[inline]
fn place(word: u128) -> usize {
    let mixed = (word as u64 ^ ((word >> 64) as u64).rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 40) as usize % PIECES
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Pieces;
    use super::*;

    fn word(text: &str) -> u128 {
        let mut pieces = Pieces::default();
        pieces.set(text.as_bytes());
        pieces.word(pieces.next(0).unwrap()).unwrap()
    }

    #[test]
    fn only_the_very_piece_is_known() {
        let mut quiet = Quiet::default();
        assert_eq!(quiet.get(word("account")), None);
        quiet.put(word("account"), false);
        quiet.put(word("15"), true);
        assert_eq!((quiet.get(word("account")), quiet.get(word("-15-"))), (Some(false), Some(true)));
        assert_eq!((quiet.get(word("accoun")), quiet.get(word("accounts")), quiet.get(word("5"))), (None, None, None));
    }

    #[test]
    fn many_pieces_take_each_others_places_and_are_never_mixed_up() {
        let mut quiet = Quiet::default();
        for number in 0..50_000_u32 {
            let word = word(&number.to_string());
            assert_eq!(quiet.get(word), None, "{number}");
            quiet.put(word, number % 3 == 0);
            assert_eq!(quiet.get(word), Some(number % 3 == 0), "{number}");
        }
    }
}
