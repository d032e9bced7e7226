//! How often each event occurs in a journey, as the count channel sees it: variables, buckets, and pairs of them counted in five folds.
//!
//! Counts are bucketed: 0 to 5 as they are, then by powers of two. Only cells of two events that do occur are counted; cells with a zero
//! follow from the sums, so a journey costs the square of its own distinct events, not of all there are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::limits::{COUNT_CELLS_MAX, COUNT_VARIABLES_MAX, JOURNEY_EVENTS_MAX};

use super::fold::{ByFold, FOLDS, FoldCounts, add, sum_without};
use crate::bounded::Bounded;
use crate::hash::FixedMap;

/// Buckets of a count: 0 to 5, then one a power of two up to the longest journey.
pub(super) const BUCKETS: usize = 6 + JOURNEY_EVENTS_MAX.ilog2() as usize - 1;
/// Number of the variable of events beyond the bound.
const OTHER: u8 = COUNT_VARIABLES_MAX as u8;
/// Number of the variable of events that the model has not seen.
pub(super) const UNSEEN: u8 = OTHER + 1;
/// Variables at most, those two included.
pub(super) const VARIABLES: usize = COUNT_VARIABLES_MAX + 2;
const _: () = assert!(VARIABLES < NONE as usize);
/// In a cell: no second variable.
const NONE: u8 = u8::MAX;

/// The bucket of a count.
pub(super) fn bucket(count: u32) -> u8 {
    let number = if count <= 5 { count } else { 4 + count.ilog2() };
    number.min(BUCKETS as u32 - 1) as u8
}

/// The least and the greatest count of a bucket.
pub(super) fn counts_of(bucket: u8) -> (u32, u32) {
    if bucket <= 5 { (bucket.into(), bucket.into()) } else { ((1 << (bucket - 4)).max(6), (1 << (bucket - 3)) - 1) }
}

/// Journeys that hold an event, by event.
#[derive(Default)]
pub(super) struct Occurrences(FixedMap<u32, u64>);

impl Occurrences {
    /// Counts so many journeys.
    pub(super) fn add(&mut self, events: &[u32], journeys: u64) {
        let mut distinct = events.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().for_each(|event| *self.0.entry(event).or_default() += journeys);
    }

    /// Adds another block's.
    pub(super) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(event, count)| *self.0.entry(event).or_default() += count);
    }
}

/// The variable of each event that was learned from.
pub(super) struct Variables {
    by_event: FixedMap<u32, u8>,
    events: Vec<u32>,
}

impl Variables {
    /// The events of most journeys get a variable each, the rest one together.
    pub(super) fn new(occurrences: Occurrences) -> Self {
        let mut events: Vec<(Reverse<u64>, u32)> = occurrences.0.into_iter().map(|(event, count)| (Reverse(count), event)).collect();
        events.sort_unstable();
        let by_event = events.iter().enumerate().map(|(number, (_, event))| (*event, number.min(OTHER.into()) as u8)).collect();
        Self { by_event, events: events.into_iter().take(COUNT_VARIABLES_MAX).map(|(_, event)| event).collect() }
    }

    /// Variables with an event of their own.
    pub(super) fn count(&self) -> usize {
        self.events.len()
    }

    /// The event of a variable; none for the two that stand for several.
    pub(super) fn event(&self, variable: u8) -> Option<u32> {
        self.events.get(usize::from(variable)).copied()
    }

    /// Whether an event was learned from.
    pub(super) fn knows(&self, event: u32) -> bool {
        self.by_event.contains_key(&event)
    }

    /// The variables that are not zero, with their buckets, ascending.
    pub(super) fn profile(&self, events: &[u32]) -> Vec<(u8, u8)> {
        let (mut counts, mut seen) = ([0_u32; VARIABLES], Vec::with_capacity(events.len().min(VARIABLES)));
        for event in events {
            let variable = self.by_event.get(event).copied().unwrap_or(UNSEEN);
            let count = &mut counts[usize::from(variable)];
            if *count == 0 {
                seen.push((variable, 0));
            }
            *count += 1;
        }
        seen.sort_unstable();
        seen.iter_mut().for_each(|(variable, of)| *of = bucket(counts[usize::from(*variable)]));
        seen
    }
}

const fn key(first: (u8, u8), second: (u8, u8)) -> u32 {
    u32::from_be_bytes([first.0, first.1, second.0, second.1])
}

/// Counting cells, block by block.
#[derive(Default)]
pub(super) struct LocalCells {
    journeys: ByFold,
    profiles: FixedMap<Vec<(u8, u8)>, ByFold>,
}

impl LocalCells {
    /// Counts the profile of so many journeys of each fold.
    pub(super) fn add(&mut self, profile: Vec<(u8, u8)>, journeys: ByFold) {
        add(&mut self.journeys, journeys);
        add(self.profiles.entry(profile).or_default(), journeys);
    }
}

/// Cells of all blocks, bounded.
pub(super) struct Cells {
    cells: Bounded<FoldCounts, u32>,
    journeys: ByFold,
}

/// Journeys by bucket of a variable, by fold.
pub(super) type Margin = [ByFold; BUCKETS];
/// Journeys by bucket of two variables, the first one's first.
pub(super) type Joint = [Margin; BUCKETS];

/// Journeys that have the first variable in the one bucket and the second in the other.
pub(super) type Cell = (u8, u8, ByFold);

