//! From a good condition to the one that is said: each clause exchanged for a better one, edges moved, and what is not needed left out.

use super::atoms::{Atom, amount_edges};
use super::clause::Clause;
use super::search::{CLAUSES_MAX, Node, Space};
use super::stats::Fourfold;
use super::table::{Rows, Table};

/// Rounds of exchanging clauses.
const ROUNDS: usize = 3;

/// Exchanges one clause at a time for whichever fits best beside the others, until nothing fits better.
pub(super) fn exchange(space: &Space<'_>, mut node: Node) -> Node {
    for _ in 0..ROUNDS {
        let before = node.score;
        for place in 0..node.atoms.len() {
            let rest: Vec<usize> = node.atoms.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, atom)| *atom).collect();
            let better = (0..space.atoms.len()).filter(|atom| !rest.contains(atom)).filter(|atom| fits_beside(space, &rest, *atom)).map(|atom| {
                let mut atoms = rest.clone();
                atoms.push(atom);
                space.node(atoms)
            });
            if let Some(better) = better.max_by(|a, b| a.score.total_cmp(&b.score).then_with(|| b.atoms.cmp(&a.atoms)))
                && better.score > node.score
            {
                node = better;
                break;
            }
        }
        if node.score <= before {
            break;
        }
    }
    node
}

fn fits_beside(space: &Space<'_>, rest: &[usize], atom: usize) -> bool {
    let family = space.atoms[atom].0.family();
    rest.iter().all(|other| space.atoms[*other].0.family() != family)
}

/// Adds amount clauses with finer edges beside a round one of the condition; the condition found with them may be exchanged again.
pub(super) fn finer_edges(table: &Table, atoms: &mut Vec<Atom>, node: &Node) -> bool {
    let from = node.atoms.iter().any(|atom| matches!(atoms[*atom].0, Clause::AmountFrom(_)));
    let below = node.atoms.iter().any(|atom| matches!(atoms[*atom].0, Clause::AmountBelow(_)));
    let known: Vec<Clause> = atoms.iter().map(|(clause, _)| *clause).collect();
    for (wanted, from) in [(from, true), (below, false)] {
        if wanted {
            atoms.extend(amount_edges(table, from).into_iter().filter(|(clause, _)| !known.contains(clause)));
        }
    }
    from || below
}

/// Leaves out each clause that does not fail significantly more often within the others, the weakest first.
pub(super) fn minimal(space: &Space<'_>, table: &Table, mut node: Node, ln_alpha: f64) -> Node {
    debug_assert!(node.atoms.len() <= CLAUSES_MAX);
    while node.atoms.len() > 1 {
        let weakest = (0..node.atoms.len()).map(|place| (within_parent(space, table, &node, place).ln_p(), place)).max_by(|a, b| a.0.total_cmp(&b.0));
        match weakest {
            Some((ln_p, place)) if ln_p > ln_alpha => {
                let mut rest = node.atoms.clone();
                rest.remove(place);
                node = space.node(rest);
            }
            _ => break,
        }
    }
    node
}

/// Customers of the condition against those for whom all clauses but one hold.
fn within_parent(space: &Space<'_>, table: &Table, node: &Node, place: usize) -> Fourfold {
    table.customers(&node.rows, &parent_rows(space, node, place))
}

/// Steps for which all clauses but one hold.
pub(super) fn parent_rows(space: &Space<'_>, node: &Node, place: usize) -> Rows {
    let rest = node.atoms.iter().enumerate().filter(|(at, _)| *at != place);
    rest.fold(space.domain.clone(), |rows, (_, atom)| rows.and(&space.atoms[*atom].1))
}
