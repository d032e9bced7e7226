//! What each metric of the report costs: its part of the budget, its contribution bound, whether its keys are public. One row a metric.
//!
//! The terms stand here and not in the stage because both sides need them: the stage draws by them, the runner plans by them before
//! anything is spent and refuses to commit a release whose charges are not exactly those its reserve and policy should have bought.
//!
//! Composition: each metric is one discrete Gaussian release of squared L2 sensitivity L0 and adds its rho and delta (Bun and Steinke,
//! 2016, Lemma 1.7 and section 8). The sum of the parts is the whole, to the last unit ([`split`]).

use super::discovery::interval;
use super::{AttoDelta, Charge, NanoRho, Noise, PrivacyError, split};
use crate::policy::ReportPolicy;
use crate::record::Metric;

/// Whether the keys of a metric are known to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Known: 0 to below this number, all released, zeros included; no threshold, no delta.
    Public(u64),
    /// Listed by name in the policy, approved once: all released, zeros included; no threshold, no delta.
    Listed,
    /// Found by a discovery on an earlier night, or on this one before the report was drawn: all released, zeros included; no threshold, no delta.
    Known,
    /// Found in the data: a key is released when its noisy count reaches the threshold.
    Discovered,
}

/// What a metric costs.
#[derive(Debug)]
pub struct Terms {
    /// Metric.
    pub metric: Metric,
    /// Parts of the report's rho.
    pub rho_weight: u64,
    /// Parts of the report's delta; 0 when its keys are always public.
    pub delta_weight: u64,
    /// L0: keys one customer counts for.
    pub bound: fn(&ReportPolicy) -> u32,
    /// Where its keys come from.
    pub keys: fn(&ReportPolicy) -> Keys,
}

const fn discovered(policy: &ReportPolicy) -> Keys {
    if interval(policy).is_some() { Keys::Known } else { Keys::Discovered }
}

fn listed(policy: &ReportPolicy, names: &[String]) -> Keys {
    if names.is_empty() { discovered(policy) } else { Keys::Listed }
}

/// All metrics, in the order of the report.
pub const TERMS: [Terms; 11] = [
    Terms {
        metric: Metric::EventType,
        rho_weight: 5,
        delta_weight: 4,
        bound: |policy| policy.event_types_max,
        keys: |policy| listed(policy, &policy.public_event_types),
    },
    Terms { metric: Metric::Hour, rho_weight: 1, delta_weight: 0, bound: |policy| policy.hours_max, keys: |_| Keys::Public(24) },
    Terms { metric: Metric::Edge, rho_weight: 3, delta_weight: 4, bound: |policy| policy.edges_max, keys: discovered },
    Terms {
        metric: Metric::Finding,
        rho_weight: 1,
        delta_weight: 2,
        bound: |policy| policy.findings_max,
        keys: |policy| listed(policy, &policy.public_findings),
    },
    Terms {
        metric: Metric::Endpoint,
        rho_weight: 2,
        delta_weight: 2,
        bound: |policy| policy.endpoints_max,
        keys: |policy| listed(policy, &policy.public_endpoints),
    },
    Terms { metric: Metric::Category, rho_weight: 1, delta_weight: 0, bound: |_| CATEGORIES, keys: |_| Keys::Public(CATEGORIES as u64) },
    Terms { metric: Metric::Variant, rho_weight: 2, delta_weight: 3, bound: |policy| policy.variants_max, keys: discovered },
    // A journey family has two keys: with a journey of it, and with a failed one.
    Terms { metric: Metric::Family, rho_weight: 2, delta_weight: 2, bound: |policy| policy.families_max.saturating_mul(2), keys: discovered },
    Terms { metric: Metric::Latency, rho_weight: 1, delta_weight: 0, bound: |_| 1, keys: |_| Keys::Public(LATENCY_BANDS_US.len() as u64 + 1) },
    Terms { metric: Metric::Failure, rho_weight: 2, delta_weight: 2, bound: |policy| policy.failures_max, keys: discovered },
    Terms { metric: Metric::Anomaly, rho_weight: 1, delta_weight: 0, bound: |_| ANOMALY_GROUPS, keys: |_| Keys::Public(ANOMALY_GROUPS as u64) },
];

/// Groups of journeys that are out of the ordinary by a fixed measure; a customer may count for all of them.
pub const ANOMALY_GROUPS: u32 = 5;

/// Kinds of activity ([`crate::record::EventCategory`]); a customer may count for all of them.
pub const CATEGORIES: u32 = 5;
/// Upper edges of the latency bands in microseconds, public; slower calls are in one more band. Chosen once, from no data.
pub const LATENCY_BANDS_US: [u64; 17] = [
    1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000,
    30_000_000, 60_000_000,
];

