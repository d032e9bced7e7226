//! The names of steps: event types that differ in status and outcome alone are one step that went well or not.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::limits::STEP_NAMES_MAX;
use schemas::record::{EventType, Outcome};
use stage_runtime::{StepContext, StepError};

use crate::event::kind::OTHER;
use crate::event::words::{any, words};

/// Words of an event that takes another one back.
const REVERSAL: [&str; 14] = [
    "reversal",
    "reversed",
    "reverse",
    "refund",
    "refunded",
    "rollback",
    "chargeback",
    "compensation",
    "compensated",
    "compensate",
    "storno",
    "undo",
    "undone",
    "voided",
];
/// Words of an event that says that something took too long.
const TIMED_OUT: [&str; 3] = ["timeout", "timedout", "timed"];

/// What an event type is as a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepType {
    /// Number of its name.
    pub name: u8,
    /// Whether it was refused or failed.
    pub failed: bool,
    /// Whether it says that it took too long.
    pub timed_out: bool,
    /// Whether it states an outcome.
    pub stated: bool,
}

/// The names of a run.
pub(super) struct Names {
    /// By event type number.
    types: Vec<StepType>,
    /// Names by number; most frequent first.
    names: Vec<String>,
    /// Whether a step of this name takes another one back.
    reversal: Vec<bool>,
}

impl Names {
    /// Reads the run's event types.
    ///
    /// # Errors
    /// When the input is damaged.
    pub(super) fn read(context: &StepContext) -> Result<Self, StepError> {
        let input = context.input("event_type")?;
        let container = input.open::<EventType>()?;
        let (mut types, mut scratch) = (Vec::new(), Vec::new());
        for number in 0..container.block_count() {
            for record in container.block::<EventType>(number, &mut scratch)?.records() {
                let record = record?;
                types.push((record.step_name(), record.count, record.outcome, record.status));
            }
        }
        Ok(Self::of_types(&types))
    }

    fn of_types(types: &[(String, u64, Outcome, u16)]) -> Self {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        types.iter().for_each(|(name, count, ..)| *counts.entry(name).or_default() += count);
        let mut names: Vec<(&str, u64)> = counts.into_iter().collect();
        names.sort_by_key(|(name, count)| (Reverse(*count), *name));
        if names.len() > STEP_NAMES_MAX {
            names.truncate(STEP_NAMES_MAX - 1);
            names.push((OTHER, 0));
        }
        let names: Vec<String> = names.into_iter().map(|(name, _)| name.to_owned()).collect();
        let number = |name: &str| names.iter().position(|known| known == name).unwrap_or(names.len() - 1) as u8;
        let says = |name: &str, list: &[&str]| any(&words(name), list);
        let step_type = |(name, _, outcome, status): &(String, u64, Outcome, u16)| StepType {
            name: number(name),
            failed: *outcome == Outcome::Failure || *status >= 400,
            timed_out: matches!(status, 408 | 504) || says(name, &TIMED_OUT),
            stated: *outcome != Outcome::Unknown,
        };
        Self { types: types.iter().map(step_type).collect(), reversal: names.iter().map(|name| says(name, &REVERSAL)).collect(), names }
    }

    /// The step of an event type.
    pub(super) fn of_event(&self, event: u32) -> StepType {
        self.types.get(event as usize).copied().unwrap_or(StepType { name: 0, failed: false, timed_out: false, stated: false })
    }

    /// Names in all.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The name with this number.
    pub(super) fn text(&self, name: u8) -> &str {
        self.names.get(usize::from(name)).map_or(OTHER, String::as_str)
    }

    /// Whether it is the name of what has none of its own: those beyond [`STEP_NAMES_MAX`] and events that nothing names. Steps of it have nothing in
    /// common, so nothing is judged of them and no condition speaks of them.
    pub(super) fn is_mixed(&self, name: u8) -> bool {
        self.text(name) == OTHER
    }

    /// Whether a step of this name takes another one back.
    pub(super) fn is_reversal(&self, name: u8) -> bool {
        self.reversal.get(usize::from(name)).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_limit_are_one_that_says_nothing() {
        let types = |count: usize| {
            let types: Vec<_> = (0..count).map(|number| (format!("step_{number:03}"), 1_000 - number as u64, Outcome::Success, 200)).collect();
            Names::of_types(&types)
        };
        let many = types(STEP_NAMES_MAX + 9);
        let last = STEP_NAMES_MAX as u8 - 1;
        assert_eq!((many.len(), many.of_event(STEP_NAMES_MAX as u32 + 3).name), (STEP_NAMES_MAX, last));
        assert!(many.is_mixed(last) && !many.is_mixed(last - 1));
        let all = types(STEP_NAMES_MAX);
        assert!((0..=last).all(|name| !all.is_mixed(name)));
        let hidden = Names::of_types(&[("login".to_owned(), 9, Outcome::Unknown, 0), (OTHER.to_owned(), 3, Outcome::Unknown, 0)]);
        assert!(hidden.is_mixed(1) && !hidden.is_mixed(0));
    }
}
