//! Findings with what ranking them needs, and what is known of them from earlier nights.

use super::finding::{FindingKind, FindingSeverity};
use super::record_kind;
use crate::ids::{RecordRef, TokenKey};

/// A finding as the analysts see it: exact, with the money it is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct AssessedRecord<'a> {
    /// Rule id.
    pub rule: &'a str,
    /// Family.
    pub kind: FindingKind,
    /// Severity.
    pub severity: FindingSeverity,
    /// Clause or source of the rule.
    pub clause: &'a str,
    /// What it means, in a sentence.
    pub description: &'a str,
    /// Times it fired.
    pub count: u64,
    /// Distinct customers (or sessions) it fired on.
    pub subjects: u64,
    /// Sum of the amounts of the records it fired on, hundredths of the currency unit, currencies not told apart.
    pub money_minor: u64,
    /// Whether it follows from the records of one customer (or session) alone, so that the report may count it.
    pub releasable: bool,
    /// First records it fired on, at most [`crate::limits::EVIDENCE_MAX`].
    pub evidence: Vec<RecordRef>,
    /// First subjects, sorted, at most [`crate::limits::EVIDENCE_MAX`].
    pub subject_keys: Vec<TokenKey>,
}

record_kind!(
    /// Findings with their money, sorted by kind and rule.
    Assessed = Assessed, version 1, view AssessedRecord<'a>,
    schema "assessed/1 rule:str kind:enum2 severity:enum4 clause:str description:str count:u64 subjects:u64 money_minor:u64 releasable:bool evidence:[{source:u32 offset:u64}] subject_keys:[u128]"
);

/// What was on the list of an earlier night or is on this one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct KnownFindingRecord<'a> {
    /// What it is: `rule <id>` or `anomaly <id of the group's variant>`.
    pub name: &'a str,
    /// First night: days since 1970-01-01.
    pub first_day: i32,
    /// Last night.
    pub last_day: i32,
    /// Nights.
    pub nights: u32,
    /// Times it fired on the last night (of an anomaly: journeys).
    pub count: u64,
}

record_kind!(
    /// Known findings, sorted by name.
    KnownFinding = KnownFinding, version 1, view KnownFindingRecord<'a>,
    schema "known_finding/1 name:str first_day:i32 last_day:i32 nights:u32 count:u64"
);
