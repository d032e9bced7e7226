//! Scenarios that earlier nights wrote.

use super::record_kind;
use crate::ids::StableId;

/// A scenario of the release, this night's or an earlier one's: what keeps its bytes and its name the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct KnownScenarioRecord<'a> {
    /// Hash of the behaviour: the id across nights.
    pub id: StableId,
    /// Path of its file in the release.
    pub file: &'a str,
    /// Name of its feature.
    pub feature: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its tags in order, without `@`, blanks between.
    pub tags: &'a str,
    /// Description and steps as they are printed.
    pub text: &'a str,
    /// Calls that its steps make, a line each: method, path, and the data set where there is one, blanks between.
    pub calls: &'a str,
    /// First night it was written, days since 1970-01-01.
    pub first_day: i32,
    /// Last night its behaviour was seen.
    pub last_day: i32,
    /// Nights its behaviour was seen.
    pub nights: u32,
}

record_kind!(
    /// Known scenarios, sorted by id: the lock of the features, carried from night to night.
    KnownScenario = KnownScenario, version 1, view KnownScenarioRecord<'a>,
    schema "known_scenario/1 id:u64 file:str feature:str name:str tags:str text:str calls:str first_day:i32 last_day:i32 nights:u32"
);
