//! What is true of a step and what came before it, kept while a journey is walked: a fact for each thing a clause may say.

use schemas::limits::{ATTRIBUTE_VALUES_MAX, ATTRIBUTES_MAX, STEP_NAMES_MAX};

use super::amount::bin_of;
use super::clause::{COUNT_MAX, SECONDS};
use super::walk::{CONCURRENT, FAILED, Step, TIMED_OUT};

/// Codes of a slot: none and the values.
const CODES: usize = ATTRIBUTE_VALUES_MAX + 1;

/// A fact's number. Facts of one sort lie together; what each means is in [`Sort`].
pub(super) type Fact = u16;

/// Where the facts of each sort begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// By name: it happened before.
    After = 0,
    /// By name: it happened before and went wrong.
    AfterFailed = 1,
    /// By name: it is the event before, immediate repetitions of the step left out.
    Directly = 2,
    /// By name and number from 2: it happened at least so often, the step included.
    Count = 3,
    /// By name and number of edges of time: so many are less than the time since the latest.
    Elapsed = 4,
    /// By two names: in this order before the step.
    Order = 5,
    /// By slot and code.
    Field = 6,
    /// By slot: the step itself has a value.
    Own = 7,
    /// Another journey is open.
    Concurrent = 8,
    /// By hour.
    Hour = 9,
    /// By amount bin.
    Amount = 10,
}

/// Sorts.
const SORTS: usize = 11;

const SIZES: [usize; SORTS] = [
    STEP_NAMES_MAX,
    STEP_NAMES_MAX,
    STEP_NAMES_MAX,
    STEP_NAMES_MAX * COUNT_MAX as usize,
    STEP_NAMES_MAX * (SECONDS.len() + 1),
    STEP_NAMES_MAX * STEP_NAMES_MAX,
    ATTRIBUTES_MAX * CODES,
    ATTRIBUTES_MAX,
    1,
    24,
    super::amount::BINS,
];

const STARTS: [usize; SORTS + 1] = {
    let mut starts = [0; SORTS + 1];
    let mut at = 0;
    while at < SORTS {
        starts[at + 1] = starts[at] + SIZES[at];
        at += 1;
    }
    starts
};

/// Facts in all.
pub(super) const FACTS: usize = STARTS[SORTS];

const _: () = assert!(FACTS <= Fact::MAX as usize);

impl Sort {
    /// The fact with this place in its sort.
    pub(super) fn fact(self, place: usize) -> Fact {
        debug_assert!(place < SIZES[self as usize]);
        (STARTS[self as usize] + place) as Fact
    }

    /// A fact of a name and something else.
    pub(super) fn pair(self, name: usize, other: usize) -> Fact {
        let width = match self {
            Self::Count => COUNT_MAX as usize,
            Self::Elapsed => SECONDS.len() + 1,
            Self::Order => STEP_NAMES_MAX,
            Self::Field => CODES,
            _ => 1,
        };
        self.fact(name * width + other)
    }
}

/// What came before, so far.
pub(super) struct Prefix {
    seen: u64,
    wrong: u64,
    /// By name: names that came before some occurrence of it.
    before: [u64; STEP_NAMES_MAX],
    counts: [u8; STEP_NAMES_MAX],
    last_us: [Option<i64>; STEP_NAMES_MAX],
    /// The latest step, and the one before its immediate repetitions.
    latest: Option<u8>,
    before_latest: Option<u8>,
    values: [u8; ATTRIBUTES_MAX],
    amount_minor: Option<i64>,
}

