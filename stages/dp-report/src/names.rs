//! Names of keys. A name leaves only with a released number: the list itself stays here.

use schemas::exit::Exit;
use schemas::record::{EventType, Finding};
use stage_runtime::{StepContext, StepError};

/// Name of a key in the report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyName {
    /// The name; of an edge where it comes from (empty: the start).
    pub(crate) name: String,
    /// Of an edge where it goes to (empty: the end).
    pub(crate) to: String,
}

impl From<String> for KeyName {
    fn from(name: String) -> Self {
        Self { name, to: String::new() }
    }
}

/// Names by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) event_types: Vec<String>,
    pub(crate) rules: Vec<String>,
}

impl Names {
    /// Reads the names of event types and rules.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let mut names = Self::default();
        for input in context.inputs("event_type") {
            let container = input.open::<EventType>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<EventType>(number, &mut scratch)?.records() {
                    let record = record?;
                    if record.number as usize != names.event_types.len() {
                        return Err(StepError::new(Exit::CorruptInput, "read event types: their numbers are not in order"));
                    }
                    names.event_types.push(record.name.to_owned());
                }
            }
        }
        for input in context.inputs("finding") {
            let container = input.open::<Finding>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<Finding>(number, &mut scratch)?.records() {
                    names.rules.push(record?.rule.to_owned());
                }
            }
        }
        Ok(names)
    }

    /// The name of an event type.
    pub(crate) fn event_type(&self, number: u64) -> Option<&str> {
        self.event_types.get(usize::try_from(number).ok()?).map(String::as_str)
    }
}
