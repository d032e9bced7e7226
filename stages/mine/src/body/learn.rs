//! Counting the fields of one block's calls.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemas::container::Block;
use schemas::limits::{ATTRIBUTE_BYTES_MAX, BODY_JSON_BYTES_MAX};
use schemas::record::{BodyValueKind, Clean, CleanRecord, Outcome, Scalar};

use super::census::{Census, Count, FieldCount, Route};
use super::name::{Place, is_plain, place};
use crate::event::kind::Kind;
use crate::hash::FixedMap;
use crate::lex::redacted;
use crate::outline::ByName;
use crate::rare::Units;
use crate::trim::trim;

/// Methods whose calls have a body.
const WITH_BODY: [&str; 3] = ["POST", "PUT", "PATCH"];

/// Routes that a block holds before it lets them go.
const ROUTES_HELD_MAX: usize = 512;

/// The calls of one block.
pub(crate) struct OfBlock {
    /// Whom it takes for a value to be shown.
    enough: u32,
    /// What each field may be: its path, with the sign that says where it stands.
    paths: Vec<Path>,
    /// By method and route.
    routes: [FixedMap<Arc<str>, Calls>; WITH_BODY.len()],
    /// What was held before it became too much.
    census: Census,
    /// Calls without a body, and by path those of them that have the field.
    others: u64,
    of_others: Vec<u64>,
    text: String,
}

/// What a field may be.
#[derive(Debug, Clone)]
pub(crate) enum Path {
    /// A part of the body: its path, with the sign that says where it stands.
    Field(Arc<str>),
    /// The body as text.
    Body,
    /// Neither.
    Elsewhere,
}

/// The calls of one route in a block.
#[derive(Default)]
struct Calls {
    calls: Count,
    /// By path number.
    fields: BTreeMap<u32, FieldCount>,
    /// Of bodies that were logged as text.
    of_text: Route,
}

impl OfBlock {
    /// None yet.
    pub(crate) fn new(block: &Block<'_, Clean>, enough: u32, remembered: &mut ByName<Path>) -> Self {
        let path_of = |path: &str| match place(path) {
            Place::InBody(path) => Path::Field(format!("={path}").into()),
            Place::Beside(path) => Path::Field(format!("?{path}").into()),
            Place::Body => Path::Body,
            Place::Elsewhere => Path::Elsewhere,
        };
        let paths: Vec<Path> = block.names().iter().map(|path| remembered.of(path, path_of)).collect();
        let of_others = vec![0; paths.len()];
        Self { enough, paths, routes: Default::default(), census: Census::new(), others: 0, of_others, text: String::new() }
    }

    /// Counts a record of this kind.
    pub(crate) fn add(&mut self, record: &CleanRecord<'_>, kind: &Kind) {
        if kind.method.is_empty() {
            return;
        }
        let Some(method) = WITH_BODY.iter().position(|method| *method == kind.method) else {
            self.others += 1;
            for field in &record.fields {
                if let Some(count) = self.of_others.get_mut(field.path as usize) {
                    *count += 1;
                }
            }
            return;
        };
        let went_well = (200..300).contains(&kind.status) || (kind.status == 0 && kind.outcome == Outcome::Success);
        if !went_well {
            return;
        }
        let mut units = Units::none(self.enough);
        units.add(record);
        let one = Count { records: 1, units };
        if self.routes.iter().map(FixedMap::len).sum::<usize>() >= ROUTES_HELD_MAX {
            self.let_go();
        }
        let routes = &mut self.routes[method];
        if !routes.contains_key(&kind.route) {
            routes.insert(Arc::clone(&kind.route), Calls::default());
        }
        let Some(calls) = routes.get_mut(&kind.route) else { return };
        calls.calls.add(&one);
        let mut before = None;
        for field in &record.fields {
            // Fields are sorted by path: of the items of a list the first one counts, each field once a call.
            if before.replace(field.path) == Some(field.path) {
                continue;
            }
            match self.paths.get(field.path as usize) {
                Some(Path::Field(_)) => calls.fields.entry(field.path).or_default().count(field.value, &one, &mut self.text),
                Some(Path::Body) => calls.count_text(field.value, &one, &mut self.text),
                _ => {}
            }
        }
    }

