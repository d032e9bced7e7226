//! Customers per hour of the day.
//!
//! Value: distinct customers with at least one event in the hour (UTC). Bound: `hours_max` hours a customer. Everybody knows the 24
//! hours, so all are released, empty ones too, and no delta is spent.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Hour,
    title: "Customers by hour of the day (UTC)",
    meaning: "How many different customers were active in this hour, as far as they are counted. Compare hours with each other rather than with the other pictures.",
    things: "hours",
};
