//! Released numbers of the last days, for the change from week to week.

use super::{Metric, record_kind};

/// A number that an earlier night released. Public, as the release was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct PastNumberRecord<'a> {
    /// Logical day, days since 1970-01-01.
    pub day: i32,
    /// Metric.
    pub metric: Metric,
    /// Name, as in a release.
    pub name: &'a str,
    /// Second part of the name, as in a release; else empty.
    pub to: &'a str,
    /// Of a journey variant the hash of its event types, which is what it is known by, whatever its name; else 0.
    pub id: u64,
    /// The noisy count; may be negative.
    pub value: i64,
    /// Variance of its noise, rounded up to a whole number.
    pub variance: u64,
}

record_kind!(
    /// Past numbers, by day, metric, id and name; carried from night to night.
    PastNumber = PastNumber, version 1, view PastNumberRecord<'a>,
    schema "past_number/1 day:i32 metric:enum12 name:str to:str id:u64 value:i64 variance:u64"
);
