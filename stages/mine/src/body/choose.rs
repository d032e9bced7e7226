//! Which fields are a route's body.

use std::collections::{BTreeMap, BTreeSet};

use schemas::record::{BodyField, BodyFieldRecord, BodyValueKind};
use stage_runtime::{StepContext, StepError};

use super::census::{Census, Counted, FieldCount, parts};

/// Calls without a body, for their fields to say anything.
const OTHERS_MIN: u64 = 20;
/// Of such calls one in so many may have a field that is a body's.
const OTHERS_SHARE: u64 = 20;
/// Routes, for a field that most of them have to be no body's.
const ROUTES_MIN: usize = 4;

/// The fields of one route, by path.
type Fields<'c> = BTreeMap<&'c str, &'c FieldCount>;

/// Calls without a body.
struct Others {
    calls: u64,
    by_path: BTreeMap<Box<[u8]>, u64>,
}

impl Others {
    /// Whether enough of them are known, and next to none has the field.
    fn hardly_have(&self, path: &str) -> bool {
        let having = self.by_path.get(path.as_bytes()).copied().unwrap_or(0);
        self.calls >= OTHERS_MIN && having.saturating_mul(OTHERS_SHARE) <= self.calls
    }
}

/// Decides and writes the run's request bodies.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn choose(context: &mut StepContext, census: Census) -> Result<(), StepError> {
    let Counted { fields: counted, others, of_others } = census.finish();
    let others = Others { calls: others, by_path: of_others };
    let mut routes: BTreeMap<(&str, &str), Fields<'_>> = BTreeMap::new();
    for (key, field) in &counted {
        if let Some((method, route, path)) = parts(key) {
            routes.entry((method, route)).or_default().insert(path, field);
        }
    }
    let everywhere = everywhere(&routes);
    let mut output = context.output::<BodyField>("body")?;
    for ((method, route), fields) in &routes {
        for (path, field) in body(fields, &others, &everywhere) {
            let Some((kind, value)) = usual(field) else { continue };
            let count = field.calls.records;
            output.push(0, &BodyFieldRecord { method, route, path, kind, value, count, units: Vec::new() }, None)?;
        }
    }
    output.finish(context)
}

/// Fields beside the calls of most routes: a thread, a host.
fn everywhere<'c>(routes: &BTreeMap<(&str, &str), Fields<'c>>) -> BTreeSet<&'c str> {
    let mut having: BTreeMap<&str, usize> = BTreeMap::new();
    for fields in routes.values() {
        let calls = calls(fields);
        for (path, _) in fields.iter().filter(|(path, field)| path.starts_with('?') && is_usual(field, calls)) {
            *having.entry(path).or_default() += 1;
        }
    }
    let most = |count: usize| routes.len() >= ROUTES_MIN && count * 4 > routes.len() * 3;
    having.into_iter().filter(|(_, count)| most(*count)).map(|(path, _)| path).collect()
}

/// Successful calls of a route.
fn calls(fields: &Fields<'_>) -> u64 {
    fields.get("").map_or(0, |calls| calls.calls.records)
}

fn is_usual(field: &FieldCount, calls: u64) -> bool {
    field.calls.records.saturating_mul(2) >= calls && field.calls.units.are_many()
}

/// The fields that most successful calls have, of the logged body where there is one.
fn body<'c>(fields: &Fields<'c>, others: &Others, everywhere: &BTreeSet<&str>) -> Vec<(&'c str, &'c FieldCount)> {
    let calls = calls(fields);
    if calls == 0 {
        // Beyond the census's limit: what share of the calls has a field is not known.
        return Vec::new();
    }
    let usual = |field: &FieldCount| is_usual(field, calls);
    let with = |sign: char| fields.iter().filter_map(move |(path, field)| Some((path.strip_prefix(sign)?, *field)));
    let mut body: Vec<_> = with('=').filter(|(_, field)| usual(field)).collect();
    if body.is_empty() {
        let apart = |path: &str| others.hardly_have(path) && !everywhere.contains(&*format!("?{path}"));
        body = with('?').filter(|(path, field)| usual(field) && apart(path)).collect();
    }
    // A name cannot be a value and hold others: what holds others goes.
    let holds = |path: &str| body.iter().any(|(other, _)| other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '['])));
    body.iter().filter(|(path, _)| !holds(path)).copied().collect()
}

/// The most frequent kind of a field's values, and the most frequent value of it that enough customers share.
fn usual(field: &FieldCount) -> Option<(BodyValueKind, &str)> {
    let (kind, values) = field.values.iter().max_by_key(|(kind, values)| (values.all.records, std::cmp::Reverse(**kind)))?;
    let shown = values.by_text.iter().filter(|(_, count)| count.units.are_many());
    let value = shown.max_by_key(|(text, count)| (count.records, std::cmp::Reverse(*text)));
    Some((*kind, value.map_or("", |(text, _)| text)))
}
