//! Hashing that is the same in every process: maps that are bounded and never iterated in an order that shows.

use std::hash::{BuildHasherDefault, Hasher};

/// A hash map whose hasher has no random seed. Whoever iterates it must not let the order show: sort, or add integers.
#[expect(clippy::disallowed_types, reason = "fixed hasher; iterated only where the order cannot show")]
pub(crate) type FixedMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<FixedHasher>>;

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const MULTIPLIER: u64 = 0xd6e8_feb8_6659_fd93;

/// Folded 64 x 64 bit multiplication, eight bytes at a time.
#[derive(Clone, Copy)]
pub(crate) struct FixedHasher(u64);

impl Default for FixedHasher {
    fn default() -> Self {
        Self(SEED)
    }
}

impl FixedHasher {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word) * u128::from(MULTIPLIER);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ SEED.rotate_left(17);
    }
}

impl Hasher for FixedHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        let word = last_word(bytes, chunks.remainder());
        // The length tells "a" from "a\0" and keeps equal prefixes apart.
        self.mix(word ^ ((bytes.len() as u64) << 56).rotate_left(3));
    }
    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }
    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }
    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }
    fn write_u128(&mut self, value: u128) {
        self.mix(value as u64);
        self.mix((value >> 64) as u64);
    }
    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }
    /// What was mixed last is spread well enough for a map.
    fn finish(&self) -> u64 {
        self.0
    }
}

/// The last bytes that fill no word, zeros behind them. Read as parts of words, as copying so few bytes takes longer than hashing them.
pub(crate) fn last_word(bytes: &[u8], rest: &[u8]) -> u64 {
    let missing = 8 * (8 - rest.len() as u32);
    match (bytes.last_chunk::<8>(), rest) {
        (_, []) => 0,
        (Some(last), _) => u64::from_le_bytes(*last) >> missing,
        (None, _) => match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (32 - missing),
            _ => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
        },
    }
}

/// The fixed hash of some bytes.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = FixedHasher::default();
    hasher.write(bytes);
    // Written down in files and held against borders: once more, so that close texts are far apart.
    hasher.mix(SEED);
    hasher.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_fixed_and_spread() {
        assert_eq!(hash_bytes(b"login"), hash_bytes(b"login"));
        let mut seen: Vec<u64> = (0..10_000_u32).map(|number| hash_bytes(format!("word{number}").as_bytes())).collect();
        let low: std::collections::BTreeSet<u64> = seen.iter().map(|hash| hash & 0xff).collect();
        assert_eq!(low.len(), 256, "low bits are used by the map");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 10_000);
    }

    #[test]
    fn the_last_word_is_the_last_bytes() {
        let bytes: Vec<u8> = (1..40).map(|byte| byte * 6).collect();
        for length in 0..bytes.len() {
            let bytes = &bytes[..length];
            let rest = bytes.chunks_exact(8).remainder();
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            assert_eq!(last_word(bytes, rest), u64::from_le_bytes(word), "{length}");
        }
    }

    #[test]
    fn lengths_and_zero_bytes_differ() {
        assert_ne!(hash_bytes(b"a"), hash_bytes(b"a\0"));
        assert_ne!(hash_bytes(b""), hash_bytes(b"\0\0\0\0\0\0\0\0"));
    }
}
