//! Failure sequences: under which condition a step fails far more often than otherwise.

use super::record_kind;
use crate::ids::TokenKey;

/// How a step of a journey goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// It is refused or ends in an error.
    Failure,
    /// It takes too long.
    Timeout,
    /// The journey ends before the event that normally ends it.
    Abandoned,
    /// It is taken back later in the journey.
    Reversed,
    /// It is accepted, and what normally follows never comes.
    Missing,
}

/// One failure sequence: self-contained, so that a test can be written from it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct SequenceRecord<'a> {
    /// Place in the list, from 1.
    pub rank: u32,
    /// How it goes wrong.
    pub how: FailureKind,
    /// Name of the step that fails, or of the event that does not come.
    pub event: &'a str,
    /// A sentence for a tester.
    pub sentence: &'a str,
    /// The condition: a JSON list of clauses, as in `failures.json`.
    pub condition: &'a str,
    /// Steps for which the condition holds, and those of them that fail.
    pub matching: u64,
    /// Of these, the failing ones.
    pub failing: u64,
    /// Steps of the same name for which it does not hold.
    pub elsewhere_matching: u64,
    /// Of these, the failing ones.
    pub elsewhere_failing: u64,
    /// Distinct customers with a failing step (journeys without one count by session).
    pub customers: u64,
    /// Natural logarithm of the adjusted p, in thousandths, at most 0.
    pub ln_p_milli: i64,
    /// Event type numbers of the shortest journey that fails so, from its first event up to the failing step (for an event that does not
    /// come: to the journey's end), repetitions included.
    pub path: Vec<u32>,
    /// Key of that journey.
    pub exemplar: TokenKey,
    /// Event type numbers of a journey that succeeds at the same step without the condition; empty when there is none.
    pub counter_path: Vec<u32>,
    /// Key of that journey.
    pub counter_example: Option<TokenKey>,
}

record_kind!(
    /// Failure sequences, by rank.
    Sequence = Sequence, version 1, view SequenceRecord<'a>,
    schema "sequence/1 rank:u32 how:enum5 event:str sentence:str condition:str matching:u64 failing:u64 elsewhere_matching:u64 elsewhere_failing:u64 customers:u64 ln_p_milli:i64 path:[u32] exemplar:u128 counter_path:[u32] counter_example:u128?"
);