/// Finished cells: what occurs of one variable and of two.
pub(super) struct Counted {
    /// By variable.
    pub margins: Vec<Margin>,
    /// Pairs of buckets that occur together, none of them zero, by the two variables, ascending.
    pub pairs: BTreeMap<(u8, u8), Vec<Cell>>,
}

impl Cells {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { cells: Bounded::new(COUNT_CELLS_MAX), journeys: [0; FOLDS] }
    }

    /// Turns a block's profiles, most of which repeat, into cells.
    pub(super) fn add(&mut self, local: LocalCells) {
        add(&mut self.journeys, local.journeys);
        for (profile, counts) in local.profiles {
            for (at, second) in profile.iter().enumerate() {
                for first in profile[..at].iter().copied().chain([(NONE, 0)]) {
                    self.cells.add(&key(first, *second), FoldCounts(counts));
                }
            }
        }
    }

    /// Puts the cells in order.
    pub(super) fn finish(self) -> Counted {
        let mut margins = vec![[[0; FOLDS]; BUCKETS]; VARIABLES];
        let mut pairs: BTreeMap<(u8, u8), Vec<Cell>> = BTreeMap::new();
        for (key, FoldCounts(counts)) in self.cells.finish().0 {
            let [first, first_bucket, second, second_bucket] = key.to_be_bytes();
            if first == NONE {
                margins[usize::from(second)][usize::from(second_bucket)] = counts;
            } else {
                pairs.entry((first, second)).or_default().push((first_bucket, second_bucket, counts));
            }
        }
        for margin in &mut margins {
            for fold in 0..FOLDS {
                let some: u32 = margin[1..].iter().map(|counts| counts[fold]).sum();
                margin[0][fold] = self.journeys[fold].saturating_sub(some);
            }
        }
        Counted { margins, pairs }
    }
}

impl Counted {
    /// Journeys by both variables' buckets, of all folds: those cells that are not empty, and the sums of rows and columns.
    pub(super) fn cells_of(&self, first: u8, second: u8, mut see: impl FnMut(usize, usize, u64)) -> [[u64; BUCKETS]; 2] {
        let margins = [first, second].map(|variable| self.margins[usize::from(variable)].map(|counts| sum_without(&counts, FOLDS)));
        let mut rest = margins;
        for (a, b, counts) in self.pairs.get(&(first, second)).map_or(&[][..], Vec::as_slice) {
            let (a, b, count) = (usize::from(*a), usize::from(*b), sum_without(counts, FOLDS));
            rest[0][a] = rest[0][a].saturating_sub(count);
            rest[1][b] = rest[1][b].saturating_sub(count);
            see(a, b, count);
        }
        // What is left of a row has none of the second variable, and of a column none of the first.
        let mut neither = margins[0][0];
        for (bucket, (row, column)) in rest[0].into_iter().zip(rest[1]).enumerate().skip(1) {
            see(bucket, 0, row);
            see(0, bucket, column);
            neither = neither.saturating_sub(column);
        }
        see(0, 0, neither);
        margins
    }

    /// Journeys by both variables' buckets, zeros included.
    pub(super) fn joint(&self, first: u8, second: u8) -> Joint {
        let mut joint = [[[0; FOLDS]; BUCKETS]; BUCKETS];
        let (first_margin, second_margin) = (&self.margins[usize::from(first)], &self.margins[usize::from(second)]);
        for (a, b, counts) in self.pairs.get(&(first, second)).map_or(&[][..], Vec::as_slice) {
            joint[usize::from(*a)][usize::from(*b)] = *counts;
        }
        for fold in 0..FOLDS {
            for a in 1..BUCKETS {
                let some: u32 = joint[a][1..].iter().map(|counts| counts[fold]).sum();
                joint[a][0][fold] = first_margin[a][fold].saturating_sub(some);
            }
            for b in 0..BUCKETS {
                let some: u32 = (1..BUCKETS).map(|a| joint[a][b][fold]).sum();
                joint[0][b][fold] = second_margin[b][fold].saturating_sub(some);
            }
        }
        joint
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::one_of;
    use super::*;

    #[test]
    fn buckets_are_small_counts_then_powers_of_two() {
        let numbers = [0, 1, 5, 6, 7, 8, 15, 16, 1_023, 1_024, u32::MAX].map(bucket);
        assert_eq!(numbers, [0, 1, 5, 6, 6, 7, 7, 8, 13, 14, 14]);
        for count in 0..=1_024 {
            let (least, greatest) = counts_of(bucket(count));
            assert!((least..=greatest).contains(&count), "{count}");
        }
    }

    #[test]
    fn cells_with_zeros_follow_from_the_sums() {
        let journeys: [&[u32]; 4] = [&[1, 1, 2], &[1, 2, 2], &[2], &[3]];
        let mut occurrences = Occurrences::default();
        journeys.iter().for_each(|events| occurrences.add(events, 1));
        let variables = Variables::new(occurrences);
        assert_eq!([2, 1, 3, 9].map(|event| variables.profile(&[event])[0].0), [0, 1, 2, UNSEEN]);
        let mut cells = Cells::new();
        let mut local = LocalCells::default();
        journeys.iter().enumerate().for_each(|(fold, events)| local.add(variables.profile(events), one_of(fold)));
        cells.add(local);
        let joint = cells.finish().joint(0, 1);
        let found = |a: usize, b: usize| joint[a][b].iter().sum::<u32>();
        assert_eq!([found(1, 2), found(2, 1), found(1, 0), found(0, 0), found(0, 1)], [1, 1, 1, 1, 0]);
        assert_eq!(joint[0][0], [0, 0, 0, 1, 0]);
    }
}
