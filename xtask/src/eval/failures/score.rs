//! What counts as found.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, Result, ensure};
use synth::faults::clause::{Condition, How, Outcome};
use synth::faults::truth::{Fault, Faults, StepRow};
use synth::faults::{Bank, Steps, is_same_event};

use super::Item;

/// An item behind this rank finds nothing: nobody reads so far.
pub(super) const RANK_MAX: u32 = 20;
/// Least Jaccard index of the steps of an item and of a fault that are the same.
const JACCARD_MIN: f64 = 0.9;
/// Least share of a fault's failing steps that a generalisation covers.
const COVERED_MIN: f64 = 0.95;
/// Least ratio of the failure rate where a generalisation holds to that of the rest.
const RATIO_MIN: f64 = 3.0;
/// Most steps that a generalisation selects, in steps of the fault.
const SIZE_MAX: f64 = 4.0;

/// How a fault was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Found {
    /// The same steps by the same kinds of clause.
    Exact,
    /// A wider condition that holds for it.
    Generalisation,
    /// Not among the first items.
    Missed,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Generalisation => "generalisation",
            Self::Missed => "missed",
        })
    }
}

/// An item beside a fault.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Match {
    pub(super) rank: u32,
    pub(super) sentence: String,
    /// Of the steps that both select.
    pub(super) jaccard: f64,
    /// Share of the fault's failing steps that it selects.
    pub(super) covered: f64,
    /// Steps that it selects, in steps of the fault.
    pub(super) size: f64,
    /// Failure rate where it holds, and that of the rest.
    pub(super) rates: (f64, f64),
    #[serde(skip)]
    found: Found,
}

/// How one fault was found.
#[derive(Debug, serde::Serialize)]
pub(super) struct FaultScore {
    pub(super) fault: String,
    pub(super) kind: String,
    pub(super) found: Found,
    /// The first exact item, or else the first generalisation; of a missed fault the item with the greatest Jaccard index, if any has one.
    pub(super) item: Option<Match>,
}

/// How a list scores.
#[derive(Debug, serde::Serialize)]
pub(super) struct Score {
    pub(super) found: usize,
    pub(super) of: usize,
    pub(super) items: usize,
    /// Of the found ones.
    pub(super) median_rank: Option<f64>,
    pub(super) faults: Vec<FaultScore>,
}

/// The truth as steps of journeys.
pub(super) struct Scorer<'a> {
    bank: &'a Bank,
    faults: Vec<PlantedFault<'a>>,
}

struct PlantedFault<'a> {
    fault: &'a Fault,
    /// Where its condition holds.
    matching: Steps,
    /// Where it could show.
    domain: Steps,
    /// Where it, or something that looks like it, shows.
    failing: Steps,
}

impl<'a> Scorer<'a> {
    /// Evaluates the truth, and checks it with the steps that the generator listed.
    pub(super) fn new(bank: &'a Bank, truth: &'a Faults, rows: &[StepRow]) -> Result<Self> {
        let planted = |fault: &'a Fault| {
            let (domain, failing) = bank.outcomes(fault)?;
            let matching = bank.select(&fault.outcome, &fault.condition)?;
            let of_fault = |failing: bool| rows.iter().filter(move |row| row.fault == fault.id && (!failing || row.failing == 1));
            let listed = |failing| bank.listed(of_fault(failing).map(|row| (row.session_id.as_str(), row.step)));
            ensure!(
                matching == listed(false)? && matching.both(&failing) == listed(true)?,
                "the truth about {} is not about these journeys",
                fault.id
            );
            Ok(PlantedFault { fault, matching, domain, failing })
        };
        Ok(Self { bank, faults: truth.faults.iter().map(planted).collect::<Result<_>>()? })
    }

    /// Scores items, which are sorted by rank.
    pub(super) fn score(&self, items: &[Item]) -> Result<Score> {
        let mut matches: Vec<Vec<Match>> = self.faults.iter().map(|_| Vec::new()).collect();
        for item in items {
            let steps = self.bank.select(&item.outcome, &item.condition).with_context(|| format!("evaluate the item of rank {}", item.rank))?;
            for (planted, matches) in self.faults.iter().zip(&mut matches) {
                matches.extend(planted.compare(item, &steps));
            }
        }
        let faults: Vec<FaultScore> = self.faults.iter().zip(matches).map(|(planted, matches)| planted.best(matches)).collect();
        let mut ranks: Vec<u32> =
            faults.iter().filter(|fault| fault.found != Found::Missed).filter_map(|fault| fault.item.as_ref()).map(|item| item.rank).collect();
        ranks.sort_unstable();
        Ok(Score { found: ranks.len(), of: faults.len(), items: items.len(), median_rank: median(&ranks), faults })
    }
}

impl PlantedFault<'_> {
    /// The item beside this fault; none when it is about other steps.
    fn compare(&self, item: &Item, steps: &Steps) -> Option<Match> {
        let common = steps.common(&self.matching);
        if common == 0 || !is_same_way(&self.fault.outcome, &item.outcome) {
            return None;
        }
        let share = |part: usize, all: usize| part as f64 / all as f64;
        let fault_failing = self.matching.both(&self.failing);
        let covered = share(steps.common(&fault_failing), fault_failing.len());
        let jaccard = share(common, steps.len() + self.matching.len() - common);
        let size = share(steps.len(), self.matching.len());
        let failing = steps.common(&self.failing);
        let rest = self.domain.len() - steps.common(&self.domain);
        let rates = (share(failing, steps.len()), share(self.failing.len() - failing, rest.max(1)));
        let found = if item.rank > RANK_MAX {
            Found::Missed
        } else if jaccard >= JACCARD_MIN && kinds(&item.condition) == kinds(&self.fault.condition) {
            Found::Exact
        } else if covered >= COVERED_MIN && size <= SIZE_MAX && rest > 0 && rates.0 >= RATIO_MIN * rates.1 {
            Found::Generalisation
        } else {
            Found::Missed
        };
        Some(Match { rank: item.rank, sentence: item.sentence.clone(), jaccard, covered, size, rates, found })
    }

    fn best(&self, matches: Vec<Match>) -> FaultScore {
        let order = |a: &Match, b: &Match| {
            let close = if a.found == Found::Missed { b.jaccard.total_cmp(&a.jaccard) } else { a.rank.cmp(&b.rank) };
            a.found.cmp(&b.found).then(close).then(a.rank.cmp(&b.rank))
        };
        let item = matches.into_iter().min_by(order);
        FaultScore {
            fault: self.fault.id.clone(),
            kind: self.fault.kind.clone(),
            found: item.as_ref().map_or(Found::Missed, |item| item.found),
            item,
        }
    }
}

/// Whether both speak of the same kind of failing. A time-out is a failure. That what should have come did not, and that the journey ended
/// before, are the same at its end.
fn is_same_way(fault: &Outcome, item: &Outcome) -> bool {
    match (fault.how, item.how) {
        (How::Failure | How::Timeout, How::Failure | How::Timeout) | (How::Reversed, How::Reversed) | (How::Missing, How::Abandoned) => true,
        (How::Missing, How::Missing) => is_same_event(&item.event, &fault.event),
        _ => false,
    }
}

fn kinds(condition: &Condition) -> BTreeSet<String> {
    condition.all.iter().map(synth::faults::clause::Clause::kind).collect()
}

fn median(sorted: &[u32]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = f64::from(*sorted.get(middle)?);
    Some(if sorted.len() % 2 == 1 { upper } else { (upper + f64::from(sorted[middle - 1])) / 2.0 })
}
