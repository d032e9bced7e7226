//! Customers per journey family, and those of them with a failed journey: the failure rate is their quotient.
//!
//! Two keys a family, both counting distinct customers. Bound: twice `families_max` keys a customer, chosen by family. The rate is computed from the
//! two released integers (post-processing) with the intervals of both; it is said to be undefined where the denominator drowns in noise.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Family,
    title: "Customers by journey family, and those with a failed journey",
    meaning: "How many different customers had a journey around this route or event, and how many of them one that failed.",
    things: "families, failed ones counted apart",
};
