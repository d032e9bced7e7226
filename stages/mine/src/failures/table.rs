//! The judged steps of one problem as two matrices of bits, failing and succeeding: a column for each fact, a row for each step.
//!
//! Of more steps than fit, those of the customers with the smallest hashes are held: a fixed share of customers with all their steps.

use std::sync::Arc;

use schemas::limits::FAILURE_STEPS_MAX;
use stage_runtime::StepError;

use super::prefix::{FACTS, Fact, Prefix};
use super::problem::{Judged, Problem};
use super::stats::Fourfold;
use super::store::Store;
use super::walk::{HAS_AMOUNT, Step, Walk};
use crate::hash::hash_bytes;

/// Words by which a column grows.
const COLUMN_WORDS: usize = 32;

/// A set of steps: a bit a row, the failing ones and the others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Rows {
    /// Failing.
    pub failing: Vec<u64>,
    /// Succeeding.
    pub fine: Vec<u64>,
}

/// Where a step is, for examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Position in the journey.
    pub at: u32,
    /// Number of the journey in the order of the store.
    pub journey: u32,
}

/// A judged step beside its facts: small, as there is one of these for each step that is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Number of its customer, in order.
    pub unit: u32,
    /// Decides which of a customer's steps is drawn.
    pub draw: u32,
    journey: u32,
    /// Twice its position in the journey, and one more when nothing comes after it.
    at: u32,
}

impl Row {
    /// Where the step is.
    pub(super) fn place(&self) -> Place {
        Place { at: self.at / 2, journey: self.journey }
    }

    /// Whether nothing comes after it in the journey.
    pub(super) fn is_last(&self) -> bool {
        self.at & 1 == 1
    }
}

/// The steps of one problem.
pub(super) struct Table {
    /// Failing and succeeding steps.
    pub failing: Vec<Row>,
    /// Succeeding.
    pub fine: Vec<Row>,
    /// Columns of the facts that some step has.
    columns: Vec<Arc<Rows>>,
    /// By fact: number of its column and one more; zero when no step has it.
    numbers: Vec<u32>,
    /// Customers.
    pub units: u32,
    /// Whether not all customers are held.
    pub sampled: bool,
}

/// Steps of one chunk.
struct Part {
    rows: Vec<(u128, bool, Row)>,
    /// Facts of all rows, and where each row's end.
    facts: Vec<Fact>,
    ends: Vec<usize>,
    /// Of the journey at hand: what came before, and how many steps of it.
    prefix: Option<(Box<Prefix>, usize)>,
}

