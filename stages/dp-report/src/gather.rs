//! From the records of mining to rows (customer, metric, key).
//!
//! Contributions name event types, hours, edges and rules. The other metrics are derived here: endpoints and kinds of activity from a
//! contribution's event type, variants and families from journeys, failing attempts and what is out of the
//! ordinary too, latency from events that name their customer. A row depends on the
//! records of its own customer (or session) alone, so removing a customer removes that customer's rows and changes no other.

use std::collections::{BTreeMap, BTreeSet};

use schemas::exit::Exit;
use schemas::privacy::ANOMALY_GROUPS;
use schemas::record::{Contribution, Event, EventCategory, Journey, JourneyRecord, Metric, Outcome};
use stage_runtime::{StepContext, StepError};

use crate::bound::code;
use crate::names::{ATTEMPTS, FAILED, Names, latency_band};
use crate::rows::Row;

type Sink<'a> = &'a mut dyn FnMut(Row) -> Result<(), StepError>;

/// Hands every row to `sink`; returns the records read.
pub(crate) fn gather(context: &StepContext, names: &Names, sink: Sink<'_>) -> Result<u64, StepError> {
    Ok(contributions(context, names, sink)? + journeys(context, names, sink)? + events(context, sink)?)
}

/// Rows of the contributions and what follows from their event types.
pub(crate) fn contributions(context: &StepContext, names: &Names, sink: Sink<'_>) -> Result<u64, StepError> {
    let mut records = 0;
    for name in ["contribution", "finding_contribution"] {
        for input in context.inputs(name) {
            let container = input.open::<Contribution>()?;
            records += container.records();
            // One block at a time: decoding is a small part of the work, and blocks in flight would be most of the memory.
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<Contribution>(number, &mut scratch)?.records() {
                    let record = record?;
                    if !record.metric.is_contributed() {
                        return Err(StepError::new(Exit::CorruptInput, "read contributions: one is of a metric that no step contributes to"));
                    }
                    let mut push = |metric, key| sink(Row { unit: record.unit.0, metric: code(metric), key });
                    let key = match record.metric {
                        Metric::EventType => names.counted_as(record.key),
                        Metric::Edge => names.edge_counted_as(record.key),
                        _ => record.key,
                    };
                    push(record.metric, key)?;
                    if record.metric == Metric::EventType {
                        let call = usize::try_from(record.key).ok().and_then(|key| names.calls.get(key));
                        call.map_or(Ok(()), |call| push(Metric::Category, call.category))?;
                        names.endpoints.of_type(record.key).map_or(Ok(()), |key| push(Metric::Endpoint, key))?;
                    }
                }
            }
        }
    }
    Ok(records)
}

fn journeys(context: &StepContext, names: &Names, sink: Sink<'_>) -> Result<u64, StepError> {
    let mut records = 0;
    for input in context.inputs("journey") {
        let container = input.open::<Journey>()?;
        records += container.records();
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<Journey>(number, &mut scratch)?.records() {
                let journey = record?;
                let mut push = |metric, key| sink(Row { unit: journey.customer.unwrap_or(journey.key).0, metric: code(metric), key });
                push(Metric::Variant, journey.variant.0)?;
                if let Some(family) = family_of(names, &journey.events) {
                    push(Metric::Family, family << 1)?;
                    if journey.outcome == Outcome::Failure {
                        push(Metric::Family, family << 1 | FAILED)?;
                    }
                }
                for key in failing_attempts(names, &journey.events) {
                    push(Metric::Failure, key)?;
                }
                for (group, is_of_it) in out_of_the_ordinary(names, &journey).into_iter().enumerate() {
                    if is_of_it {
                        push(Metric::Anomaly, group as u64)?;
                    }
                }
            }
        }
    }
    Ok(records)
}

/// Keys of the calls of a journey that fail, each with its attempt within the journey.
fn failing_attempts(names: &Names, events: &[u32]) -> BTreeSet<u64> {
    let mut attempts: BTreeMap<u64, u64> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for &event in events {
        let Some((call, attempted)) = names.calls.get(event as usize).zip(names.attempted.of_type(event.into())) else { continue };
        let earlier = attempts.entry(attempted).or_default();
        if call.fails() {
            found.insert(attempted * ATTEMPTS + (*earlier).min(ATTEMPTS - 1));
        }
        *earlier += 1;
    }
    found
}

/// Which groups of [`crate::names::ANOMALY_NAMES`] a journey is of. The numbers are fixed, and chosen from no data.
fn out_of_the_ordinary(names: &Names, journey: &JourneyRecord) -> [bool; ANOMALY_GROUPS as usize] {
    const IN_A_ROW: usize = 10;
    const EVENTS: u64 = 50;
    const FAILURES: usize = 3;
    const NANOSECONDS: u64 = 3_600 * 1_000_000_000;
    let events = &journey.events;
    let fails = |event: &u32| names.calls.get(*event as usize).is_some_and(crate::names::Call::fails);
    [
        events.chunk_by(|a, b| a == b).any(|run| run.len() >= IN_A_ROW),
        events.len() as u64 + u64::from(journey.events_left_out) >= EVENTS,
        events.iter().filter(|event| fails(event)).count() >= FAILURES,
        events.first().is_some_and(fails),
        journey.duration_ns >= NANOSECONDS,
    ]
}

/// The family of a journey: that of its last transaction, else of its last event.
fn family_of(names: &Names, events: &[u32]) -> Option<u64> {
    let is_transaction = |event: &&u32| names.calls.get(**event as usize).is_some_and(|call| call.category == EventCategory::Transaction as u64);
    let heart = events.iter().rev().find(is_transaction).or_else(|| events.last())?;
    names.families.of_type(u64::from(*heart))
}

fn events(context: &StepContext, sink: Sink<'_>) -> Result<u64, StepError> {
    let mut records = 0;
    for input in context.inputs("event") {
        let container = input.open::<Event>()?;
        records += container.records();
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<Event>(number, &mut scratch)?.records() {
                let event = record?;
                if let (Some(customer), Some(us)) = (event.customer, event.latency_us) {
                    sink(Row { unit: customer.0, metric: code(Metric::Latency), key: latency_band(us) })?;
                }
            }
        }
    }
    Ok(records)
}
