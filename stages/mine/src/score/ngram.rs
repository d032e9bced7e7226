//! Interpolated Witten-Bell n-grams of up to three events, with a start and an end, counted in five folds.
//!
//! `P(w|h) = (c(hw) + T(h) P(w|h')) / (c(h) + T(h))`, where `T(h)` is the number of distinct successors of `h` and `h'` is `h` without
//! its oldest event; below the empty history everything known is equally likely, and so is one thing unknown. Witten and Bell,
//! 1991, method C. A journey is judged by the folds it is not in, so its own presence does not make it ordinary.

use schemas::limits::NGRAMS_MAX;

use super::fold::{ByFold, FOLDS, FoldCounts, add, sum_without};
use super::log2::log2;
use crate::bounded::Bounded;
use crate::hash::FixedMap;

/// The start, as an event.
pub(super) const START: u32 = u32::MAX;
/// The end, as an event.
pub(super) const END: u32 = u32::MAX - 1;

/// The runs a journey is made of: history (oldest first; `None` where shorter) and the event after it, its end included.
fn steps(events: &[u32], ends: bool) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
    let at = |position: usize, back: usize| position.checked_sub(back).map_or(START, |before| events[before]);
    let last = events.len() + usize::from(ends);
    (0..last).map(move |position| (at(position, 2), at(position, 1), events.get(position).copied().unwrap_or(END)))
}

const fn key1(event: u32) -> u128 {
    1 << 96 | event as u128
}
const fn key2(before: u32, event: u32) -> u128 {
    2 << 96 | (before as u128) << 32 | event as u128
}
const fn key3(first: u32, before: u32, event: u32) -> u128 {
    3 << 96 | (first as u128) << 64 | (before as u128) << 32 | event as u128
}
/// The history of a run, as a key of its own.
const fn history(key: u128) -> u128 {
    ((key >> 96) - 1) << 96 | ((key & ((1 << 96) - 1)) >> 32)
}

/// Counting runs, block by block.
#[derive(Default)]
pub(super) struct LocalCounts(FixedMap<u128, ByFold>);

impl LocalCounts {
    /// Counts the runs of so many journeys of each fold. `ends`: whether their last event is the journey's.
    pub(super) fn add(&mut self, events: &[u32], ends: bool, journeys: ByFold) {
        for (first, before, event) in steps(events, ends) {
            for key in [key1(event), key2(before, event), key3(first, before, event)] {
                add(self.0.entry(key).or_default(), journeys);
            }
        }
    }
}

/// Counts of all blocks, bounded.
pub(super) struct Counts(Bounded<FoldCounts>);

impl Counts {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(Bounded::new(NGRAMS_MAX))
    }

    /// Adds a block's counts.
    pub(super) fn add(&mut self, local: LocalCounts) {
        for (key, counts) in local.0 {
            self.0.add(&key.to_le_bytes(), FoldCounts(counts));
        }
    }

    /// The model of these counts. `beside`: whether a step is judged with the one before or after it.
    pub(super) fn model(self, beside: bool) -> Model {
        let (kept, _) = self.0.finish();
        let mut model = Model { runs: FixedMap::default(), histories: Vec::new(), all: History::default(), known: 1.0, beside };
        for (key, FoldCounts(counts)) in kept {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&key);
            let key = u128::from_le_bytes(bytes);
            let is_alone = key >> 96 == 1;
            let history = if is_alone { &mut model.all } else { model.history_mut(history(key)) };
            for without in 0..=FOLDS {
                let count = sum_without(&counts, without);
                history.count[without] += count;
                history.distinct[without] += u64::from(count > 0);
            }
            if is_alone {
                model.known += 1.0;
            }
            model.runs.entry(key).or_default().counts = counts;
        }
        model
    }
}

/// Counts of one history, by the fold left out (the last: none).
#[derive(Debug, Clone, Copy, Default)]
struct History {
    count: [u64; FOLDS + 1],
    distinct: [u64; FOLDS + 1],
}

/// What is known of a run of events.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    counts: ByFold,
    /// Number of the history that it is to what comes next, and one more; 0: nothing does.
    history: u32,
}

/// The model.
pub(super) struct Model {
    runs: FixedMap<u128, Run>,
    histories: Vec<History>,
    /// The empty history: that of every event alone.
    all: History,
    /// Distinct events and the end, and one for all that is unknown.
    known: f64,
    beside: bool,
}

/// The most surprising step of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Surprise {
    /// Thousandths of a bit, with those of a step beside it where the model looks there.
    pub millibits: u32,
    /// Thousandths of a bit of the step alone.
    pub alone: u32,
    /// Position of the event (the journey's length: its end).
    pub position: usize,
}

