//! Reading names from what mining wrote.
//!
//! The name of a variant is read from a journey of it, all of which have the same steps, and so hangs on nothing but the variant. Mining's table of variants has no say:
//! which of them it holds goes by exact counts of all customers, so that one of them could decide how the number of others is named.

use std::collections::{BTreeMap, BTreeSet};

use schemas::exit::Exit;
use schemas::ids::StableId;
use schemas::record::{EventType, Finding, Journey};
use stage_runtime::{StepContext, StepError};

use super::{Call, Names};

/// Steps of a variant that its name spells out; more are counted, and its id tells it from others that begin alike.
const STEPS_SPELLED: usize = 8;

impl Names {
    /// Reads the names of event types and rules.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let (mut calls, mut rules) = (Vec::new(), Vec::new());
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
        Ok(Self::new(calls, rules, BTreeMap::new()))
    }

    /// The names of variants that are asked for, by their steps.
    pub(crate) fn spelled(&self, context: &StepContext, variants: &BTreeSet<u64>) -> Result<BTreeMap<u64, String>, StepError> {
        let mut spelled = BTreeMap::new();
        if variants.is_empty() {
            return Ok(spelled);
        }
        for input in context.inputs("journey") {
            let container = input.open::<Journey>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<Journey>(number, &mut scratch)?.records() {
                    let mut journey = record?;
                    if variants.contains(&journey.variant.0) && !spelled.contains_key(&journey.variant.0) {
                        journey.events.dedup();
                        spelled.insert(journey.variant.0, steps(&self.calls, journey.variant, &journey.events)?);
                    }
                }
            }
        }
        Ok(spelled)
    }
}

fn steps(calls: &[Call], id: StableId, events: &[u32]) -> Result<String, StepError> {
    let label = |event: &u32| calls.get(*event as usize).map(|call| call.label.as_str());
    let steps: Option<Vec<&str>> = events.iter().take(STEPS_SPELLED).map(label).collect();
    let steps = steps.ok_or_else(|| StepError::new(Exit::CorruptInput, "name a variant: it holds an event type that does not exist"))?;
    let more = events.len().saturating_sub(STEPS_SPELLED);
    Ok(if more > 0 { format!("{} → … {more} more ({id})", steps.join(" → ")) } else { steps.join(" → ") })
}
