//! The conditions of a level that are joined further, chosen among all that may be: tens of thousands, of which the first are held.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use stage_runtime::StepError;

use super::desk::Desk;
use super::search::{CLAUSES_MAX, Node, Space};
use crate::hash::FixedMap;

/// Conditions of a level that are joined further.
pub(super) const BEAM: usize = 48;
/// Of these, with the same families of clauses.
const FAMILY_MAX: usize = 2;
/// Candidates that are held at a time. When all of them are not enough for a level, the next ones are looked for.
const HELD: usize = 2_048;

/// A condition that may be looked at: small, as there are tens of thousands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    /// Sorted numbers of its clauses; behind the last `u16::MAX`.
    pub atoms: [u16; CLAUSES_MAX],
    /// Failing steps for which it holds.
    pub failing: u32,
    /// The others.
    pub fine: u32,
    /// Gain less price.
    pub score: f64,
}

impl Candidate {
    /// Numbers of its clauses.
    fn numbers(&self) -> impl Iterator<Item = usize> {
        self.atoms.iter().filter(|atom| **atom != u16::MAX).map(|atom| usize::from(*atom))
    }

    /// Best first; of equal ones that with the lower numbers.
    fn order(a: &Self, b: &Self) -> Ordering {
        b.score.total_cmp(&a.score).then_with(|| a.atoms.cmp(&b.atoms))
    }
}

/// The first candidates behind one of them.
pub(super) struct Front<'s> {
    before: Option<Candidate>,
    /// At most twice as many as are held.
    held: Vec<Candidate>,
    is_cut: bool,
    desk: &'s Desk,
}

impl<'s> Front<'s> {
    /// None yet.
    pub(super) fn new(before: Option<Candidate>, desk: &'s Desk) -> Self {
        Self { before, held: desk.candidates.take(|| Vec::with_capacity(2 * HELD)), is_cut: false, desk }
    }

    /// Adds one.
    pub(super) fn push(&mut self, candidate: Candidate) {
        if self.before.as_ref().is_some_and(|before| Candidate::order(&candidate, before).is_le()) {
            return;
        }
        if self.held.len() == 2 * HELD {
            self.cut();
        }
        self.held.push(candidate);
    }

    /// Adds those of another.
    pub(super) fn take(&mut self, other: Self) {
        self.is_cut |= other.is_cut;
        other.held.iter().for_each(|candidate| self.push(*candidate));
    }

    fn cut(&mut self) {
        if self.held.len() > HELD {
            self.held.select_nth_unstable_by(HELD, Candidate::order);
            self.held.truncate(HELD);
            self.is_cut = true;
        }
    }

    /// Sorts them, and tells the last one.
    pub(super) fn sort(&mut self) -> Option<Candidate> {
        self.cut();
        // Those that compare equal are equal.
        self.held.sort_unstable_by(Candidate::order);
        self.held.last().copied()
    }

    /// Those that are held.
    pub(super) fn candidates(&self) -> &[Candidate] {
        &self.held
    }

    /// Whether there are more.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl Drop for Front<'_> {
    fn drop(&mut self) {
        self.held.clear();
        self.desk.candidates.give(std::mem::take(&mut self.held));
    }
}

/// The chosen conditions of a level: no two with the same steps, few of the same families.
#[derive(Default)]
pub(super) struct Beam {
    /// They, best first.
    pub nodes: Vec<Node>,
    families: BTreeMap<Vec<(u8, u8, u8)>, usize>,
    /// By number of steps: which nodes.
    known: FixedMap<(u32, u32), Vec<usize>>,
}

impl Beam {
    /// Whether there are as many as wanted.
    pub(super) fn is_full(&self) -> bool {
        self.nodes.len() == BEAM
    }

    /// Chooses among candidates that are sorted and behind all before.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn select(&mut self, space: &Space<'_>, candidates: &[Candidate]) -> Result<(), StepError> {
        let mut last = None;
        for candidate in candidates {
            if self.is_full() {
                break;
            }
            if last.replace(candidate.atoms) == Some(candidate.atoms) {
                continue;
            }
            let mut key: Vec<_> = candidate.numbers().map(|atom| space.atoms[atom].0.family()).collect();
            key.sort_unstable();
            let held = self.families.entry(key).or_default();
            if *held == FAMILY_MAX {
                continue;
            }
            let node = space.node(candidate.numbers().collect())?;
            let alike = self.known.entry((candidate.failing, candidate.fine)).or_default();
            if alike.iter().any(|other| self.nodes[*other].rows == node.rows) {
                continue;
            }
            alike.push(self.nodes.len());
            *held += 1;
            self.nodes.push(node);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_candidates_come_in_order_a_front_at_a_time() {
        let desk = Desk::new(stage_runtime::testing::scratch());
        let candidate = |number: u16| Candidate { atoms: [number, 60_000, u16::MAX], failing: 1, fine: 2, score: f64::from(number % 97) };
        let mut wanted: Vec<Candidate> = (0..9_000).map(candidate).collect();
        wanted.sort_by(Candidate::order);
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let mut front = Front::new(before, &desk);
            for part in [0..4_500, 4_500..9_000_u16] {
                let mut found = Front::new(before, &desk);
                part.for_each(|number| found.push(candidate(number)));
                front.take(found);
            }
            before = front.sort();
            assert!(front.candidates().len() <= HELD);
            seen.extend_from_slice(front.candidates());
            if !front.is_cut() {
                break;
            }
        }
        assert!(seen.iter().map(|candidate| candidate.atoms).eq(wanted.iter().map(|candidate| candidate.atoms)));
    }
}