impl Table {
    /// Judges all journeys.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn build(store: &Store, problem: &Problem, complete_until_us: i64) -> Result<Self, StepError> {
        Self::of(store, problem.steps, |part, walk| problem.judge(walk, complete_until_us, |judged| part.push(walk, problem, judged)))
    }

    /// Takes every step before the end of a journey as a chance to abandon it.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn of_chances(store: &Store, problem: &Problem, complete_until_us: i64) -> Result<Self, StepError> {
        // Journeys have some steps; with more than these not all customers are held.
        let steps = problem.steps.saturating_mul(16);
        Self::of(store, steps, |part, walk| problem.judge_chances(walk, complete_until_us, |judged| part.push(walk, problem, judged)))
    }

    fn of(store: &Store, steps: u64, judge: impl Fn(&mut Part, &Walk<'_>) + Sync) -> Result<Self, StepError> {
        let share = FAILURE_STEPS_MAX as f64 * 0.95 / steps.max(1) as f64;
        let border = if share >= 1.0 { u64::MAX } else { (share * u64::MAX as f64) as u64 };
        let mut building = Building { failing: Vec::new(), fine: Vec::new(), columns: Vec::new(), numbers: vec![0; FACTS], units: 0, full: false };
        let mut last_unit = None;
        store.scan(
            || Part { rows: Vec::new(), facts: Vec::new(), ends: Vec::new(), prefix: None },
            |part, walk| {
                if hash_bytes(&walk.unit.to_le_bytes()) <= border {
                    part.prefix = None;
                    judge(part, walk);
                }
            },
            |part| {
                building.append(&part, &mut last_unit);
                Ok(())
            },
        )?;
        Ok(building.finish(border != u64::MAX))
    }

    /// The steps with a fact; none when no step has it.
    pub(super) fn column(&self, fact: Fact) -> Option<&Arc<Rows>> {
        self.numbers.get(fact as usize)?.checked_sub(1).and_then(|number| self.columns.get(number as usize))
    }

    /// All steps.
    pub(super) fn all(&self) -> Rows {
        let ones = |rows: usize| {
            let mut words = vec![u64::MAX; rows.div_ceil(64)];
            if !rows.is_multiple_of(64)
                && let Some(last) = words.last_mut()
            {
                *last = (1 << (rows % 64)) - 1;
            }
            words
        };
        Rows { failing: ones(self.failing.len()), fine: ones(self.fine.len()) }
    }

    /// The fourfold table of steps of `rows` in `domain`.
    pub(super) fn steps(rows: &Rows, domain: &Rows) -> Fourfold {
        let inside = (count_both(&rows.failing, &domain.failing), count_both(&rows.fine, &domain.fine));
        let all = (count(&domain.failing), count(&domain.fine));
        Fourfold {
            matching: inside.0 + inside.1,
            failing: inside.0,
            elsewhere: all.0 + all.1 - inside.0 - inside.1,
            elsewhere_failing: all.0 - inside.0,
        }
    }

    /// The same with one step a customer on each side, drawn by hash: a customer's steps are not independent of each other, and
    /// the draw does not look at how they went.
    pub(super) fn customers(&self, rows: &Rows, domain: &Rows) -> Fourfold {
        // The drawn step of each customer on either side: its number in the draw, and whether it failed.
        let mut drawn = vec![[(u32::MAX, false); 2]; self.units as usize];
        let mut seen = vec![[false; 2]; self.units as usize];
        for (of, words, within, failed) in [(&self.failing, &rows.failing, &domain.failing, true), (&self.fine, &rows.fine, &domain.fine, false)] {
            for at in ones(within) {
                let side = usize::from(words[at / 64] >> (at % 64) & 1 == 0);
                let row = &of[at];
                let unit = row.unit as usize;
                if !seen[unit][side] || row.draw < drawn[unit][side].0 {
                    (seen[unit][side], drawn[unit][side]) = (true, (row.draw, failed));
                }
            }
        }
        let mut sums = [(0, 0); 2];
        for (seen, drawn) in seen.iter().zip(&drawn) {
            for side in [0, 1] {
                sums[side].0 += u64::from(seen[side]);
                sums[side].1 += u64::from(seen[side] && drawn[side].1);
            }
        }
        Fourfold { matching: sums[0].0, failing: sums[0].1, elsewhere: sums[1].0, elsewhere_failing: sums[1].1 }
    }

    /// A stratum for each customer with steps on both sides: the condition held against who the customer is.
    pub(super) fn within_customers(&self, rows: &Rows, domain: &Rows) -> Vec<Fourfold> {
        let mut strata = vec![Fourfold::default(); self.units as usize];
        for (of, words, within, failed) in [(&self.failing, &rows.failing, &domain.failing, 1), (&self.fine, &rows.fine, &domain.fine, 0)] {
            for at in ones(within) {
                let stratum = &mut strata[of[at].unit as usize];
                if words[at / 64] >> (at % 64) & 1 == 1 {
                    stratum.matching += 1;
                    stratum.failing += failed;
                } else {
                    stratum.elsewhere += 1;
                    stratum.elsewhere_failing += failed;
                }
            }
        }
        strata.retain(|table| table.matching > 0 && table.elsewhere > 0);
        strata
    }

    /// Distinct customers with a failing step of `rows`.
    pub(super) fn failing_customers(&self, rows: &Rows) -> u64 {
        let mut last = None;
        ones(&rows.failing).filter(|at| last.replace(self.failing[*at].unit) != Some(self.failing[*at].unit)).count() as u64
    }
}

/// A table whose steps are still coming.
struct Building {
    failing: Vec<Row>,
    fine: Vec<Row>,
    columns: Vec<Rows>,
    numbers: Vec<u32>,
    units: u32,
    full: bool,
}

