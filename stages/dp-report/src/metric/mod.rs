//! The metrics of the report: one file each, registered once in [`ALL`]. The budget split and the tables of the report are derived.
//!
//! All count distinct customers (the privacy unit), so that one customer moves a count by at most 1 (Linf), and at most as many counts as
//! the policy's bound says (L0): the squared L2 sensitivity is L0, the L1 sensitivity is L0. Neighbouring: add or remove one customer with
//! everything he did. Each metric is a discrete Gaussian release of its own, `L0 / (2 sigma2)`-zCDP; the report composes them, rho and
//! delta add up (Bun and Steinke, 2016, Lemma 1.7).

mod edge;
mod event_type;
mod finding;
mod hour;

use schemas::policy::ReportPolicy;
use schemas::record::Metric;

use crate::names::{KeyName, Names};

/// Whether the keys of a metric are known to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Known: 0 to below this number, all released, zeros included; no threshold.
    Public(u64),
    /// Found in the data: a key is released when its noisy count reaches the threshold.
    Discovered,
}

/// A metric.
#[derive(Debug)]
pub(crate) struct MetricSpec {
    pub(crate) metric: Metric,
    /// Heading in the report.
    pub(crate) title: &'static str,
    /// What one number means, in plain words.
    pub(crate) meaning: &'static str,
    /// What keys are, in the plural: `event types`.
    pub(crate) things: &'static str,
    pub(crate) keys: Keys,
    /// Parts of the report's rho.
    pub(crate) rho_weight: u64,
    /// Parts of the report's delta; 0 when the keys are public.
    pub(crate) delta_weight: u64,
    /// L0: keys one customer counts for.
    pub(crate) bound: fn(&ReportPolicy) -> u32,
    /// Name of a key; none when there is no such key.
    pub(crate) name: fn(&Names, u64) -> Option<KeyName>,
}

/// All metrics, in the order of the report.
pub(crate) const ALL: [&MetricSpec; 4] = [&event_type::SPEC, &hour::SPEC, &edge::SPEC, &finding::SPEC];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delta_is_for_discovered_keys_alone() {
        for spec in ALL {
            assert_eq!(spec.delta_weight == 0, matches!(spec.keys, Keys::Public(_)), "{:?}", spec.metric);
            assert!(spec.rho_weight > 0);
        }
    }

    #[test]
    fn keys_have_names_and_others_have_none() {
        let names = Names::new(vec!["login".to_owned(), "pay".to_owned()], vec!["VelocityCheck".to_owned()]);
        let name = |spec: &MetricSpec, key| (spec.name)(&names, key).map(|key| (key.name, key.to));
        let text = |name: &str, to: &str| Some((name.to_owned(), to.to_owned()));
        assert_eq!(name(&event_type::SPEC, 1), text("pay", ""));
        assert_eq!(name(&event_type::SPEC, 2), None);
        assert_eq!(name(&hour::SPEC, 7), text("07", ""));
        assert_eq!(name(&hour::SPEC, 24), None);
        assert_eq!(name(&edge::SPEC, 1), text("login", "pay"));
        assert_eq!(name(&edge::SPEC, u64::from(u32::MAX) << 32), text("", "login"));
        assert_eq!(name(&edge::SPEC, 1 << 32 | u64::from(u32::MAX)), text("pay", ""));
        assert_eq!(name(&edge::SPEC, 2), None);
        assert_eq!(name(&finding::SPEC, 0), text("VelocityCheck", ""));
        assert_eq!(name(&finding::SPEC, 1), None);
    }
}
