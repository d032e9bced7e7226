//! The run's attributes, numbered: a slot for each field, a number for each of its values.

use std::cmp::Reverse;

use schemas::limits::ATTRIBUTES_MAX;
use schemas::record::{Attribute, AttributeRecord, CleanRecord, Scalar};
use stage_runtime::{InputBytes, StepContext, StepError};

use super::census::{Census, Values};
use super::value_text;
use crate::event::field::{attribute_name, says_what_or_who};
use crate::hash::FixedMap;
use crate::outline::ByName;
use crate::trim::trim;

/// Records that have a value for it to be one that the miner may speak of.
const VALUE_RECORDS_MIN: u64 = 5;

/// Decides which fields of a night's census are attributes and writes them.
///
/// # Errors
/// When the output cannot be written.
pub(crate) fn write(context: &mut StepContext, census: Census) -> Result<(), StepError> {
    // A value of few records is in no condition; a field with one value tells nothing apart.
    let common = |values: &Values| values.counts.values().filter(|count| **count >= VALUE_RECORDS_MIN).count();
    let mut fields: Vec<(String, Values)> = census.finish().into_iter().filter(|(_, values)| !values.many && common(values) >= 2).collect();
    fields.sort_by(|a, b| (Reverse(a.1.records), &a.0).cmp(&(Reverse(b.1.records), &b.0)));
    fields.truncate(ATTRIBUTES_MAX);
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    let mut output = context.output::<Attribute>("attribute")?;
    for (slot, (name, values)) in (0..).zip(&fields) {
        let counts = values.counts.iter().filter(|(_, count)| **count >= VALUE_RECORDS_MIN);
        for (code, (value, count)) in (1..).zip(counts) {
            output.push(0, &AttributeRecord { name, value, count: *count, slot, code }, None)?;
        }
    }
    output.finish(context)
}

/// The attributes, to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dictionary {
    /// Name and values of each slot; number 1 is the first value.
    pub slots: Vec<(String, Vec<String>)>,
}

impl Dictionary {
    /// Reads what `mine.templates` wrote; no input: no attributes.
    ///
    /// # Errors
    /// When the input is damaged.
    pub(crate) fn read(inputs: &[InputBytes]) -> Result<Self, StepError> {
        let mut dictionary = Self::default();
        let mut scratch = Vec::new();
        for input in inputs {
            let container = input.open::<Attribute>()?;
            for number in 0..container.block_count() {
                for record in container.block::<Attribute>(number, &mut scratch)?.records() {
                    let record = record?;
                    if record.slot as usize == dictionary.slots.len() && dictionary.slots.len() < ATTRIBUTES_MAX {
                        dictionary.slots.push((record.name.to_owned(), Vec::new()));
                    }
                    if let Some((_, values)) = dictionary.slots.get_mut(record.slot as usize) {
                        values.push(record.value.to_owned());
                    }
                }
            }
        }
        Ok(dictionary)
    }

    /// The slots of a block's paths.
    pub(crate) fn of_names(&self, names: &[&str], remembered: &mut ByName<Option<u8>>) -> Vec<Option<u8>> {
        let slot_of = |path: &str| {
            let name = attribute_name(path);
            let known = self.slots.iter().position(|(known, _)| *known == name).filter(|_| !says_what_or_who(path));
            known.and_then(|slot| u8::try_from(slot).ok())
        };
        names.iter().map(|path| remembered.of(path, slot_of)).collect()
    }
}

/// Looks values up.
pub(crate) struct Lookup {
    codes: Vec<FixedMap<Box<str>, u8>>,
}

impl Lookup {
    /// Of a dictionary.
    pub(crate) fn new(dictionary: &Dictionary) -> Self {
        let codes_of = |values: &Vec<String>| values.iter().map(|value| value.as_str().into()).zip(1..).collect();
        Self { codes: dictionary.slots.iter().map(|(_, values)| codes_of(values)).collect() }
    }

    /// Puts the numbers of a record's values by slot into `values`.
    pub(crate) fn values(&self, record: &CleanRecord<'_>, slots: &[Option<u8>], text: &mut String, values: &mut Vec<u8>) {
        values.clear();
        values.resize(self.codes.len(), 0);
        for field in &record.fields {
            let Some(&Some(slot)) = slots.get(field.path as usize) else { continue };
            if values[usize::from(slot)] == 0
                && let Some(code) = self.code(slot, field.value, text)
            {
                values[usize::from(slot)] = code;
            }
        }
        let used = values.iter().rposition(|code| *code != 0).map_or(0, |last| last + 1);
        values.truncate(used);
    }

    fn code(&self, slot: u8, value: Scalar<'_>, text: &mut String) -> Option<u8> {
        let codes = &self.codes[usize::from(slot)];
        // A text of the dictionary is a value as it stands.
        let value = if let Scalar::Text(value) = value { trim(value) } else { value_text(value, text)? };
        codes.get(value).copied()
    }
}
