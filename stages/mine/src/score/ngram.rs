//! Interpolated Witten-Bell n-grams of up to three events, with a start and an end, counted in five folds.
//!
//! `P(w|h) = (c(hw) + T(h) P(w|h')) / (c(h) + T(h))`, where `T(h)` is the number of distinct successors of `h` and `h'` is `h` without
//! its oldest event; below the empty history everything known is equally likely, and so is one thing unknown. Witten and Bell,
//! 1991, method C. A journey is judged by the folds it is not in, so its own presence does not make it ordinary.

use schemas::limits::NGRAMS_MAX;

use super::fold::{ByFold, FOLDS, add, sum_without};
use super::log2::log2;
use crate::bounded::{Bounded, Key, Merge};
use crate::hash::{FixedMap, hash_bytes};

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

/// A run of one to three events. Two words and not one of twice the size: a map of these has no gaps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Gram {
    /// How many events, and the first of three.
    high: u64,
    /// The last two.
    low: u64,
}

impl Gram {
    const fn one(event: u32) -> Self {
        Self { high: 1 << 32, low: event as u64 }
    }

    const fn two(before: u32, event: u32) -> Self {
        Self { high: 2 << 32, low: (before as u64) << 32 | event as u64 }
    }

    const fn three(first: u32, before: u32, event: u32) -> Self {
        Self { high: 3 << 32 | first as u64, low: (before as u64) << 32 | event as u64 }
    }

    /// Whether it is an event alone.
    const fn is_alone(self) -> bool {
        self.high >> 32 == 1
    }

    /// The history of a run, as a run of its own.
    const fn history(self) -> Self {
        Self { high: ((self.high >> 32) - 1) << 32, low: self.high << 32 | self.low >> 32 }
    }
}

impl Key for Gram {
    type Seen = Self;

    fn kept(seen: &Self) -> Self {
        *seen
    }

    fn spread(seen: &Self) -> u64 {
        hash_bytes([seen.low.to_le_bytes(), seen.high.to_le_bytes()].as_flattened())
    }
}

/// Counting runs.
#[derive(Default)]
pub(super) struct LocalCounts(FixedMap<Gram, ByFold>);

impl LocalCounts {
    /// Counts the runs of so many journeys of each fold. `ends`: whether their last event is the journey's.
    pub(super) fn add(&mut self, events: &[u32], ends: bool, journeys: ByFold) {
        for_each_run(events, ends, |run| add(self.0.entry(run).or_default(), journeys));
    }
}

fn for_each_run(events: &[u32], ends: bool, mut see: impl FnMut(Gram)) {
    for (first, before, event) in steps(events, ends) {
        [Gram::one(event), Gram::two(before, event), Gram::three(first, before, event)].into_iter().for_each(&mut see);
    }
}

/// Counts of all blocks, bounded.
pub(super) struct Counts(Bounded<Run, Gram>);

impl Counts {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(Bounded::new(NGRAMS_MAX))
    }

    /// Counts the runs of so many journeys of each fold, as [`LocalCounts::add`] does.
    pub(super) fn add(&mut self, events: &[u32], ends: bool, journeys: ByFold) {
        for_each_run(events, ends, |run| self.0.add(&run, Run { counts: journeys, history: 0 }));
    }

    /// Adds a block's counts.
    pub(super) fn merge(&mut self, local: LocalCounts) {
        for (run, counts) in local.0 {
            self.0.add(&run, Run { counts, history: 0 });
        }
    }

    /// The model of these counts. `beside`: whether a step is judged with the one before or after it.
    pub(super) fn model(self, beside: bool) -> Model {
        let (runs, _) = self.0.into_map();
        let counted: Vec<Gram> = runs.keys().copied().collect();
        let mut model = Model { runs, histories: Vec::new(), all: History::default(), known: 1.0, beside };
        for run in counted {
            let counts = model.runs.get(&run).map_or([0; FOLDS], |run| run.counts);
            let history = if run.is_alone() { &mut model.all } else { model.history_mut(run.history()) };
            for without in 0..=FOLDS {
                let count = sum_without(&counts, without);
                history.count[without] += count;
                history.distinct[without] += u64::from(count > 0);
            }
            if run.is_alone() {
                model.known += 1.0;
            }
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
    /// Number of the history that it is to what comes next, and one more; 0: nothing does, or it is still to be counted.
    history: u32,
}

impl Merge for Run {
    fn merge(&mut self, other: Self) {
        add(&mut self.counts, other.counts);
    }
}

/// The model.
pub(super) struct Model {
    runs: FixedMap<Gram, Run>,
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
        let mut before = [self.runs.get(&Gram::one(START)), self.runs.get(&Gram::two(START, START))];
        for (position, (first, second, event)) in steps(events, ends).enumerate() {
            let runs = [Gram::one(event), Gram::two(second, event), Gram::three(first, second, event)].map(|run| self.runs.get(&run));
            see(position, &Seen { runs, histories: [Some(&self.all), self.history(before[0]), self.history(before[1])] });
            before = [runs[0], runs[1]];
        }
    }

    /// The history that a run is to what comes next.
    fn history(&self, run: Option<&Run>) -> Option<&History> {
        self.histories.get((run?.history as usize).checked_sub(1)?)
    }

    fn history_mut(&mut self, run: Gram) -> &mut History {
        let number = &mut self.runs.entry(run).or_default().history;
        if *number == 0 {
            self.histories.push(History::default());
            *number = self.histories.len() as u32;
        }
        &mut self.histories[*number as usize - 1]
    }

    /// Probability of `event` after `first`, `before`.
    #[cfg(test)]
    fn probability(&self, first: u32, before: u32, event: u32, fold: Option<usize>) -> f64 {
        self.seen([Gram::one(event), Gram::two(before, event), Gram::three(first, before, event)]).probability(self.known, fold.unwrap_or(FOLDS))
    }

    fn seen(&self, runs: [Gram; 3]) -> Seen<'_> {
        let history = |run: Gram| if run.is_alone() { Some(&self.all) } else { self.history(self.runs.get(&run.history())) };
        Seen { runs: runs.map(|run| self.runs.get(&run)), histories: runs.map(history) }
    }

    /// How often `event` followed `before` in the model, and how often anything did.
    pub(super) fn followed(&self, before: u32, event: u32) -> (u64, u64) {
        let (count, history, _) = self.seen([Gram::two(before, event); 3]).counts(0, FOLDS);
        (count, history)
    }

    /// How often `event` followed `first`, `before` in the model, and how often anything did.
    pub(super) fn followed_pair(&self, first: u32, before: u32, event: u32) -> (u64, u64) {
        let (count, history, _) = self.seen([Gram::three(first, before, event); 3]).counts(0, FOLDS);
        (count, history)
    }

    /// How often `event` occurs in the model.
    pub(super) fn occurs(&self, event: u32) -> u64 {
        self.seen([Gram::one(event); 3]).counts(0, FOLDS).0
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
            counts.merge(local);
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
