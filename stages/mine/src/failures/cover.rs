//! All conditions of one problem: the best is taken, its steps are put aside, and the rest is searched again.
//!
//! **Family-wise error.** Every condition of up to three clauses that could be significant counts as tested: of `A` testable clauses
//! `A + A^2/2 + A^3/6`. A problem has an equal share of the whole error, its nth round 1/2^n of that share, and a condition is reported when its
//! p times all of this is at most [`ALPHA`]. The p is Fisher's exact one over one drawn step a customer on each side.
//!
//! **Confounders.** A condition is held against every other clause that goes with it: within the strata of that clause it must still fail more
//! often (Cochran-Mantel-Haenszel). If it does not, the other clause is the cause and the condition is dropped. One that speaks of an earlier
//! failure must also hold within customers, as some fail more often than others whatever they do.

use std::cmp::Reverse;

use stage_runtime::StepError;

use super::atoms;
use super::bits::{Rows, count_both};
use super::clause::Clause;
use super::columns::Window;
use super::derive;
use super::names::Names;
use super::places::Place;
use super::problem::Problem;
use super::refine::{exchange, finer_edges, minimal, parent_rows};
use super::search::{Node, Space};
use super::stats::{Fourfold, mantel_haenszel};
use super::table::Table;
use crate::attribute::dictionary::Dictionary;

/// Probability that a night without any cause has anything in its list.
pub(super) const ALPHA: f64 = 0.01;
/// Conditions of one problem.
const ROUNDS: u32 = 8;
/// Least share of failing steps under a condition: below, a test that walks there would not fail either, and what may follow a step now and then (a
/// session that expires) is a part of how people use the bank.
const RATE_MIN: f64 = 0.1;
/// How many times as often it must fail as elsewhere.
const LIFT_MIN: f64 = 2.5;
/// Lower end of the odds ratio's interval.
const ODDS_RATIO_MIN: f64 = 2.0;
/// Customers with a failing step.
const CUSTOMERS_MIN: u64 = 10;
/// Examples of each sort.
const EXAMPLES: usize = 3;
/// Chi-square below which an effect within strata is none (p about 0.001, one degree).
const WITHIN_STRATA_MIN: f64 = 10.8;

/// A condition that is reported.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The problem.
    pub problem: Problem,
    /// Its clauses.
    pub clauses: Vec<Clause>,
    /// Steps.
    pub steps: Fourfold,
    /// One step a customer on each side.
    pub customers: Fourfold,
    /// Customers with a failing step under the condition.
    pub failing_customers: u64,
    /// Logarithm of the adjusted p.
    pub ln_p: f64,
    /// Failing steps, those after the shortest prefix first.
    pub examples: Vec<Place>,
    /// Steps that succeed where all clauses hold but one.
    pub near_misses: Vec<Place>,
    /// Clauses that hold for nearly the same steps.
    pub also: Vec<Clause>,
    /// Clauses it was held against, with the odds ratio within their strata.
    pub held_against: Vec<(Clause, f64)>,
    /// Whether the journey ends at most failing steps.
    pub ends: bool,
    /// Whether only a share of customers was looked at.
    pub sampled: bool,
}

/// What a problem is searched with.
pub(super) struct Setting<'a> {
    /// Names of steps.
    pub names: &'a Names,
    /// Attributes.
    pub dictionary: &'a Dictionary,
    /// Problems that share the error.
    pub problems: usize,
}

/// The conditions of one problem.
///
/// # Errors
/// When the scratch file cannot be read or written, or a thread is lost.
pub(super) fn conditions(table: &Table<'_>, problem: &Problem, setting: &Setting<'_>) -> Result<Vec<Found>, StepError> {
    let mut atoms = atoms::all(table, setting.names, setting.dictionary, problem.step())?;
    let sources = derive::sources(&atoms.all, &atoms.columns)?;
    let tests = ln_tests(atoms.all.len());
    let mut domain = table.all();
    let mut found = Vec::new();
    for round in 1..=ROUNDS {
        let space = Space { atoms: &atoms.all, columns: &atoms.columns, sources: &sources, domain: &domain, step: problem.step() };
        let Some(best) = space.best()? else { break };
        let mut node = exchange(&space, best)?;
        if finer_edges(table, &mut atoms, &node)? {
            let space = Space { atoms: &atoms.all, columns: &atoms.columns, sources: &sources, domain: &domain, step: problem.step() };
            node = exchange(&space, space.node(node.atoms)?)?;
        }
        let space = Space { atoms: &atoms.all, columns: &atoms.columns, sources: &sources, domain: &domain, step: problem.step() };
        let node = minimal(&space, table, node, ALPHA.ln() - (atoms.all.len() as f64).ln())?;
        let ln_factor = tests + (setting.problems as f64).ln() + f64::from(round) * std::f64::consts::LN_2;
        let rows = node.rows.clone();
        match judged(&space, table, problem, &node, ln_factor)? {
            Verdict::Found(condition) => found.push(*condition),
            Verdict::Confounded => {}
            Verdict::Chance => break,
        }
        domain = domain.without(&rows);
    }
    Ok(found)
}

