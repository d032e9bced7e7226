//! Counting distinct keys in bounded memory, the same whatever the order and however the input was divided.
//!
//! Of more keys than the limit, those with the smallest hashes are kept (bottom-k); the rest is merged into one overflow value.
//! A key below the final border was never evicted, so its value is exact; and which keys those are depends on the set alone.

use std::borrow::Borrow;
use std::hash::Hash;

use crate::hash::{FixedMap, hash_bytes};

/// A value that can be added to another one, in any order.
pub(crate) trait Merge: Default {
    /// Adds `other`.
    fn merge(&mut self, other: Self);
}

/// What values are counted by: bytes, or a number, which needs no memory of its own.
pub(crate) trait Key: Hash + Ord + Borrow<Self::Seen> {
    /// How it is handed in.
    type Seen: ?Sized + Hash + Eq;

    /// The key to be kept.
    fn kept(seen: &Self::Seen) -> Self;

    /// What decides which keys are kept of too many.
    fn spread(seen: &Self::Seen) -> u64;
}

impl Key for Box<[u8]> {
    type Seen = [u8];

    fn kept(seen: &[u8]) -> Self {
        seen.into()
    }

    fn spread(seen: &[u8]) -> u64 {
        hash_bytes(seen)
    }
}

impl Key for u32 {
    type Seen = Self;

    fn kept(seen: &Self) -> Self {
        *seen
    }

    fn spread(seen: &Self) -> u64 {
        hash_bytes(&seen.to_be_bytes())
    }
}

impl Key for u64 {
    type Seen = Self;

    fn kept(seen: &Self) -> Self {
        *seen
    }

    fn spread(seen: &Self) -> u64 {
        hash_bytes(&seen.to_be_bytes())
    }
}

/// Keys with their values, sorted by key.
pub(crate) type Sorted<V, K = Box<[u8]>> = Vec<(K, V)>;

/// Keys with their merged values, at most `limit` of them.
pub(crate) struct Bounded<V, K = Box<[u8]>> {
    limit: usize,
    border: u64,
    kept: FixedMap<K, V>,
    /// What did not fit, merged; none when everything fit.
    overflow: Option<V>,
}

impl<V: Merge, K: Key> Bounded<V, K> {
    /// An empty count of at most `limit` keys.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, border: u64::MAX, kept: FixedMap::default(), overflow: None }
    }

    /// Adds `value` to the key.
    pub(crate) fn add(&mut self, key: &K::Seen, value: V) {
        if let Some(old) = self.kept.get_mut(key) {
            old.merge(value);
        } else if K::spread(key) > self.border {
            self.overflow.get_or_insert_with(V::default).merge(value);
        } else {
            self.kept.insert(K::kept(key), value);
            if self.kept.len() > self.limit + self.limit / 4 + 16 {
                self.shrink();
            }
        }
    }

    /// Adds to the overflow directly.
    pub(crate) fn add_overflow(&mut self, value: V) {
        self.overflow.get_or_insert_with(V::default).merge(value);
    }

    /// All that was kept, sorted by key, and the overflow.
    pub(crate) fn finish(self) -> (Sorted<V, K>, Option<V>) {
        let (kept, overflow) = self.into_map();
        let mut kept: Vec<_> = kept.into_iter().collect();
        kept.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        (kept, overflow)
    }

    /// All that was kept, as it lies, and the overflow: for whoever looks keys up and never shows their order.
    pub(crate) fn into_map(mut self) -> (FixedMap<K, V>, Option<V>) {
        if self.kept.len() > self.limit {
            self.shrink();
        }
        (self.kept, self.overflow)
    }

    fn shrink(&mut self) {
        let mut hashes: Vec<u64> = self.kept.keys().map(|key| K::spread(key.borrow())).collect();
        let (_, &mut border, _) = hashes.select_nth_unstable(self.limit - 1);
        self.border = border;
        let overflow = self.overflow.get_or_insert_with(V::default);
        for (_, value) in self.kept.extract_if(|key, _| K::spread((*key).borrow()) > border) {
            overflow.merge(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
    struct Count(u64);
    impl Merge for Count {
        fn merge(&mut self, other: Self) {
            self.0 += other.0;
        }
    }

    fn count(limit: usize, keys: &[u16]) -> (Sorted<Count>, Option<Count>) {
        let mut counts = Bounded::<Count>::new(limit);
        keys.iter().for_each(|key| counts.add(&key.to_be_bytes(), Count(1)));
        counts.finish()
    }

    #[test]
    fn numbers_are_kept_like_their_bytes() {
        let (mut numbers, mut bytes) = (Bounded::<Count, u32>::new(40), Bounded::<Count>::new(40));
        for key in (0..300_u32).chain(100..500) {
            numbers.add(&key, Count(1));
            bytes.add(&key.to_be_bytes(), Count(1));
        }
        let (numbers, bytes) = (numbers.finish(), bytes.finish());
        assert_eq!(numbers.0.len(), 40);
        assert!(
            numbers
                .0
                .iter()
                .map(|(key, count)| (key.to_be_bytes(), *count))
                .eq(bytes.0.iter().map(|(key, count)| (key[..].try_into().unwrap(), *count)))
        );
        assert_eq!(numbers.1, bytes.1);
    }

    proptest! {
        #[test]
        fn order_and_division_do_not_matter(mut keys in prop::collection::vec(0_u16..200, 0..600), cut in 0_usize..600, seed in any::<u64>()) {
            let whole = count(40, &keys);
            let cut = cut.min(keys.len());
            let mut merged = Bounded::<Count>::new(40);
            for part in [&keys[..cut], &keys[cut..]] {
                let (kept, overflow) = count(40, part);
                kept.into_iter().for_each(|(key, value)| merged.add(&key, value));
                overflow.into_iter().for_each(|value| merged.add_overflow(value));
            }
            prop_assert_eq!(merged.finish(), whole.clone());
            keys.sort_by_key(|key| hash_bytes(&(u64::from(*key) ^ seed).to_le_bytes()));
            prop_assert_eq!(count(40, &keys), whole.clone());
            prop_assert!(whole.0.len() <= 40);
            let total: u64 = whole.0.iter().map(|(_, count)| count.0).sum::<u64>() + whole.1.unwrap_or_default().0;
            prop_assert_eq!(total, keys.len() as u64);
        }
    }
}
