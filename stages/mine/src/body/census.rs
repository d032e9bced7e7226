//! Counting fields of calls, in bounded memory and any order.

use std::collections::BTreeMap;

use schemas::limits::{BODY_FIELDS_MAX, BODY_VALUES_MAX};
use schemas::record::{BodyField, BodyFieldRecord, BodyValueKind};
use stage_runtime::{InputBytes, StepContext, StepError};

use crate::bounded::{Bounded, Merge, Sorted};
use crate::rare::Units;

/// Records, and whom they are about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Records.
    pub records: u64,
    /// Of whom.
    pub units: Units,
}

impl Merge for Count {
    fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.units.merge(other.units);
    }
}

/// What is known of one field of one route, or of the route's calls themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldCount {
    /// Calls that have it.
    pub calls: Count,
    /// Values by kind and text. Once a kind has too many it has none: the union does not depend on the order.
    pub values: BTreeMap<BodyValueKind, Values>,
}

/// Values of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// All of them.
    pub all: Count,
    /// By text; none any more when there are too many.
    pub by_text: BTreeMap<Box<str>, Count>,
    /// Whether there are, or one was met that is not to be told apart.
    pub many: bool,
}

impl Values {
    /// Adds records with a value; without a text its value is not told apart.
    pub(crate) fn add(&mut self, text: Option<&str>, count: Count) {
        match text {
            Some(text) if !self.many => match self.by_text.get_mut(text) {
                Some(known) => known.merge(count.clone()),
                None => drop(self.by_text.insert(text.into(), count.clone())),
            },
            Some(_) => {}
            None => self.refuse(),
        }
        if self.by_text.len() > BODY_VALUES_MAX {
            self.refuse();
        }
        self.all.merge(count);
    }

    fn refuse(&mut self) {
        (self.by_text, self.many) = (BTreeMap::new(), true);
    }
}

impl Merge for Values {
    fn merge(&mut self, other: Self) {
        if other.many {
            self.refuse();
        }
        self.all.merge(other.all);
        if !self.many {
            for (text, count) in other.by_text {
                match self.by_text.get_mut(&text) {
                    Some(known) => known.merge(count),
                    None => drop(self.by_text.insert(text, count)),
                }
            }
            if self.by_text.len() > BODY_VALUES_MAX {
                self.refuse();
            }
        }
    }
}

impl Merge for FieldCount {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        other.values.into_iter().for_each(|(kind, values)| self.values.entry(kind).or_default().merge(values));
    }
}

/// Key of a field of a route: its parts with a zero byte between.
pub(crate) fn key(method: &str, route: &str, path: &str) -> Vec<u8> {
    [method, route, path].join("\0").into_bytes()
}

/// The parts of a key; none when it is not one.
pub(crate) fn parts(key: &[u8]) -> Option<(&str, &str, &str)> {
    let mut parts = std::str::from_utf8(key).ok()?.split('\0');
    Some((parts.next()?, parts.next()?, parts.next()?))
}

/// The census of a shard or a run.
pub(crate) struct Census(Bounded<FieldCount>);

impl Census {
    /// Nothing counted.
    pub(crate) fn new() -> Self {
        Self(Bounded::new(BODY_FIELDS_MAX))
    }

    /// Adds what a key counted.
    pub(crate) fn add(&mut self, key: &[u8], count: FieldCount) {
        self.0.add(key, count);
    }

    /// Adds the censuses of all shards; `enough` is whom it takes for a value to be shown.
    ///
    /// # Errors
    /// When an input is damaged.
    pub(crate) fn read(&mut self, inputs: &[InputBytes], enough: u32) -> Result<(), StepError> {
        let mut scratch = Vec::new();
        for input in inputs {
            let container = input.open::<BodyField>()?;
            for number in 0..container.block_count() {
                for record in container.block::<BodyField>(number, &mut scratch)?.records() {
                    let record = record?;
                    let units = if record.units.is_empty() { Units::many() } else { Units::of_few(enough, record.units) };
                    let count = Count { records: record.count, units };
                    let mut field = FieldCount::default();
                    match (record.kind, record.value) {
                        (BodyValueKind::Any, _) => field.calls = count,
                        // What all values of a kind have in common is written when they are not told apart.
                        (kind, "") => field.values.entry(kind).or_default().add(None, count),
                        (kind, value) => field.values.entry(kind).or_default().add(Some(value), count),
                    }
                    self.0.add(&key(record.method, record.route, record.path), field);
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
        let mut output = context.output::<BodyField>("body_part")?;
        for (key, field) in self.finish() {
            let Some((method, route, path)) = parts(&key) else { continue };
            let mut row = |kind, value: &str, count: &Count| {
                let units = count.units.few().to_vec();
                output.push(0, &BodyFieldRecord { method, route, path, kind, value, count: count.records, units }, None)
            };
            row(BodyValueKind::Any, "", &field.calls)?;
            for (kind, values) in &field.values {
                if values.many {
                    row(*kind, "", &values.all)?;
                }
                for (text, count) in &values.by_text {
                    row(*kind, text, count)?;
                }
            }
        }
        output.finish(context)
    }

    /// The fields by key. Those beyond the limit are left out.
    pub(crate) fn finish(self) -> Sorted<FieldCount> {
        self.0.finish().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(unit: u64) -> Count {
        Count { records: 1, units: Units::of_few(3, vec![unit]) }
    }

    fn values(texts: &[String]) -> Values {
        let mut values = Values::default();
        (0..).zip(texts).for_each(|(unit, text)| values.add(Some(text), one(unit)));
        values
    }

    #[test]
    fn values_are_the_same_in_any_order_also_beyond_the_limit() {
        let texts: Vec<String> = (0..=BODY_VALUES_MAX).map(|number| number.to_string()).collect();
        for cut in [0, 1, 9, texts.len()] {
            let (mut front, mut back) = (values(&texts[..cut]), values(&texts[cut..]));
            let (of_front, of_back) = (front.clone(), back.clone());
            front.merge(of_back);
            back.merge(of_front);
            assert!(front.many && front.by_text.is_empty() && back.many && back.by_text.is_empty(), "cut at {cut}");
            assert_eq!((front.all.records, back.all.records), (texts.len() as u64, texts.len() as u64));
        }
        let mut few = values(&["a".to_owned(), "b".to_owned()]);
        few.merge(values(&["b".to_owned()]));
        assert_eq!((few.by_text["b"].records, few.many, few.all.records), (2, false, 3));
    }
}
