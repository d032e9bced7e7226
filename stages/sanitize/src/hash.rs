//! A fast hash and a bounded exact cache. Both are for speed only: no output depends on them.

/// Bytes of a key a cache slot holds; longer keys are not cached.
pub(crate) const CACHE_KEY_BYTES: usize = 40;
const SLOTS_BITS: u32 = 13;

/// Multiply-and-fold hash of a few bytes; good enough for tables that compare keys.
pub(crate) fn fast_hash(seed: u64, bytes: &[u8]) -> u64 {
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash = seed ^ (bytes.len() as u64).wrapping_mul(K);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        hash = fold(hash ^ u64::from_le_bytes(word), K);
    }
    let rest = chunks.remainder();
    let mut word = [0; 8];
    word[..rest.len()].copy_from_slice(rest);
    fold(hash ^ u64::from_le_bytes(word), 0xD6E8_FEB8_6659_FD93)
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

#[derive(Clone, Copy)]
struct Slot<V> {
    tag: u8,
    len: u8,
    key: [u8; CACHE_KEY_BYTES],
    value: V,
}

/// A direct-mapped cache of a fixed number of slots: a new key overwrites the old one of its slot. Keys are kept whole and
/// compared, so that two values never share an entry.
pub(crate) struct Cache<V> {
    seed: u64,
    slots: Vec<Slot<V>>,
}

impl<V: Copy + Default> Cache<V> {
    pub(crate) fn new(seed: u64) -> Self {
        let empty = Slot { tag: 0, len: u8::MAX, key: [0; CACHE_KEY_BYTES], value: V::default() };
        Self { seed, slots: vec![empty; 1 << SLOTS_BITS] }
    }

    /// The value of (tag, key), made by `make` on a miss.
    pub(crate) fn get_or(&mut self, tag: u8, key: &[u8], make: impl FnOnce() -> V) -> V {
        if key.len() > CACHE_KEY_BYTES {
            return make();
        }
        let hash = fast_hash(self.seed ^ u64::from(tag), key);
        let slot = &mut self.slots[(hash >> (64 - SLOTS_BITS)) as usize];
        if usize::from(slot.len) == key.len() && slot.tag == tag && slot.key.get(..key.len()) == Some(key) {
            return slot.value;
        }
        let value = make();
        slot.key[..key.len()].copy_from_slice(key);
        (slot.tag, slot.len, slot.value) = (tag, key.len() as u8, value);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_never_mixes_up_keys() {
        let mut cache = Cache::<u64>::new(7);
        for round in 0..2 {
            for i in 0..100_000_u64 {
                assert_eq!(cache.get_or((i % 3) as u8, &i.to_le_bytes(), || i), i, "round {round}");
            }
        }
    }

    #[test]
    fn long_keys_are_computed_each_time() {
        let mut cache = Cache::<u8>::new(7);
        let key = [1; CACHE_KEY_BYTES + 1];
        assert_eq!(cache.get_or(0, &key, || 1), 1);
        assert_eq!(cache.get_or(0, &key, || 2), 2);
    }
}
