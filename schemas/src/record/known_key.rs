//! Keys that a discovery released: the list by which the nights after it count.

use super::{Metric, record_kind};

/// A key whose name was released by a discovery (partition selection with its delta), this night's or an earlier one's. Everything in it is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct KnownKeyRecord<'a> {
    /// Metric.
    pub metric: Metric,
    /// Name, as in a release.
    pub name: &'a str,
    /// Second part of the name, as in a release; else empty.
    pub to: &'a str,
    /// Of a journey variant the hash of its event types, which is what it is known by, whatever its name; else 0.
    pub id: u64,
    /// Logical day of the discovery that found it, days since 1970-01-01.
    pub found_day: i32,
}

record_kind!(
    /// Known keys, sorted by metric, id and name; carried from night to night.
    KnownKey = KnownKey, version 1, view KnownKeyRecord<'a>,
    schema "known_key/1 metric:enum12 name:str to:str id:u64 found_day:i32"
);
