//! Fuzz targets of every parser of raw bytes. `cargo xtask fuzz ingest` runs them for longer.
//!
//! Beside "no panic, bounded memory": what is cut into records covers the input in order, does not depend on where a buffer ended, and what is
//! written as JSON is JSON by another parser's word.

mod json;
mod records;
mod stream;
mod time;

use crate::fields::FieldMap;
use crate::time::TimeContext;

const TIME: TimeContext = TimeContext { offset_s: 3_600, logical_day: 20_000 };

fn map() -> FieldMap {
    FieldMap::new(&schemas::policy::Policy::default().ingest, 20_000)
}

/// Whether another parser takes a text for JSON.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
