//! A small deterministic random source: BLAKE3's extendable output, keyed by the seed and by what is drawn for.
//!
//! Every cell of the planted set draws from a stream of its own, so that a class that is added changes no other cell.

/// A stream of random numbers.
pub struct Prng {
    output: blake3::OutputReader,
    /// Which of the values of its kind is drawn: for pools in which each entry comes once before any comes twice.
    pub nth: usize,
    /// A number of the seed alone, the same for all that is drawn.
    pub salt: usize,
}

impl Prng {
    /// The stream of a seed and a purpose.
    #[must_use]
    pub fn new(seed: u64, purpose: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("logminer fidelity planted set v1");
        hasher.update(&seed.to_le_bytes());
        for part in purpose {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        let salt = usize::from(blake3::hash(&seed.to_le_bytes()).as_bytes()[0]);
        Self { output: hasher.finalize_xof(), nth: 0, salt }
    }

    /// The stream of a key and a purpose: whoever lacks the key cannot tell it from chance.
    #[must_use]
    pub fn keyed(key: &[u8; 32], purpose: &[&str]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(key);
        for part in purpose {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        Self { output: hasher.finalize_xof(), nth: 0, salt: 0 }
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.output.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `bound` (which is small, so that the remainder's bias is of no matter); 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % (bound.max(1) as u64)).unwrap_or_default()
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.number() % (high - low + 1)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of them.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T: ?Sized>(&mut self, from: &'a [&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// One of them, by value.
    ///
    /// # Panics
    /// When there is none.
    pub fn one<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// `count` characters of an ASCII alphabet.
    pub fn of(&mut self, alphabet: &str, count: usize) -> String {
        let letters = alphabet.as_bytes();
        (0..count).map(|_| char::from(letters[self.below(letters.len())])).collect()
    }

    /// `count` digits, the first not 0.
    pub fn digits(&mut self, count: usize) -> String {
        let first = self.of("123456789", count.min(1));
        first + &self.of("0123456789", count.saturating_sub(1))
    }

    /// `count` digits, the first may be 0.
    pub fn any_digits(&mut self, count: usize) -> String {
        self.of("0123456789", count)
    }

    /// `count` lower-case hexadecimal digits.
    pub fn hex(&mut self, count: usize) -> String {
        self.of("0123456789abcdef", count)
    }

    /// Shuffles in place.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_seeds_give_equal_streams_and_purposes_give_others() {
        let draw = |seed, purpose: &[&str]| Prng::new(seed, purpose).digits(20);
        assert_eq!(draw(1, &["a", "b"]), draw(1, &["a", "b"]));
        assert_ne!(draw(1, &["a", "b"]), draw(2, &["a", "b"]));
        assert_ne!(draw(1, &["a", "b"]), draw(1, &["ab"]));
    }

    #[test]
    fn everything_is_within_its_bounds() {
        let mut prng = Prng::new(3, &[]);
        let mut seen = [0_u32; 5];
        for _ in 0..1_000 {
            seen[prng.below(5)] += 1;
            assert!((7..=9).contains(&prng.between(7, 9)));
            assert!(!prng.digits(3).starts_with('0'));
        }
        assert!(seen.iter().all(|&count| count > 130), "{seen:?}");
    }
}