enum Verdict {
    Found(Box<Found>),
    /// Another clause explains it.
    Confounded,
    /// Not significant, or too weak to speak of.
    Chance,
}

fn judged(space: &Space<'_>, table: &Table<'_>, problem: &Problem, node: &Node, ln_factor: f64) -> Result<Verdict, StepError> {
    let steps = Table::steps(&node.rows, space.domain);
    let customers = table.customers(&node.rows, space.domain);
    let failing_customers = table.failing_customers(&node.rows);
    let ln_p = (customers.ln_p() + ln_factor).min(0.0);
    let (inside, outside) = steps.rates();
    if ln_p > ALPHA.ln() || is_weak((inside, outside), customers.odds_ratio().1, failing_customers) {
        return Ok(Verdict::Chance);
    }
    let Beside { held_against, also, confounded } = confounders(space, table, node)?;
    if confounded || fails_by_customer(space, table, node) {
        return Ok(Verdict::Confounded);
    }
    let (mut last, mut all, mut examples) = (0_u64, 0_u64, Vec::new());
    table.places(&node.rows.failing, true, |place, is_last| {
        (last, all) = (last + u64::from(is_last), all + 1);
        keep_first(&mut examples, place);
    })?;
    Ok(Verdict::Found(Box::new(Found {
        problem: *problem,
        clauses: node.atoms.iter().map(|atom| space.atoms[*atom].0).collect(),
        steps,
        customers,
        failing_customers,
        ln_p,
        examples,
        near_misses: near_misses(space, table, node)?,
        also,
        held_against,
        ends: last * 10 >= all * 8,
        sampled: table.sampled,
    })))
}

/// Whether a condition, however sure, is too weak to speak of. `rates`: shares of failing steps under it and elsewhere.
fn is_weak(rates: (f64, f64), odds_ratio_low: f64, failing_customers: u64) -> bool {
    rates.0 < RATE_MIN || rates.0 < LIFT_MIN * rates.1 || odds_ratio_low < ODDS_RATIO_MIN || failing_customers < CUSTOMERS_MIN
}

/// Whether the condition says no more than that some customers fail more often than others. Who has failed before is likelier to be one of
/// them, so a condition that speaks of an earlier failure must hold among the steps of one customer.
fn fails_by_customer(space: &Space<'_>, table: &Table<'_>, node: &Node) -> bool {
    let speaks_of_failure = node.atoms.iter().any(|atom| matches!(space.atoms[*atom].0, Clause::AfterFailed(_)));
    speaks_of_failure && {
        let (chi, common) = mantel_haenszel(&table.within_customers(&node.rows, space.domain));
        chi < WITHIN_STRATA_MIN || common < ODDS_RATIO_MIN
    }
}

/// Logarithm of the number of conditions of up to three of so many clauses.
fn ln_tests(atoms: usize) -> f64 {
    let atoms = atoms as f64;
    (atoms + atoms * atoms / 2.0 + atoms.powi(3) / 6.0).max(1.0).ln()
}

/// Keeps the first places.
fn keep_first(first: &mut Vec<Place>, place: Place) {
    if first.len() == EXAMPLES && first.last().is_some_and(|last| place >= *last) {
        return;
    }
    let at = first.partition_point(|known| *known < place);
    first.insert(at, place);
    first.truncate(EXAMPLES);
}

/// Succeeding steps for which all clauses hold but the one whose lack most often saves a step.
fn near_misses(space: &Space<'_>, table: &Table<'_>, node: &Node) -> Result<Vec<Place>, StepError> {
    let mut nearest: Option<((bool, u64), Rows)> = None;
    for place in 0..node.atoms.len() {
        let rows = parent_rows(space, node, place)?.without(&node.rows);
        let key = (rows.fine.iter().all(|word| *word == 0), rows.count());
        if nearest.as_ref().is_none_or(|(least, _)| key < *least) {
            nearest = Some((key, rows));
        }
    }
    let mut first = Vec::new();
    if let Some((_, rows)) = nearest {
        table.places(&rows.fine, false, |place, _| keep_first(&mut first, place))?;
    }
    Ok(first)
}