    /// Moves what is held into the census: its limit is one of routes, whatever the order.
    fn let_go(&mut self) {
        let routes = WITH_BODY.iter().zip(&mut self.routes);
        for (method, (route, calls)) in routes.flat_map(|(method, routes)| routes.drain().map(move |calls| (method, calls))) {
            let mut known = calls.of_text;
            known.calls = calls.calls;
            for (number, field) in calls.fields {
                if let (Some(Path::Field(path)), 1..) = (self.paths.get(number as usize), field.calls.records) {
                    known.add(path, field);
                }
            }
            self.census.add(method, &route, known);
        }
    }

    /// Adds them to a shard's census.
    pub(crate) fn add_to(mut self, census: &mut Census) {
        self.let_go();
        census.add_others(self.others);
        for (path, records) in self.paths.iter().zip(self.of_others) {
            if let (Path::Field(path), 1..) = (path, records) {
                census.add_of_others(path, records);
            }
        }
        census.take_in(self.census);
    }
}

impl Calls {
    /// Counts the fields of a body that was logged as text: JSON, else nothing is known.
    fn count_text(&mut self, value: Scalar<'_>, one: &Count, text: &mut String) {
        let Scalar::Text(body) = value else { return };
        if body.len() > BODY_JSON_BYTES_MAX || !body.trim_start().starts_with('{') {
            return;
        }
        if let Ok(body) = serde_json::from_str::<serde_json::Value>(body) {
            self.count_json("", &body, one, text);
        }
    }

    fn count_json(&mut self, path: &str, value: &serde_json::Value, one: &Count, text: &mut String) {
        use serde_json::Value;
        let scalar = match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    // A dot in a name would divide it.
                    if !name.contains('.') {
                        self.count_json(&if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, value, one, text);
                    }
                }
                return;
            }
            // One item tells what the others are.
            Value::Array(items) => {
                if let Some(item) = items.first() {
                    self.count_json(&format!("{path}[]"), item, one, text);
                }
                return;
            }
            Value::Null => Scalar::Null,
            Value::Bool(flag) => Scalar::Bool(*flag),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Scalar::Int(number),
                (None, Some(number)) => Scalar::Float(number),
                (None, None) => Scalar::Null,
            },
            Value::String(text) => Scalar::Text(text),
        };
        if is_plain(path) {
            let mut field = FieldCount::default();
            field.count(scalar, one, text);
            if field.calls.records > 0 {
                self.of_text.add(&format!("={path}"), field);
            }
        }
    }
}

impl FieldCount {
    /// Counts one call with this value. `text` is written anew.
    fn count(&mut self, value: Scalar<'_>, one: &Count, text: &mut String) {
        use std::fmt::Write;
        let class = if let Scalar::Text(value) = value { redacted(value) } else { None };
        let kind = match value {
            Scalar::Null => return,
            Scalar::Bool(_) => BodyValueKind::Boolean,
            Scalar::Int(_) => BodyValueKind::Integer,
            Scalar::Float(_) => BodyValueKind::Decimal,
            Scalar::Text(_) if class.is_some() => BodyValueKind::Token,
            Scalar::Text(_) => BodyValueKind::Text,
        };
        self.calls.add(one);
        let values = self.values.entry(kind).or_default();
        if values.many {
            values.all.add(one);
            return;
        }
        // What was told apart before may be again.
        let as_it_stands = match (value, class) {
            (Scalar::Text(_), Some(class)) => Some(class.label()),
            (Scalar::Text(value), None) => Some(value),
            (Scalar::Bool(flag), _) => Some(if flag { "true" } else { "false" }),
            _ => None,
        };
        if let Some(known) = as_it_stands.and_then(|text| values.by_text.get_mut(text)) {
            known.add(one);
            values.all.add(one);
            return;
        }
        text.clear();
        let known = match (value, class) {
            (Scalar::Bool(flag), _) => write!(text, "{flag}").is_ok(),
            (Scalar::Int(number), _) => write!(text, "{number}").is_ok(),
            (Scalar::Text(_), Some(class)) => write!(text, "{}", class.label()).is_ok(),
            (Scalar::Text(value), None) => {
                text.push_str(trim(value));
                is_plain_value(text)
            }
            _ => false,
        };
        values.add(known.then_some(text.as_str()), one);
    }
}

/// Whether a text may be told apart from others: short, without a token and of plain signs.
fn is_plain_value(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b' ' | b'/' | b':' | b'+');
    !text.is_empty() && text.len() <= ATTRIBUTE_BYTES_MAX && text.bytes().all(allowed)
}
