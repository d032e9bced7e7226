//! Customers per hour of the day.
//!
//! Value: distinct customers with at least one event in the hour (UTC). Bound: `hours_max` hours a customer. Everybody knows the 24
//! hours, so all are released, empty ones too, and no delta is spent.

use schemas::record::Metric;

use super::{Keys, MetricSpec};

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Hour,
    title: "Customers by hour of the day (UTC), at least",
    meaning: "How many different customers were active in this hour, as far as they are counted. Compare hours with each other rather than with the other pictures.",
    things: "hours",
    keys: Keys::Public(24),
    rho_weight: 2,
    delta_weight: 0,
    bound: |policy| policy.hours_max,
    name: |_, key| (key < 24).then(|| format!("{key:02}").into()),
};