/// The least probable step so far.
#[derive(Clone, Copy)]
struct Least {
    both: f64,
    alone: f64,
    position: usize,
    /// Probability of the step before.
    last: f64,
}

impl Least {
    const NONE: Self = Self { both: f64::INFINITY, alone: 1.0, position: 0, last: 1.0 };

    fn see(&mut self, position: usize, probability: f64, beside: bool) {
        let (rarer, other, place) =
            if position > 0 && self.last <= probability { (self.last, probability, position - 1) } else { (probability, self.last, position) };
        let both = if beside { rarer * other.sqrt() } else { rarer };
        if both < self.both {
            (self.both, self.alone, self.position) = (both, rarer, place);
        }
        self.last = probability;
    }
}

/// What the model knows of one step: its runs of one, two and three events and their histories.
struct Seen<'m> {
    runs: [Option<&'m Run>; 3],
    histories: [Option<&'m History>; 3],
}

impl Seen<'_> {
    /// The counts of the run of this length less one: its own, its history's, and the distinct events after that.
    fn counts(&self, length: usize, without: usize) -> (u64, u64, u64) {
        let Some(history) = self.histories[length] else { return (0, 0, 0) };
        let count = self.runs[length].map_or(0, |run| sum_without(&run.counts, without));
        (count, history.count[without], history.distinct[without])
    }

    fn probability(&self, known: f64, without: usize) -> f64 {
        let mut probability = 1.0 / known;
        for length in 0..3 {
            let (count, history, distinct) = self.counts(length, without);
            if history > 0 {
                probability = (count as f64 + distinct as f64 * probability) / (history + distinct) as f64;
            }
        }
        probability
    }
}

impl Model {
    /// The most surprising step of a journey, by the model without `fold` (none: by all of it). What stands where it should not surprises there,
    /// and so does what comes next, while a rare step on an ordinary way surprises alone: half the bits of a step beside it count.
    pub(super) fn surprise(&self, events: &[u32], ends: bool, fold: Option<usize>) -> Surprise {
        let mut least = Least::NONE;
        self.for_each_step(events, ends, |position, seen| {
            least.see(position, seen.probability(self.known, fold.unwrap_or(FOLDS)), self.beside);
        });
        if least.both.is_infinite() {
            return Surprise { millibits: 0, alone: 0, position: 0 };
        }
        let bits = millibits(least.both);
        Surprise { millibits: bits, alone: if self.beside { millibits(least.alone) } else { bits }, position: least.position }
    }

    /// The thousandths of a bit of [`Model::surprise`] without each of the `wanted` folds; 0 for the others.
    pub(super) fn surprises(&self, events: &[u32], ends: bool, wanted: [bool; FOLDS]) -> [u32; FOLDS] {
        let mut least = [Least::NONE; FOLDS];
        self.for_each_step(events, ends, |position, seen| {
            for (fold, least) in least.iter_mut().enumerate().filter(|(fold, _)| wanted[*fold]) {
                least.see(position, seen.probability(self.known, fold), self.beside);
            }
        });
        least.map(|least| if least.both.is_infinite() { 0 } else { millibits(least.both) })
    }

    /// Looks each step up. The runs of one and two events are the histories of the step behind them.
    fn for_each_step<'m>(&'m self, events: &[u32], ends: bool, mut see: impl FnMut(usize, &Seen<'m>)) {
        let mut before = [self.runs.get(&key1(START)), self.runs.get(&key2(START, START))];
        for (position, (first, second, event)) in steps(events, ends).enumerate() {
            let runs = [key1(event), key2(second, event), key3(first, second, event)].map(|key| self.runs.get(&key));
            see(position, &Seen { runs, histories: [Some(&self.all), self.history(before[0]), self.history(before[1])] });
            before = [runs[0], runs[1]];
        }
    }

    /// The history that a run is to what comes next.
    fn history(&self, run: Option<&Run>) -> Option<&History> {
        self.histories.get((run?.history as usize).checked_sub(1)?)
    }

    fn history_mut(&mut self, key: u128) -> &mut History {
        let number = &mut self.runs.entry(key).or_default().history;
        if *number == 0 {
            self.histories.push(History::default());
            *number = self.histories.len() as u32;
        }
        &mut self.histories[*number as usize - 1]
    }

    /// Probability of `event` after `first`, `before`.
    #[cfg(test)]
    fn probability(&self, first: u32, before: u32, event: u32, fold: Option<usize>) -> f64 {
        self.seen([key1(event), key2(before, event), key3(first, before, event)]).probability(self.known, fold.unwrap_or(FOLDS))
    }

