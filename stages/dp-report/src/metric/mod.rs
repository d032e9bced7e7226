//! The metrics of the report: one file each, registered once in [`ALL`]. What each costs (weights, bounds, public keys) stands in
//! [`schemas::privacy::TERMS`], in the same order, since the runner plans and checks by it.
//!
//! All count distinct customers (the privacy unit), so that one customer moves a count by at most 1 (Linf), and at most as many counts as
//! the policy's bound says (L0): the squared L2 sensitivity is L0, the L1 sensitivity is L0. Neighbouring: add or remove one customer with
//! everything he did. Each metric is a discrete Gaussian release of its own, `L0 / (2 sigma2)`-zCDP; the report composes them, rho and
//! delta add up (Bun and Steinke, 2016, Lemma 1.7).
//!
//! Not here, because no bound on one customer's influence is known: the anomaly groups and failure sequences that mining found. Which there are depends on
//! a model of all customers' journeys, so one customer can flip many flags; they stay in `internal/`. What is counted instead is decided by a customer's own
//! journeys and fixed measures ([`anomaly`], [`failure`]). The change from week to week needs no metric: it is computed from two released reports.

mod anomaly;
mod category;
mod edge;
mod endpoint;
mod event_type;
mod failure;
mod family;
mod finding;
mod hour;
mod latency;
mod variant;

use schemas::record::Metric;

/// A metric, for people.
#[derive(Debug)]
pub(crate) struct MetricSpec {
    pub(crate) metric: Metric,
    /// Heading in the report.
    pub(crate) title: &'static str,
    /// What one number means, in plain words.
    pub(crate) meaning: &'static str,
    /// What keys are, in the plural: `event types`.
    pub(crate) things: &'static str,
}

/// All metrics, in the order of the report.
const ALL: [&MetricSpec; 11] = [
    &event_type::SPEC,
    &hour::SPEC,
    &edge::SPEC,
    &finding::SPEC,
    &endpoint::SPEC,
    &category::SPEC,
    &variant::SPEC,
    &family::SPEC,
    &latency::SPEC,
    &failure::SPEC,
    &anomaly::SPEC,
];

/// The answer to a question, drawn like a metric but no part of a report.
pub(crate) const ANSWER: MetricSpec = MetricSpec {
    metric: Metric::Answer,
    title: "The answer",
    meaning: "How many different customers had an event that the question matches, as far as they are counted.",
    things: "keys",
};

/// A metric by its name.
pub(crate) fn spec(metric: Metric) -> Option<&'static MetricSpec> {
    ALL.into_iter().find(|spec| spec.metric == metric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::privacy::TERMS;

    #[test]
    fn metrics_and_their_terms_are_the_same_list() {
        assert_eq!(ALL.map(|spec| spec.metric), TERMS.each_ref().map(|terms| terms.metric));
    }
}
