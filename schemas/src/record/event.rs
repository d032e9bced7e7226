//! Events and their types.

use super::{Severity, record_kind};
use crate::codec::{CodecError, Cursor};
use crate::ids::{RecordRef, StableId, TokenKey};

/// What an event is about, for rules and pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum EventCategory {
    /// Anything else.
    Other,
    /// Sign-in.
    Login,
    /// A payment, transfer, withdrawal, deposit.
    Transaction,
    /// Reading or exporting customer data.
    DataAccess,
    /// A technical error.
    Error,
}

/// How a step of a journey ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The event says nothing about it.
    Unknown,
    /// It succeeded.
    Success,
    /// It was refused or failed.
    Failure,
}

impl Outcome {
    /// Reads what was encoded.
    #[inline(always)]
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        match cursor.u32()? {
            0 => Ok(Self::Unknown),
            1 => Ok(Self::Success),
            2 => Ok(Self::Failure),
            _ => Err(CodecError::Malformed),
        }
    }
}

/// A kind of event: the vocabulary of journeys. Two records are of one type exactly if name, method, route, status and outcome agree. Numbers are positions in the run's sorted list, stable for equal inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct EventTypeRecord<'a> {
    /// Position in the list, from 0.
    pub number: u32,
    /// Hash of name, method, route, status and outcome: the id across nights.
    pub id: StableId,
    /// Name: the event field, else `<transaction type>_event`, else `METHOD /route status`, else the template's text.
    pub name: &'a str,
    /// Category.
    pub category: EventCategory,
    /// HTTP method in upper case; empty when it is no HTTP call.
    pub method: &'a str,
    /// HTTP route, ids in the path as `{account_id}`; empty when it is no HTTP call.
    pub route: &'a str,
    /// HTTP status; 0 when it is none.
    pub status: u16,
    /// Greatest severity seen.
    pub severity: Severity,
    /// Outcome that this kind of event states.
    pub outcome: Outcome,
    /// Events of this kind.
    pub count: u64,
}

impl EventTypeRecord<'_> {
    /// The name of the step: event types that differ in status and outcome alone are one step that went well or not. The event field's name; of
    /// a call that nothing else names, method and route without the status.
    #[must_use]
    pub fn step_name(&self) -> String {
        if !self.method.is_empty() && self.name.starts_with(self.method) { format!("{} {}", self.method, self.route) } else { self.name.to_owned() }
    }

    /// The type in a few words that tell it from all others: its name, with the call and the outcome where the name does not say them.
    #[must_use]
    pub fn label(&self) -> String {
        let mut label = self.name.to_owned();
        if !self.method.is_empty() && !self.name.starts_with(self.method) {
            label.push_str(&format!(" ({} {}", self.method, self.route));
            if self.status != 0 {
                label.push_str(&format!(" {}", self.status));
            }
            label.push(')');
        }
        // The outcome that a status has anyway is not said.
        let usual = match self.status {
            0 => Outcome::Unknown,
            1..400 => Outcome::Success,
            _ => Outcome::Failure,
        };
        match self.outcome {
            outcome if outcome == usual => {}
            Outcome::Failure => label.push_str(" (failed)"),
            Outcome::Success => label.push_str(" (succeeded)"),
            Outcome::Unknown => label.push_str(" (without outcome)"),
        }
        label
    }
}

record_kind!(
    /// Event types, sorted by name, method, route, status and outcome.
    EventType = EventType, version 1, view EventTypeRecord<'a>,
    schema "event_type/1 number:u32 id:u64 name:str category:enum5 method:str route:str status:u16 severity:enum6 outcome:enum3 count:u64"
);

/// One event, in the partition of its journey key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct EventRecord {
    /// Where its record came from.
    pub at: RecordRef,
    /// Key of the journey: session, else trace, else customer; none when the record has no key.
    pub journey: Option<TokenKey>,
    /// Whether `journey` is only the customer's key, so that time gaps divide journeys.
    pub journey_by_customer: bool,
    /// Key of the customer.
    pub customer: Option<TokenKey>,
    /// Time, UTC nanoseconds.
    pub time_ns: Option<i64>,
    /// Number of the event type.
    pub event: u32,
    /// Template of the message.
    pub template: StableId,
    /// Severity.
    pub severity: Severity,
    /// Outcome.
    pub outcome: Outcome,
    /// Latency in microseconds.
    pub latency_us: Option<u64>,
    /// Amount in hundredths of the currency unit.
    pub amount_minor: Option<i64>,
    /// Hash of the transaction's id, so that the events of one transaction count once.
    pub transaction: Option<StableId>,
}

record_kind!(
    /// Events, partitioned by journey key.
    Event = Event, version 1, view EventRecord,
    schema "event/1 at{source:u32 offset:u64} journey:u128? journey_by_customer:bool customer:u128? time_ns:i64? event:u32 template:u64 severity:enum6 outcome:enum3 latency_us:u64? amount_minor:i64? transaction:u64?",
    read EventRecord::read
);

impl EventRecord {
    #[inline]
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, CodecError> {
        Ok(Self {
            at: RecordRef::read(cursor)?,
            journey: cursor.option(TokenKey::read)?,
            journey_by_customer: cursor.bool()?,
            customer: cursor.option(TokenKey::read)?,
            time_ns: cursor.option(Cursor::i64)?,
            event: cursor.u32()?,
            template: StableId::read(cursor)?,
            severity: Severity::read(cursor)?,
            outcome: Outcome::read(cursor)?,
            latency_us: cursor.option(Cursor::u64)?,
            amount_minor: cursor.option(Cursor::i64)?,
            transaction: cursor.option(StableId::read)?,
        })
    }
}
