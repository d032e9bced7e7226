//! Journeys, their variants and the directly-follows graph; activity that fraud rules look at.

use super::{Outcome, record_kind};
use crate::codec::{CodecError, Cursor};
use crate::ids::{RecordRef, StableId, TokenKey};

/// One journey: the events of a session in time order.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct JourneyRecord {
    /// Key of the session (or trace, or customer).
    pub key: TokenKey,
    /// Nth journey of this key (time gaps divide), from 0.
    pub part: u32,
    /// Key of the customer, when any event names one.
    pub customer: Option<TokenKey>,
    /// First event.
    pub first: RecordRef,
    /// Time of the first event, UTC nanoseconds.
    pub start_ns: Option<i64>,
    /// From first to last event.
    pub duration_ns: u64,
    /// Hash of the variant's event sequence.
    pub variant: StableId,
    /// Outcome of the last event that states one.
    pub outcome: Outcome,
    /// Event type numbers in order, at most [`crate::limits::JOURNEY_EVENTS_MAX`].
    pub events: Vec<u32>,
    /// Microseconds from each event to the next, one less than `events`; none when one of the two has no time.
    pub gaps_us: Vec<Option<u64>>,
    /// Events left out beyond that.
    pub events_left_out: u32,
}

record_kind!(
    /// Journeys of one partition, sorted by key.
    Journey = Journey, version 1, view JourneyRecord,
    schema "journey/1 key:u128 part:u32 customer:u128? first{source:u32 offset:u64} start_ns:i64? duration_ns:u64 variant:u64 outcome:enum3 events:[u32] gaps_us:[u64?] events_left_out:u32",
    read JourneyRecord::read
);

impl JourneyRecord {
    #[inline]
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            key: TokenKey::read(cursor)?,
            part: cursor.u32()?,
            customer: cursor.option(TokenKey::read)?,
            first: RecordRef::read(cursor)?,
            start_ns: cursor.option(Cursor::i64)?,
            duration_ns: cursor.u64()?,
            variant: StableId::read(cursor)?,
            outcome: Outcome::read(cursor)?,
            events: cursor.list(Cursor::u32)?,
            gaps_us: cursor.list(|cursor| cursor.option(Cursor::u64))?,
            events_left_out: cursor.u32()?,
        })
    }
}

/// A variant: journeys with the same sequence of events, immediate repetitions of one event counted once.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct VariantRecord {
    /// Hash of the event names in order, the id across nights.
    pub id: StableId,
    /// Event type numbers in order.
    pub events: Vec<u32>,
    /// Journeys.
    pub journeys: u64,
    /// Distinct customers (journeys without one count by session).
    pub customers: u64,
    /// Journeys whose outcome is failure.
    pub failures: u64,
    /// Median duration, nanoseconds.
    pub duration_median_ns: u64,
    /// Key of the first journey of this variant.
    pub exemplar: TokenKey,
}

record_kind!(
    /// Variants, most journeys first, then by id.
    Variant = Variant, version 1, view VariantRecord,
    schema "variant/1 id:u64 events:[u32] journeys:u64 customers:u64 failures:u64 duration_median_ns:u64 exemplar:u128"
);

/// An edge of the directly-follows graph. `u32::MAX` as `from` is the start, as `to` the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct EdgeRecord {
    /// Event type number, or `u32::MAX` for the start.
    pub from: u32,
    /// Event type number, or `u32::MAX` for the end.
    pub to: u32,
    /// Times `to` directly followed `from`.
    pub count: u64,
    /// Distinct customers.
    pub customers: u64,
    /// Sum of the times between, nanoseconds (events with times only).
    pub duration_sum_ns: u64,
}

record_kind!(
    /// Edges, sorted by (from, to).
    Edge = Edge, version 1, view EdgeRecord,
    schema "edge/1 from:u32 to:u32 count:u64 customers:u64 duration_sum_ns:u64"
);

/// What a fraud rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A transaction that was not refused.
    Transaction,
    /// A sign-in that failed.
    LoginFailed,
}

/// One activity of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct ActivityRecord {
    /// Customer, else session.
    pub subject: TokenKey,
    /// Time, UTC nanoseconds.
    pub time_ns: Option<i64>,
    /// Record.
    pub at: RecordRef,
    /// What.
    pub kind: ActivityKind,
    /// Amount in hundredths of the currency unit.
    pub amount_minor: Option<i64>,
}

record_kind!(
    /// Activities.
    Activity = Activity, version 1, view ActivityRecord,
    schema "activity/1 subject:u128 time_ns:i64? at{source:u32 offset:u64} kind:enum2 amount_minor:i64?"
);
