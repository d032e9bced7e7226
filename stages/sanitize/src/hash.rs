//! A fast hash and a bounded exact cache. Both are for speed only: no output depends on them.

/// Bytes of a key a cache slot holds; longer keys are not cached.
pub(crate) const CACHE_KEY_BYTES: usize = 40;

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

/// Digits among bytes. Counted in bytes, so that the compiler takes many at a time.
pub(crate) fn digits(bytes: &[u8]) -> usize {
    let count = |part: &[u8]| part.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(byte.is_ascii_digit())));
    bytes.chunks(usize::from(u8::MAX)).map(|part| usize::from(count(part))).sum()
}

/// Whether two texts are the same. Most are a few words long, for which a call of the library's comparison costs more than the comparison.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
    }
    a.len() == b.len()
        && match a.len() {
            0..4 => a.iter().zip(b).all(|(a, b)| a == b),
            4..8 => ends::<4>(a, b),
            8..=16 => ends::<8>(a, b),
            17..=32 => ends::<16>(a, b),
            _ => a == b,
        }
}

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Gives a slot its alignment, so that a look costs no more cache lines than it must: this one a line of its own.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Line;

/// The same for two slots a line.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(crate) struct HalfLine;

#[derive(Clone, Copy)]
struct Slot<V, const KEY: usize, A> {
    _aligned: [A; 0],
    tag: u8,
    len: u8,
    key: [u8; KEY],
    value: V,
}

/// A cache of a fixed number of slots, all of them in memory from the start. A key has two slots it may be in; a new one takes the place of the
/// one that was asked for least lately. Keys are kept whole and compared, so that two values never share an entry.
pub(crate) struct Cache<V, const KEY: usize = CACHE_KEY_BYTES, A = Line> {
    seed: u64,
    mask: usize,
    pairs: Vec<[Slot<V, KEY, A>; 2]>,
}

impl<V: Copy + Default, const KEY: usize, A: Copy> Cache<V, KEY, A> {
    /// A cache of `2^bits` pairs of slots.
    pub(crate) fn new(seed: u64, bits: u32) -> Self {
        let empty = Slot { _aligned: [], tag: 0, len: u8::MAX, key: [0; KEY], value: V::default() };
        Self { seed, mask: (1 << bits) - 1, pairs: vec![[empty; 2]; 1 << bits] }
    }

    /// The pair of slots of a key.
    fn pair(&mut self, tag: u8, key: &[u8]) -> &mut [Slot<V, KEY, A>; 2] {
        let hash = fast_hash(self.seed ^ u64::from(tag), key);
        &mut self.pairs[(hash >> 32) as usize & self.mask]
    }

    /// The value that was put for (tag, key), unless two other keys took its place since.
    pub(crate) fn get(&mut self, tag: u8, key: &[u8]) -> Option<&mut V> {
        if key.len() > KEY {
            return None;
        }
        let pair = self.pair(tag, key);
        let known = |slot: &Slot<V, KEY, A>| {
            usize::from(slot.len) == key.len() && slot.tag == tag && slot.key.get(..key.len()).is_some_and(|known| same(known, key))
        };
        if !known(&pair[0]) {
            if !known(&pair[1]) {
                return None;
            }
            pair.swap(0, 1);
        }
        Some(&mut pair[0].value)
    }

    /// Remembers a value, in the place of the one that was asked for least lately; one with a long key is forgotten at once.
    pub(crate) fn put(&mut self, tag: u8, key: &[u8], value: V) {
        if key.len() <= KEY {
            let pair = self.pair(tag, key);
            pair.swap(0, 1);
            let slot = &mut pair[0];
            slot.key[..key.len()].copy_from_slice(key);
            (slot.tag, slot.len, slot.value) = (tag, key.len() as u8, value);
        }
    }

    /// The value of (tag, key), made by `make` on a miss.
    pub(crate) fn get_or(&mut self, tag: u8, key: &[u8], make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.get(tag, key) {
            return *value;
        }
        let value = make();
        self.put(tag, key, value);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_never_mixes_up_keys() {
        let mut cache = Cache::<u64>::new(7, 13);
        for round in 0..2 {
            for i in 0..100_000_u64 {
                assert_eq!(cache.get_or((i % 3) as u8, &i.to_le_bytes(), || i), i, "round {round}");
            }
        }
    }

    #[test]
    fn digits_are_counted_in_long_texts() {
        for len in [0, 1, 254, 255, 256, 1000] {
            assert_eq!((digits(&vec![b'7'; len]), digits(&[b"x".repeat(len), b"12".to_vec()].concat())), (len, 2));
        }
    }

    #[test]
    fn texts_are_the_same_when_every_byte_is() {
        for len in 0..70 {
            let text = vec![7; len];
            assert!(same(&text, &text.clone()) && !same(&text, &vec![7; len + 1]));
            for at in 0..len {
                let mut other = text.clone();
                other[at] = 8;
                assert!(!same(&text, &other), "byte {at} of {len}");
            }
        }
    }

    #[test]
    fn long_keys_are_computed_each_time() {
        let mut cache = Cache::<u8, CACHE_KEY_BYTES, Line>::new(7, 0);
        let key = [1; CACHE_KEY_BYTES + 1];
        assert_eq!(cache.get_or(0, &key, || 1), 1);
        assert_eq!(cache.get_or(0, &key, || 2), 2);
    }
}
