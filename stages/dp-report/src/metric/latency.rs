//! Customers per band of their slowest call: quantiles of latency.
//!
//! Value: customers whose slowest measured call (events that name their customer) lies in the band. The bands are public; each customer is in
//! one at most (L0 = Linf = 1), so the whole histogram costs as much as one count. Quantiles are read from the noisy sums (post-processing). Preferred to the
//! exponential mechanism over the same candidates: that gives one quantile a price and no interval (`docs/decisions/0110-metrics-of-the-report.md`).

use schemas::record::Metric;

use super::MetricSpec;

pub(super) const SPEC: MetricSpec = MetricSpec {
    metric: Metric::Latency,
    title: "Customers by their slowest call",
    meaning: "How many different customers had their slowest call within this band, named by its upper edge; customers without measured calls are in none.",
    things: "bands",
};
