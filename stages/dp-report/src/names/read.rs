//! Reading names from what mining wrote.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::StableId;
use schemas::record::{EventType, Finding, Variant};
use stage_runtime::{StepContext, StepError};

use super::{Call, Names};

/// Steps of a variant that its name spells out; more are counted, and its id tells it from others that begin alike.
const STEPS_SPELLED: usize = 8;

impl Names {
    /// Reads the names of event types, rules and variants.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let (mut calls, mut rules, mut variants) = (Vec::new(), Vec::new(), BTreeMap::new());
        for input in context.inputs("event_type") {
            let container = input.open::<EventType>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<EventType>(number, &mut scratch)?.records() {
                    let record = record?;
                    if record.number as usize != calls.len() {
                        return Err(StepError::new(Exit::CorruptInput, "read event types: their numbers are not in order"));
                    }
                    calls.push(Call::of(&record));
                }
            }
        }
        for input in context.inputs("finding") {
            let container = input.open::<Finding>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<Finding>(number, &mut scratch)?.records() {
                    rules.push(record?.rule.to_owned());
                }
            }
        }
        for input in context.inputs("variant") {
            let container = input.open::<Variant>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<Variant>(number, &mut scratch)?.records() {
                    let record = record?;
                    variants.insert(record.id.0, spelled(&calls, record.id, &record.events)?);
                }
            }
        }
        Ok(Self::new(calls, rules, variants))
    }
}

fn spelled(calls: &[Call], id: StableId, events: &[u32]) -> Result<String, StepError> {
    let label = |event: &u32| calls.get(*event as usize).map(|call| call.label.as_str());
    let steps: Option<Vec<&str>> = events.iter().take(STEPS_SPELLED).map(label).collect();
    let steps = steps.ok_or_else(|| StepError::new(Exit::CorruptInput, "name a variant: it holds an event type that does not exist"))?;
    let more = events.len().saturating_sub(STEPS_SPELLED);
    Ok(if more > 0 { format!("{} → … {more} more ({id})", steps.join(" → ")) } else { steps.join(" → ") })
}
