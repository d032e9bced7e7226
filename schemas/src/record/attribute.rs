//! Attributes: fields with few distinct values, the values of each event, and journeys with what the failure miner looks at.

use super::record_kind;
use crate::codec::{CodecError, Cursor};
use crate::ids::{RecordRef, TokenKey};

/// A value of a field that has few: one of a shard's census, or of the run's dictionary. Values are sanitized text; a field with a token
/// in any value is no attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct AttributeRecord<'a> {
    /// The field's path, lower case, without wrapping parts.
    pub name: &'a str,
    /// The value as text; empty in a census when the field has too many.
    pub value: &'a str,
    /// Records with this value; of a field with too many, records with the field.
    pub count: u64,
    /// Position of the field in the dictionary, from 0; 0 in a census.
    pub slot: u32,
    /// Number of the value in its field, from 1; 0 in a census, `u32::MAX` when the field has too many values.
    pub code: u32,
}

record_kind!(
    /// Attribute values: in a census sorted by name and value, in the dictionary by slot and code.
    Attribute = Attribute, version 1, view AttributeRecord<'a>,
    schema "attribute/1 name:str value:str count:u64 slot:u32 code:u32"
);

/// The attribute values of one event. In each partition the records stand in the order of the partition's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct EventValuesRecord<'a> {
    /// Where the event's record came from.
    pub at: RecordRef,
    /// Number of the value by slot of the dictionary, 0 when the event has none; shorter when the last ones are 0.
    pub values: &'a [u8],
}

record_kind!(
    /// Attribute values of events, partitioned as these are.
    EventValues = EventValues, version 1, view EventValuesRecord<'a>,
    schema "event_values/1 at{source:u32 offset:u64} values:[u8]",
    read EventValuesRecord::read
);

impl<'a> EventValuesRecord<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, CodecError> {
        Ok(Self { at: RecordRef::read(cursor)?, values: cursor.bytes()? })
    }
}

/// One journey as the failure miner sees it: each list but `values` has one entry a step.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct JourneyStepsRecord<'a> {
    /// Key of the session (or trace, or customer).
    pub key: TokenKey,
    /// Nth journey of this key, from 0.
    pub part: u32,
    /// Key of the customer, when any event names one.
    pub customer: Option<TokenKey>,
    /// Event type numbers in order, at most [`crate::limits::JOURNEY_EVENTS_MAX`].
    pub events: Vec<u32>,
    /// Time of each, UTC microseconds; none when it has no time of its own.
    pub times_us: Vec<Option<i64>>,
    /// Bits of each: 1 severity of an error or worse, 2 latency at or over the policy's time-out.
    pub marks: &'a [u8],
    /// Amount of each in hundredths of the currency unit.
    pub amounts_minor: Vec<Option<i64>>,
    /// Numbers of attribute values: `slots` a step.
    pub values: &'a [u8],
    /// Slots of the dictionary.
    pub slots: u32,
}

record_kind!(
    /// Journeys of one partition with the details of their steps, sorted by key.
    JourneySteps = JourneySteps, version 1, view JourneyStepsRecord<'a>,
    schema "journey_steps/1 key:u128 part:u32 customer:u128? events:[u32] times_us:[i64?] marks:[u8] amounts_minor:[i64?] values:[u8] slots:u32",
    read JourneyStepsRecord::read
);

impl<'a> JourneyStepsRecord<'a> {
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, CodecError> {
        Ok(Self {
            key: TokenKey::read(cursor)?,
            part: cursor.u32()?,
            customer: cursor.option(TokenKey::read)?,
            events: cursor.list(Cursor::u32)?,
            times_us: cursor.list(|cursor| cursor.option(Cursor::i64))?,
            marks: cursor.bytes()?,
            amounts_minor: cursor.list(|cursor| cursor.option(Cursor::i64))?,
            values: cursor.bytes()?,
            slots: cursor.u32()?,
        })
    }
}
