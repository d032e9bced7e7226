//! Keys that discoveries released: what the nights after them count.
//!
//! The list is made of released names alone, so whatever is done with it is post-processing; see [`schemas::privacy::discovery_charges_of`] for why
//! counting by it costs no delta. It grows by what each discovery finds and shrinks never, up to [`KNOWN_KEYS_MAX`] of a metric.

use std::collections::BTreeMap;

use schemas::limits::KNOWN_KEYS_MAX;
use schemas::record::{KnownKey, KnownKeyRecord, Metric};
use stage_runtime::{StepContext, StepError};

use crate::names::{KeyName, Names};

/// Known keys by metric and name, a variant by its id; and the day on which each was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known(BTreeMap<(Metric, KeyName), i32>);

impl Known {
    /// Reads the lists of an input; none is an empty list.
    pub(crate) fn read(context: &StepContext, input: &str) -> Result<Self, StepError> {
        let mut known = Self::default();
        for input in context.inputs(input) {
            let container = input.open::<KnownKey>()?;
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                for record in container.block::<KnownKey>(number, &mut scratch)?.records() {
                    let record = record?;
                    let name = KeyName { id: record.id, name: record.name.to_owned(), to: record.to.to_owned() };
                    known.0.insert((record.metric, name), record.found_day);
                }
            }
        }
        Ok(known)
    }

    /// Adds a released key, unless the metric's list is full.
    pub(crate) fn add(&mut self, metric: Metric, name: KeyName, day: i32) {
        if self.of(metric).count() < KNOWN_KEYS_MAX {
            self.0.entry((metric, name)).or_insert(day);
        }
    }

    /// The known keys of a metric with their numbers in this run; none for one that nobody has tonight.
    pub(crate) fn numbered<'a>(&'a self, metric: Metric, names: &'a Names) -> impl Iterator<Item = (&'a KeyName, Option<u64>)> {
        self.of(metric).map(move |name| (name, names.key_named(metric, name)))
    }

    fn of(&self, metric: Metric) -> impl Iterator<Item = &KeyName> {
        self.0.range((metric, KeyName::default())..).take_while(move |((of, _), _)| *of == metric).map(|((_, name), _)| name)
    }

    /// Writes the list.
    pub(crate) fn write(&self, context: &mut StepContext, output: &str) -> Result<(), StepError> {
        let mut out = context.output::<KnownKey>(output)?;
        for ((metric, name), day) in &self.0 {
            let record = KnownKeyRecord { metric: *metric, name: &name.name, to: &name.to, id: name.id, found_day: *day };
            out.push(0, &record, None)?;
        }
        out.finish(context)
    }
}
