//! The shard plan: which ranges of which sources each shard reads. A function of the sources' lengths alone.

use schemas::limits::{SHARDS_MAX, SOURCE_UNIT_BYTES, SOURCES_PER_SHARD_MAX};

/// A range of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Index of the source.
    pub source: u32,
    /// First byte, a multiple of [`SOURCE_UNIT_BYTES`].
    pub start: u64,
    /// End, exclusive, a multiple of [`SOURCE_UNIT_BYTES`] (so it can lie behind the end of the source).
    pub end: u64,
}

/// The ranges of each shard, in source order.
pub type ShardPlan = Vec<Vec<Range>>;

/// The whole of every source: what the survey reads.
#[must_use]
pub fn whole(lengths: &[u64]) -> Vec<Range> {
    lengths.iter().enumerate().map(|(source, &bytes)| Range { source: index(source), start: 0, end: units(bytes) * SOURCE_UNIT_BYTES }).collect()
}

/// Divides the sources into `wanted` shards (1 to [`SHARDS_MAX`]), or more when a shard would read over [`SOURCES_PER_SHARD_MAX`]
/// sources. Shards can be empty when there is little to read.
///
/// Bytes of all sources, one after the other, are cut into equal parts; a cut inside a large source moves down to a unit boundary, a
/// source of one unit or less goes whole to the shard in which it begins.
#[must_use]
pub fn plan(lengths: &[u64], wanted: u32) -> ShardPlan {
    let fits = |plan: &ShardPlan| plan.iter().all(|shard| shard.len() <= SOURCES_PER_SHARD_MAX);
    (wanted.clamp(1, SHARDS_MAX)..=SHARDS_MAX).map(|shards| by_bytes(lengths, shards)).find(fits).unwrap_or_else(|| by_count(lengths))
}

fn by_bytes(lengths: &[u64], shards: u32) -> ShardPlan {
    let total: u128 = lengths.iter().map(|&bytes| u128::from(bytes)).sum();
    let shard_at = |position: u128| {
        let shard = (position * u128::from(shards)).checked_div(total).unwrap_or(0);
        usize::try_from(shard).unwrap_or(usize::MAX).min(shards as usize - 1)
    };
    let mut plan: ShardPlan = vec![Vec::new(); shards as usize];
    let mut before: u128 = 0;
    for (source, &bytes) in lengths.iter().enumerate() {
        for unit in 0..units(bytes) {
            let start = unit * SOURCE_UNIT_BYTES;
            let shard = &mut plan[shard_at(before + u128::from(start))];
            match shard.last_mut() {
                Some(range) if range.source == index(source) => range.end = start + SOURCE_UNIT_BYTES,
                _ => shard.push(Range { source: index(source), start, end: start + SOURCE_UNIT_BYTES }),
            }
        }
        before += u128::from(bytes);
    }
    plan
}

/// Very many small sources beside few large ones: so many sources a shard, whatever their length.
fn by_count(lengths: &[u64]) -> ShardPlan {
    whole(lengths).chunks(lengths.len().div_ceil(SHARDS_MAX as usize).max(1)).map(<[Range]>::to_vec).collect()
}

fn units(bytes: u64) -> u64 {
    bytes.div_ceil(SOURCE_UNIT_BYTES).max(1)
}

fn index(source: usize) -> u32 {
    u32::try_from(source).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: u64 = SOURCE_UNIT_BYTES;

    fn check(lengths: &[u64], shards: u32, expected: &[&[(u32, u64, u64)]]) {
        let plan = plan(lengths, shards);
        let found: Vec<Vec<(u32, u64, u64)>> =
            plan.iter().map(|shard| shard.iter().map(|range| (range.source, range.start / UNIT, range.end / UNIT)).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn one_shard_reads_everything() {
        check(&[10, 3 * UNIT + 1, 0], 1, &[&[(0, 0, 1), (1, 0, 4), (2, 0, 1)]]);
    }

    #[test]
    fn large_sources_are_cut_on_units_and_small_ones_stay_whole() {
        check(&[4 * UNIT], 2, &[&[(0, 0, 2)], &[(0, 2, 4)]]);
        check(&[100, 200, 300, 400], 2, &[&[(0, 0, 1), (1, 0, 1), (2, 0, 1)], &[(3, 0, 1)]]);
    }

    #[test]
    fn empty_sources_do_not_divide_by_zero() {
        check(&[0, 0], 2, &[&[(0, 0, 1), (1, 0, 1)], &[]]);
        check(&[], 3, &[&[], &[], &[]]);
    }

    #[test]
    fn every_unit_lies_in_exactly_one_shard_whatever_the_count() {
        let lengths = [5 * UNIT + 7, 0, 100, UNIT, UNIT + 1, 40 * UNIT, 3];
        for shards in 1..=SHARDS_MAX {
            let mut seen: Vec<(u32, u64)> = plan(&lengths, shards)
                .iter()
                .flatten()
                .flat_map(|range| (range.start / UNIT..range.end / UNIT).map(|unit| (range.source, unit)))
                .collect();
            seen.sort_unstable();
            let expected: Vec<(u32, u64)> =
                lengths.iter().enumerate().flat_map(|(source, &bytes)| (0..units(bytes)).map(move |unit| (index(source), unit))).collect();
            assert_eq!(seen, expected, "{shards} shards");
        }
    }

    #[test]
    fn too_many_sources_a_shard_raise_the_count() {
        assert_eq!(plan(&vec![10; SOURCES_PER_SHARD_MAX + 1], 1).len(), 2);
        let mut lengths = vec![1; 32_000];
        lengths.push(1 << 40);
        let plan = plan(&lengths, 1);
        assert!(plan.len() <= SHARDS_MAX as usize && plan.iter().all(|shard| shard.len() <= SOURCES_PER_SHARD_MAX));
    }
}
