//! Counting the values of fields, in bounded memory and any order.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use schemas::container::Block;
use schemas::limits::{ATTRIBUTE_BYTES_MAX, ATTRIBUTE_FIELDS_MAX, ATTRIBUTE_VALUES_MAX};
use schemas::record::{Attribute, AttributeRecord, Clean, CleanRecord, Scalar};
use stage_runtime::{InputBytes, StepContext, StepError};

use super::value_text;
use crate::bounded::{Bounded, Merge};
use crate::event::field::{attribute_name, says_what_or_who};
use crate::outline::ByName;

/// The number of a field with too many values, in a census.
const MANY: u32 = u32::MAX;

/// Values of one field. Once it has too many, or one that no attribute has, it stays so: the union does not depend on the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// Records with the field.
    pub records: u64,
    /// Records by value.
    pub counts: BTreeMap<Box<str>, u64>,
    /// Whether it is no attribute.
    pub many: bool,
}

impl Values {
    fn add(&mut self, value: &str, count: u64) {
        if self.many {
            return;
        }
        match self.counts.get_mut(value) {
            Some(known) => *known += count,
            None => drop(self.counts.insert(value.into(), count)),
        }
        if self.counts.len() > ATTRIBUTE_VALUES_MAX {
            self.refuse();
        }
    }

    fn refuse(&mut self) {
        self.many = true;
        self.counts = BTreeMap::new();
    }
}

impl Merge for Values {
    fn merge(&mut self, other: Self) {
        self.records += other.records;
        if other.many {
            self.refuse();
        }
        other.counts.iter().for_each(|(value, count)| self.add(value, *count));
    }
}

/// The values of one block's fields, by path.
pub(crate) struct OfBlock {
    by_path: Vec<(Arc<Name>, Values)>,
    text: String,
}

/// The name under which a field's values are counted, and what a thread knows of them.
pub(crate) struct Name {
    /// Empty when they are not counted.
    name: String,
    /// Whether it is no attribute by its values, in a block before: all blocks count for the same.
    many: AtomicBool,
}

impl OfBlock {
    /// None yet; a field that is no attribute by its name is not counted.
    pub(crate) fn new(block: &Block<'_, Clean>, remembered: &mut ByName<Arc<Name>>) -> Self {
        let name_of = |path: &str| {
            let name = if says_what_or_who(path) { String::new() } else { attribute_name(path) };
            Arc::new(Name { name, many: AtomicBool::new(false) })
        };
        let values_of = |name: &Name| Values { many: name.many.load(Relaxed), ..Values::default() };
        let names = block.names().iter().map(|path| remembered.of(path, name_of));
        let by_path = names.map(|name| (Arc::clone(&name), values_of(&name))).collect();
        Self { by_path, text: String::new() }
    }

    /// Counts a record's values.
    pub(crate) fn add(&mut self, record: &CleanRecord<'_>) {
        for field in &record.fields {
            let Some((name, values)) = self.by_path.get_mut(field.path as usize) else { continue };
            if name.name.is_empty() || field.value == Scalar::Null {
                continue;
            }
            values.records += 1;
            if values.many {
                continue;
            }
            // A text that was counted as a value is one as it stands.
            if let Scalar::Text(text) = field.value
                && let Some(known) = values.counts.get_mut(text)
            {
                *known += 1;
                continue;
            }
            match value_text(field.value, &mut self.text) {
                Some(value) => values.add(value, 1),
                None => values.refuse(),
            }
            if values.many {
                name.many.store(true, Relaxed);
            }
        }
    }
}

/// The census of a shard or a run.
pub(crate) struct Census(Bounded<Values>);

impl Census {
    /// Nothing counted.
    pub(crate) fn new() -> Self {
        Self(Bounded::new(ATTRIBUTE_FIELDS_MAX))
    }

    /// Adds a block's values.
    pub(crate) fn add(&mut self, block: OfBlock) {
        let usable = |name: &str| !name.is_empty() && name.len() <= ATTRIBUTE_BYTES_MAX;
        let counted = block.by_path.into_iter().filter(|(name, values)| usable(&name.name) && values.records > 0);
        counted.for_each(|(name, values)| self.0.add(name.name.as_bytes(), values));
    }

    /// Adds the censuses of all shards.
    ///
    /// # Errors
    /// When an input is damaged.
    pub(crate) fn read(&mut self, inputs: &[InputBytes]) -> Result<(), StepError> {
        let mut scratch = Vec::new();
        for input in inputs {
            let container = input.open::<Attribute>()?;
            for number in 0..container.block_count() {
                for record in container.block::<Attribute>(number, &mut scratch)?.records() {
                    let AttributeRecord { name, value, count, code, .. } = record?;
                    let mut values = Values { records: count, many: code == MANY, counts: BTreeMap::new() };
                    values.add(value, count);
                    self.0.add(name.as_bytes(), values);
                }
            }
        }
        Ok(())
    }

    /// Writes a shard's census.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(crate) fn write(self, context: &mut StepContext) -> Result<(), StepError> {
        let mut output = context.output::<Attribute>("attribute_part")?;
        for (name, values) in self.finish() {
            if values.many {
                output.push(0, &AttributeRecord { name: &name, value: "", count: values.records, slot: 0, code: MANY }, None)?;
            }
            for (value, count) in &values.counts {
                output.push(0, &AttributeRecord { name: &name, value, count: *count, slot: 0, code: 0 }, None)?;
            }
        }
        output.finish(context)
    }

    /// The fields with their values, by name. Fields beyond the limit are left out.
    pub(crate) fn finish(self) -> Vec<(String, Values)> {
        self.0.finish().0.into_iter().map(|(name, values)| (String::from_utf8_lossy(&name).into_owned(), values)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(texts: &[&str]) -> Values {
        let mut values = Values { records: texts.len() as u64, ..Values::default() };
        texts.iter().for_each(|text| values.add(text, 1));
        values
    }

    #[test]
    fn merging_is_the_same_in_any_order_also_beyond_the_limit() {
        let numbers: Vec<String> = (0..=ATTRIBUTE_VALUES_MAX).map(|number| number.to_string()).collect();
        let all: Vec<&str> = numbers.iter().map(String::as_str).collect();
        for cut in [0, 1, 40, all.len()] {
            let (mut front, mut back) = (values(&all[..cut]), values(&all[cut..]));
            front.merge(values(&all[cut..]));
            back.merge(values(&all[..cut]));
            assert_eq!(front, back, "cut at {cut}");
            assert!(front.many && front.counts.is_empty());
        }
        let mut few = values(&["a", "b"]);
        few.merge(values(&["b"]));
        assert_eq!((few.counts["b"], few.many, few.records), (2, false, 3));
    }
}
