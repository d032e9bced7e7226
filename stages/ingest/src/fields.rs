//! Which field of an object is its time, its message, its severity: custom names first, then the aliases in their order.
//!
//! Names are compared without regard to the case of ASCII letters (Windows writes `Message`, spreadsheets write `Content`) and, in names of several words, to how the
//! words are joined (`event_time`, `eventTime`, `event-time`); custom ones as they are.
//! A field counts when it is present: not null, not blank, no empty container. A list of one scalar is that scalar. Of duplicate
//! keys the first present one counts. A time alias whose value is no time gives way to the next alias. `event`, `event_type` and
//! `action` are no messages: they name the event.

use std::borrow::Cow;

use schemas::policy::IngestPolicy;
use schemas::record::Severity;

use crate::json::{Field, Kind, Value};
use crate::severity;
use crate::time::{self, TimeContext};

/// What a built-in name is, with its rank: 0 is the custom name's, lower comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Builtin {
    Time(usize),
    Message(usize),
    Severity(usize),
    TestFailure(usize),
}

/// Built-in names, as one comparison by length and bytes: this runs for every field of every record.
fn builtin(key: &[u8]) -> Option<Builtin> {
    if key.len() > NAME_BYTES_MAX {
        return None;
    }
    if key.iter().any(|byte| byte.is_ascii_uppercase() || *byte == b'-') {
        let mut joined = [0; NAME_BYTES_MAX];
        let mut length = 0;
        for byte in key.iter().filter(|byte| !matches!(byte, b'-' | b'_')) {
            joined[length] = byte.to_ascii_lowercase();
            length += 1;
        }
        return of_lower(&joined[..length]);
    }
    of_lower(key)
}

/// Names in lower case, those of several words with `_` or without anything between them.
fn of_lower(key: &[u8]) -> Option<Builtin> {
    Some(match key {
        b"timestamp" => Builtin::Time(1),
        b"time" => Builtin::Time(TIME_OF_DAY),
        b"ts" => Builtin::Time(3),
        b"@timestamp" => Builtin::Time(4),
        b"date" => Builtin::Time(DATE),
        b"datetime" => Builtin::Time(6),
        b"created_at" | b"createdat" => Builtin::Time(7),
        b"logged_at" | b"loggedat" => Builtin::Time(8),
        b"event_time" | b"eventtime" => Builtin::Time(9),
        b"message" => Builtin::Message(1),
        b"msg" => Builtin::Message(2),
        b"text" => Builtin::Message(3),
        b"log" => Builtin::Message(4),
        b"body" => Builtin::Message(5),
        b"content" => Builtin::Message(6),
        b"description" => Builtin::Message(7),
        b"summary" => Builtin::Message(8),
        b"severity" => Builtin::Severity(1),
        b"level" => Builtin::Severity(2),
        b"log_level" | b"loglevel" => Builtin::Severity(3),
        b"priority" => Builtin::Severity(4),
        b"error_message" | b"errormessage" => Builtin::TestFailure(0),
        b"log_message" | b"logmessage" => Builtin::TestFailure(1),
        b"hook_error" | b"hookerror" => Builtin::TestFailure(2),
        b"selector" => Builtin::TestFailure(3),
        b"screenshot_path" | b"screenshotpath" => Builtin::TestFailure(SCREENSHOT),
        b"browser" | b"os" | b"operating_system" | b"operatingsystem" => Builtin::TestFailure(SCREENSHOT + 1),
        _ => return None,
    })
}

/// Ranks of times, the custom name's included.
const TIMES: usize = 10;
const TIME_OF_DAY: usize = 2;
const DATE: usize = 5;
/// Fields of failed tests that may hold their message, the first ones. The others only say that a record is of a failed test.
const TEST_MESSAGES: usize = 4;
const SCREENSHOT: usize = TEST_MESSAGES;
/// Bytes of the longest name.
const NAME_BYTES_MAX: usize = 16;

/// The names of all roles under a policy.
pub(crate) struct FieldMap {
    time: Option<String>,
    message: Option<String>,
    severity: Option<String>,
    context: TimeContext,
    any_custom: bool,
    nested: bool,
}