/// The charges of a release of this price under this policy, metric by metric: noise, threshold and share of the budget. Metrics that the
/// policy leaves out are not in it.
///
/// # Errors
/// [`PrivacyError`] when a bound is 0, a share rounds to nothing, or noise would be out of range.
///
/// ```
/// use schemas::policy::ReportPolicy;
/// use schemas::privacy::{AttoDelta, NanoRho, charges_of, check_charges};
/// let (rho, delta) = (NanoRho(20_000_000), AttoDelta(5_000_000_000_000));
/// check_charges(&charges_of(&ReportPolicy::default(), rho, delta).unwrap(), rho, delta).unwrap();
/// ```
pub fn charges_of(policy: &ReportPolicy, nano_rho: NanoRho, atto_delta: AttoDelta) -> Result<Vec<Charge>, PrivacyError> {
    let terms: Vec<&Terms> = TERMS.iter().filter(|terms| !policy.left_out.contains(&terms.metric)).collect();
    let delta_weight = |terms: &&Terms| if (terms.keys)(policy) == Keys::Discovered { terms.delta_weight } else { 0 };
    let rho = split(nano_rho.0, &terms.iter().map(|terms| terms.rho_weight).collect::<Vec<_>>());
    let delta = split(atto_delta.0, &terms.iter().map(delta_weight).collect::<Vec<_>>());
    let parts = terms.into_iter().zip(rho.into_iter().zip(delta));
    parts.map(|(terms, (rho, delta))| charge_of(terms.metric, (terms.bound)(policy), (terms.keys)(policy), NanoRho(rho), AttoDelta(delta))).collect()
}

/// The charge of one metric: the least noise its rho buys, and the least threshold its delta buys.
///
/// # Errors
/// [`PrivacyError`] when the bound is 0 or the noise would be out of range.
pub fn charge_of(metric: Metric, l0: u32, keys: Keys, nano_rho: NanoRho, atto_delta: AttoDelta) -> Result<Charge, PrivacyError> {
    let refused = || PrivacyError::Charge(format!("{metric:?}"));
    let noise = Noise::gaussian(l0, nano_rho.0).ok_or_else(refused)?;
    let threshold = match keys {
        Keys::Public(_) | Keys::Listed | Keys::Known => None,
        Keys::Discovered if atto_delta.0 == 0 => return Err(PrivacyError::Zero("the delta of keys that are not public")),
        Keys::Discovered => Some(noise.threshold(l0, atto_delta.as_f64())),
    };
    let charge = Charge { metric, mechanism: noise.mechanism, scale: noise.scale, l0, nano_rho, atto_delta, threshold };
    charge.check().map(|()| charge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::check_charges;

    const RHO: NanoRho = NanoRho(20_000_000);
    const DELTA: AttoDelta = AttoDelta(5_000_000_000_000);

    #[test]
    fn delta_is_for_discovered_keys_alone() {
        for terms in &TERMS {
            let always_public = matches!((terms.keys)(&ReportPolicy::default()), Keys::Public(_));
            assert_eq!(terms.delta_weight == 0, always_public, "{:?}", terms.metric);
            assert!(terms.rho_weight > 0);
        }
    }

    #[test]
    fn listed_keys_and_metrics_left_out_give_their_parts_to_the_others() {
        let policy =
            ReportPolicy { public_event_types: vec!["login".to_owned()], left_out: vec![Metric::Edge, Metric::Latency], ..ReportPolicy::default() };
        let (all, some) = (charges_of(&ReportPolicy::default(), RHO, DELTA).unwrap(), charges_of(&policy, RHO, DELTA).unwrap());
        check_charges(&all, RHO, DELTA).unwrap();
        check_charges(&some, RHO, DELTA).unwrap();
        assert_eq!((all.len(), some.len()), (11, 9));
        assert_eq!((some[0].threshold, some[0].atto_delta), (None, AttoDelta(0)));
        assert!(some[0].nano_rho > all[0].nano_rho);
    }

    /// Exact coverage of every interval that default policies print, by enumeration: 95 % and less than 97 %.
    #[test]
    fn intervals_of_every_default_scale_cover_what_they_say() {
        use crate::policy::Schedule;
        for schedule in [Schedule::Once, Schedule::Nightly] {
            let policy = ReportPolicy { schedule, ..ReportPolicy::default() };
            let one = crate::privacy::allotment(&policy).unwrap();
            for charge in charges_of(&policy, one.nano_rho, one.threshold_delta).unwrap() {
                let noise = Noise { mechanism: charge.mechanism, scale: charge.scale };
                let weight = |x: i64| (-(x as f64).powi(2) / (2.0 * charge.scale.as_f64())).exp();
                let reach = (noise.deviation() * 20.0) as i64 + 20;
                let half = noise.half_width();
                let covered = (-half..=half).map(weight).sum::<f64>() / (-reach..=reach).map(weight).sum::<f64>();
                assert!((0.95..0.97).contains(&covered), "{:?} {schedule:?}: {covered}", charge.metric);
            }
        }
    }

    #[test]
    fn bounds_of_nothing_and_shares_of_nothing_are_refused() {
        assert!(charges_of(&ReportPolicy { edges_max: 0, ..ReportPolicy::default() }, RHO, DELTA).is_err());
        assert!(charges_of(&ReportPolicy::default(), NanoRho(5), DELTA).is_err());
        assert!(charges_of(&ReportPolicy::default(), RHO, AttoDelta(1)).is_err());
        assert!(charges_of(&ReportPolicy::default(), RHO, AttoDelta(0)).is_err(), "a threshold that is not paid for (L10)");
    }
}