impl Building {
    fn append(&mut self, part: &Part, last_unit: &mut Option<u128>) {
        let mut begin = 0;
        for ((unit, failed, row), end) in part.rows.iter().zip(&part.ends) {
            let facts = &part.facts[begin..*end];
            begin = *end;
            if self.failing.len() + self.fine.len() >= FAILURE_STEPS_MAX {
                self.full = true;
                return;
            }
            if *last_unit != Some(*unit) {
                *last_unit = Some(*unit);
                self.units += 1;
            }
            let rows = if *failed { &mut self.failing } else { &mut self.fine };
            let (word, bit) = (rows.len() / 64, rows.len() % 64);
            rows.push(Row { unit: self.units - 1, ..*row });
            for fact in facts {
                let number = &mut self.numbers[*fact as usize];
                if *number == 0 {
                    self.columns.push(Rows { failing: Vec::new(), fine: Vec::new() });
                    *number = self.columns.len() as u32;
                }
                let column = &mut self.columns[*number as usize - 1];
                set(if *failed { &mut column.failing } else { &mut column.fine }, word, bit);
            }
        }
    }

    fn finish(self, sampled: bool) -> Table {
        let (failing_words, fine_words) = (self.failing.len().div_ceil(64), self.fine.len().div_ceil(64));
        let whole = |mut column: Rows| {
            for (words, all) in [(&mut column.failing, failing_words), (&mut column.fine, fine_words)] {
                words.resize(all, 0);
                words.shrink_to_fit();
            }
            Arc::new(column)
        };
        let Self { failing, fine, columns, numbers, units, full } = self;
        let columns = columns.into_iter().map(whole).collect();
        Table { failing, fine, columns, numbers, units, sampled: sampled || full }
    }
}

/// Sets a bit of a column, which grows by a little: there are thousands of them, and doubling would leave half of their memory unused.
fn set(words: &mut Vec<u64>, word: usize, bit: usize) {
    if words.len() <= word {
        if words.capacity() <= word {
            words.reserve_exact((word + 1 - words.len()).max(COLUMN_WORDS));
        }
        words.resize(word + 1, 0);
    }
    words[word] |= 1 << bit;
}

impl Part {
    fn push(&mut self, walk: &Walk<'_>, problem: &Problem, Judged { at, failed }: Judged) {
        let (prefix, done) = self.prefix.get_or_insert_with(|| (Box::new(Prefix::new()), 0));
        // The end of a journey is judged behind its last step, as if the event that should come came now.
        let upto = if problem.is_end() { at + 1 } else { at };
        walk.steps[*done..upto].iter().for_each(|step| prefix.add(step));
        *done = upto;
        let step = walk.steps[at];
        let expected = Step { name: problem.other, values: &[], flags: step.flags & !HAS_AMOUNT, ..step };
        prefix.facts(if problem.is_end() { &expected } else { &step }, &mut self.facts);
        self.ends.push(self.facts.len());
        let mut seed = [0; 24];
        seed[..16].copy_from_slice(&walk.key.to_le_bytes());
        seed[16..20].copy_from_slice(&walk.part.to_le_bytes());
        seed[20..].copy_from_slice(&(at as u32).to_le_bytes());
        let row = Row {
            unit: 0,
            draw: (hash_bytes(&seed) >> 32) as u32,
            journey: walk.number,
            at: (at as u32).saturating_mul(2) | u32::from(at + 1 == walk.steps.len()),
        };
        self.rows.push((walk.unit, failed, row));
    }
}

/// Positions of the ones.
pub(super) fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| rest &= rest - 1)?;
            Some(at * 64 + bit)
        })
    })
}

/// Ones.
pub(super) fn count(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Ones of both.
pub(super) fn count_both(a: &[u64], b: &[u64]) -> u64 {
    a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum()
}

impl Rows {
    /// None, as long as `like`.
    pub(super) fn none(like: &Self) -> Self {
        Self { failing: vec![0; like.failing.len()], fine: vec![0; like.fine.len()] }
    }

    /// Those of both.
    pub(super) fn and(&self, other: &Self) -> Self {
        self.with(other, |a, b| a & b)
    }

    /// Those of `self` alone.
    pub(super) fn without(&self, other: &Self) -> Self {
        self.with(other, |a, b| a & !b)
    }

    /// Adds those of `other`.
    pub(super) fn add(&mut self, other: &Self) {
        *self = self.with(other, |a, b| a | b);
    }

    fn with(&self, other: &Self, both: impl Fn(u64, u64) -> u64) -> Self {
        let each = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| both(*a, *b)).collect();
        Self { failing: each(&self.failing, &other.failing), fine: each(&self.fine, &other.fine) }
    }

    /// Steps.
    pub(super) fn count(&self) -> u64 {
        count(&self.failing) + count(&self.fine)
    }
}