impl FieldMap {
    /// The names of a policy, for a logical day.
    pub(crate) fn new(policy: &IngestPolicy, logical_day: i32) -> Self {
        let custom = [&policy.timestamp_field, &policy.message_field, &policy.severity_field];
        Self {
            time: custom_name(&policy.timestamp_field),
            message: custom_name(&policy.message_field),
            severity: custom_name(&policy.severity_field),
            context: TimeContext { offset_s: i64::from(policy.utc_offset_minutes) * 60, logical_day },
            any_custom: custom.iter().any(|name| !name.is_empty()),
            nested: custom.iter().any(|name| name.contains('.')),
        }
    }

    /// Whether a top-level field of this name can have a role.
    pub(crate) fn may_matter(&self, key: &[u8]) -> bool {
        let named = |name: &Option<String>| name.as_ref().is_some_and(|name| name.as_bytes() == key);
        builtin(key).is_some() || named(&self.time) || named(&self.message) || named(&self.severity)
    }

    /// How this map reads times.
    pub(crate) fn time_context(&self) -> &TimeContext {
        &self.context
    }
}

fn custom_name(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

/// What the fields of one object have told so far.
pub(crate) struct Collected<'a> {
    time: [Option<Value<'a>>; TIMES],
    message: Option<Choice<'a>>,
    severity: Option<(usize, Value<'a>)>,
    test_failure: [Option<Choice<'a>>; TEST_MESSAGES],
    screenshot: Option<Value<'a>>,
    any_test_failure: bool,
    any_present: bool,
}

/// A field that may be the message: its rank (0 is the custom one), its key, and whether its value stands in a list.
#[derive(Clone, Copy)]
struct Choice<'a> {
    rank: usize,
    key: &'a [u8],
    in_list: bool,
}

/// What an object says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Facts<'a> {
    /// UTC nanoseconds.
    pub(crate) time_ns: Option<i64>,
    /// Severity.
    pub(crate) severity: Severity,
    /// Path of the message; empty when there is none.
    pub(crate) message_path: Cow<'a, str>,
    /// Whether any field has a value.
    pub(crate) any_present: bool,
}

impl<'a> Collected<'a> {
    pub(crate) fn new() -> Self {
        Self {
            time: [None; TIMES],
            message: None,
            severity: None,
            test_failure: [None; TEST_MESSAGES],
            screenshot: None,
            any_test_failure: false,
            any_present: false,
        }
    }

    /// Notes that a field without a role has a value.
    pub(crate) fn note_present(&mut self) {
        self.any_present = true;
    }

    /// Takes note of one field.
    #[inline]
    pub(crate) fn take(&mut self, map: &FieldMap, field: Field<'a>) {
        if field.parent.is_some() && !map.nested || !field.value.is_present() {
            return;
        }
        self.any_present |= field.parent.is_none();
        if !field.value.is_scalar() {
            return;
        }
        if map.any_custom {
            self.take_custom(map, field);
        }
        if field.parent.is_none()
            && let Some(name) = builtin(field.key)
        {
            self.take_builtin(name, map, field);
        }
    }

    fn take_custom(&mut self, map: &FieldMap, field: Field<'a>) {
        let named = |name: &Option<String>| name.as_ref().is_some_and(|name| is_path(name.as_bytes(), field));
        if named(&map.time) {
            self.time[0].get_or_insert(field.value);
        }
        if named(&map.message) && self.message.is_none_or(|best| best.rank > 0) {
            self.message = Some(Choice { rank: 0, key: field.key, in_list: field.in_list });
        }
        if named(&map.severity) && self.severity.is_none_or(|(best, _)| best > 0) {
            self.severity = Some((0, field.value));
        }
    }

    fn take_builtin(&mut self, name: Builtin, map: &FieldMap, field: Field<'a>) {
        match name {
            Builtin::Time(rank) => {
                // Of two fields of one name the first that holds a time counts.
                if self.time[rank].is_none_or(|earlier| time_of(&earlier, map).is_none()) {
                    self.time[rank] = Some(field.value);
                }
            }
            Builtin::Message(rank) => {
                if self.message.is_none_or(|best| rank < best.rank) {
                    self.message = Some(Choice { rank, key: field.key, in_list: field.in_list });
                }
            }
            Builtin::Severity(rank) => {
                if self.severity.is_none_or(|(best, _)| rank < best) {
                    self.severity = Some((rank, field.value));
                }
            }
            Builtin::TestFailure(index) => {
                self.any_test_failure = true;
                if let Some(slot) = self.test_failure.get_mut(index) {
                    slot.get_or_insert(Choice { rank: index + 1, key: field.key, in_list: field.in_list });
                } else if index == SCREENSHOT {
                    self.screenshot.get_or_insert(field.value);
                }
            }
        }
    }

    /// What the fields say together.
    pub(crate) fn facts(&self, map: &'a FieldMap) -> Facts<'a> {
        let mut time_ns = self.time(map);
        let mut message = self.message;
        let incomplete = self.time[1..].iter().all(Option::is_none) || self.message.is_none();
        if self.any_test_failure && incomplete {
            // `error_message` and `log_message` come before `message`, the others after it.
            let messages = if message.is_some() { 2 } else { TEST_MESSAGES };
            message = self.test_failure[..messages].iter().flatten().next().copied().or(message);
            time_ns = time_ns.or_else(|| time::of_screenshot(self.screenshot?.text));
        }
        let severity = self.severity.map_or(Severity::Unknown, |(_, value)| severity::of_field(value.text));
        let message_path = message.map_or(Cow::Borrowed(""), |choice| choice.path(map));
        Facts { time_ns, severity, message_path, any_present: self.any_present }
    }
}

impl Collected<'_> {
    /// The first alias that holds a time; a date stands together with the time of day beside it.
    fn time(&self, map: &FieldMap) -> Option<i64> {
        let (rank, time_ns) = self.time.iter().enumerate().find_map(|(rank, value)| Some((rank, time_of(value.as_ref()?, map)?)))?;
        if rank == DATE
            && let (Some(date), Some(time_of_day)) = (self.time[DATE], self.time[TIME_OF_DAY])
        {
            let both = [date.text.trim_ascii(), b" ", time_of_day.text.trim_ascii()].concat();
            return map.context.of_field(&both).or(Some(time_ns));
        }
        Some(time_ns)
    }
}

impl<'a> Choice<'a> {
    /// The path of the field: of the custom one as the policy writes it, of others their key.
    fn path(self, map: &'a FieldMap) -> Cow<'a, str> {
        let key = match &map.message {
            Some(custom) if self.rank == 0 => custom.as_str(),
            _ => std::str::from_utf8(self.key).unwrap_or_default(),
        };
        if self.in_list { Cow::Owned(format!("{key}[]")) } else { Cow::Borrowed(key) }
    }
}

fn time_of(value: &Value<'_>, map: &FieldMap) -> Option<i64> {
    match value.kind {
        // Nothing that is part of a time is ever written with an escape, `\/` apart.
        Kind::String { escaped: true } => {
            let plain: Vec<u8> = value.text.iter().copied().filter(|&byte| byte != b'\\').take(64).collect();
            map.context.of_field(&plain)
        }
        Kind::String { .. } | Kind::Number => map.context.of_field(value.text),
        _ => None,
    }
}

/// Whether `path` names the field: as it is written, or as `parent.key`.
fn is_path(path: &[u8], field: Field<'_>) -> bool {
    match field.parent {
        None => path == field.key,
        Some(parent) => {
            path.len() == parent.len() + 1 + field.key.len() && path.starts_with(parent) && path[parent.len()] == b'.' && path.ends_with(field.key)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts_of(text: &str, policy: &IngestPolicy) -> (Option<i64>, Severity, String, bool) {
        let map = FieldMap::new(policy, 20_047);
        let mut collected = Collected::new();
        crate::json::walk(text.as_bytes(), |field| collected.take(&map, field)).unwrap();
        let facts = collected.facts(&map);
        (facts.time_ns, facts.severity, facts.message_path.into_owned(), facts.any_present)
    }

    fn message(text: &str, expected: &str) {
        assert_eq!(facts_of(text, &IngestPolicy::default()).2, expected, "{text}");
    }

    fn time(text: &str, expected_s: impl Into<Option<i64>>) {
        assert_eq!(facts_of(text, &IngestPolicy::default()).0, expected_s.into().map(|seconds| seconds * 1_000_000_000), "{text}");
    }

    #[test]
    fn messages_by_alias() {
        message(r#"{"msg":"a","message":"b"}"#, "message");
        message(r#"{"message":" ","msg":"a"}"#, "msg");
        message(r#"{"message":null,"summary":"a"}"#, "summary");
        message(r#"{"message":["a"]}"#, "message[]");
        message(r#"{"message":["a","b"],"msg":"c"}"#, "msg");
        message(r#"{"message":{"a":1},"log":"c"}"#, "log");
        message(r#"{"event":"a","event_type":"b","action":"c"}"#, "");
        message(r#"{"MESSAGE":"a"}"#, "MESSAGE");
        message(r#"{"Msg":["a"],"Content":"b"}"#, "Msg[]");
        message(r#"{"a":{"message":"x"}}"#, "");
    }

    #[test]
    fn times_by_alias() {
        time(r#"{"ts":1732090523,"time":"2024-11-20T08:15:24Z"}"#, 1_732_090_524);
        time(r#"{"time":35,"ts":1732090523}"#, 1_732_090_523);
        time(r#"{"timestamp":["2024-11-20T08:15:23Z"]}"#, 1_732_090_523);
        time(r#"{"date":"20\/Nov\/2024:08:15:23 +0000"}"#, 1_732_090_523);
        time(r#"{"timestamp":"2024-11-20T08:15:23Z","timestamp":"2025-11-20T08:15:23Z"}"#, 1_732_090_523);
        time(r#"{"Timestamp":"x","timestamp":"2024-11-20T08:15:23Z"}"#, 1_732_090_523);
        time(r#"{"date":"2024-11-20","time":"08:15:23"}"#, 1_732_090_523);
        time(r#"{"date":"20.11.2024","time":"08:15:23.000"}"#, 1_732_090_523);
        time(r#"{"date":"2024-11-20","time":"soon"}"#, 1_732_060_800);
        // Finding 13 of the review of issue 2: `event_time` was known, `eventTime` was not.
        for name in ["event_time", "eventTime", "EventTime", "event-time", "EVENT_TIME", "eventtime", "createdAt", "Logged-At"] {
            time(&format!(r#"{{"{name}":"2024-11-20T08:15:23Z"}}"#), 1_732_090_523);
        }
        time(r#"{"event.time":"2024-11-20T08:15:23Z"}"#, None);
        time(r#"{"timestamp":NaN}"#, None);
        time(r#"{"timestamp":true,"a":1}"#, None);
    }

    #[test]
    fn severities_by_alias() {
        for (text, expected) in [
            (r#"{"level":"warn"}"#, Severity::Warning),
            (r#"{"level":30}"#, Severity::Info),
            (r#"{"priority":3,"severity":"info"}"#, Severity::Info),
            (r#"{"logLevel":"warn"}"#, Severity::Warning),
            (r#"{"a":1}"#, Severity::Unknown),
        ] {
            assert_eq!(facts_of(text, &IngestPolicy::default()).1, expected, "{text}");
        }
    }

    #[test]
    fn custom_names_come_first() {
        let policy = IngestPolicy {
            timestamp_field: "meta.when".to_owned(),
            message_field: "payload".to_owned(),
            severity_field: "log.level".to_owned(),
            ..IngestPolicy::default()
        };
        let text = r#"{"message":"m","payload":"p","time":1732090599,"meta":{"when":1732090523},"log.level":"error","level":"info"}"#;
        assert_eq!(facts_of(text, &policy), (Some(1_732_090_523_000_000_000), Severity::Error, "payload".to_owned(), true));
        let without = r#"{"message":"m","time":1732090523}"#;
        assert_eq!(facts_of(without, &policy), (Some(1_732_090_523_000_000_000), Severity::Unknown, "message".to_owned(), true));
    }

    #[test]
    fn an_object_without_any_value_is_empty() {
        for text in ["{}", r#"{"a":null,"b":" ","c":{},"d":[]}"#] {
            assert!(!facts_of(text, &IngestPolicy::default()).3, "{text}");
        }
        assert!(facts_of(r#"{"a":0}"#, &IngestPolicy::default()).3);
        assert!(facts_of(r#"{"a":{"b":null}}"#, &IngestPolicy::default()).3);
    }

    #[test]
    fn failed_tests_say_what_failed() {
        message(r#"{"selector":"\#login","error_message":"no such element","browser":"firefox"}"#.replace("\\#", "#").as_str(), "error_message");
        message(r##"{"selector":"#a","hook_error":"before all"}"##, "hook_error");
        message(r##"{"selector":"#a","message":"m"}"##, "message");
        message(r##"{"log_message":"l","message":"m","os":"linux"}"##, "log_message");
        message(r#"{"error_message":"e","message":"m","timestamp":"2024-11-20T08:15:23Z"}"#, "message");
        time(r#"{"error_message":"e","screenshot_path":"/s/a_2024-11-20_08-15-23.png"}"#, 1_732_090_523);
        time(r#"{"error_message":"e"}"#, None);
    }
}
