//! The clauses that can be said of one problem's steps at all, each with the steps for which it holds.
//!
//! A clause that holds for too few failing steps, or for all steps, cannot be significant or says nothing: it is not tested and does not count
//! among the tests (Tarone 1990; Terada et al. 2013). An attribute whose presence on the step itself depends on how the step went is left out: a
//! field that only failures log would explain them all.

use std::sync::Arc;

use super::amount::{BINS, edge_of, is_round};
use super::clause::{COUNT_MAX, Clause, SECONDS};
use super::names::Names;
use super::prefix::Sort;
use super::table::{Rows, Table, count};
use crate::attribute::dictionary::Dictionary;

/// Failing steps below which a clause is not tested.
pub(super) const FAILING_MIN: u64 = 10;
/// Difference of the share of steps with a value of their own, failing and not, from which on the attribute depends on how it went.
const PRESENCE_DIFFERENCE_MAX: f64 = 0.1;

/// Clauses with their steps, which are the table's own where one of its columns says the same.
pub(super) type Atom = (Clause, Arc<Rows>);

/// All testable clauses.
pub(super) fn all(table: &Table, names: &Names, dictionary: &Dictionary, own: u8) -> Vec<Atom> {
    let everything = table.all();
    let mut atoms = Atoms { table, everything: &everything, found: Vec::new() };
    let told = || (0..names.len()).filter(|name| !names.is_mixed(*name as u8));
    for name in told() {
        let number = name as u8;
        if number != own {
            atoms.push_fact(Clause::After(number), Sort::After.fact(name));
            atoms.push_fact(Clause::AfterFailed(number), Sort::AfterFailed.fact(name));
            if let Some(after) = table.column(Sort::After.fact(name)) {
                atoms.push(Clause::NotAfter(number), Arc::new(everything.without(after)));
            }
        }
        atoms.push_fact(Clause::DirectlyAfter(number), Sort::Directly.fact(name));
        for at_least in 2..=COUNT_MAX {
            atoms.push_fact(Clause::Count { name: number, at_least }, Sort::Count.pair(name, usize::from(at_least) - 1));
        }
        for (edge, &seconds) in SECONDS.iter().enumerate() {
            atoms.push_fact(Clause::Within { name: number, seconds }, Sort::Within.pair(name, edge));
            atoms.push_fact(Clause::NotWithin { name: number, seconds }, Sort::NotWithin.pair(name, edge));
        }
    }
    for (first, then) in told().flat_map(|first| told().map(move |then| (first, then))).filter(|(first, then)| first != then) {
        atoms.push_fact(Clause::Sequence { first: first as u8, then: then as u8 }, Sort::Order.pair(first, then));
    }
    atoms.push_fact(Clause::Concurrent, Sort::Concurrent.fact(0));
    atoms.push_fields(dictionary);
    atoms.push_hours();
    atoms.push_amounts();
    atoms.found
}

struct Atoms<'a> {
    table: &'a Table,
    everything: &'a Rows,
    found: Vec<Atom>,
}

