//! What a source is divided into for the worker threads.

use std::sync::Arc;

use schemas::ids::RecordRef;
use schemas::record::{RejectReason, RejectRecord, SourceFormat};

use crate::bytes::Check;
use crate::format::Span;
use crate::format::csv::Header;
use crate::format::lines::Lines;

/// A piece of a source that begins and ends where records do.
pub(crate) enum Work {
    /// Lines `start..end` of the buffer.
    Lines { lines: Lines, start: usize, end: usize },
    /// Values of a JSON document.
    Values { spans: Vec<Span> },
    /// Rows of a CSV file.
    Rows { spans: Vec<Span>, header: Arc<Header> },
}

/// One item of work.
pub(crate) struct Piece {
    /// Index of the source.
    pub(crate) source: u32,
    /// Format of the source.
    pub(crate) format: SourceFormat,
    /// Decoded bytes.
    pub(crate) buffer: Vec<u8>,
    /// Offset of the buffer in the decoded source.
    pub(crate) base: u64,
    /// What to do with it.
    pub(crate) work: Work,
    /// A unit that is still to be checked against the survey.
    pub(crate) check: Option<Check>,
}

/// What reading a source brings, in order.
pub(crate) enum Item {
    /// Bytes to be parsed.
    Piece(Piece),
    /// A record that was refused while reading.
    Reject(RejectRecord),
}

impl Item {
    /// A refused record.
    pub(crate) fn reject(source: u32, offset: u64, bytes: u64, reason: RejectReason) -> Self {
        Self::Reject(RejectRecord { at: RecordRef { source, offset }, bytes, reason })
    }

    /// Bytes of work.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Piece(piece) => piece.buffer.len(),
            Self::Reject(_) => 64,
        }
    }
}
