//! Customers per compliance or fraud rule.
//!
//! Value: distinct customers the rule fired on. Bound: `findings_max` rules a customer. That a rule fired at all is a fact about the
//! data, so it is protected by the threshold.

use schemas::record::Metric;

use super::{Keys, MetricSpec};

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Finding,
    title: "Customers by finding, at least",
    meaning: "How many different customers a compliance or fraud rule fired on, as far as they are counted.",
    things: "rules",
    keys: Keys::Discovered,
    rho_weight: 1,
    delta_weight: 2,
    bound: |policy| policy.findings_max,
    name: |names, key| names.rules.get(usize::try_from(key).ok()?).map(|rule| rule.clone().into()),
};
