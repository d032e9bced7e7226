//! Customers per journey variant.
//!
//! Value: distinct customers with a journey of the variant. Bound: `variants_max` variants a customer. A variant's name spells its event types, so
//! it is found in the data and protected by its threshold.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Variant,
    title: "Customers by journey variant",
    meaning: "How many different customers walked exactly this sequence of events (repetitions counted once), as far as they are counted.",
    things: "variants",
};
