//! Which fields are a route's body.

use std::collections::{BTreeMap, BTreeSet};

use schemas::metric::Counter;
use schemas::record::{BodyField, BodyFieldRecord, BodyValueKind};
use schemas::words::Words;
use stage_runtime::{StepContext, StepError};

use super::census::{Census, Counted, FieldCount, Route, parts};

/// Calls without a body, for their fields to say anything.
const OTHERS_MIN: u64 = 20;
/// Of such calls one in so many may have a field that is a body's.
const OTHERS_SHARE: u64 = 20;
/// Routes, for a field that most of them have to be no body's.
const ROUTES_MIN: usize = 4;

/// Decides and writes the run's request bodies.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn choose(context: &mut StepContext, census: Census) -> Result<(), StepError> {
    let Counted { routes, left_out, others, of_others } = census.finish();
    context.report.add(Counter::BodiesLeftOut, left_out);
    let others = Others { calls: others, by_path: of_others };
    let everywhere = everywhere(routes.iter().map(|(_, route)| route));
    let vocabulary = Words::with([]);
    let mut output = context.output::<BodyField>("body")?;
    for (key, known) in &routes {
        let Some((method, route)) = parts(key) else { continue };
        for (path, field) in body(known, &others, &everywhere) {
            let Some((kind, value)) = usual(field, &vocabulary) else { continue };
            let count = field.calls.records;
            output.push(0, &BodyFieldRecord { method, route, path, kind, value, count, units: Vec::new() }, None)?;
        }
    }
    output.finish(context)
}

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

/// Fields beside the calls of most routes: a tenant, a channel.
fn everywhere<'c>(routes: impl Iterator<Item = &'c Route>) -> BTreeSet<&'c str> {
    let (mut all, mut having) = (0_usize, BTreeMap::<&str, usize>::new());
    for route in routes {
        all += 1;
        for (path, _) in route.fields.iter().filter(|(path, field)| path.starts_with('?') && is_usual(field, route)) {
            *having.entry(path).or_default() += 1;
        }
    }
    having.into_iter().filter(|(_, count)| all >= ROUTES_MIN && count * 4 > all * 3).map(|(path, _)| path).collect()
}

fn is_usual(field: &FieldCount, route: &Route) -> bool {
    field.calls.records.saturating_mul(2) >= route.calls.records && field.calls.units.are_many()
}

/// The fields that most successful calls have, of the logged body where there is one.
fn body<'c>(route: &'c Route, others: &Others, everywhere: &BTreeSet<&str>) -> Vec<(&'c str, &'c FieldCount)> {
    let usual = || route.fields.iter().filter(|(_, field)| is_usual(field, route));
    let mut body: Vec<_> = usual().filter_map(|(path, field)| Some((path.strip_prefix('=')?, field))).collect();
    if body.is_empty() {
        let apart = |path: &str| others.hardly_have(path) && !everywhere.contains(path);
        body = usual().filter(|(path, _)| apart(path)).filter_map(|(path, field)| Some((path.strip_prefix('?')?, field))).collect();
    }
    // A name cannot be a value and hold others: what holds others goes.
    let holds = |path: &str| body.iter().any(|(other, _)| other.strip_prefix(path).is_some_and(|rest| rest.starts_with(['.', '['])));
    body.iter().filter(|(path, _)| !holds(path)).copied().collect()
}

/// The most frequent kind of a field's values, and the most frequent value of it that may be shown: one that enough customers share, and of words that
/// are ordinary in any bank's logs (`EUR`, `instant`), a truth value, or the class of a token. A number, a date and a name are none.
fn usual<'c>(field: &'c FieldCount, vocabulary: &Words) -> Option<(BodyValueKind, &'c str)> {
    let (kind, values) = field.values.iter().max_by_key(|(kind, values)| (values.all.records, std::cmp::Reverse(**kind)))?;
    let is_ordinary = |text: &str| match kind {
        BodyValueKind::Text => !text.bytes().any(|byte| byte.is_ascii_digit()) && vocabulary.has_all(text),
        BodyValueKind::Boolean | BodyValueKind::Token => true,
        BodyValueKind::Any | BodyValueKind::Integer | BodyValueKind::Decimal => false,
    };
    let shown = values.by_text.iter().filter(|(text, count)| count.units.are_many() && is_ordinary(text));
    let value = shown.max_by_key(|(text, count)| (count.records, std::cmp::Reverse(*text)));
    Some((*kind, value.map_or("", |(text, _)| text)))
}
