//! What orders events whose clocks differ.

use super::record_kind;
use crate::codec::{CodecError, Cursor};
use crate::ids::{RecordRef, StableId};

/// What a record says of its place among others beside its time. Values are hashes of sanitized text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct EventCauseRecord {
    /// Where the event's record came from.
    pub at: RecordRef,
    /// The host (else the service) whose clock gave the time.
    pub host: Option<StableId>,
    /// The span the event is in.
    pub span: Option<StableId>,
    /// The span that began it.
    pub parent: Option<StableId>,
    /// Number of the record in the order in which its host wrote.
    pub number: Option<u64>,
}

record_kind!(
    /// Causes of events, partitioned as these are and in their order; events that say nothing have none.
    EventCause = EventCause, version 1, view EventCauseRecord,
    schema "event_cause/1 at{source:u32 offset:u64} host:u64? span:u64? parent:u64? number:u64?",
    read EventCauseRecord::read
);

impl EventCauseRecord {
    #[inline]
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            at: RecordRef::read(cursor)?,
            host: cursor.option(StableId::read)?,
            span: cursor.option(StableId::read)?,
            parent: cursor.option(StableId::read)?,
            number: cursor.option(Cursor::u64)?,
        })
    }
}
