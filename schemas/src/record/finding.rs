//! Compliance and fraud findings.

use super::record_kind;
use crate::ids::{RecordRef, TokenKey};

/// Which family a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A compliance rule.
    Compliance,
    /// A fraud pattern.
    Fraud,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

/// One finding: a rule and everything it fired on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct FindingRecord<'a> {
    /// Rule id, as in `docs/PARITY.md` (`PCIAccountMasking`, `VelocityCheck`, ...).
    pub rule: &'a str,
    /// Family.
    pub kind: FindingKind,
    /// Severity.
    pub severity: FindingSeverity,
    /// Clause or source of the rule (`PCI DSS 4.0, 3.4.1`); empty when none.
    pub clause: &'a str,
    /// What it means, in a sentence.
    pub description: &'a str,
    /// Times it fired.
    pub count: u64,
    /// Distinct customers (or sessions) it fired on.
    pub subjects: u64,
    /// First records it fired on, at most [`crate::limits::EVIDENCE_MAX`].
    pub evidence: Vec<RecordRef>,
    /// First subjects, sorted, at most [`crate::limits::EVIDENCE_MAX`].
    pub subject_keys: Vec<TokenKey>,
}

record_kind!(
    /// Findings, sorted by kind and rule.
    Finding = Finding, version 1, view FindingRecord<'a>,
    schema "finding/1 rule:str kind:enum2 severity:enum4 clause:str description:str count:u64 subjects:u64 evidence:[{source:u32 offset:u64}] subject_keys:[u128]"
);
