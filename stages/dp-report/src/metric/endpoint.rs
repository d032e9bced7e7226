//! Customers per endpoint and class of status.
//!
//! Value: distinct customers with at least one event whose type has the method, route and class of status. A function of the customer's own
//! event types, so one customer moves each count by at most 1. Bound: `endpoints_max` of them a customer. Found in the data: threshold,
//! unless the policy lists the public ones.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Endpoint,
    title: "Customers by endpoint and class of status",
    meaning: "How many different customers called the endpoint with a status of this class (5xx: the server failed), as far as they are counted.",
    things: "endpoints",
};
