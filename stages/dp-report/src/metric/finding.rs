//! Customers per compliance or fraud rule.
//!
//! Value: distinct customers the rule fired on. Bound: `findings_max` rules a customer. That a rule fired at all is a fact about the
//! data, so it is protected by the threshold, unless the policy lists the public rules.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Finding,
    title: "Customers by finding",
    meaning: "How many different customers a compliance or fraud rule fired on, as far as they are counted.",
    things: "rules",
};