/// Clauses that go with a condition.
struct Beside {
    /// Those within whose strata it was tested, with the odds ratio there.
    held_against: Vec<(Clause, f64)>,
    /// Those that mean nearly the same steps.
    also: Vec<Clause>,
    /// Whether one of the former takes the effect away.
    confounded: bool,
}

fn confounders(space: &Space<'_>, table: &Table<'_>, node: &Node) -> Result<Beside, StepError> {
    let own = node.rows.count() as f64;
    let all = space.domain.count() as f64;
    let mut near: Vec<(u64, usize)> = Vec::new();
    let mut also = Vec::new();
    let mut window = Window::of_many();
    for (number, (clause, column)) in space.atoms.iter().enumerate() {
        let same = node.atoms.iter().any(|atom| space.atoms[*atom].0.family() == clause.family());
        if same {
            continue;
        }
        let bits = window.bits(space.columns, *column)?;
        let both = (count_both(bits.failing, &node.rows.failing) + count_both(bits.fine, &node.rows.fine)) as f64;
        let other = (count_both(bits.failing, &space.domain.failing) + count_both(bits.fine, &space.domain.fine)) as f64;
        if both >= 0.9 * (own + other - both) {
            also.push(*clause);
            continue;
        }
        let spread = (own * (all - own) * other * (all - other)).sqrt();
        let phi = if spread > 0.0 { (both * all - own * other) / spread } else { 0.0 };
        if phi >= 0.2 {
            near.push(((phi * 1e6) as u64, number));
        }
    }
    near.sort_by_key(|(phi, number)| (Reverse(*phi), *number));
    let mut held_against = Vec::new();
    let mut confounded = false;
    for (_, number) in near.into_iter().take(20) {
        let rows = space.rows(number)?;
        let strata = [stratum(table, node, space.domain, &rows, true), stratum(table, node, space.domain, &rows, false)];
        let (chi, common) = mantel_haenszel(&strata);
        confounded |= chi < WITHIN_STRATA_MIN && strata.iter().any(|table| table.matching > 0 && table.elsewhere > 0);
        held_against.push((space.atoms[number].0, common));
    }
    also.sort_by(|a, b| a.cost(space.step).total_cmp(&b.cost(space.step)).then_with(|| a.cmp(b)));
    Ok(Beside { held_against, also, confounded })
}

fn stratum(table: &Table<'_>, node: &Node, domain: &Rows, by: &Rows, within: bool) -> Fourfold {
    let domain = if within { domain.clone().and(by) } else { domain.clone().without(by) };
    table.customers(&node.rows.clone().and(&domain), &domain)
}

/// Of conditions of a journey's end those that also hold for the chance to abandon it at a step. At their ends alone journeys that stop anywhere
/// differ from those that are finished by where they stop; of all their steps alone those of long journeys differ by their place. A cause shows in both.
///
/// # Errors
/// When the scratch file cannot be read or written.
pub(super) fn that_hold_for_chances(found: Vec<Found>, chances: &Table<'_>, setting: &Setting<'_>) -> Result<Vec<Found>, StepError> {
    let Some(step) = found.first().map(|found| found.problem.step()) else { return Ok(found) };
    let mut atoms = atoms::all(chances, setting.names, setting.dictionary, step)?;
    if found.iter().flat_map(|found| &found.clauses).any(|clause| matches!(clause, Clause::AmountFrom(_) | Clause::AmountBelow(_))) {
        for from in [true, false] {
            atoms::add_amount_edges(chances, from, &mut atoms)?;
        }
    }
    let domain = chances.all();
    let mut kept = Vec::new();
    'found: for found in found {
        let mut rows = domain.clone();
        for clause in &found.clauses {
            let Some((_, with)) = atoms.all.iter().find(|(known, _)| known == clause) else { continue 'found };
            rows = rows.and(&atoms.columns.rows(*with)?);
        }
        let (inside, outside) = Table::steps(&rows, &domain).rates();
        let customers = chances.customers(&rows, &domain);
        if inside >= LIFT_MIN * outside && customers.odds_ratio().1 >= ODDS_RATIO_MIN && customers.ln_p() <= ALPHA.ln() {
            kept.push(found);
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seldom_little_more_or_of_few_customers_is_weak() {
        assert!(!is_weak((0.1, 0.04), 2.0, 10));
        for weak in [((0.014, 0.0), 50.0, 1_312), ((0.5, 0.21), 2.5, 99), ((0.5, 0.01), 1.9, 99), ((0.5, 0.01), 9.0, 9)] {
            assert!(is_weak(weak.0, weak.1, weak.2), "{weak:?}");
        }
    }
}