    fn seen(&self, keys: [u128; 3]) -> Seen<'_> {
        let of_key = |key: u128| if key >> 96 == 1 { Some(&self.all) } else { self.history(self.runs.get(&history(key))) };
        Seen { runs: keys.map(|key| self.runs.get(&key)), histories: keys.map(of_key) }
    }

    /// How often `event` followed `before` in the model, and how often anything did.
    pub(super) fn followed(&self, before: u32, event: u32) -> (u64, u64) {
        let (count, history, _) = self.seen([key2(before, event); 3]).counts(0, FOLDS);
        (count, history)
    }

    /// How often `event` followed `first`, `before` in the model, and how often anything did.
    pub(super) fn followed_pair(&self, first: u32, before: u32, event: u32) -> (u64, u64) {
        let (count, history, _) = self.seen([key3(first, before, event); 3]).counts(0, FOLDS);
        (count, history)
    }

    /// How often `event` occurs in the model.
    pub(super) fn occurs(&self, event: u32) -> u64 {
        self.seen([key1(event); 3]).counts(0, FOLDS).0
    }
}

fn millibits(probability: f64) -> u32 {
    (-log2(probability) * 1_000.0).clamp(0.0, 1e9).round() as u32
}

#[cfg(test)]
mod tests {
    use schemas::ids::TokenKey;

    use super::super::fold::{fold_of, one_of};
    use super::*;

    fn model(journeys: &[&[u32]]) -> Model {
        model_that(journeys, false)
    }

    fn model_that(journeys: &[&[u32]], beside: bool) -> Model {
        let mut counts = Counts::new();
        for (number, events) in (0..).zip(journeys) {
            let mut local = LocalCounts::default();
            local.add(events, true, one_of(fold_of(TokenKey(number))));
            counts.add(local);
        }
        counts.model(beside)
    }

    #[test]
    fn probabilities_sum_to_one_with_one_unknown_event() {
        let journeys: Vec<Vec<u32>> = (0..40_u32).map(|n| vec![1, 2 + n % 3, 5, 1 + n % 5]).collect();
        let model = model(&journeys.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let histories = [(START, START), (START, 1), (1, 2), (2, 5), (5, 4), (9, 9), (9, 1)];
        for fold in [None, Some(0), Some(1), Some(4)] {
            for (first, before) in histories {
                let sum: f64 = [1, 2, 3, 4, 5, END, 77].into_iter().map(|event| model.probability(first, before, event, fold)).sum();
                assert!((sum - 1.0).abs() < 1e-12, "{first} {before} {fold:?}: {sum}");
            }
        }
    }

    #[test]
    fn the_missing_step_is_the_surprise() {
        let normal = vec![vec![1_u32, 2, 3, 4]; 500];
        let model = model(&normal.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let ordinary = model.surprise(&[1, 2, 3, 4], true, None);
        let odd = model.surprise(&[1, 3, 4], true, None);
        assert!(ordinary.millibits < 100);
        assert!(odd.millibits > 8_000);
        assert_eq!(odd.position, 1);
        assert_eq!(model.surprise(&[1, 2, 3], true, None).position, 3, "the end comes too early");
        assert_eq!(model.followed(1, 3), (0, 500));
    }

    #[test]
    fn half_the_surprise_of_the_step_beside_counts() {
        let normal = vec![&[1_u32, 2, 3, 4][..]; 500];
        let odd = [1, 3, 2, 4];
        for beside in [false, true] {
            let model = model_that(&normal, beside);
            let bits = |first, before, event| -log2(model.probability(first, before, event, None)) * 1_000.0;
            let found = model.surprise(&odd, true, None);
            let steps = [bits(START, 1, 3), bits(1, 3, 2), bits(3, 2, 4), bits(2, 4, END)];
            let pairs = steps.windows(2).map(|two| two[0].max(two[1]) + if beside { two[0].min(two[1]) / 2.0 } else { 0.0 });
            assert!((f64::from(found.millibits) - pairs.fold(0.0, f64::max)).abs() <= 1.0, "{found:?} {steps:?}");
            assert_eq!(f64::from(found.alone), steps[found.position - 1].round());
        }
    }

    #[test]
    fn a_journey_is_not_judged_by_itself() {
        let mut journeys = vec![vec![1_u32, 2]; 100];
        journeys.push(vec![9, 9]);
        let model = model(&journeys.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let own = fold_of(TokenKey(100));
        assert!(model.surprise(&[9, 9], true, Some(own)).millibits > model.surprise(&[9, 9], true, None).millibits);
    }
}
