//! The truth about a journey bank, as it lies in `truth/`.

use super::clause::{Condition, Outcome};

/// `truth/faults.json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Faults {
    /// Seed.
    pub seed: u64,
    /// Journeys of the day.
    pub journeys: u32,
    /// Records of the day.
    pub events: u64,
    /// The planted faults; none in a fault-free day.
    pub faults: Vec<Fault>,
}

/// A planted fault.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// Id.
    pub id: String,
    /// What it is about: `order`, `repetition`, `concurrency`, ...
    pub kind: String,
    /// What a tester would say.
    pub sentence: String,
    /// Where and how it fails.
    pub outcome: Outcome,
    /// When it does.
    pub condition: Condition,
    /// How often it happens when the condition holds, of 1,000.
    pub probability_per_mille: u32,
    /// Of a missing event: the journeys at whose end it was to be expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Condition>,
    /// Of a reversal: the event by which a step is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversal: Option<String>,
    /// Journeys.
    pub journeys: Numbers,
    /// Steps of journeys.
    pub steps: Numbers,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Numbers {
    /// For which the condition holds.
    pub matching: u64,
    /// Those of them that fail in this way, by the fault or without a reason.
    pub failing: u64,
}

/// A row of `truth/steps.csv`: a step at which a fault's condition holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StepRow {
    /// Id of the fault.
    pub fault: String,
    /// Session id of the journey.
    pub session_id: String,
    /// Place of the step among the journey's events, from 0; as many as it has events: its end.
    pub step: u32,
    /// 1 when it fails in the way of the fault.
    pub failing: u8,
}
