//! Anomalies: scores of journeys, and groups of journeys with the same cause.

use super::record_kind;
use crate::ids::{StableId, TokenKey};

/// Which side of a journey is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The order of events.
    Order,
    /// How often events occur.
    Count,
}

/// The score of one journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct JourneyScoreRecord {
    /// Key of the journey.
    pub key: TokenKey,
    /// Part of the key.
    pub part: u32,
    /// Surprise in thousandths of a bit, cross-fitted.
    pub millibits: u64,
    /// Whether it is over its channel's threshold.
    pub flagged: bool,
}

record_kind!(
    /// Scores, in the order of the journeys scored.
    JourneyScore = JourneyScore, version 1, view JourneyScoreRecord,
    schema "journey_score/1 key:u128 part:u32 millibits:u64 flagged:bool"
);

/// A group of anomalous journeys that share a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct AnomalyRecord<'a> {
    /// The variant.
    pub variant: StableId,
    /// Channel.
    pub channel: Channel,
    /// Greatest surprise in thousandths of a bit.
    pub millibits: u64,
    /// Journeys in the group.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// What is unusual, in plain words.
    pub explanation: &'a str,
    /// Key of the first journey.
    pub exemplar: TokenKey,
}

/// A group of anomalous journeys with what deciding on it and ranking it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct AnomalyGroupRecord<'a> {
    /// Hash of how often each event occurs, the id across nights: what is accepted or rejected.
    pub profile: StableId,
    /// Channel.
    pub channel: Channel,
    /// Greatest surprise in thousandths of a bit.
    pub millibits: u64,
    /// Journeys in the group.
    pub journeys: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Whether an earlier night's group of this profile was rejected: it is an anomaly, however surprising.
    pub confirmed: bool,
    /// What is unusual, in plain words.
    pub explanation: &'a str,
    /// Key of the first journey.
    pub exemplar: TokenKey,
}

record_kind!(
    /// Anomaly groups, most surprising first.
    AnomalyGroup = AnomalyGroup, version 1, view AnomalyGroupRecord<'a>,
    schema "anomaly_group/1 profile:u64 channel:enum2 millibits:u64 journeys:u64 customers:u64 confirmed:bool explanation:str exemplar:u128"
);

record_kind!(
    /// Anomaly groups, most surprising first.
    Anomaly = Anomaly, version 1, view AnomalyRecord<'a>,
    schema "anomaly/1 variant:u64 channel:enum2 millibits:u64 journeys:u64 customers:u64 explanation:str exemplar:u128"
);
