//! The kind of event a record is: name, HTTP call and outcome. Two records are of one event type exactly if these agree.

use std::sync::Arc;

use schemas::record::{CleanRecord, Outcome};

use super::field::{Fields, Role};
use super::{http, outcome};
use crate::remember::Remembered;
use crate::trim::trim;

/// Bytes of an event name.
pub(crate) const NAME_BYTES_MAX: usize = 64;
/// The name of events whose type is beyond the limits.
pub(crate) const OTHER: &str = "other_event";

/// The kind of one event. An empty name: the template names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Event name, or empty.
    pub name: Arc<str>,
    /// HTTP method; empty when it is no call.
    pub method: &'static str,
    /// HTTP route; empty when it is no call.
    pub route: Arc<str>,
    /// HTTP status, 0 when none.
    pub status: u16,
    /// Outcome by fields, status and name.
    pub outcome: Outcome,
    /// Latency found in the message of a call.
    pub latency_us: Option<u64>,
}

impl Kind {
    /// The bytes that tell kinds apart; they sort by name, method, route, status, outcome.
    pub(crate) fn key(&self, out: &mut Vec<u8>) {
        write_key(&self.name, self.method, &self.route, self.status, self.outcome, out);
    }
}

/// Writes the key of a kind given by its parts.
pub(crate) fn write_key(name: &str, method: &str, route: &str, status: u16, outcome: Outcome, out: &mut Vec<u8>) {
    out.clear();
    for text in [name, method, route] {
        out.extend_from_slice(text.as_bytes());
        out.push(0);
    }
    out.extend_from_slice(&status.to_be_bytes());
    out.push(outcome_number(outcome));
}

/// The parts of a key; none when it is not one.
pub(crate) fn read_key(key: &[u8]) -> Option<(&str, &str, &str, u16, Outcome)> {
    let (texts, tail) = key.split_at_checked(key.len().checked_sub(3)?)?;
    let mut texts = std::str::from_utf8(texts).ok()?.split('\0');
    let (name, method, route) = (texts.next()?, texts.next()?, texts.next()?);
    Some((name, method, route, u16::from_be_bytes([tail[0], tail[1]]), outcome_of_number(tail[2])))
}

/// A number that sorts as the outcome does.
pub(crate) fn outcome_number(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Unknown => 0,
        Outcome::Success => 1,
        Outcome::Failure => 2,
    }
}

/// The outcome with this number.
pub(crate) fn outcome_of_number(number: u8) -> Outcome {
    match number {
        1 => Outcome::Success,
        2 => Outcome::Failure,
        _ => Outcome::Unknown,
    }
}

/// Reads kinds; remembers what names said, so that words are looked at once.
#[derive(Default)]
pub(crate) struct Reader {
    names: Remembered<Named>,
    of_transactions: Remembered<Named>,
    results: Remembered<Outcome>,
    routes: http::Routes,
    no_route: Arc<str>,
}

/// A name, and how what it names ended.
type Named = Option<(Arc<str>, Outcome)>;

impl Reader {
    /// The kind of a record.
    pub(crate) fn kind(&mut self, record: &CleanRecord<'_>, fields: &Fields<'_>) -> Kind {
        let call = http::call(fields, record.message, &mut self.routes);
        let status = call.as_ref().map_or_else(|| fields.status().unwrap_or(0), |call| call.status);
        let stated = outcome::of_fields(fields, (status != 0).then_some(status), |text| self.results.of(text, outcome::of_result));
        let named = self.name(record, fields, call.is_some());
        let latency_us = call.as_ref().and_then(|call| call.latency_us);
        // A status without a call is a result, not part of what the event is.
        let (method, route, status) = match call {
            Some(call) => (call.method, call.route, call.status),
            None => ("", Arc::clone(&self.no_route), 0),
        };
        let (name, by_name) = named.unwrap_or_else(|| (call_name(method, &route, status).into(), Outcome::Unknown));
        Kind { name, method, route, status, outcome: outcome::worse(stated, by_name), latency_us }
    }

    fn name(&mut self, record: &CleanRecord<'_>, fields: &Fields<'_>, is_call: bool) -> Named {
        if let Some(found) = fields.text(Role::Event).and_then(|text| self.event_name(text)) {
            return Some(found);
        }
        let of_transaction = |text: &str| event_name(text).map(|(name, outcome)| (format!("{name}_event").into(), outcome));
        if let Some(found) = fields.text(Role::TransactionType).and_then(|text| self.of_transactions.of(text, of_transaction)) {
            return Some(found);
        }
        let message = trim(record.message);
        let is_word = !message.is_empty()
            && message.len() <= NAME_BYTES_MAX
            && message.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'-');
        if !is_call && is_word { self.event_name(message) } else { None }
    }

    fn event_name(&mut self, text: &str) -> Named {
        self.names.of(text, event_name)
    }
}

