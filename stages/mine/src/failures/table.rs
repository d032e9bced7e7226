//! The judged steps of one problem as two matrices of bits, failing and succeeding: a column for each fact, a row for each step. The columns lie on the
//! scratch disk.
//!
//! Of more steps than fit, those of the customers with the smallest hashes are held: a fixed share of customers with all their steps.

use schemas::limits::FAILURE_STEPS_MAX;
use stage_runtime::StepError;

use super::bits::{Rows, count, ones};
use super::blocks::{self, Side};
use super::columns::{Column, Columns};
use super::desk::Desk;
use super::places::{Packed, Place, Places};
use super::prefix::{FACTS, Fact, Prefix};
use super::problem::{Judged, Problem};
use super::stats::Fourfold;
use super::store::Store;
use super::walk::{HAS_AMOUNT, Step, Walk};
use crate::hash::hash_bytes;

/// Judged steps of one side beside their facts, in the order of customers: small, as there may be tens of thousands.
pub(super) struct Steps {
    /// By step: what decides which of a customer's steps is drawn.
    draws: Vec<u32>,
    /// By customer: the first of its steps, were there any.
    begins: Vec<u32>,
}

impl Steps {
    /// None yet. Grown by doubling, they would have twice what they need while they are copied.
    fn new() -> Self {
        Self { draws: Vec::with_capacity(FAILURE_STEPS_MAX), begins: Vec::new() }
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.draws.len()
    }

    fn clear(&mut self) {
        self.draws.clear();
        self.begins.clear();
    }

    /// The steps of a set, each with its customer.
    fn of(&self, rows: &[u64]) -> impl Iterator<Item = (usize, usize)> {
        let mut unit = 0;
        ones(rows).map(move |at| {
            while self.begins.get(unit + 1).is_some_and(|begin| *begin as usize <= at) {
                unit += 1;
            }
            (at, unit)
        })
    }
}

/// The steps of one problem.
pub(super) struct Table<'s> {
    /// Failing and succeeding steps.
    pub failing: Steps,
    /// Succeeding.
    pub fine: Steps,
    /// Columns of the facts that some step has.
    pub columns: Columns<'s>,
    facts: Vec<Column>,
    /// Where the steps are, failing and fine.
    places: [Places; 2],
    /// By fact: number of its column and one more; zero when no step has it.
    numbers: Vec<u32>,
    /// Customers.
    pub units: u32,
    /// Whether not all customers are held.
    pub sampled: bool,
}

/// A step of a chunk.
pub(super) struct Judging {
    failed: bool,
    draw: u32,
    place: Packed,
}

/// Steps of one chunk.
#[derive(Default)]
pub(super) struct Part {
    rows: Vec<(u128, Judging)>,
    /// Facts of all rows, and where each row's end.
    facts: Vec<Fact>,
    ends: Vec<usize>,
    /// Of the journey at hand: what came before, and how many steps of it.
    prefix: Option<(Box<Prefix>, usize)>,
}

impl<'s> Table<'s> {
    /// Judges all journeys.
    ///
    /// # Errors
    /// When a scratch file cannot be read or written.
    pub(super) fn build(store: &Store, desk: &'s Desk, problem: &Problem, complete_until_us: i64) -> Result<Self, StepError> {
        Self::of(store, desk, problem, problem.steps, |part, walk| problem.judge(walk, complete_until_us, |judged| part.push(walk, problem, judged)))
    }

    /// Takes every step before the end of a journey as a chance to abandon it.
    ///
    /// # Errors
    /// When a scratch file cannot be read or written.
    pub(super) fn of_chances(store: &Store, desk: &'s Desk, problem: &Problem, complete_until_us: i64) -> Result<Self, StepError> {
        // Journeys have some steps; with more than these not all customers are held.
        let steps = problem.steps.saturating_mul(16);
        Self::of(store, desk, problem, steps, |part, walk| problem.judge_chances(walk, complete_until_us, |judged| part.push(walk, problem, judged)))
    }

