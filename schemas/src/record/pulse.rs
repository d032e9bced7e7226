//! How often templates occur by the hour, and which of them are unusual.

use super::{Record, RecordKind, Severity, record_kind};
use crate::ids::{RecordRef, StableId};

/// Lines of one template in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct TemplateRateRecord {
    /// The template.
    pub template: StableId,
    /// Hours since 1970-01-01 00:00 UTC.
    pub hour: i64,
    /// Lines.
    pub count: u64,
}

record_kind!(
    /// Lines by template and hour of a shard, sorted by both; lines without time are left out.
    TemplateRate = TemplateRate, version 1, view TemplateRateRecord,
    schema "template_rate/1 template:u64 hour:i64 count:u64"
);

/// Why a template is unusual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum EventAnomalyKind {
    /// On no earlier night.
    New,
    /// Rare, and of severity error or worse.
    Rare,
    /// Far more lines in one hour than is usual for an hour so busy.
    Burst,
    /// A value of a class that its place hardly ever has.
    Parameter,
}

/// One unusual template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct EventAnomalyRecord<'a> {
    /// The template.
    pub template: StableId,
    /// Why.
    pub kind: EventAnomalyKind,
    /// Greatest severity of its lines.
    pub severity: Severity,
    /// Lines; of a burst those of its hour, of a parameter those with the unusual class.
    pub count: u64,
    /// Thousandths, for the order: bits of surprise (of a burst, robust deviations) times the weight of the severity.
    pub score_milli: u64,
    /// First line of the night; of a parameter the first with the unusual class.
    pub first: RecordRef,
    /// Why, in plain words; holds the template's text.
    pub explanation: &'a str,
}

/// Unusual templates, greatest score first.
pub struct EventAnomaly;

impl Record for EventAnomaly {
    const KIND: RecordKind = RecordKind::EventAnomaly;
    const VERSION: u16 = 2;
    const SCHEMA: &'static str =
        "event_anomaly/2 template:u64 kind:enum4 severity:enum6 count:u64 score_milli:u64 first{source:u32 offset:u64} explanation:str";
    // Version 2 has one more kind, numbered after the three of version 1.
    const BEFORE: &'static str =
        "event_anomaly/1 template:u64 kind:enum3 severity:enum6 count:u64 score_milli:u64 first{source:u32 offset:u64} explanation:str";
    type View<'a> = EventAnomalyRecord<'a>;
}
