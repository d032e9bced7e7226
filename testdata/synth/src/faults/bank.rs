//! Reads `journeys.jsonl` into journeys, whoever wrote it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, Error, ErrorKind, Result};

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::clock::{DAY_MS, days_from_civil};

/// Fields by which nobody states a condition: identifiers, free text, and measures of which hardly two are the same.
const LEFT_OUT: [&str; 2] = ["message", "duration_ms"];
/// Fields that say how a step ended: a condition on them is none.
pub(super) const OUTCOMES: [&str; 3] = ["status", "http_status", "severity"];

/// All journeys of a log.
#[derive(Default)]
pub struct Bank {
    pub(super) journeys: Vec<Journey>,
    pub(super) names: Names,
    pub(super) fields: Names,
    pub(super) values: Names,
    /// Places of the journeys of each customer.
    pub(super) of_customer: Vec<Vec<u32>>,
}

/// The events of a session.
pub(super) struct Journey {
    pub(super) session: String,
    pub(super) customer: u32,
    /// In time order.
    pub(super) events: Vec<Event>,
}

/// A record.
pub(super) struct Event {
    /// Milliseconds since 1970.
    pub(super) at: u64,
    pub(super) name: u32,
    pub(super) failed: bool,
    /// Fields with their values, but for those above.
    pub(super) fields: Box<[(u32, u32)]>,
}

/// Texts and their numbers.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<String, u32>,
    pub(super) texts: Vec<String>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    pub(super) fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }
}

impl Bank {
    /// Reads a log, a record a line.
    ///
    /// # Errors
    ///
    /// The log cannot be read, or a line is no record with `timestamp`, `event`, `session_id`, `customer_id` and `status`.
    pub fn read(log: &mut dyn BufRead) -> Result<Self> {
        let (mut bank, mut sessions, mut customers) = (Self::default(), HashMap::new(), Names::default());
        let (mut line, mut number) = (String::new(), 0_u64);
        while log.read_line(&mut line)? > 0 {
            number += 1;
            let record = serde_json::from_str(&line).map_err(|error| Error::new(ErrorKind::InvalidData, format!("line {number}: {error}")))?;
            bank.take(record, &mut sessions, &mut customers).ok_or_else(|| {
                Error::new(ErrorKind::InvalidData, format!("line {number} has no readable timestamp, event, session, customer or status"))
            })?;
            line.clear();
        }
        for journey in &mut bank.journeys {
            journey.events.sort_by_key(|event| event.at);
        }
        Ok(bank)
    }

    /// Names of events, by number.
    #[must_use]
    pub fn event_names(&self) -> &[String] {
        &self.names.texts
    }

    /// Hands every event of every journey over: the numbers of those before it, its own, and whether it failed.
    pub fn each_step(&self, mut see: impl FnMut(&[u32], u32, bool)) {
        let mut before = Vec::new();
        for journey in &self.journeys {
            before.clear();
            for event in &journey.events {
                see(&before, event.name, event.failed);
                before.push(event.name);
            }
        }
    }

    fn take(&mut self, record: Record<'_>, sessions: &mut HashMap<String, usize>, customers: &mut Names) -> Option<()> {
        let (mut at, mut name, mut session, mut customer, mut failed) = (None, None, None, None, None);
        let mut fields = Vec::with_capacity(12);
        for (field, value) in record.0 {
            match field.as_ref() {
                "timestamp" => at = epoch_ms(&value),
                "event" => name = Some(self.names.number(&event_name(&value))),
                "session_id" => session = Some(value),
                "customer_id" => customer = Some(customers.number(&value)),
                "status" => failed = Some(value != "success"),
                "amount" => fields.push((self.fields.number("amount_minor"), self.values.number(&minor(&value)?))),
                field if LEFT_OUT.contains(&field) || OUTCOMES.contains(&field) => {}
                field => fields.push((self.fields.number(field), self.values.number(&value))),
            }
        }
        let (session, customer) = (session?, customer?);
        let place = match sessions.get(session.as_ref()) {
            Some(place) => *place,
            None => {
                let place = self.journeys.len();
                sessions.insert(session.clone().into_owned(), place);
                self.journeys.push(Journey { session: session.into_owned(), customer, events: Vec::new() });
                self.of_customer.resize(customers.texts.len(), Vec::new());
                self.of_customer[customer as usize].push(place as u32);
                place
            }
        };
        self.journeys[place].events.push(Event { at: at?, name: name?, failed: failed?, fields: fields.into() });
        Some(())
    }

    /// Number of journeys.
    #[must_use]
    pub fn journey_count(&self) -> usize {
        self.journeys.len()
    }
}

/// An event's name as conditions have it: lower case, blanks and dashes as `_`.
pub(super) fn event_name(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-'], "_")
}

/// A decimal amount in hundredths.
fn minor(amount: &str) -> Option<String> {
    Some(((amount.parse::<f64>().ok()? * 100.0).round() as i64).to_string())
}

/// `2026-11-20T08:15:23.123Z` in milliseconds since 1970.
fn epoch_ms(text: &str) -> Option<u64> {
    let (day, time) = text.strip_suffix('Z')?.split_once('T')?;
    let (time, ms) = time.split_once('.')?;
    let mut parts = time.split(':').map(|part| part.parse::<u64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let days = u64::try_from(days_from_civil(day.parse().ok()?)).ok()?;
    Some(days * DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms.parse::<u64>().ok()?)
}

/// The scalars of a JSON object, as texts.
struct Record<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'de> Deserialize<'de> for Record<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(18);
        while let Some(Text(key)) = map.next_key()? {
            if let Some(Scalar(value)) = map.next_value()? {
                fields.push((key, value));
            }
        }
        Ok(Record(fields))
    }
}

#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Scalar<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(value.to_string())))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Self::Value, E> {
        Ok(Scalar(Cow::Owned(value.to_string())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar(Cow::Borrowed("{}")))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar(Cow::Borrowed("[]")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_amounts_are_read() {
        assert_eq!(epoch_ms("1970-01-02T01:02:03.004Z"), Some(86_400_000 + 3_723_004));
        assert_eq!(epoch_ms("1970-01-02 01:02:03"), None);
        assert_eq!((minor("12.3"), minor("0.29"), minor("x")), (Some("1230".to_owned()), Some("29".to_owned()), None));
    }

    #[test]
    fn a_line_that_is_no_record_is_named() {
        let good = r#"{"timestamp":"1970-01-02T01:02:03.004Z","event":"Log In","session_id":"s","customer_id":"c","status":"failed","extra":{"a":1},"n":null}"#;
        let bank = Bank::read(&mut good.as_bytes()).unwrap();
        assert_eq!((bank.names.texts[0].as_str(), bank.journeys[0].events[0].failed), ("log_in", true));
        for (bad, says) in [("{", "line 2"), ("{\"event\":\"a\"}", "line 2 has no")] {
            let error = Bank::read(&mut format!("{good}\n{bad}\n").as_bytes()).err().unwrap();
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