    fn of(store: &Store, desk: &'s Desk, problem: &Problem, steps: u64, judge: impl Fn(&mut Part, &Walk<'_>) + Sync) -> Result<Self, StepError> {
        let share = FAILURE_STEPS_MAX as f64 * 0.95 / steps.max(1) as f64;
        let border = if share >= 1.0 { u64::MAX } else { (share * u64::MAX as f64) as u64 };
        let mut building = Building::new(desk);
        let mut last_unit = None;
        store.scan(
            |_, head| head.names >> problem.at & 1 == 1 && hash_bytes(&head.unit.to_le_bytes()) <= border,
            || desk.parts.take(Part::default),
            |part, walk| {
                part.prefix = None;
                judge(part, walk);
            },
            |mut part| {
                building.append(&part, &mut last_unit)?;
                part.clear();
                desk.parts.give(part);
                Ok(())
            },
        )?;
        building.finish(border != u64::MAX)
    }

    /// The column of a fact; none when no step has it.
    pub(super) fn column(&self, fact: Fact) -> Option<Column> {
        self.numbers.get(fact as usize)?.checked_sub(1).and_then(|number| self.facts.get(number as usize).copied())
    }

    /// Hands over where these steps are, failing ones or not, and whether nothing comes after them.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn places(&self, rows: &[u64], failing: bool, sink: impl FnMut(Place, bool)) -> Result<(), StepError> {
        self.places[usize::from(!failing)].for_each(rows, &self.columns.desk().scratch, sink)
    }

    /// All steps.
    pub(super) fn all(&self) -> Rows {
        Rows::all(self.failing.len(), self.fine.len())
    }

    /// The fourfold table of steps of `rows` in `domain`.
    pub(super) fn steps(rows: &Rows, domain: &Rows) -> Fourfold {
        let both = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| u64::from((a & b).count_ones())).sum::<u64>();
        let inside = (both(&rows.failing, &domain.failing), both(&rows.fine, &domain.fine));
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
        // The drawn step of each customer on either side: its number in the draw, and whether it went well.
        const NONE: u64 = u64::MAX;
        let mut drawn = vec![[NONE; 2]; self.units as usize];
        for (of, words, within, fine) in [(&self.failing, &rows.failing, &domain.failing, 0), (&self.fine, &rows.fine, &domain.fine, 1)] {
            for (at, unit) in of.of(within) {
                let side = usize::from(words[at / 64] >> (at % 64) & 1 == 0);
                let known = &mut drawn[unit][side];
                *known = (*known).min(u64::from(of.draws[at]) << 1 | fine);
            }
        }
        let mut sums = [(0, 0); 2];
        for drawn in &drawn {
            for (sum, step) in sums.iter_mut().zip(drawn) {
                sum.0 += u64::from(*step != NONE);
                sum.1 += u64::from(step & 1 == 0);
            }
        }
        Fourfold { matching: sums[0].0, failing: sums[0].1, elsewhere: sums[1].0, elsewhere_failing: sums[1].1 }
    }

    /// A stratum for each customer with steps on both sides: the condition held against who the customer is.
    pub(super) fn within_customers(&self, rows: &Rows, domain: &Rows) -> Vec<Fourfold> {
        let mut strata = vec![Fourfold::default(); self.units as usize];
        for (of, words, within, failed) in [(&self.failing, &rows.failing, &domain.failing, 1), (&self.fine, &rows.fine, &domain.fine, 0)] {
            for (at, unit) in of.of(within) {
                let stratum = &mut strata[unit];
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
        self.failing.of(&rows.failing).filter(|(_, unit)| last.replace(*unit) != Some(*unit)).count() as u64
    }
}

/// A table whose steps are still coming.
struct Building<'s> {
    failing: Steps,
    fine: Steps,
    /// Their facts, failing and fine.
    sides: [Side; 2],
    places: [Places; 2],
    numbers: Vec<u32>,
    /// Facts that have a number.
    facts: u32,
    units: u32,
    full: bool,
    desk: &'s Desk,
    /// End of what was written there.
    end: u64,
}

impl<'s> Building<'s> {
    fn new(desk: &'s Desk) -> Self {
        let (failing, fine) = (desk.steps.take(Steps::new), desk.steps.take(Steps::new));
        let (sides, places) = ([Side::new(desk), Side::new(desk)], [Places::default(), Places::default()]);
        Self { failing, fine, sides, places, numbers: vec![0; FACTS], facts: 0, units: 0, full: false, desk, end: 0 }
    }

    fn append(&mut self, part: &Part, last_unit: &mut Option<u128>) -> Result<(), StepError> {
        let mut begin = 0;
        for ((unit, Judging { failed, draw, place }), end) in part.rows.iter().zip(&part.ends) {
            let facts = &part.facts[begin..*end];
            begin = *end;
            if self.failing.len() + self.fine.len() >= FAILURE_STEPS_MAX {
                self.full = true;
                return Ok(());
            }
            if *last_unit != Some(*unit) {
                *last_unit = Some(*unit);
                self.units += 1;
                for steps in [&mut self.failing, &mut self.fine] {
                    steps.begins.push(steps.draws.len() as u32);
                }
            }
            let steps = if *failed { &mut self.failing } else { &mut self.fine };
            steps.draws.push(*draw);
            let (numbers, known) = (&mut self.numbers, &mut self.facts);
            let numbered = facts.iter().map(|fact| {
                let number = &mut numbers[*fact as usize];
                if *number == 0 {
                    *known += 1;
                    *number = *known;
                }
                *number as usize - 1
            });
            let side = usize::from(!*failed);
            self.sides[side].push(numbered, &self.desk.scratch, &mut self.end)?;
            self.places[side].push(*place, &self.desk.scratch, &mut self.end)?;
        }
        Ok(())
    }

    fn finish(self, sampled: bool) -> Result<Table<'s>, StepError> {
        let Self { failing, fine, sides, places, numbers, facts, units, full, desk, end } = self;
        let (columns, facts) = blocks::columns(sides, facts as usize, desk, end)?;
        Ok(Table { failing, fine, columns, facts, places, numbers, units, sampled: sampled || full })
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        for steps in [&mut self.fine, &mut self.failing] {
            let mut steps = std::mem::replace(steps, Steps { draws: Vec::new(), begins: Vec::new() });
            steps.clear();
            self.columns.desk().steps.give(steps);
        }
    }
}

impl Part {
    fn clear(&mut self) {
        self.rows.clear();
        self.facts.clear();
        self.ends.clear();
        self.prefix = None;
    }

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
        seed[..16].copy_from_slice(&walk.head.key.to_le_bytes());
        seed[16..20].copy_from_slice(&walk.head.part.to_le_bytes());
        seed[20..].copy_from_slice(&(at as u32).to_le_bytes());
        let place = Packed::new(Place { at: at as u32, journey: walk.number }, at + 1 == walk.steps.len());
        self.rows.push((walk.head.unit, Judging { failed, draw: (hash_bytes(&seed) >> 32) as u32, place }));
    }
}
