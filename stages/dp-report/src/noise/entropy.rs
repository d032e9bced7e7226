//! Where randomness comes from.

use super::NoiseError;

/// A source of uniform 64-bit words. The operating system in production; tests bring their own, seeded.
pub(crate) trait Entropy {
    /// The next word.
    fn word(&mut self) -> Result<u64, NoiseError>;

    /// A uniform integer below `bound`, by rejection: no modulo bias. `bound` must not be 0.
    fn below(&mut self, bound: u128) -> Result<u128, NoiseError> {
        let bits = 128 - bound.checked_sub(1).ok_or(NoiseError::Overflow)?.leading_zeros();
        loop {
            let candidate = match bits {
                0 => return Ok(0),
                1..=64 => u128::from(self.word()? >> (64 - bits)),
                _ => (u128::from(self.word()?) << 64 | u128::from(self.word()?)) >> (128 - bits),
            };
            if candidate < bound {
                return Ok(candidate);
            }
        }
    }
}

/// `getrandom(2)`, read in blocks. A used word is wiped from the block.
pub(crate) struct OsEntropy {
    block: [u8; 2048],
    used: usize,
}

impl Default for OsEntropy {
    fn default() -> Self {
        Self { block: [0; 2048], used: 2048 }
    }
}

impl OsEntropy {
    /// The system call itself: the crate `getrandom` looks its function up at run time, which a static program cannot, and then opens a path.
    fn refill(&mut self) -> Result<(), NoiseError> {
        let mut filled = 0;
        while filled < self.block.len() {
            match rustix::rand::getrandom(&mut self.block[filled..], rustix::rand::GetRandomFlags::empty()) {
                Ok(0) => return Err(NoiseError::Entropy),
                Ok(count) => filled += count,
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(NoiseError::Entropy),
            }
        }
        self.used = 0;
        Ok(())
    }
}

impl Entropy for OsEntropy {
    fn word(&mut self) -> Result<u64, NoiseError> {
        if self.used == self.block.len() {
            self.refill()?;
        }
        let mut word = [0; 8];
        word.copy_from_slice(&self.block[self.used..self.used + 8]);
        self.block[self.used..self.used + 8].fill(0);
        self.used += 8;
        Ok(u64::from_le_bytes(word))
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// The BLAKE3 stream of a seed. In tests only: whoever has a seed can subtract the noise.
    pub(crate) struct Seeded(blake3::OutputReader);

    impl Seeded {
        pub(crate) fn new(seed: &str) -> Self {
            Self(blake3::Hasher::new().update(seed.as_bytes()).finalize_xof())
        }
    }

    impl Entropy for Seeded {
        fn word(&mut self) -> Result<u64, NoiseError> {
            let mut word = [0; 8];
            self.0.fill(&mut word);
            Ok(u64::from_le_bytes(word))
        }
    }

    /// Fails after so many words.
    pub(crate) struct Failing(pub(crate) u32);

    impl Entropy for Failing {
        fn word(&mut self) -> Result<u64, NoiseError> {
            self.0 = self.0.checked_sub(1).ok_or(NoiseError::Entropy)?;
            Ok(u64::from(self.0).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        }
    }

    #[test]
    fn below_is_uniform() {
        let mut entropy = Seeded::new("below");
        for bound in [1_u128, 2, 3, 7, 1000, (1 << 64) + 1, u128::MAX] {
            for _ in 0..1000 {
                assert!(entropy.below(bound).unwrap() < bound);
            }
        }
        let mut seen = [0_u32; 6];
        (0..60_000).for_each(|_| seen[entropy.below(6).unwrap() as usize] += 1);
        // Binomial(60000, 1/6): standard deviation 91; 6 of them are passed by chance once in 80 million.
        assert!(seen.iter().all(|&count| (9_450..10_550).contains(&count)), "{seen:?}");
        assert_eq!(entropy.below(0), Err(NoiseError::Overflow));
    }

    #[test]
    fn the_operating_system_gives_fresh_words() {
        let (mut a, mut b) = (OsEntropy::default(), OsEntropy::default());
        let words: std::collections::BTreeSet<u64> = (0..1000).flat_map(|_| [a.word().unwrap(), b.word().unwrap()]).collect();
        assert_eq!(words.len(), 2000);
    }
}