fn event_name(text: &str) -> Named {
    normalise(text).map(|name| {
        let outcome = outcome::of_text(&name);
        (name.into(), outcome)
    })
}

/// `METHOD /route status`; empty when it is no call.
fn call_name(method: &str, route: &str, status: u16) -> String {
    match (method, status) {
        ("", _) => String::new(),
        (_, 0) => format!("{method} {route}"),
        _ => format!("{method} {route} {status}"),
    }
}

/// The name of an event field: lower case, blanks, dashes and the borders of `CamelCase` as `_`, so that its words can be told. None when it is a sentence or an id rather than a name.
pub(crate) fn normalise(text: &str) -> Option<String> {
    let text = text.trim();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ' | b':' | b'/');
    let is_name = text.len() <= NAME_BYTES_MAX
        && text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && text.bytes().all(allowed)
        && letters >= 2
        && digits <= 3
        && text.split(' ').count() <= 5;
    is_name.then(|| {
        let mut name = String::with_capacity(text.len());
        let mut small_before = false;
        for letter in text.chars() {
            if small_before && letter.is_ascii_uppercase() {
                name.push('_');
            }
            small_before = letter.is_ascii_lowercase();
            let letter = if matches!(letter, ' ' | '-') { '_' } else { letter.to_ascii_lowercase() };
            if letter != '_' || !name.ends_with('_') {
                name.push(letter);
            }
        }
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::field::Roles;
    use schemas::ids::RecordRef;
    use schemas::record::{Field, Scalar, Severity};

    #[track_caller]
    fn check(message: &str, fields: &[(&str, Scalar<'_>)], expected: (&str, &str, &str, u16, Outcome)) {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let fields = fields.iter().zip(0..).map(|((_, value), path)| Field { path, value: *value }).collect();
        let at = RecordRef { source: 0, offset: 0 };
        let record = CleanRecord { at, time_ns: None, severity: Severity::Info, session: "", customer: "", trace: "", message, fields };
        let kind = Reader::default().kind(&record, &Roles::of_names(&names, &mut Default::default()).fields(&record));
        assert_eq!((&*kind.name, kind.method, &*kind.route, kind.status, kind.outcome), expected);
        let mut key = Vec::new();
        kind.key(&mut key);
        assert_eq!(read_key(&key), Some(expected));
    }

    #[test]
    fn the_event_field_names_it_and_the_call_belongs_to_it() {
        let call = [
            ("event", Scalar::Text("Transfer-Submitted")),
            ("http.method", Scalar::Text("post")),
            ("http.path", Scalar::Text("/api/accounts/77/transfers")),
            ("http.status", Scalar::Int(500)),
        ];
        check("x", &call, ("transfer_submitted", "POST", "/api/accounts/{account_id}/transfers", 500, Outcome::Failure));
        check(
            "x",
            &call[1..],
            ("POST /api/accounts/{account_id}/transfers 500", "POST", "/api/accounts/{account_id}/transfers", 500, Outcome::Failure),
        );
    }

    #[test]
    fn transaction_types_words_and_sentences() {
        check("", &[("transaction_type", Scalar::Text("ATM Withdrawal"))], ("atm_withdrawal_event", "", "", 0, Outcome::Unknown));
        check("", &[("event", Scalar::Text("UserLoginFailed"))], ("user_login_failed", "", "", 0, Outcome::Failure));
        check("", &[("event", Scalar::Text("SCAOk-Now"))], ("scaok_now", "", "", 0, Outcome::Unknown));
        check("SESSION_START", &[], ("session_start", "", "", 0, Outcome::Unknown));
        check("user logged in", &[], ("", "", "", 0, Outcome::Unknown));
        check("", &[("event", Scalar::Text("the user 12345678 has failed"))], ("", "", "", 0, Outcome::Unknown));
        check("", &[("event", Scalar::Text("login")), ("status", Scalar::Text("DENIED"))], ("login", "", "", 0, Outcome::Failure));
        check("", &[("event", Scalar::Text("login")), ("success", Scalar::Bool(true))], ("login", "", "", 0, Outcome::Success));
    }
}
