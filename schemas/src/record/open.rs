//! Journeys that were open at midnight: what the next night goes on with.

use super::{Outcome, record_kind};
use crate::ids::{StableId, TokenKey};

/// One journey that was open when its night ended. Nothing in it belongs to a run: event types are named by their ids across nights, attributes
/// by name and value, and places in sources are left out. Each list has one entry an event but for `fields`, `texts` and `values`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct OpenJourneyRecord<'a> {
    /// Key of the session (or trace, or customer).
    pub key: TokenKey,
    /// Whether it is only the customer's key, so that time gaps divide journeys.
    pub by_customer: bool,
    /// Key of the customer, when any event names one.
    pub customer: Option<TokenKey>,
    /// Logical day of the night that left it open, days since 1970-01-01.
    pub day: i32,
    /// Midnights it has been open at, from 1 to [`crate::limits::OPEN_NIGHTS_MAX`].
    pub nights: u16,
    /// Ids of event types in order, fewer than [`crate::limits::JOURNEY_EVENTS_MAX`].
    pub events: Vec<StableId>,
    /// Time of each, UTC nanoseconds; of one without time of its own the time of the one before it, `i64::MIN` when there is none.
    pub times_ns: Vec<i64>,
    /// Whether the time is its own.
    pub timed: Vec<bool>,
    /// How each ended.
    pub outcomes: Vec<Outcome>,
    /// Bits of each, as in [`super::JourneyStepsRecord`].
    pub marks: Vec<u8>,
    /// Amount of each in hundredths of the currency unit.
    pub amounts_minor: Vec<Option<i64>>,
    /// Hash of each transaction's id.
    pub transactions: Vec<Option<StableId>>,
    /// Names of the night's attributes.
    pub fields: Vec<&'a str>,
    /// Distinct values of attributes in this journey, in the order of their first event.
    pub texts: Vec<&'a str>,
    /// For each event and each of `fields` the place in `texts`, from 1; 0 when the event has no value.
    pub values: Vec<u16>,
}

record_kind!(
    /// Journeys of one partition that were open at midnight, sorted by key.
    OpenJourney = OpenJourney, version 1, view OpenJourneyRecord<'a>,
    schema "open_journey/1 key:u128 by_customer:bool customer:u128? day:i32 nights:u16 events:[u64] times_ns:[i64] timed:[bool] outcomes:[enum3] marks:[u8] amounts_minor:[i64?] transactions:[u64?] fields:[str] texts:[str] values:[u16]"
);
