//! From counts to released numbers.

use schemas::exit::Exit;
use schemas::policy::ReportPolicy;
use schemas::privacy::{AttoDelta, Charge, NanoRho, PrivacyError, ReleaseParameters, check_charges};
use schemas::record::Metric;
use stage_runtime::StepError;

use crate::bound::Counts;
use crate::metric::{ALL, Keys, MetricSpec};
use crate::names::{KeyName, Names};
use crate::noise::{Entropy, Noise, NoiseError};
use crate::split::split;

/// What one metric will spend, and the noise it gets for it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) spec: &'static MetricSpec,
    pub(crate) noise: Noise,
    pub(crate) half_width: i64,
    pub(crate) charge: Charge,
}

/// One released number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) metric: Metric,
    pub(crate) name: KeyName,
    pub(crate) value: i64,
    pub(crate) low: i64,
    pub(crate) high: i64,
}

/// A released metric.
#[derive(Debug)]
pub(crate) struct Released {
    pub(crate) spec: &'static MetricSpec,
    pub(crate) half_width: i64,
    pub(crate) charge: Charge,
    /// Sorted by name, hours by hour.
    pub(crate) numbers: Vec<Number>,
}

/// Divides the reserved budget and derives each metric's noise and threshold from its share and bound, and from nothing else.
pub(crate) fn plan(parameters: &ReleaseParameters, policy: &ReportPolicy) -> Result<Vec<Plan>, PrivacyError> {
    let rho = split(parameters.nano_rho.0, &ALL.map(|spec| spec.rho_weight));
    let delta = split(parameters.atto_delta.0, &ALL.map(|spec| spec.delta_weight));
    let plan: Vec<Plan> = ALL
        .into_iter()
        .zip(rho.into_iter().zip(delta))
        .map(|(spec, (rho, delta))| plan_metric(spec, policy, rho, delta))
        .collect::<Result<_, _>>()?;
    let charges: Vec<Charge> = plan.iter().map(|part| part.charge.clone()).collect();
    check_charges(&charges, parameters.nano_rho, parameters.atto_delta)?;
    Ok(plan)
}

fn plan_metric(spec: &'static MetricSpec, policy: &ReportPolicy, nano_rho: u64, atto_delta: u64) -> Result<Plan, PrivacyError> {
    let l0 = (spec.bound)(policy);
    let refused = || PrivacyError::Charge(format!("{:?}", spec.metric));
    let noise = Noise::gaussian(l0, nano_rho).ok_or_else(refused)?;
    let threshold = match spec.keys {
        Keys::Public(_) => None,
        Keys::Discovered if atto_delta == 0 => return Err(PrivacyError::Zero("the delta of keys that are not public")),
        Keys::Discovered => Some(noise.threshold(l0, AttoDelta(atto_delta).as_f64())),
    };
    let (nano_rho, atto_delta) = (NanoRho(nano_rho), AttoDelta(atto_delta));
    let charge = Charge { metric: spec.metric, mechanism: noise.mechanism, scale: noise.scale, l0, nano_rho, atto_delta, threshold };
    Ok(Plan { spec, noise, half_width: noise.half_width(), charge })
}

/// Draws every number. Nothing is returned, hence nothing written, unless every draw succeeded.
pub(crate) fn draw(plan: Vec<Plan>, counts: &Counts, names: &Names, entropy: &mut impl Entropy) -> Result<Vec<Released>, StepError> {
    let mut released = Vec::new();
    for Plan { spec, noise, half_width, charge } in plan {
        let mut numbers = Vec::new();
        for (key, count) in keys_of(spec, counts) {
            let name = (spec.name)(names, key).ok_or_else(|| StepError::new(Exit::CorruptInput, format!("name a key of {:?}", spec.metric)))?;
            let value = noisy(count, &noise, entropy)?;
            if charge.threshold.is_none_or(|threshold| value >= threshold) {
                numbers.push(Number { metric: spec.metric, name, value, low: value - half_width, high: value + half_width });
            }
        }
        numbers.sort_by(|a, b| a.name.cmp(&b.name));
        released.push(Released { spec, half_width, charge, numbers });
    }
    Ok(released)
}

/// The metric's keys with their counts: all public ones, or those that some customer has. Counts outside public keys are kept, so that
/// naming them fails.
fn keys_of(spec: &MetricSpec, counts: &Counts) -> Vec<(u64, u64)> {
    let counted = counts.range((spec.metric, 0)..=(spec.metric, u64::MAX)).map(|((_, key), count)| (*key, *count));
    match spec.keys {
        Keys::Discovered => counted.collect(),
        Keys::Public(end) => {
            let mut all: std::collections::BTreeMap<u64, u64> = (0..end).map(|key| (key, 0)).collect();
            all.extend(counted);
            all.into_iter().collect()
        }
    }
}

/// A count with fresh noise. The range is cut to a quarter of `i64`, so that intervals cannot overflow.
pub(crate) fn noisy(count: u64, noise: &Noise, entropy: &mut impl Entropy) -> Result<i64, NoiseError> {
    let count = i64::try_from(count).map_err(|_| NoiseError::Overflow)?;
    count.checked_add(noise.draw(entropy)?).filter(|value| value.abs() <= i64::MAX / 4).ok_or(NoiseError::Overflow)
}
