//! The clauses that can be said of one problem's steps at all, each with the steps for which it holds.
//!
//! A clause that holds for too few failing steps, or for all steps, cannot be significant or says nothing: it is not tested and does not count
//! among the tests (Tarone 1990; Terada et al. 2013). An attribute whose presence on the step itself depends on how the step went is left out: a
//! field that only failures log would explain them all.

use schemas::limits::{ATTRIBUTE_VALUES_MAX, ATTRIBUTES_MAX, STEP_NAMES_MAX};
use stage_runtime::StepError;

use super::amount::{BINS, edge_of, is_round};
use super::bits::{Rows, count};
use super::clause::{COUNT_MAX, Clause, SECONDS};
use super::columns::{Column, Columns, Window};
use super::names::Names;
use super::prefix::{FACTS, Fact, Sort};
use super::table::Table;
use crate::attribute::dictionary::Dictionary;

/// Failing steps below which a clause is not tested.
pub(super) const FAILING_MIN: u64 = 10;
/// Difference of the share of steps with a value of their own, failing and not, from which on the attribute depends on how it went.
const PRESENCE_DIFFERENCE_MAX: f64 = 0.1;

/// A clause with the steps for which it holds.
pub(super) type Atom = (Clause, Column);

/// Clauses there may be: facts, and what is made of names, times, values, hours and amounts.
const ATOMS_MAX: usize = FACTS + STEP_NAMES_MAX * (1 + SECONDS.len()) + 2 * ATTRIBUTES_MAX * ATTRIBUTE_VALUES_MAX + 24 * 12 + 4 * BINS;
// The search numbers them so.
const _: () = assert!(ATOMS_MAX < u16::MAX as usize);

/// Clauses, and their columns in the same order.
pub(super) struct Atoms<'s> {
    /// Clauses.
    pub all: Vec<Atom>,
    /// Their columns.
    pub columns: Columns<'s>,
}

/// All testable clauses.
///
/// # Errors
/// When the scratch file cannot be read or written.
pub(super) fn all<'s>(table: &Table<'s>, names: &Names, dictionary: &Dictionary, own: u8) -> Result<Atoms<'s>, StepError> {
    let everything = table.all();
    let found = Atoms { all: Vec::new(), columns: table.columns.behind() };
    let mut atoms = Making { table, everything: &everything, window: Window::of_one(), found };
    let told = || (0..names.len()).filter(|name| !names.is_mixed(*name as u8));
    for name in told() {
        let number = name as u8;
        if number != own {
            atoms.push_fact(Clause::After(number), Sort::After.fact(name))?;
            atoms.push_fact(Clause::AfterFailed(number), Sort::AfterFailed.fact(name))?;
            if let Some(after) = atoms.table.column(Sort::After.fact(name)) {
                let after = atoms.table.columns.rows(after)?;
                atoms.push_rows(Clause::NotAfter(number), &everything.clone().without(&after))?;
            }
        }
        atoms.push_fact(Clause::DirectlyAfter(number), Sort::Directly.fact(name))?;
        for at_least in 2..=COUNT_MAX {
            atoms.push_fact(Clause::Count { name: number, at_least }, Sort::Count.pair(name, usize::from(at_least) - 1))?;
        }
        atoms.push_times(name)?;
    }
    for (first, then) in told().flat_map(|first| told().map(move |then| (first, then))).filter(|(first, then)| first != then) {
        atoms.push_fact(Clause::Sequence { first: first as u8, then: then as u8 }, Sort::Order.pair(first, then))?;
    }
    atoms.push_fact(Clause::Concurrent, Sort::Concurrent.fact(0))?;
    atoms.push_fields(dictionary)?;
    atoms.push_hours()?;
    atoms.push_amounts()?;
    Ok(atoms.found)
}

struct Making<'a, 's> {
    table: &'a Table<'s>,
    everything: &'a Rows,
    window: Window,
    found: Atoms<'s>,
}

impl Making<'_, '_> {
    fn push_fact(&mut self, clause: Clause, fact: Fact) -> Result<(), StepError> {
        if let Some(column) = self.table.column(fact)
            && self.is_testable(column.failing.into(), column.fine.into())
        {
            let column = self.found.columns.push(self.window.bits(&self.table.columns, column)?)?;
            self.found.all.push((clause, column));
        }
        Ok(())
    }

    fn push_rows(&mut self, clause: Clause, rows: &Rows) -> Result<(), StepError> {
        if self.is_testable(count(&rows.failing), count(&rows.fine)) {
            self.found.all.push((clause, self.found.columns.push_rows(rows)?));
        }
        Ok(())
    }

    fn is_testable(&self, failing: u64, fine: u64) -> bool {
        let everything = failing == self.table.failing.len() as u64 && fine == self.table.fine.len() as u64;
        failing >= FAILING_MIN && !everything
    }

    /// Whether the share of failing steps with something is another than that of fine ones.
    fn depends_on_outcome(&self, failing: u64, fine: u64) -> bool {
        let share = |some: u64, all: usize| some as f64 / all.max(1) as f64;
        (share(failing, self.table.failing.len()) - share(fine, self.table.fine.len())).abs() > PRESENCE_DIFFERENCE_MAX
    }

