//! Customers per edge of the journey graph.
//!
//! Value: distinct customers in whose journeys the second event directly follows the first; `u32::MAX` stands for the start and the end
//! of a journey. Bound: `edges_max` edges a customer. Edges are found in the data; a released edge also names its two
//! event types, which is covered by its own threshold.

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Edge,
    title: "Steps of customer journeys",
    meaning: "How many different customers went directly from the first event to the second, as far as they are counted.",
    things: "steps",
};
