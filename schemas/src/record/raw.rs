//! Raw records: ingest writes them, sanitize alone reads them.

use super::record_kind;
use crate::codec::{CodecError, Cursor};
use crate::ids::RecordRef;

/// Raw text. It has no `Debug`, `Display` or `Serialize`: a stray print does not compile. [`RawText::reveal`] is the one way in,
/// and a grep for it is the audit.
#[derive(Clone, Copy, bincode::Encode, bincode::BorrowDecode)]
pub struct RawText<'a>(&'a str);

impl<'a> RawText<'a> {
    /// Wraps raw text.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }
    /// The text itself. Callers are `ingest`, `sanitize` and the audited `inspect --reveal-raw`.
    #[must_use]
    pub const fn reveal(self) -> &'a str {
        self.0
    }
    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }
    /// Whether there is no text.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// What a raw record's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum RawFormat {
    /// One JSON object (also made from a CSV row or a key=value line: `{"column":"value"}`, every value a string).
    Json,
    /// Plain text, one or more lines.
    Text,
}

/// Normalised severity, in the order of syslog turned upside down.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// None given.
    #[default]
    Unknown,
    /// Trace and debug.
    Debug,
    /// Information and notice.
    Info,
    /// Warning.
    Warning,
    /// Error.
    Error,
    /// Critical, fatal, alert, emergency.
    Critical,
}

impl Severity {
    /// The severity that is encoded as this number.
    #[inline(always)]
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        match cursor.u32()? {
            0 => Ok(Self::Unknown),
            1 => Ok(Self::Debug),
            2 => Ok(Self::Info),
            3 => Ok(Self::Warning),
            4 => Ok(Self::Error),
            5 => Ok(Self::Critical),
            _ => Err(CodecError::Malformed),
        }
    }
}

/// One raw record.
#[derive(bincode::Encode, bincode::BorrowDecode)]
pub struct RawRecord<'a> {
    /// Where it came from.
    pub at: RecordRef,
    /// Event time, UTC nanoseconds since 1970; none when the record has no readable time.
    pub time_ns: Option<i64>,
    /// Severity as normalised by ingest.
    pub severity: Severity,
    /// What `text` is.
    pub format: RawFormat,
    /// Path (keys joined by `.`) of the field that is the message; empty: the policy's default aliases in text order, or the whole text.
    pub message_path: &'a str,
    /// The record's text, kept once, valid UTF-8.
    pub text: RawText<'a>,
}

record_kind!(
    /// Raw records.
    Raw = Raw, version 1, view RawRecord<'a>,
    schema "raw/1 at{source:u32 offset:u64} time_ns:i64? severity:enum6 format:enum2 message_path:str text:str"
);
