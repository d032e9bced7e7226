//! Input formats: where a record begins and ends, and what it becomes.
//!
//! Two carriers leave this stage: a JSON object and plain text. Formats divided by lines ([`lines`]) can be read from any unit of a
//! source on; CSV ([`csv`]) and JSON documents ([`json_document`]) only from the beginning.

pub(crate) mod access_log;
pub(crate) mod csv;
pub(crate) mod json_document;
pub(crate) mod key_value;
pub(crate) mod lines;

use schemas::record::RejectReason;

/// One record found in a buffer: where it lies, and why it is refused when it is already known to be unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) bad: Option<RejectReason>,
}
