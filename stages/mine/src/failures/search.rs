//! The condition that best tells the failing steps of one problem from the others: clauses joined one at a time, the most likely kept.
//!
//! What is looked for is the greatest gain in likelihood of two failing rates over one, less a price for each clause. With the price a clause must
//! explain more than chance among all clauses would (a description length, Rissanen 1978). Clauses are joined level by level; of each level
//! the best conditions are joined further. A condition's gain cannot be more than if all its failing steps were alone in it: this bound, on
//! the failing steps, spares most counts of the others.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use stage_runtime::{StepError, map_ordered};

use super::atoms::{Atom, FAILING_MIN};
use super::stats::Fourfold;
use super::table::{Rows, count, count_both};
use crate::hash::FixedMap;

/// Clauses of a condition.
pub(super) const CLAUSES_MAX: usize = 3;
/// Conditions of a level that are joined further.
const BEAM: usize = 48;
/// Of these, with the same families of clauses.
const FAMILY_MAX: usize = 2;

/// A condition under study.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Numbers of its clauses among the atoms, sorted.
    pub atoms: Vec<usize>,
    /// Steps for which it holds.
    pub rows: Rows,
    /// Gain less price.
    pub score: f64,
}

/// The space that is searched.
pub(super) struct Space<'a> {
    /// Clauses.
    pub atoms: &'a [Atom],
    /// Steps that are looked at.
    pub domain: &'a Rows,
    /// Name of the judged step.
    pub step: u8,
}

impl Space<'_> {
    /// The price of a clause.
    fn price(&self, atom: usize) -> f64 {
        (self.atoms.len() as f64).ln() + self.atoms[atom].0.cost(self.step)
    }

    /// Fourfold table of the steps.
    fn fourfold(&self, failing: u64, fine: u64, totals: (u64, u64)) -> Fourfold {
        Fourfold { matching: failing + fine, failing, elsewhere: totals.0 + totals.1 - failing - fine, elsewhere_failing: totals.0 - failing }
    }

    fn totals(&self) -> (u64, u64) {
        (count(&self.domain.failing), count(&self.domain.fine))
    }

    /// The score of a set of clauses with its steps.
    pub(super) fn node(&self, mut atoms: Vec<usize>) -> Node {
        atoms.sort_unstable();
        let rows = atoms.iter().fold(self.domain.clone(), |rows, atom| rows.and(&self.atoms[*atom].1));
        let table = self.fourfold(count(&rows.failing), count(&rows.fine), self.totals());
        let score = table.gain() - atoms.iter().map(|atom| self.price(*atom)).sum::<f64>();
        Node { atoms, rows, score }
    }

    /// The best condition; none when none fails more often.
    ///
    /// # Errors
    /// When a thread is lost.
    pub(super) fn best(&self) -> Result<Option<Node>, StepError> {
        let root = Node { atoms: Vec::new(), rows: self.domain.clone(), score: 0.0 };
        let (mut level, mut best) = (vec![root], None::<Node>);
        for depth in 0..CLAUSES_MAX {
            let mut candidates = Vec::new();
            map_ordered(
                level.iter(),
                |parent| Ok(self.join(parent)),
                |mut found: Vec<Candidate>| {
                    candidates.append(&mut found);
                    Ok(())
                },
            )?;
            level = self.select(candidates);
            let Some(front) = level.first() else { break };
            if best.as_ref().is_none_or(|best| front.score > best.score) {
                best = Some(front.clone());
            } else if depth > 0 && best.as_ref().is_some_and(|best| front.score + 3.0 * (self.atoms.len() as f64).ln() < best.score) {
                break;
            }
        }
        Ok(best.filter(|best| best.score > 0.0))
    }

    /// All ways to join one clause more.
    fn join(&self, parent: &Node) -> Vec<Candidate> {
        let totals = self.totals();
        let price: f64 = parent.atoms.iter().map(|atom| self.price(*atom)).sum();
        let parent_failing = count(&parent.rows.failing);
        let mut found: Vec<Candidate> = Vec::new();
        let mut scores: Vec<f64> = Vec::new();
        for (number, (clause, rows)) in self.atoms.iter().enumerate() {
            let same = |atom: &usize| self.atoms[*atom].0.family() == clause.family();
            if parent.atoms.iter().any(same) {
                continue;
            }
            let failing = count_both(&rows.failing, &parent.rows.failing);
            if failing < FAILING_MIN {
                continue;
            }
            let price = price + self.price(number);
            // The most it could gain: no other step in the condition.
            let floor = if scores.len() < 4 * BEAM { f64::NEG_INFINITY } else { scores[4 * BEAM - 1] };
            if self.fourfold(failing, 0, totals).gain() - price <= floor {
                continue;
            }
            let fine = count_both(&rows.fine, &parent.rows.fine);
            if failing == parent_failing && fine == count(&parent.rows.fine) {
                continue;
            }
            let table = self.fourfold(failing, fine, totals);
            let score = table.gain() - price;
            if table.gain() > 0.0 && score > floor {
                let place = scores.partition_point(|known| *known >= score);
                scores.insert(place, score);
                let mut atoms = parent.atoms.clone();
                atoms.push(number);
                atoms.sort_unstable();
                found.push(Candidate { atoms, failing, fine, score });
            }
        }
        found
    }

    /// The best of a level: no two with the same steps, few of the same families.
    fn select(&self, mut candidates: Vec<Candidate>) -> Vec<Node> {
        candidates.sort_by(Candidate::order);
        candidates.dedup_by(|a, b| a.atoms == b.atoms);
        let mut families: BTreeMap<Vec<(u8, u8, u8)>, usize> = BTreeMap::new();
        let mut known: FixedMap<(u64, u64), Vec<Rows>> = FixedMap::default();
        let mut nodes = Vec::new();
        for candidate in candidates {
            if nodes.len() == BEAM {
                break;
            }
            let mut key: Vec<_> = candidate.atoms.iter().map(|atom| self.atoms[*atom].0.family()).collect();
            key.sort_unstable();
            let held = families.entry(key).or_default();
            if *held == FAMILY_MAX {
                continue;
            }
            let node = self.node(candidate.atoms);
            let alike = known.entry((candidate.failing, candidate.fine)).or_default();
            if alike.contains(&node.rows) {
                continue;
            }
            alike.push(node.rows.clone());
            *held += 1;
            nodes.push(node);
        }
        nodes
    }
}

struct Candidate {
    atoms: Vec<usize>,
    failing: u64,
    fine: u64,
    score: f64,
}

impl Candidate {
    /// Best first; of equal ones that with the lower numbers.
    fn order(a: &Self, b: &Self) -> Ordering {
        b.score.total_cmp(&a.score).then_with(|| a.atoms.cmp(&b.atoms))
    }
}
