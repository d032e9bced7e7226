//! Reads conditions as the interface words them and judges them on the bank's journeys: a second opinion on what a clause means.

use std::collections::BTreeSet;

use serde_json::Value;

use super::bank::FIELDS;
use super::{Did, Journey, Span};

/// Whether all clauses hold at the step.
pub(crate) fn holds(clauses: &Value, journey: &Journey, at: usize, spans: &[Span]) -> bool {
    clauses.as_array().unwrap().iter().all(|clause| clause_holds(clause, journey, at, spans))
}

fn clause_holds(clause: &Value, journey: &Journey, at: usize, spans: &[Span]) -> bool {
    let (step, before) = (&journey.steps[at], &journey.steps[..at]);
    let named = |did: &Did, key: &str| {
        let wanted = clause[key].as_str().unwrap();
        match wanted.strip_suffix(" (failed)") {
            Some(name) => did.name == name && did.failed,
            None => did.name == wanted,
        }
    };
    match clause["clause"].as_str().unwrap() {
        "count" => journey.steps[..=at].iter().filter(|did| named(did, "event")).count() as u64 >= clause["at_least"].as_u64().unwrap(),
        "after" => before.iter().any(|did| named(did, "event")),
        "not_after" => !before.iter().any(|did| named(did, "event")),
        "directly_after" => before.iter().rev().find(|did| did.name != step.name).is_some_and(|did| named(did, "event")),
        "sequence" => {
            let mut events = clause["events"].as_array().unwrap().iter().peekable();
            for did in &journey.steps[..=at] {
                events.next_if(|event| event.as_str() == Some(did.name));
            }
            events.peek().is_none()
        }
        kind @ ("within" | "not_within") => {
            let latest = before.iter().rev().find(|did| named(did, "event"));
            let seconds = clause["seconds"].as_i64().unwrap();
            latest.is_some_and(|latest| (step.time_s - latest.time_s <= seconds) == (kind == "within"))
        }
        "hour" => {
            let (from, to) = (clause["from"].as_i64().unwrap(), clause["to"].as_i64().unwrap());
            let hour = step.time_s.rem_euclid(86_400) / 3_600;
            if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to }
        }
        "concurrent" => spans.iter().any(|span| span.key != journey.key && span.start_s < step.time_s && span.end_s >= step.time_s),
        "field" => field_holds(clause, journey, at),
        other => panic!("a clause of no known kind: {other}"),
    }
}

fn field_holds(clause: &Value, journey: &Journey, at: usize) -> bool {
    let (name, op) = (clause["name"].as_str().unwrap(), clause["op"].as_str().unwrap());
    let upto = || journey.steps[..=at].iter().rev();
    if name == "amount_minor" {
        let edge = clause["value"].as_i64().unwrap();
        return upto().find_map(|did| did.amount_minor).is_some_and(|amount| if op == ">=" { amount >= edge } else { amount < edge });
    }
    let slot = FIELDS.iter().position(|(known, _)| *known == name).unwrap();
    let Some(code) = upto().map(|did| did.values[slot]).find(|code| *code != 0) else { return false };
    let wanted = FIELDS[slot].1.iter().position(|value| clause["value"] == **value).unwrap() as u8 + 1;
    match op {
        "=" => code == wanted,
        ">=" => code >= wanted,
        _ => code < wanted,
    }
}

/// Journeys and positions a condition selects: at steps of a name, or, of what never comes, at the last step of journeys.
pub(crate) fn selected(night: &[Journey], event: &str, how: &str, clauses: &Value) -> BTreeSet<(u128, usize)> {
    let mut out = BTreeSet::new();
    for of_customer in night.chunk_by(|a, b| a.customer == b.customer) {
        let span = |journey: &Journey| Span {
            key: journey.key,
            start_s: journey.steps.first().map_or(i64::MAX, |did| did.time_s),
            end_s: journey.steps.last().map_or(i64::MIN, |did| did.time_s),
        };
        let spans: Vec<Span> = of_customer.iter().map(span).collect();
        for journey in of_customer {
            let at_end = matches!(how, "missing" | "abandoned");
            let last = journey.steps.iter().rposition(|did| !at_end || did.name != event);
            let judged = |at: usize, did: &Did| if at_end { Some(at) == last } else { did.name == event };
            for (at, _) in journey.steps.iter().enumerate().filter(|(at, did)| judged(*at, did)) {
                if holds(clauses, journey, at, &spans) {
                    out.insert((journey.key, at));
                }
            }
        }
    }
    out
}
