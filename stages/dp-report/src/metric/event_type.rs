//! Customers per event type.
//!
//! Value: distinct customers with at least one event of the type. Bound: `event_types_max` types a customer. The types are found in the
//! data, so their names are protected by the threshold, unless the policy lists the public ones.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::EventType,
    title: "Customers by event type",
    meaning: "How many different customers had an event of this type, as far as they are counted.",
    things: "event types",
};
