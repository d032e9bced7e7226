//! Counting fields of calls, in bounded memory and any order.

use std::collections::BTreeMap;

use schemas::limits::{BODY_FIELDS_MAX, BODY_OTHER_FIELDS_MAX, BODY_ROUTES_MAX, BODY_VALUES_MAX};
use schemas::metric::Counter;
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

impl Count {
    /// Adds another.
    pub(crate) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.units.add_all(&other.units);
    }
}

impl Merge for Count {
    fn merge(&mut self, other: Self) {
        self.add(&other);
    }
}

/// What is known of one field of one route.
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
    pub(crate) fn add(&mut self, text: Option<&str>, count: &Count) {
        match text {
            Some(text) if !self.many => match self.by_text.get_mut(text) {
                Some(known) => known.add(count),
                None => drop(self.by_text.insert(text.into(), count.clone())),
            },
            Some(_) => {}
            None => self.refuse(),
        }
        if self.by_text.len() > BODY_VALUES_MAX {
            self.refuse();
        }
        self.all.add(count);
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

/// What is known of the successful calls of one route. Once it has too many fields it has none: the union does not depend on the order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Route {
    /// Calls.
    pub calls: Count,
    /// By path, with the sign that says where the field stands.
    pub fields: BTreeMap<Box<str>, FieldCount>,
    /// Whether there are too many.
    pub many: bool,
}

impl Route {
    /// Adds what is known of a field.
    pub(crate) fn add(&mut self, path: &str, field: FieldCount) {
        if self.many {
            return;
        }
        match self.fields.get_mut(path) {
            Some(known) => known.merge(field),
            None => drop(self.fields.insert(path.into(), field)),
        }
        if self.fields.len() > BODY_FIELDS_MAX {
            self.refuse();
        }
    }

    fn refuse(&mut self) {
        (self.fields, self.many) = (BTreeMap::new(), true);
    }
}

impl Merge for Route {
    fn merge(&mut self, other: Self) {
        self.calls.merge(other.calls);
        if other.many {
            self.refuse();
        }
        other.fields.into_iter().for_each(|(path, field)| self.add(&path, field));
    }
}

impl Merge for u64 {
    fn merge(&mut self, other: Self) {
        *self = self.saturating_add(other);
    }
}

/// Key of a route.
fn key(method: &str, route: &str) -> Vec<u8> {
    [method, route].join("\0").into_bytes()
}

/// The parts of a key; none when it is not one.
pub(crate) fn parts(key: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(key).ok()?.split_once('\0')
}

/// In the place of a path: there are more fields than are counted.
const TOO_MANY: &str = "*";

/// The census of a shard or a run.
pub(crate) struct Census {
    /// Routes by [`key`].
    routes: Bounded<Route>,
    /// Calls without a body.
    others: u64,
    /// Those of them that have a field, by its path.
    of_others: Bounded<u64>,
    /// Whether a shard had more fields of such calls than it counted.
    too_many: bool,
}

/// What a census counted.
pub(crate) struct Counted {
    /// Routes, sorted by method and route; those beyond the limit are left out.
    pub routes: Sorted<Route>,
    /// Calls of the routes that are left out, and of those with too many fields.
    pub left_out: u64,
    /// Calls without a body; 0 when their fields are beyond the limit, so that nothing is concluded from one that is not among them.
    pub others: u64,
    /// Those of them that have a field, by its path.
    pub of_others: BTreeMap<Box<[u8]>, u64>,
}

impl Census {
    /// Nothing counted.
    pub(crate) fn new() -> Self {
        Self { routes: Bounded::new(BODY_ROUTES_MAX), others: 0, of_others: Bounded::new(BODY_OTHER_FIELDS_MAX), too_many: false }
    }

    /// Adds what is known of a route.
    pub(crate) fn add(&mut self, method: &str, route: &str, known: Route) {
        self.routes.add(&key(method, route), known);
    }

