//! Clean records: what is left of a log record once it is sanitized.

use super::{Severity, record_kind};
use crate::ids::RecordRef;

/// A typed value. Numbers keep their type; text is sanitized (it may hold tokens).
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
#[serde(untagged)]
pub enum Scalar<'a> {
    /// JSON null.
    Null,
    /// JSON true or false.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// Another number, as its bits matter for nothing but itself.
    Float(f64),
    /// Text.
    Text(&'a str),
}

/// One field: the number of its path in the block's name table, and its value.
#[derive(Debug, Clone, Copy, PartialEq, bincode::Encode, bincode::BorrowDecode)]
pub struct Field<'a> {
    /// Number of the path (keys joined by `.`, array positions as `[]`) in the block's name table.
    pub path: u32,
    /// Value.
    pub value: Scalar<'a>,
}

/// One clean record.
#[derive(Debug, Clone, PartialEq, bincode::Encode, bincode::BorrowDecode)]
pub struct CleanRecord<'a> {
    /// Where its raw record came from.
    pub at: RecordRef,
    /// Event time, UTC nanoseconds.
    pub time_ns: Option<i64>,
    /// Severity.
    pub severity: Severity,
    /// Token of the session (by the policy's session keys), empty when there is none.
    pub session: &'a str,
    /// Token of the customer (by the policy's customer keys), empty when there is none.
    pub customer: &'a str,
    /// Token of the trace (by the policy's trace keys), empty when there is none.
    pub trace: &'a str,
    /// Sanitized message; empty when the record has none.
    pub message: &'a str,
    /// The other fields, sorted by path, message and timestamp left out.
    pub fields: Vec<Field<'a>>,
}

record_kind!(
    /// Clean records.
    Clean = Clean, version 1, view CleanRecord<'a>,
    schema "clean/1 at{source:u32 offset:u64} time_ns:i64? severity:enum6 session:str customer:str trace:str message:str fields:[{path:name value:null|bool|i64|f64|str}]"
);
