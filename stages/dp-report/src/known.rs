//! Keys that discoveries released: what the nights after them count.
//!
//! The list is made of released names alone, so whatever is done with it is post-processing; see [`schemas::privacy::discovery_charges_of`] for why
//! counting by it costs no delta. It grows by what each discovery finds and shrinks never, up to [`KNOWN_KEYS_MAX`] of a metric.

use std::collections::BTreeMap;

use schemas::limits::KNOWN_KEYS_MAX;
use schemas::record::{KnownKey, KnownKeyRecord, Metric};
use stage_runtime::{StepContext, StepError};

use crate::names::{KeyName, Names};

/// What is known of a key beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Found {
    /// Of a variant its hash; else 0.
    id: u64,
    day: i32,
}

/// Known keys by metric and name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known(BTreeMap<(Metric, KeyName), Found>);

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
                    let name = KeyName { name: record.name.to_owned(), to: record.to.to_owned() };
                    known.0.insert((record.metric, name), Found { id: record.id, day: record.found_day });
                }
            }
        }
        Ok(known)
    }

    /// Adds a released key, unless the metric's list is full. `key` is its number in this run.
    pub(crate) fn add(&mut self, metric: Metric, name: KeyName, key: u64, day: i32) {
        let id = if metric == Metric::Variant { key } else { 0 };
        if self.of(metric).count() < KNOWN_KEYS_MAX {
            self.0.entry((metric, name)).or_insert(Found { id, day });
        }
    }

    /// The known keys of a metric with their numbers in this run; none for one that nobody has tonight.
    pub(crate) fn numbered<'a>(&'a self, metric: Metric, names: &'a Names) -> impl Iterator<Item = (&'a KeyName, Option<u64>)> {
        self.of(metric).map(move |(name, found)| (name, names.key_named(metric, name, found.id)))
    }

    fn of(&self, metric: Metric) -> impl Iterator<Item = (&KeyName, &Found)> {
        let first = (metric, KeyName { name: String::new(), to: String::new() });
        self.0.range(first..).take_while(move |((of, _), _)| *of == metric).map(|((_, name), found)| (name, found))
    }

    /// Writes the list.
    pub(crate) fn write(&self, context: &mut StepContext, output: &str) -> Result<(), StepError> {
        let mut out = context.output::<KnownKey>(output)?;
        for ((metric, name), found) in &self.0 {
            let record = KnownKeyRecord { metric: *metric, name: &name.name, to: &name.to, id: found.id, found_day: found.day };
            out.push(0, &record, None)?;
        }
        out.finish(context)
    }
}
