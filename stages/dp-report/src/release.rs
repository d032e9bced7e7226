//! From counts to released numbers.

use schemas::exit::Exit;
use schemas::policy::ReportPolicy;
use schemas::privacy::{Charge, Keys, Noise, PrivacyError, ReleaseParameters, TERMS, charges_of, check_charges};
use schemas::record::Metric;
use stage_runtime::{StepContext, StepError};

use crate::bound::{Counts, Limit};
use crate::metric::{MetricSpec, spec};
use crate::names::{KeyName, Names};
use crate::noise::{Entropy, NoiseError};

/// What one metric will spend, and the noise it gets for it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) spec: &'static MetricSpec,
    pub(crate) keys: Keys,
    pub(crate) noise: Noise,
    pub(crate) half_width: i64,
    pub(crate) charge: Charge,
}

/// One released number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) metric: Metric,
    /// Its number in this run; of a known key that nobody has, 0. Never released.
    pub(crate) key: u64,
    pub(crate) name: KeyName,
    pub(crate) value: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

/// A released metric.
#[derive(Debug)]
pub(crate) struct Released {
    pub(crate) spec: &'static MetricSpec,
    pub(crate) keys: Keys,
    pub(crate) noise: Noise,
    pub(crate) half_width: i64,
    pub(crate) charge: Charge,
    /// Sorted by name; public keys in their own order.
    pub(crate) numbers: Vec<Number>,
}

impl Released {
    /// Whether no customer can have more keys than are counted, so that no bound cuts anything.
    pub(crate) const fn is_whole(&self) -> bool {
        matches!(self.charge.metric, Metric::Category | Metric::Latency | Metric::Anomaly)
    }
}

/// Divides the reserved budget and derives each metric's noise and threshold from its share and bound, and from nothing else.
pub(crate) fn plan(parameters: &ReleaseParameters, policy: &ReportPolicy) -> Result<Vec<Plan>, PrivacyError> {
    let charges = charges_of(policy, parameters.nano_rho, parameters.atto_delta)?;
    check_charges(&charges, parameters.nano_rho, parameters.atto_delta)?;
    charges.into_iter().map(|charge| plan_metric(policy, charge)).collect()
}

fn plan_metric(policy: &ReportPolicy, charge: Charge) -> Result<Plan, PrivacyError> {
    let unknown = || PrivacyError::Charge(format!("{:?}", charge.metric));
    let spec = spec(charge.metric).ok_or_else(unknown)?;
    let terms = TERMS.iter().find(|terms| terms.metric == charge.metric).ok_or_else(unknown)?;
    let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
    Ok(Plan { spec, keys: (terms.keys)(policy), noise, half_width: noise.half_width(), charge })
}

/// What each metric of a plan is counted by.
pub(crate) fn limits(plan: &[Plan], policy: &ReportPolicy, names: &Names) -> Vec<Limit> {
    plan.iter().map(|part| limit(part.charge.metric, part.keys, part.charge.l0, policy, names)).collect()
}

/// What a metric is counted by: its bound, among the keys that are known or that the policy lists.
pub(crate) fn limit(metric: Metric, keys: Keys, l0: u32, policy: &ReportPolicy, names: &Names) -> Limit {
    let listed = if keys == Keys::Known {
        Some(names.known.numbered(metric, names).filter_map(|(_, key)| key).collect())
    } else {
        listed(policy, metric).map(|listed| listed.iter().filter_map(|name| names.key_of(metric, name)).collect())
    };
    Limit { listed, ..Limit::new(metric, l0) }
}

/// The names that the policy lists as public, where it lists any.
fn listed(policy: &ReportPolicy, metric: Metric) -> Option<&[String]> {
    let names = match metric {
        Metric::EventType => &policy.public_event_types,
        Metric::Finding => &policy.public_findings,
        Metric::Endpoint => &policy.public_endpoints,
        _ => return None,
    };
    (!names.is_empty()).then_some(names)
}