    /// Adds the routes of a block that were let go.
    pub(crate) fn take_in(&mut self, block: Self) {
        let (routes, beyond) = block.routes.finish();
        routes.into_iter().for_each(|(key, route)| self.routes.add(&key, route));
        beyond.into_iter().for_each(|route| self.routes.add_overflow(route));
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
            // The rows of a route stand together.
            let (mut at, mut route) = (None, Route::default());
            for number in 0..container.block_count() {
                for record in container.block::<BodyField>(number, &mut scratch)?.records() {
                    let record = record?;
                    if record.method.is_empty() {
                        self.read_others(&record);
                        continue;
                    }
                    let here = (record.method.to_owned(), record.route.to_owned());
                    if at.as_ref() != Some(&here)
                        && let Some((method, path)) = at.replace(here)
                    {
                        self.add(&method, &path, std::mem::take(&mut route));
                    }
                    read_row(&mut route, record, enough);
                }
            }
            if let Some((method, path)) = at {
                self.add(&method, &path, route);
            }
        }
        Ok(())
    }

    fn read_others(&mut self, record: &BodyFieldRecord<'_>) {
        match record.path {
            "" => self.add_others(record.count),
            TOO_MANY => self.too_many = true,
            path => self.add_of_others(path, record.count),
        }
    }

    /// Writes a shard's census.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(crate) fn write(self, context: &mut StepContext) -> Result<(), StepError> {
        let mut output = context.output::<BodyField>("body_part")?;
        let mut row = |method: &str, route: &str, path: &str, kind, value: &str, count: &Count| {
            let units = count.units.few().to_vec();
            output.push(0, &BodyFieldRecord { method, route, path, kind, value, count: count.records, units }, None)
        };
        let of_all = |records| Count { records, units: Units::many() };
        let (of_others, overflow) = self.of_others.finish();
        row("", "", "", BodyValueKind::Any, "", &of_all(self.others))?;
        if self.too_many || overflow.is_some() {
            row("", "", TOO_MANY, BodyValueKind::Any, "", &of_all(0))?;
        }
        for (path, count) in &of_others {
            row("", "", &String::from_utf8_lossy(path), BodyValueKind::Any, "", &of_all(*count))?;
        }
        let (routes, left_out) = self.routes.finish();
        for (key, known) in routes {
            let Some((method, route)) = parts(&key) else { continue };
            row(method, route, "", BodyValueKind::Any, "", &known.calls)?;
            if known.many {
                row(method, route, TOO_MANY, BodyValueKind::Any, "", &of_all(0))?;
            }
            for (path, field) in &known.fields {
                row(method, route, path, BodyValueKind::Any, "", &field.calls)?;
                for (kind, values) in &field.values {
                    if values.many {
                        row(method, route, path, *kind, "", &values.all)?;
                    }
                    for (text, count) in &values.by_text {
                        row(method, route, path, *kind, text, count)?;
                    }
                }
            }
        }
        output.finish(context)?;
        context.report.add(Counter::BodiesLeftOut, left_out.map_or(0, |route| route.calls.records));
        Ok(())
    }

    /// All that was counted.
    pub(crate) fn finish(self) -> Counted {
        let (of_others, overflow) = self.of_others.finish();
        let others = if self.too_many || overflow.is_some() { 0 } else { self.others };
        let (routes, beyond) = self.routes.finish();
        let many = routes.iter().filter(|(_, route)| route.many).map(|(_, route)| route.calls.records).sum::<u64>();
        let left_out = beyond.map_or(0, |route| route.calls.records) + many;
        Counted { routes, left_out, others, of_others: of_others.into_iter().collect() }
    }
}

fn read_row(route: &mut Route, record: BodyFieldRecord<'_>, enough: u32) {
    let units = if record.units.is_empty() { Units::many() } else { Units::of_few(enough, record.units) };
    let count = Count { records: record.count, units };
    match (record.path, record.kind, record.value) {
        ("", ..) => route.calls = count,
        (TOO_MANY, ..) => route.refuse(),
        (path, kind, value) => {
            let mut field = FieldCount::default();
            match (kind, value) {
                (BodyValueKind::Any, _) => field.calls = count,
                // What all values of a kind have in common is written when they are not told apart.
                (kind, "") => field.values.entry(kind).or_default().add(None, &count),
                (kind, value) => field.values.entry(kind).or_default().add(Some(value), &count),
            }
            route.add(path, field);
        }
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
        (0..).zip(texts).for_each(|(unit, text)| values.add(Some(text), &one(unit)));
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
