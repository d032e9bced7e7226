//! The condition that best tells the failing steps of one problem from the others: clauses joined one at a time, the most likely kept.
//!
//! What is looked for is the greatest gain in likelihood of two failing rates over one, less a price for each clause. With the price a clause must
//! explain more than chance among all clauses would (a description length, Rissanen 1978). Clauses are joined level by level; of each level
//! the best conditions are joined further. A condition's gain cannot be more than if all its failing steps were alone in it: this bound, on
//! the failing steps, spares counts of the others, as does what is known of clauses that are alike ([`super::derive`]).

use stage_runtime::{StepError, map_ordered};

use super::atoms::{Atom, FAILING_MIN};
use super::beam::{BEAM, Beam, Candidate, Front};
use super::bits::{Rows, count, count_both};
use super::columns::{Columns, Window};
use super::derive::{Shared, Source};
use super::stats::Fourfold;

/// Clauses of a condition.
pub(super) const CLAUSES_MAX: usize = 3;
/// Candidates of one condition, those found so far, of which another must be better than the last.
const SCORES_MAX: usize = 4 * BEAM;
/// Conditions that are joined further with one walk over all clauses.
const TOGETHER: usize = 12;

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
    /// Their steps.
    pub columns: &'a Columns<'a>,
    /// From what else these are known, of the first clauses.
    pub sources: &'a [Source],
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

    /// The steps of a clause.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn rows(&self, atom: usize) -> Result<Rows, StepError> {
        self.columns.rows(self.atoms[atom].1)
    }

    /// The score of a sorted set of clauses that holds for so many steps.
    pub(super) fn score(&self, atoms: &[usize], failing: u64, fine: u64) -> f64 {
        self.fourfold(failing, fine, self.totals()).gain() - atoms.iter().map(|atom| self.price(*atom)).sum::<f64>()
    }

    /// A set of clauses with its steps and its score.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn node(&self, mut atoms: Vec<usize>) -> Result<Node, StepError> {
        atoms.sort_unstable();
        let rows = atoms.iter().try_fold(self.domain.clone(), |rows, atom| Ok::<_, StepError>(rows.and(&self.rows(*atom)?)))?;
        let score = self.score(&atoms, count(&rows.failing), count(&rows.fine));
        Ok(Node { atoms, rows, score })
    }

    /// The best condition; none when none fails more often.
    ///
    /// # Errors
    /// When the scratch file cannot be read or a thread is lost.
    pub(super) fn best(&self) -> Result<Option<Node>, StepError> {
        let root = Node { atoms: Vec::new(), rows: self.domain.clone(), score: 0.0 };
        let (mut level, mut best) = (vec![root], None::<Node>);
        for depth in 0..CLAUSES_MAX {
            level = self.joined(&level)?;
            let Some(front) = level.first() else { break };
            if best.as_ref().is_none_or(|best| front.score > best.score) {
                best = Some(front.clone());
            } else if depth > 0 && best.as_ref().is_some_and(|best| front.score + 3.0 * (self.atoms.len() as f64).ln() < best.score) {
                break;
            }
        }
        Ok(best.filter(|best| best.score > 0.0))
    }

    /// The best conditions of one clause more than these.
    fn joined(&self, level: &[Node]) -> Result<Vec<Node>, StepError> {
        let mut beam = Beam::default();
        let mut before = None;
        loop {
            let mut front = Front::new(before, self.columns.desk());
            map_ordered(
                level.chunks(TOGETHER),
                |parents| self.join(parents, before),
                |found: Front<'_>| {
                    front.take(found);
                    Ok(())
                },
            )?;
            before = front.sort();
            beam.select(self, front.candidates())?;
            if beam.is_full() || !front.is_cut() {
                return Ok(beam.nodes);
            }
        }
    }

    /// The first of all ways to join one clause more to each of these, behind `before`.
    fn join(&self, parents: &[Node], before: Option<Candidate>) -> Result<Front<'_>, StepError> {
        let totals = self.totals();
        let mut front = Front::new(before, self.columns.desk());
        let mut joints: Vec<Joint<'_>> = parents.iter().map(|parent| Joint::new(self, parent)).collect();
        let mut window = Window::of_many();
        for (number, (clause, column)) in self.atoms.iter().enumerate() {
            if u64::from(column.failing) < FAILING_MIN {
                continue;
            }
            let source = self.sources.get(number).copied().unwrap_or(Source::Bits);
            for joint in &mut joints {
                let same = |atom: &usize| self.atoms[*atom].0.family() == clause.family();
                if joint.parent.atoms.iter().any(same) {
                    continue;
                }
                let rows = &joint.parent.rows;
                let failing = joint.failing.of(number, source, || Ok(count_both(window.bits(self.columns, *column)?.failing, &rows.failing)))?;
                if failing < FAILING_MIN {
                    continue;
                }
                let price = joint.price + self.price(number);
                let floor = joint.floor();
                // The most it could gain: no other step in the condition.
                if self.fourfold(failing, 0, totals).gain() - price <= floor {
                    continue;
                }
                let fine = joint.fine.of(number, source, || Ok(count_both(window.bits(self.columns, *column)?.fine, &rows.fine)))?;
                let gain = self.fourfold(failing, fine, totals).gain();
                if (failing, fine) != joint.steps && gain > 0.0 && gain - price > floor {
                    front.push(joint.candidate(number, failing, fine, gain - price));
                }
            }
        }
        Ok(front)
    }
}

/// A condition to which one clause more is joined.
struct Joint<'n> {
    parent: &'n Node,
    price: f64,
    /// Its failing steps and the others.
    steps: (u64, u64),
    /// Failing steps and others that it shares with each clause.
    failing: Shared,
    fine: Shared,
    /// The best scores, best first, as many as decide.
    scores: Vec<f64>,
}

impl<'n> Joint<'n> {
    fn new(space: &Space<'_>, parent: &'n Node) -> Self {
        let price = parent.atoms.iter().map(|atom| space.price(*atom)).sum();
        let steps = (count(&parent.rows.failing), count(&parent.rows.fine));
        let clauses = space.atoms.len();
        Self { parent, price, steps, failing: Shared::new(clauses), fine: Shared::new(clauses), scores: Vec::new() }
    }

    /// What a candidate must exceed.
    fn floor(&self) -> f64 {
        self.scores.get(SCORES_MAX - 1).copied().unwrap_or(f64::NEG_INFINITY)
    }

    fn candidate(&mut self, atom: usize, failing: u64, fine: u64, score: f64) -> Candidate {
        let place = self.scores.partition_point(|known| *known >= score);
        self.scores.insert(place, score);
        self.scores.truncate(SCORES_MAX);
        let mut atoms = [u16::MAX; CLAUSES_MAX];
        let numbers = self.parent.atoms.iter().chain([&atom]);
        atoms.iter_mut().zip(numbers).for_each(|(place, number)| *place = *number as u16);
        atoms.sort_unstable();
        Candidate { atoms, failing: failing as u32, fine: fine as u32, score }
    }
}
