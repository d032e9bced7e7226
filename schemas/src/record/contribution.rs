//! Contributions: which customer counts for which key of which released metric. One row a customer and key, at most once a journey;
//! `dp-report` removes duplicates and bounds what one customer may contribute.

use super::record_kind;
use crate::ids::TokenKey;

/// A metric of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Distinct customers per event type. Key: event type number.
    EventType,
    /// Distinct customers per hour of the logical day, UTC. Key: 0..=23 (public).
    Hour,
    /// Distinct customers per edge of the journey graph. Key: `from << 32 | to`.
    Edge,
    /// Distinct customers per finding rule. Key: position of the rule's finding.
    Finding,
}

/// One contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct ContributionRecord {
    /// The privacy unit: customer, else session.
    pub unit: TokenKey,
    /// Metric.
    pub metric: Metric,
    /// Key within the metric.
    pub key: u64,
}

record_kind!(
    /// Contributions.
    Contribution = Contribution, version 1, view ContributionRecord,
    schema "contribution/1 unit:u128 metric:enum4 key:u64"
);