/// Draws every number. Nothing is returned, hence nothing written, unless every draw succeeded.
pub(crate) fn draw(
    plan: Vec<Plan>,
    counts: &Counts,
    names: &Names,
    policy: &ReportPolicy,
    entropy: &mut impl Entropy,
) -> Result<Vec<Released>, StepError> {
    let mut released = Vec::new();
    for part in plan {
        let metric = part.charge.metric;
        let mut numbers = Vec::new();
        for (key, name, count) in keys_of(&part, counts, names, policy)? {
            let value = noisy(count, &part.noise, entropy)?;
            if part.charge.threshold.is_none_or(|threshold| value >= threshold) {
                numbers.push(Number { metric, key, name, value, low: value - part.half_width, high: value + part.half_width });
            }
        }
        if matches!(part.keys, Keys::Discovered | Keys::Known) || metric == Metric::Answer {
            numbers.sort_by(|a, b| a.name.as_read().cmp(&b.name.as_read()));
        }
        let Plan { spec, keys, noise, half_width, charge } = part;
        released.push(Released { spec, keys, noise, half_width, charge, numbers });
    }
    Ok(released)
}

/// Names the variants that a draw found by their steps, which looks at no count: what is named is released already.
pub(crate) fn spell(context: &StepContext, names: &Names, released: &mut [Released]) -> Result<(), StepError> {
    let found = |part: &&mut Released| part.keys == Keys::Discovered && part.charge.metric == Metric::Variant;
    for part in released.iter_mut().filter(found) {
        let spelled = names.spelled(context, &part.numbers.iter().map(|number| number.key).collect())?;
        for number in &mut part.numbers {
            if let Some(steps) = spelled.get(&number.key) {
                number.name.name.clone_from(steps);
            }
        }
        part.numbers.sort_by(|a, b| a.name.as_read().cmp(&b.name.as_read()));
    }
    Ok(())
}

/// The metric's keys with their counts: all public ones in their order, or those that some customer has. Counts outside public keys are
/// kept, so that naming them fails.
fn keys_of(part: &Plan, counts: &Counts, names: &Names, policy: &ReportPolicy) -> Result<Vec<(u64, KeyName, u64)>, StepError> {
    let metric = part.charge.metric;
    let counted = |key: Option<u64>| key.and_then(|key| counts.get(&(metric, key)).copied()).unwrap_or(0);
    if part.keys == Keys::Known {
        return Ok(names.known.numbered(metric, names).map(|(name, key)| (key.unwrap_or(0), name.clone(), counted(key))).collect());
    }
    if let Some(listed) = listed(policy, metric) {
        let numbered = |name: &String| names.key_of(metric, name);
        let distinct: std::collections::BTreeSet<&String> = listed.iter().collect();
        return Ok(distinct.into_iter().map(|name| (numbered(name).unwrap_or(0), name.clone().into(), counted(numbered(name)))).collect());
    }
    let mut keys: std::collections::BTreeMap<u64, u64> = match part.keys {
        Keys::Public(_) if metric == Metric::Answer => names.answers.keys().map(|&key| (key, 0)).collect(),
        Keys::Public(end) => (0..end).map(|key| (key, 0)).collect(),
        Keys::Listed | Keys::Known | Keys::Discovered => std::collections::BTreeMap::new(),
    };
    keys.extend(counts.range((metric, 0)..=(metric, u64::MAX)).map(|((_, key), count)| (*key, *count)));
    let name = |key| names.name(metric, key).ok_or_else(|| StepError::new(Exit::CorruptInput, format!("name a key of {metric:?}")));
    keys.into_iter().map(|(key, count)| Ok((key, name(key)?, count))).collect()
}

/// A count with fresh noise. The range is cut to a quarter of `i64`, so that intervals cannot overflow.
pub(crate) fn noisy(count: u64, noise: &Noise, entropy: &mut impl Entropy) -> Result<i64, NoiseError> {
    let count = i64::try_from(count).map_err(|_| NoiseError::Overflow)?;
    count.checked_add(crate::noise::draw(noise, entropy)?).filter(|value| value.abs() <= i64::MAX / 4).ok_or(NoiseError::Overflow)
}
