//! Customers per group of journeys that are out of the ordinary, by measures that are fixed and public.
//!
//! Value: distinct customers with a journey of the group. What the groups of `mine.score` hold hangs on a model of all customers' journeys, where one
//! customer's influence has no known bound; these are decided by a customer's own journeys and constants chosen from no data. The groups are public, and
//! a customer may count for all of them (L0 = 5), so nothing is cut.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Anomaly,
    title: "Customers with journeys out of the ordinary",
    meaning: "How many different customers had a journey of this group, by a fixed measure that is the same for every bank and night.",
    things: "groups",
};