    fn push_fields(&mut self, dictionary: &Dictionary) -> Result<(), StepError> {
        for (slot, (_, values)) in dictionary.slots.iter().enumerate() {
            let own = self.table.column(Sort::Own.fact(slot));
            if own.is_some_and(|own| self.depends_on_outcome(own.failing.into(), own.fine.into())) {
                continue;
            }
            let fact = |code: usize| Sort::Field.pair(slot, code);
            let slot = slot as u8;
            for code in 1..=values.len() {
                self.push_fact(Clause::Field { slot, code: code as u8 }, fact(code))?;
            }
            let Some(order) = version_order(values) else { continue };
            let mut with = Rows::none(self.everything);
            for column in order.iter().filter_map(|code| self.table.column(fact(*code))) {
                with.add(&self.table.columns.rows(column)?);
            }
            // From the newest down: all from here on, and all before.
            let mut from = Rows::none(self.everything);
            for code in order.iter().skip(1).rev() {
                if let Some(column) = self.table.column(fact(*code)) {
                    from.add(&self.table.columns.rows(column)?);
                    self.push_rows(Clause::FieldFrom { slot, code: *code as u8 }, &from)?;
                    self.push_rows(Clause::FieldBelow { slot, code: *code as u8 }, &with.clone().without(&from))?;
                }
            }
        }
        Ok(())
    }

    fn push_times(&mut self, name: usize) -> Result<(), StepError> {
        let column = |edges: usize| self.table.column(Sort::Elapsed.pair(name, edges));
        let elapsed: Vec<Option<Column>> = (0..=SECONDS.len()).map(column).collect();
        let (mut within, mut longer) = (Rows::none(self.everything), Rows::none(self.everything));
        for column in elapsed.iter().flatten() {
            longer.add(&self.table.columns.rows(*column)?);
        }
        for (column, &seconds) in elapsed.iter().zip(&SECONDS) {
            if let Some(column) = column {
                let rows = self.table.columns.rows(*column)?;
                within.add(&rows);
                longer = longer.without(&rows);
            }
            self.push_rows(Clause::Within { name: name as u8, seconds }, &within)?;
            self.push_rows(Clause::NotWithin { name: name as u8, seconds }, &longer)?;
        }
        Ok(())
    }

    fn push_hours(&mut self) -> Result<(), StepError> {
        for from in 0..24 {
            let mut rows = Rows::none(self.everything);
            for width in 1..=12 {
                let Some(hour) = self.table.column(Sort::Hour.fact((from + width - 1) % 24)) else { break };
                rows.add(&self.table.columns.rows(hour)?);
                self.push_rows(Clause::Hour { from: from as u8, to: ((from + width) % 24) as u8 }, &rows)?;
            }
        }
        Ok(())
    }

    fn push_amounts(&mut self) -> Result<(), StepError> {
        let mut with = Rows::none(self.everything);
        for (_, column) in amounts(self.table) {
            with.add(&self.table.columns.rows(column)?);
        }
        if self.depends_on_outcome(count(&with.failing), count(&with.fine)) {
            return Ok(());
        }
        let mut from = Rows::none(self.everything);
        for bin in (1..BINS).rev() {
            if let Some(column) = self.table.column(Sort::Amount.fact(bin)) {
                from.add(&self.table.columns.rows(column)?);
            }
            if is_round(bin) && from.count() > 0 {
                let edge = edge_of(bin);
                self.push_rows(Clause::AmountFrom(edge), &from)?;
                self.push_rows(Clause::AmountBelow(edge), &with.clone().without(&from))?;
            }
        }
        Ok(())
    }
}

/// The amounts that steps have: their bins, the least first.
fn amounts(table: &Table<'_>) -> Vec<(usize, Column)> {
    (0..BINS).filter_map(|bin| Some((bin, table.column(Sort::Amount.fact(bin))?))).collect()
}

/// Adds amount clauses at edges of two digits but for those that are known, to move an edge that is nearly right.
///
/// # Errors
/// When the scratch file cannot be read or written.
pub(super) fn add_amount_edges<'s>(table: &Table<'s>, from: bool, atoms: &mut Atoms<'s>) -> Result<(), StepError> {
    let mut columns = amounts(table);
    if from {
        columns.reverse();
    }
    let known: Vec<Clause> = atoms.all.iter().map(|(clause, _)| *clause).collect();
    let mut sum = Rows::none(&table.all());
    for (bin, column) in columns {
        if if from { bin == 0 } else { bin + 1 == BINS } {
            continue;
        }
        sum.add(&table.columns.rows(column)?);
        let clause = if from { Clause::AmountFrom(edge_of(bin)) } else { Clause::AmountBelow(edge_of(bin + 1)) };
        if !known.contains(&clause) {
            atoms.all.push((clause, atoms.columns.push_rows(&sum)?));
        }
    }
    Ok(())
}

/// Numbers of the values from the oldest version to the newest; none when they are no versions.
fn version_order(values: &[String]) -> Option<Vec<usize>> {
    let parts = |value: &String| value.trim_start_matches('v').split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    let mut versions = Vec::with_capacity(values.len());
    for (at, value) in values.iter().enumerate() {
        versions.push((parts(value).filter(|parts| parts.len() >= 2)?, at + 1));
    }
    versions.sort();
    Some(versions.into_iter().map(|(_, code)| code).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let order = |values: &[&str]| version_order(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        assert_eq!(order(&["5.10.0", "5.2.1", "5.9"]), Some(vec![2, 3, 1]));
        assert_eq!(order(&["mobile", "5.2"]), None);
        assert_eq!(order(&["1", "2"]), None, "a number alone is no version");
    }
}
