//! Released numbers.

use super::{Metric, Record, RecordKind};

/// One released number. Everything in it is public: it holds names, not the numbers of keys, since a position in a run's list would
/// tell how many keys lie before it, withheld ones included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct ReleaseRecord<'a> {
    /// Metric.
    pub metric: Metric,
    /// Name of the key: event type, hour (`00` to `23`), rule; of an edge the event type it leaves (empty: the start).
    pub name: &'a str,
    /// Of an edge the event type it enters (empty: the end); else empty.
    pub to: &'a str,
    /// The noisy count; may be negative.
    pub value: i64,
    /// Lower end of the 95 % interval.
    pub low: i64,
    /// Upper end of the 95 % interval.
    pub high: i64,
}

/// Released numbers, by metric and name.
pub struct Release;

impl Record for Release {
    const KIND: RecordKind = RecordKind::Release;
    const VERSION: u16 = 3;
    const SCHEMA: &'static str = "release/3 metric:enum12 name:str to:str value:i64 low:i64 high:i64";
    // Version 3 has two more metrics, numbered after the ten of version 2.
    const BEFORE: &'static str = "release/2 metric:enum10 name:str to:str value:i64 low:i64 high:i64";
    type View<'a> = ReleaseRecord<'a>;
}
