//! Released numbers.

use super::{Metric, record_kind};

/// One released number. Everything in it is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct ReleaseRecord<'a> {
    /// Metric.
    pub metric: Metric,
    /// Key within the metric.
    pub key: u64,
    /// Name of the key.
    pub name: &'a str,
    /// The noisy count; may be negative.
    pub value: i64,
    /// Lower end of the 95 % interval.
    pub low: i64,
    /// Upper end of the 95 % interval.
    pub high: i64,
}

record_kind!(
    /// Released numbers, by metric and key.
    Release = Release, version 1, view ReleaseRecord<'a>,
    schema "release/1 metric:enum4 key:u64 name:str value:i64 low:i64 high:i64"
);
