//! What the gate searched and found.

use super::record_kind;

/// The files of one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct VerdictRecord<'a> {
    /// Name of the output of an earlier step.
    pub artefact: &'a str,
    /// Files of that name: one, or one a shard or partition.
    pub files: u32,
    /// Records searched.
    pub records: u64,
    /// Bytes of text searched.
    pub bytes: u64,
    /// Texts in which a replaced value was readable; a run with any is not published.
    pub found: u64,
}

record_kind!(
    /// Verdicts, in the order of the pipeline.
    Verdict = Verdict, version 1, view VerdictRecord<'a>,
    schema "verdict/1 artefact:str files:u32 records:u64 bytes:u64 found:u64"
);
