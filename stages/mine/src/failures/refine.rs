//! From a good condition to the one that is said: each clause exchanged for a better one, edges moved, and what is not needed left out.

use stage_runtime::StepError;

use super::atoms::{Atoms, add_amount_edges};
use super::bits::{Rows, count_both};
use super::clause::Clause;
use super::columns::Window;
use super::search::{CLAUSES_MAX, Node, Space};
use super::stats::Fourfold;
use super::table::Table;

/// Rounds of exchanging clauses.
const ROUNDS: usize = 3;
/// More than what rounding may change of a score.
const ROUNDING: f64 = 1e-6;

/// Exchanges one clause at a time for whichever fits best beside the others, until nothing fits better.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn exchange(space: &Space<'_>, mut node: Node) -> Result<Node, StepError> {
    for _ in 0..ROUNDS {
        let before = node.score;
        for place in 0..node.atoms.len() {
            if let Some(better) = exchanged(space, &node, place)? {
                node = better;
                break;
            }
        }
        if node.score <= before {
            break;
        }
    }
    Ok(node)
}

/// The best condition with another clause in this place; none when none is better.
fn exchanged(space: &Space<'_>, node: &Node, place: usize) -> Result<Option<Node>, StepError> {
    let rest: Vec<usize> = node.atoms.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, atom)| *atom).collect();
    let beside = parent_rows(space, node, place)?;
    let mut window = Window::of_many();
    let mut best: Option<(f64, Vec<usize>)> = None;
    for atom in (0..space.atoms.len()).filter(|atom| !rest.contains(atom)).filter(|atom| fits_beside(space, &rest, *atom)) {
        let mut atoms = rest.clone();
        atoms.push(atom);
        atoms.sort_unstable();
        let bits = window.bits(space.columns, space.atoms[atom].1)?;
        let failing = count_both(bits.failing, &beside.failing);
        // The most it could reach: no other step in the condition.
        if space.score(&atoms, failing, 0) + ROUNDING < node.score {
            continue;
        }
        let score = space.score(&atoms, failing, count_both(bits.fine, &beside.fine));
        let is_best = best.as_ref().is_none_or(|(known, of)| score.total_cmp(known).then_with(|| of.cmp(&atoms)).is_gt());
        if score > node.score && is_best {
            best = Some((score, atoms));
        }
    }
    best.map(|(_, atoms)| space.node(atoms)).transpose()
}

fn fits_beside(space: &Space<'_>, rest: &[usize], atom: usize) -> bool {
    let family = space.atoms[atom].0.family();
    rest.iter().all(|other| space.atoms[*other].0.family() != family)
}

/// Adds amount clauses with finer edges beside a round one of the condition; the condition found with them may be exchanged again.
///
/// # Errors
/// When the scratch file cannot be read or written.
pub(super) fn finer_edges<'s>(table: &Table<'s>, atoms: &mut Atoms<'s>, node: &Node) -> Result<bool, StepError> {
    let has = |wanted: fn(&Clause) -> bool| node.atoms.iter().any(|atom| wanted(&atoms.all[*atom].0));
    let from = has(|clause| matches!(clause, Clause::AmountFrom(_)));
    let below = has(|clause| matches!(clause, Clause::AmountBelow(_)));
    for (wanted, from) in [(from, true), (below, false)] {
        if wanted {
            add_amount_edges(table, from, atoms)?;
        }
    }
    Ok(from || below)
}

/// Leaves out each clause that does not fail significantly more often within the others, the weakest first.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn minimal(space: &Space<'_>, table: &Table<'_>, mut node: Node, ln_alpha: f64) -> Result<Node, StepError> {
    debug_assert!(node.atoms.len() <= CLAUSES_MAX);
    while node.atoms.len() > 1 {
        let mut all = Vec::with_capacity(node.atoms.len());
        for place in 0..node.atoms.len() {
            all.push((within_parent(space, table, &node, place)?.ln_p(), place));
        }
        match all.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((ln_p, place)) if ln_p > ln_alpha => {
                let mut rest = node.atoms.clone();
                rest.remove(place);
                node = space.node(rest)?;
            }
            _ => break,
        }
    }
    Ok(node)
}

/// Customers of the condition against those for whom all clauses but one hold.
fn within_parent(space: &Space<'_>, table: &Table<'_>, node: &Node, place: usize) -> Result<Fourfold, StepError> {
    Ok(table.customers(&node.rows, &parent_rows(space, node, place)?))
}

/// Steps for which all clauses but one hold.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn parent_rows(space: &Space<'_>, node: &Node, place: usize) -> Result<Rows, StepError> {
    let rest = node.atoms.iter().enumerate().filter(|(at, _)| *at != place);
    rest.map(|(_, atom)| *atom).try_fold(space.domain.clone(), |rows, atom| Ok(rows.and(&space.rows(atom)?)))
}
