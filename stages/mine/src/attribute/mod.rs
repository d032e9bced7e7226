//! Attributes: fields that take few values in a night (channel, version, currency), whatever they are called.
//!
//! A shard counts the values of each field ([`census`]); the counts of all shards decide which fields are attributes and number their values
//! ([`dictionary`]). Which those are depends on the set of records alone. A field that says how an event ended, what it is or who acted is none,
//! and neither is one with a token or too many values.

pub(crate) mod census;
pub(crate) mod dictionary;

use schemas::limits::ATTRIBUTE_BYTES_MAX;
use schemas::record::Scalar;

use crate::trim::trim;

/// The text of a value that an attribute may have; none when it is of another sort. `out` is written anew.
fn value_text<'o>(value: Scalar<'_>, out: &'o mut String) -> Option<&'o str> {
    use std::fmt::Write;
    out.clear();
    match value {
        Scalar::Text(text) => out.push_str(trim(text)),
        Scalar::Int(number) => drop(write!(out, "{number}")),
        Scalar::Bool(flag) => out.push_str(if flag { "true" } else { "false" }),
        Scalar::Null | Scalar::Float(_) => return None,
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b' ' | b'/' | b':' | b'+');
    (!out.is_empty() && out.len() <= ATTRIBUTE_BYTES_MAX && out.bytes().all(allowed)).then_some(out.as_str())
}
