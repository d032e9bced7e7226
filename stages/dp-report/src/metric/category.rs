//! Customers per kind of activity (family of templates).
//!
//! Value: distinct customers with at least one event of the kind. The five kinds are public and a customer may count for all of them (L0 = 5):
//! no threshold, and no customer loses any.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Category,
    title: "Customers by kind of activity",
    meaning: "How many different customers did something of this kind: the families that event templates are sorted into.",
    things: "kinds of activity",
};
