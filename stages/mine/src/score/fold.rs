//! Five folds: a journey is judged by the four it is not in, so its own presence does not make it ordinary.

use schemas::ids::TokenKey;

use crate::bounded::Merge;

/// Folds.
pub(super) const FOLDS: usize = 5;

/// Counts by fold.
pub(super) type ByFold = [u32; FOLDS];

/// Counts by fold, to be merged.
#[derive(Default)]
pub(super) struct FoldCounts(pub ByFold);

impl Merge for FoldCounts {
    fn merge(&mut self, other: Self) {
        add(&mut self.0, other.0);
    }
}

/// Adds counts fold by fold.
pub(super) fn add(sums: &mut ByFold, counts: ByFold) {
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum = sum.saturating_add(count));
}

/// One journey of a fold.
pub(super) fn one_of(fold: usize) -> ByFold {
    std::array::from_fn(|of| u32::from(of == fold))
}

/// The fold of a journey: by its key, never by its place.
pub(super) fn fold_of(key: TokenKey) -> usize {
    (crate::hash::hash_bytes(&key.0.to_le_bytes()) % FOLDS as u64) as usize
}

/// All counts but those of fold `without` (`FOLDS`: all of them).
pub(super) fn sum_without(counts: &ByFold, without: usize) -> u64 {
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    total - counts.get(without).map_or(0, |count| u64::from(*count))
}
