//! What others would report of the same journeys, for comparison: frequent sequential patterns before failures, and decision trees on how often each
//! event occurred. Both see events and failures alone, as such tools do: no attributes, times or other sessions.

use std::collections::BTreeMap;

use synth::faults::Bank;
use synth::faults::clause::{Clause, Condition, How, Outcome};

use super::Item;
use super::score::RANK_MAX;

/// Failing steps of one name below which no tree is grown.
const FAILING_MIN: usize = 50;
/// Steps in a leaf.
const LEAF_MIN: usize = 20;
/// Splits from the root to a leaf.
const DEPTH: usize = 3;
/// Greatest count a split asks for.
const COUNT_MAX: u8 = 5;

/// Plain sequential pattern mining (Agrawal and Srikant, 1995): the orders of one or two earlier events and the failing step that most failing steps
/// have before them.
pub(super) fn by_support(bank: &Bank) -> Vec<Item> {
    let mut support: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    bank.each_step(|before, name, failed| {
        if failed {
            let mut patterns: Vec<Vec<u32>> = Vec::new();
            for (at, second) in before.iter().enumerate() {
                patterns.push(vec![*second, name]);
                patterns.extend(before[..at].iter().map(|first| vec![*first, *second, name]));
            }
            patterns.sort_unstable();
            patterns.dedup();
            patterns.into_iter().for_each(|pattern| *support.entry(pattern).or_default() += 1);
        }
    });
    let mut ranked: Vec<(Vec<u32>, u64)> = support.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let text = |number: &u32| bank.event_names()[*number as usize].clone();
    let clause = |pattern: &[u32]| Clause::Sequence { events: pattern.iter().map(text).collect() };
    items(ranked.iter().map(|(pattern, support)| (text(&pattern[pattern.len() - 1]), vec![clause(pattern)], *support)))
}

/// A decision tree a step (Breiman et al., 1984: Gini impurity), on the counts of events before it; its leaves that fail at least twice as often as all
/// its steps, most failures beyond that first.
pub(super) fn by_counts(bank: &Bank) -> Vec<Item> {
    let width = bank.event_names().len();
    let mut steps: BTreeMap<u32, Samples> = BTreeMap::new();
    bank.each_step(|before, name, failed| {
        let samples = steps.entry(name).or_default();
        let start = samples.counts.len();
        samples.counts.resize(start + width, 0);
        let counts = &mut samples.counts[start..];
        before.iter().chain([&name]).for_each(|event| counts[*event as usize] = counts[*event as usize].saturating_add(1).min(COUNT_MAX));
        samples.failed.push(failed);
    });
    let mut leaves = Vec::new();
    for (name, samples) in &steps {
        let all: Vec<usize> = (0..samples.failed.len()).collect();
        let failing = samples.failing(&all);
        if failing >= FAILING_MIN {
            let rate = failing as f64 / all.len() as f64;
            samples.grow(width, &all, &mut Vec::new(), &mut |splits, rows| {
                let failing = samples.failing(rows) as f64;
                let beyond = failing - rate * rows.len() as f64;
                if failing >= 2.0 * rate * rows.len() as f64 && !splits.is_empty() {
                    leaves.push((*name, splits.to_vec(), beyond as u64));
                }
            });
        }
    }
    leaves.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    let text = |number: u32| bank.event_names()[number as usize].clone();
    let clauses = |name: u32, splits: &[Split]| splits.iter().filter_map(|split| split.clause(text(split.event), split.event == name)).collect();
    items(leaves.iter().map(|(name, splits, beyond)| (text(*name), clauses(*name, splits), *beyond)))
}

fn items(ranked: impl Iterator<Item = (String, Vec<Clause>, u64)>) -> Vec<Item> {
    let item = |(rank, (event, all, weight)): (u32, (String, Vec<Clause>, u64))| Item {
        rank,
        sentence: format!("{event}: {} ({weight})", all.iter().map(Clause::kind).collect::<Vec<_>>().join(" and ")),
        outcome: Outcome { event, how: How::Failure },
        condition: Condition { all },
    };
    (1..=RANK_MAX).zip(ranked).map(item).collect()
}

/// The steps of one name.
#[derive(Default)]
struct Samples {
    /// Counts of all events, a row a step.
    counts: Vec<u8>,
    failed: Vec<bool>,
}

/// An event that occurred at least so often, or did not.
#[derive(Debug, Clone, Copy)]
struct Split {
    event: u32,
    at_least: u8,
    holds: bool,
}

impl Split {
    /// Fewer than two or more times cannot be said in the language of conditions and is left out.
    fn clause(self, event: String, own: bool) -> Option<Clause> {
        match (self.holds, self.at_least) {
            (true, 1) if !own => Some(Clause::After { event }),
            (true, at_least) => Some(Clause::Count { event, at_least: at_least.into() }),
            (false, 1) if !own => Some(Clause::NotAfter { event }),
            (false, _) => None,
        }
    }
}

fn impurity(failing: usize, all: usize) -> f64 {
    let rate = failing as f64 / all.max(1) as f64;
    2.0 * rate * (1.0 - rate) * all as f64
}

impl Samples {
    fn failing(&self, rows: &[usize]) -> usize {
        rows.iter().filter(|row| self.failed[**row]).count()
    }

    fn grow(&self, width: usize, rows: &[usize], splits: &mut Vec<Split>, leaf: &mut impl FnMut(&[Split], &[usize])) {
        let best = if splits.len() < DEPTH { self.best(width, rows) } else { None };
        let Some((event, at_least)) = best else { return leaf(splits, rows) };
        let (with, without): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| self.counts[**row * width + event as usize] >= at_least);
        for (holds, rows) in [(true, with), (false, without)] {
            splits.push(Split { event, at_least, holds });
            self.grow(width, &rows, splits, leaf);
            splits.pop();
        }
    }

    /// The split that makes the two sides purest; none when none does.
    fn best(&self, width: usize, rows: &[usize]) -> Option<(u32, u8)> {
        let buckets = usize::from(COUNT_MAX) + 1;
        let mut table = vec![[0_usize; 2]; width * buckets];
        for &row in rows {
            let counts = &self.counts[row * width..(row + 1) * width];
            let failed = usize::from(self.failed[row]);
            counts.iter().enumerate().for_each(|(event, count)| table[event * buckets + usize::from(*count)][failed] += 1);
        }
        let all = (self.failing(rows), rows.len());
        let mut best: Option<(f64, u32, u8)> = None;
        for event in 0..width {
            let (mut failing, mut count) = (0, 0);
            for at_least in (1..buckets).rev() {
                let [fine, failed] = table[event * buckets + at_least];
                (failing, count) = (failing + failed, count + fine + failed);
                if count >= LEAF_MIN && all.1 - count >= LEAF_MIN {
                    let gain = impurity(all.0, all.1) - impurity(failing, count) - impurity(all.0 - failing, all.1 - count);
                    if gain > 1e-9 && best.is_none_or(|(known, ..)| gain > known) {
                        best = Some((gain, event as u32, at_least as u8));
                    }
                }
            }
        }
        best.map(|(_, event, at_least)| (event, at_least))
    }
}
