//! Customers per event type.
//!
//! Value: distinct customers with at least one event of the type. Bound: `event_types_max` types a customer. The types are found in the
//! data, so their names are protected by the threshold.

use schemas::record::Metric;

use super::{Keys, MetricSpec};

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::EventType,
    title: "Customers by event type, at least",
    meaning: "How many different customers had an event of this type, as far as they are counted.",
    things: "event types",
    keys: Keys::Discovered,
    rho_weight: 4,
    delta_weight: 4,
    bound: |policy| policy.event_types_max,
    name: |names, key| names.event_type(key).map(|name| name.to_owned().into()),
};