impl Prefix {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self {
            seen: 0,
            wrong: 0,
            before: [0; STEP_NAMES_MAX],
            counts: [0; STEP_NAMES_MAX],
            last_us: [None; STEP_NAMES_MAX],
            latest: None,
            before_latest: None,
            values: [0; ATTRIBUTES_MAX],
            amount_minor: None,
        }
    }

    /// Takes a step.
    pub(super) fn add(&mut self, step: &Step<'_>) {
        let name = usize::from(step.name);
        self.before[name] |= self.seen;
        self.seen |= 1 << name;
        if step.flags & (FAILED | TIMED_OUT) != 0 {
            self.wrong |= 1 << name;
        }
        self.counts[name] = self.counts[name].saturating_add(1);
        self.last_us[name] = step.time().or(self.last_us[name]);
        if self.latest != Some(step.name) {
            self.before_latest = self.latest;
            self.latest = Some(step.name);
        }
        self.values.iter_mut().zip(step.values).filter(|(_, own)| **own != 0).for_each(|(value, own)| *value = *own);
        self.amount_minor = step.amount().or(self.amount_minor);
    }

    /// Appends all facts of a step that comes now.
    pub(super) fn facts(&self, step: &Step<'_>, out: &mut Vec<Fact>) {
        for name in names_in(self.seen) {
            out.push(Sort::After.fact(name));
            if let (Some(now), Some(last)) = (step.time(), self.last_us[name]) {
                let elapsed_us = now.saturating_sub(last).max(0);
                let edges = SECONDS.partition_point(|seconds| elapsed_us > i64::from(*seconds) * 1_000_000);
                out.push(Sort::Elapsed.pair(name, edges));
            }
            let before = self.before[name] & !(1 << name);
            names_in(before).for_each(|first| out.push(Sort::Order.pair(first, name)));
        }
        let own = usize::from(step.name);
        for name in names_in(self.seen | 1 << own) {
            let count = self.counts[name].saturating_add(u8::from(name == own)).min(COUNT_MAX);
            (2..=count).for_each(|at_least| out.push(Sort::Count.pair(name, usize::from(at_least) - 1)));
        }
        names_in(self.wrong).for_each(|name| out.push(Sort::AfterFailed.fact(name)));
        let before = if self.latest == Some(step.name) { self.before_latest } else { self.latest };
        out.extend(before.map(|name| Sort::Directly.fact(usize::from(name))));
        for (slot, before) in self.values.iter().enumerate() {
            let own = step.values.get(slot).copied().unwrap_or(0);
            let code = if own == 0 { *before } else { own };
            if code != 0 {
                out.push(Sort::Field.pair(slot, usize::from(code)));
            }
            if own != 0 {
                out.push(Sort::Own.fact(slot));
            }
        }
        if step.flags & CONCURRENT != 0 {
            out.push(Sort::Concurrent.fact(0));
        }
        if let Some(time) = step.time() {
            out.push(Sort::Hour.fact(time.div_euclid(3_600_000_000).rem_euclid(24) as usize));
        }
        out.extend(step.amount().or(self.amount_minor).map(|minor| Sort::Amount.fact(bin_of(minor))));
    }
}

/// The names whose bits are set, ascending.
pub(super) fn names_in(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let name = mask.trailing_zeros() as usize;
        (mask != 0).then(|| mask &= mask - 1)?;
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::walk::{HAS_AMOUNT, HAS_TIME};

    /// Names 0..: events at these seconds; the facts of the last.
    fn facts(steps: &[(u8, i64)]) -> Vec<Fact> {
        let steps: Vec<Step<'_>> = steps
            .iter()
            .map(|(name, second)| Step {
                event: 0,
                name: *name,
                flags: HAS_TIME | HAS_AMOUNT,
                time_us: second * 1_000_000,
                amount_minor: 100,
                values: &[0],
            })
            .collect();
        let (last, before) = steps.split_last().unwrap();
        let (mut prefix, mut out) = (Prefix::new(), Vec::new());
        before.iter().for_each(|step| prefix.add(step));
        prefix.facts(last, &mut out);
        out
    }

    #[test]
    fn counts_include_the_step_and_order_times_and_neighbours_are_told() {
        let holds = |steps: &[(u8, i64)], fact: Fact| facts(steps).contains(&fact);
        let third = [(1, 0), (0, 1), (1, 2), (0, 3), (0, 4), (0, 64)];
        assert!(holds(&third, Sort::Count.pair(0, 3)) && !holds(&third, Sort::Count.pair(0, 4)), "four times, not five");
        assert!(holds(&third, Sort::Count.pair(1, 1)) && !holds(&third, Sort::Count.pair(1, 2)));
        assert!(holds(&third, Sort::Directly.fact(1)), "repetitions of the step are left out");
        assert!(!holds(&third, Sort::Directly.fact(0)));
        let minute = SECONDS.iter().position(|seconds| *seconds == 60).unwrap();
        assert!(holds(&third, Sort::Elapsed.pair(0, minute)) && holds(&third, Sort::Elapsed.pair(1, minute + 1)));
        assert_eq!((0..=SECONDS.len()).filter(|edges| holds(&third, Sort::Elapsed.pair(0, *edges))).count(), 1);
        let order = [(2, 0), (3, 1), (0, 2)];
        assert!(holds(&order, Sort::Order.pair(2, 3)) && !holds(&order, Sort::Order.pair(3, 2)));
        assert!(holds(&[(0, 3_600 * 25)], Sort::Hour.fact(1)));
    }
}