impl Atoms<'_> {
    fn push_fact(&mut self, clause: Clause, fact: u32) {
        if let Some(rows) = self.table.column(fact) {
            self.push(clause, Arc::clone(rows));
        }
    }

    fn push(&mut self, clause: Clause, rows: Arc<Rows>) {
        let (failing, fine) = (count(&rows.failing), count(&rows.fine));
        let everything = failing == self.table.failing.len() as u64 && fine == self.table.fine.len() as u64;
        if failing >= FAILING_MIN && !everything {
            self.found.push((clause, rows));
        }
    }

    /// Shares of failing and of fine steps with a fact.
    fn depends_on_outcome(&self, with: &Rows) -> bool {
        let share = |words: &[u64], all: usize| count(words) as f64 / all.max(1) as f64;
        (share(&with.failing, self.table.failing.len()) - share(&with.fine, self.table.fine.len())).abs() > PRESENCE_DIFFERENCE_MAX
    }

    fn push_fields(&mut self, dictionary: &Dictionary) {
        for (slot, (_, values)) in dictionary.slots.iter().enumerate() {
            let own = self.table.column(Sort::Own.fact(slot));
            if own.is_some_and(|own| self.depends_on_outcome(own)) {
                continue;
            }
            let column = |code: usize| self.table.column(Sort::Field.pair(slot, code)).cloned();
            let columns: Vec<Option<Arc<Rows>>> = (0..=values.len()).map(column).collect();
            let slot = slot as u8;
            for (code, rows) in columns.iter().enumerate().skip(1) {
                if let Some(rows) = rows {
                    self.push(Clause::Field { slot, code: code as u8 }, Arc::clone(rows));
                }
            }
            let Some(order) = version_order(values) else { continue };
            let mut from = Rows::none(self.everything);
            let with = order.iter().filter_map(|code| columns[*code].as_deref()).fold(from.clone(), |mut sum, rows| {
                sum.add(rows);
                sum
            });
            // From the newest down: all from here on, and all before.
            for code in order.iter().skip(1).rev() {
                if let Some(rows) = &columns[*code] {
                    from.add(rows);
                    self.push(Clause::FieldFrom { slot, code: *code as u8 }, Arc::new(from.clone()));
                    self.push(Clause::FieldBelow { slot, code: *code as u8 }, Arc::new(with.without(&from)));
                }
            }
        }
    }

    fn push_hours(&mut self) {
        let columns: Vec<Option<Arc<Rows>>> = (0..24).map(|hour| self.table.column(Sort::Hour.fact(hour)).cloned()).collect();
        for from in 0..24 {
            let mut rows = Rows::none(self.everything);
            for width in 1..=12 {
                let Some(hour) = &columns[(from + width - 1) % 24] else { break };
                rows.add(hour);
                self.push(Clause::Hour { from: from as u8, to: ((from + width) % 24) as u8 }, Arc::new(rows.clone()));
            }
        }
    }

    fn push_amounts(&mut self) {
        let mut from = Rows::none(self.everything);
        let columns: Vec<(usize, &Arc<Rows>)> = (0..BINS).filter_map(|bin| Some((bin, self.table.column(Sort::Amount.fact(bin))?))).collect();
        let with = columns.iter().fold(from.clone(), |mut sum, (_, rows)| {
            sum.add(rows);
            sum
        });
        if self.depends_on_outcome(&with) {
            return;
        }
        let mut pending = columns.iter().rev().peekable();
        for bin in (1..BINS).rev() {
            if let Some((_, rows)) = pending.next_if(|(known, _)| *known == bin) {
                from.add(rows);
            }
            if is_round(bin) && from.count() > 0 {
                let edge = edge_of(bin);
                self.push(Clause::AmountFrom(edge), Arc::new(from.clone()));
                self.push(Clause::AmountBelow(edge), Arc::new(with.without(&from)));
            }
        }
    }
}

/// An amount clause with its steps at an edge of two digits, to move an edge that is nearly right.
pub(super) fn amount_edges(table: &Table, from: bool) -> Vec<Atom> {
    let empty = Rows::none(&table.all());
    let columns: Vec<(usize, &Arc<Rows>)> = (0..BINS).filter_map(|bin| Some((bin, table.column(Sort::Amount.fact(bin))?))).collect();
    let mut atoms = Vec::new();
    let mut sum = empty;
    if from {
        for (bin, rows) in columns.iter().rev().filter(|(bin, _)| *bin > 0) {
            sum.add(rows);
            atoms.push((Clause::AmountFrom(edge_of(*bin)), Arc::new(sum.clone())));
        }
    } else {
        for (bin, rows) in columns.iter().filter(|(bin, _)| bin + 1 < BINS) {
            sum.add(rows);
            atoms.push((Clause::AmountBelow(edge_of(bin + 1)), Arc::new(sum.clone())));
        }
    }
    atoms
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
