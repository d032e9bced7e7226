//! Fields of request bodies, as far as logs show them.

use super::record_kind;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum BodyValueKind {
    /// Not of values: calls that have the field at all.
    Any,
    /// Text.
    Text,
    /// An integer.
    Integer,
    /// Another number.
    Decimal,
    /// True or false.
    Boolean,
    /// A redaction token; the value is its class.
    Token,
}

/// One row about a field of the successful calls of a route: of a shard's census, or of the run's choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::BorrowDecode)]
pub struct BodyFieldRecord<'a> {
    /// HTTP method in upper case; empty for all calls that have no body (census only).
    pub method: &'a str,
    /// HTTP route as in [`super::EventTypeRecord`].
    pub route: &'a str,
    /// Keys of the field in the body joined by `.`, array positions as `[]`; in a census after `=` where the log says that it is the body's,
    /// after `?` where it stands beside the call. Empty: the calls themselves; `*`: there are
    /// more fields than are counted (both in a census only).
    pub path: &'a str,
    /// What its values are.
    pub kind: BodyValueKind,
    /// The value as text, or the class of a token; empty when there are too many or none may be shown.
    pub value: &'a str,
    /// Calls.
    pub count: u64,
    /// In a census: hashes of the customers (of sessions, traces or the records themselves where no customer is known), sorted, as long as they are
    /// fewer than `mine.word_customers_min` of the policy. Else empty.
    pub units: Vec<u64>,
}

record_kind!(
    /// Fields of request bodies, sorted by method, route, path, kind and value.
    BodyField = BodyField, version 1, view BodyFieldRecord<'a>,
    schema "body_field/1 method:str route:str path:str kind:enum6 value:str count:u64 units:[u64]"
);
