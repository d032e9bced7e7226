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
    /// Distinct customers per endpoint and class of its status (`POST /transfers 5xx`). Derived from event types.
    Endpoint,
    /// Distinct customers per kind of activity (public). Derived from event types.
    Category,
    /// Distinct customers per journey variant. Derived from journeys.
    Variant,
    /// Distinct customers per journey family, and those of them with a failed journey. Derived from journeys.
    Family,
    /// Distinct customers per band of their slowest call (public). Derived from events.
    Latency,
    /// The answer to a question (`logminer query`).
    Answer,
    /// Distinct customers per call that fails and on which attempt in its journey. Derived from journeys.
    Failure,
    /// Distinct customers per group of journeys that are out of the ordinary by a fixed, public measure. Derived from journeys.
    Anomaly,
}

impl Metric {
    /// Its name in policies and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventType => "event_type",
            Self::Hour => "hour",
            Self::Edge => "edge",
            Self::Finding => "finding",
            Self::Endpoint => "endpoint",
            Self::Category => "category",
            Self::Variant => "variant",
            Self::Family => "family",
            Self::Latency => "latency",
            Self::Answer => "answer",
            Self::Failure => "failure",
            Self::Anomaly => "anomaly",
        }
    }

    /// Whether rows of this metric are written by the steps before; the others are derived where they are counted.
    #[must_use]
    pub const fn is_contributed(self) -> bool {
        matches!(self, Self::EventType | Self::Hour | Self::Edge | Self::Finding)
    }
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
