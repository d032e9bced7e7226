//! The answer to `top K customers by KEY`: names in an order, and no number.
//!
//! All keys of a customer count: the price does not grow with them (`schemas/src/privacy/ranking.rs`), so nothing is bounded or sampled. Keys are those that
//! everybody may know, whether a customer has them or not.

use schemas::exit::Exit;
use schemas::policy::ReportPolicy;
use schemas::privacy::{Charge, ReleaseParameters, charge_of_ranking, ranking_margin};
use schemas::question::Question;
use schemas::record::Metric;
use stage_runtime::{StepContext, StepError};

use crate::answer;
use crate::bound::{self, Limit};
use crate::names::Names;
use crate::noise::{Entropy, top};
use crate::refused;

/// A ranking, as it is released.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Ranking {
    pub(crate) by: &'static str,
    /// Chosen keys, first choice first.
    pub(crate) keys: Vec<String>,
    /// How many public keys were chosen among.
    pub(crate) candidates: usize,
    /// In 95 of 100 rankings every key has at most so many customers fewer than the greatest that was not yet chosen.
    pub(crate) margin95: i64,
    pub(crate) price: Charge,
}

/// Counts, chooses. `names.answers` must hold the candidates.
pub(crate) fn rank(
    context: &mut StepContext,
    question: &Question,
    names: &Names,
    parameters: &ReleaseParameters,
    entropy: &mut impl Entropy,
) -> Result<(u64, Ranking), StepError> {
    let policy: &ReportPolicy = &context.policy().report;
    let (Some(places), Some(by)) = (question.top, question.by) else {
        return Err(StepError::new(Exit::Internal, "rank: the question asks for a count"));
    };
    if names.answers.is_empty() || names.answers.len() != question.candidates(policy).len() {
        return Err(StepError::new(Exit::Usage, "rank: the policy lists no public keys to choose among"));
    }
    let charge = charge_of_ranking(places, parameters.nano_rho).map_err(refused)?;
    if parameters.atto_delta.0 != 0 {
        return Err(StepError::new(Exit::BudgetRefused, "rank: a ranking spends no delta"));
    }
    let limits = [Limit::new(Metric::Answer, u32::MAX)];
    let (rows, counts) = bound::count(context, names, &limits, &|context, sink| answer::gather(context, question, names, sink))?;
    let (keys, scores): (Vec<&String>, Vec<u64>) =
        names.answers.iter().map(|(&key, name)| (name, counts.get(&(Metric::Answer, key)).copied().unwrap_or(0))).unzip();
    let chosen = top(places as usize, &scores, charge.scale, entropy)?;
    let chosen = chosen.into_iter().filter_map(|place| keys.get(place).map(|&name| name.clone())).collect();
    Ok((rows, Ranking { by: by.name(), keys: chosen, candidates: keys.len(), margin95: ranking_margin(&charge, keys.len()), price: charge }))
}
