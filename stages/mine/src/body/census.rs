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

impl Merge for u64 {
    fn merge(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// In the place of a path: calls without a body have more fields than are counted.
const TOO_MANY: &str = "*";

/// The census of a shard or a run.
pub(crate) struct Census {
    /// Fields of routes by [`key`].
    fields: Bounded<FieldCount>,
    /// Calls without a body.
    others: u64,
    /// Those of them that have a field, by its path.
    of_others: Bounded<u64>,
    /// Whether a shard had more fields of such calls than it counted.
    too_many: bool,
}

/// What a census counted.
pub(crate) struct Counted {
    /// Fields of routes, sorted by [`key`]; those beyond the limit are left out.
    pub fields: Sorted<FieldCount>,
    /// Calls without a body; 0 when their fields are beyond the limit, so that nothing is concluded from one that is not among them.
    pub others: u64,
    /// Those of them that have a field, by its path.
    pub of_others: BTreeMap<Box<[u8]>, u64>,
}

impl Census {
    /// Nothing counted.
    pub(crate) fn new() -> Self {
        Self { fields: Bounded::new(BODY_FIELDS_MAX), others: 0, of_others: Bounded::new(BODY_FIELDS_MAX), too_many: false }
    }

    /// Adds what a key counted.
    pub(crate) fn add(&mut self, key: &[u8], count: FieldCount) {
        self.fields.add(key, count);
    }

    /// Adds calls without a body.
    pub(crate) fn add_others(&mut self, calls: u64) {
        self.others.merge(calls);
    }

    /// Adds such calls that have the field at a path.
    pub(crate) fn add_of_others(&mut self, path: &str, calls: u64) {
        self.of_others.add(path.as_bytes(), calls);
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
                    match (record.method, record.path) {
                        ("", "") => self.add_others(record.count),
                        ("", TOO_MANY) => self.too_many = true,
                        ("", path) => self.add_of_others(path, record.count),
                        _ => {}
                    }
                    if record.method.is_empty() {
                        continue;
                    }
                    let units = if record.units.is_empty() { Units::many() } else { Units::of_few(enough, record.units) };
                    let count = Count { records: record.count, units };
                    let mut field = FieldCount::default();
                    match (record.kind, record.value) {
                        (BodyValueKind::Any, _) => field.calls = count,
                        // What all values of a kind have in common is written when they are not told apart.
                        (kind, "") => field.values.entry(kind).or_default().add(None, count),
                        (kind, value) => field.values.entry(kind).or_default().add(Some(value), count),
                    }
                    self.fields.add(&key(record.method, record.route, record.path), field);
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
        let (fields, _) = self.fields.finish();
        let (of_others, overflow) = self.of_others.finish();
        let mut others = |path: &str, count| {
            let row = BodyFieldRecord { method: "", route: "", path, kind: BodyValueKind::Any, value: "", count, units: Vec::new() };
            output.push(0, &row, None)
        };
        others("", self.others)?;
        if self.too_many || overflow.is_some() {
            others(TOO_MANY, 0)?;
        }
        for (path, count) in &of_others {
            others(&String::from_utf8_lossy(path), *count)?;
        }
        for (key, field) in fields {
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

    /// All that was counted.
    pub(crate) fn finish(self) -> Counted {
        let (of_others, overflow) = self.of_others.finish();
        let others = if self.too_many || overflow.is_some() { 0 } else { self.others };
        Counted { fields: self.fields.finish().0, others, of_others: of_others.into_iter().collect() }
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
