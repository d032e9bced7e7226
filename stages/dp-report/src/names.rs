//! Names of keys. A name leaves only with a released number: the list itself stays here.

use schemas::exit::Exit;
use schemas::record::{EventType, Finding, Metric};
use stage_runtime::{StepContext, StepError};

/// Stands for the start or the end of a journey in an edge's key.
pub(crate) const OUTSIDE: u64 = u32::MAX as u64;

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
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) event_types: Vec<String>,
    pub(crate) rules: Vec<String>,
    event_type_ids: Vec<[u8; 16]>,
    rule_ids: Vec<[u8; 16]>,
}

impl Names {
    /// Names in the order of their numbers.
    pub(crate) fn new(event_types: Vec<String>, rules: Vec<String>) -> Self {
        let ids = |names: &[String]| -> Vec<[u8; 16]> {
            let half = |name: &String| {
                let mut half = [0; 16];
                half.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..16]);
                half
            };
            names.iter().map(half).collect()
        };
        Self { event_type_ids: ids(&event_types), rule_ids: ids(&rules), event_types, rules }
    }

    /// Reads the names of event types and rules.
    pub(crate) fn read(context: &StepContext) -> Result<Self, StepError> {
        let (mut event_types, mut rules) = (Vec::new(), Vec::new());
        for input in context.inputs("event_type") {
            let container = input.open::<EventType>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<EventType>(number, &mut scratch)?.records() {
                    let record = record?;
                    if record.number as usize != event_types.len() {
                        return Err(StepError::new(Exit::CorruptInput, "read event types: their numbers are not in order"));
                    }
                    event_types.push(record.name.to_owned());
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
        Ok(Self::new(event_types, rules))
    }

    /// What a key is, whatever its number in this run: numbers are positions in a list, and one customer's new event type shifts all
    /// that come after it. Whatever is decided about other customers must therefore hang on identities, never on numbers.
    pub(crate) fn identity(&self, metric: Metric, key: u64) -> Option<[u8; 32]> {
        let mut identity = [0; 32];
        let id = |ids: &[[u8; 16]], number: u64| ids.get(usize::try_from(number).ok()?).copied();
        match metric {
            Metric::EventType => identity[..16].copy_from_slice(&id(&self.event_type_ids, key)?),
            Metric::Finding => identity[..16].copy_from_slice(&id(&self.rule_ids, key)?),
            Metric::Hour => identity[..8].copy_from_slice(&key.to_le_bytes()),
            Metric::Edge => {
                for (part, number) in identity.chunks_exact_mut(16).zip([key >> 32, key & OUTSIDE]) {
                    part.copy_from_slice(&if number == OUTSIDE { [0xff; 16] } else { id(&self.event_type_ids, number)? });
                }
            }
        }
        Some(identity)
    }

    /// The name of an event type.
    pub(crate) fn event_type(&self, number: u64) -> Option<&str> {
        self.event_types.get(usize::try_from(number).ok()?).map(String::as_str)
    }
}
