//! Customers per failure sequence: the call that fails, and on which attempt.
//!
//! Value: distinct customers with a journey in which the nth call of an endpoint (or event) fails; the fourth and later ones are one key. Whether a customer has
//! a key depends on his own journeys alone, unlike the sequences of `mine.failures`, whose list depends on everybody's. Bound: `failures_max` keys a customer. Found
//! in the data, so protected by the threshold. How many sequences each band of support holds is read from the released counts (`derived/bands.rs`).

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Failure,
    title: "Customers by failing call and attempt",
    meaning: "How many different customers had this call fail on this attempt within a journey, as far as they are counted.",
    things: "failing calls",
};
