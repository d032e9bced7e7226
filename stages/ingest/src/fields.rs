//! Which field of an object is its time, its message, its severity: custom names first, then the aliases in their order.
//!
//! A field counts when it is present: not null, not blank, no empty container. A list of one scalar is that scalar. Of duplicate
//! keys the first present one counts. A time alias whose value is no time gives way to the next alias. `event`, `event_type` and
//! `action` are no messages: they name the event.

use schemas::policy::IngestPolicy;
use schemas::record::Severity;

use crate::json::{Field, Kind, Value};
use crate::severity;
use crate::time::{self, TimeContext};

/// A custom name, and its path when the value stands in a list.
struct Name {
    path: String,
    path_in_list: String,
}

impl Name {
    fn new(custom: &str) -> Option<Self> {
        (!custom.is_empty()).then(|| Self { path: custom.to_owned(), path_in_list: format!("{custom}[]") })
    }
}

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
    Some(match key {
        b"timestamp" => Builtin::Time(1),
        b"time" => Builtin::Time(2),
        b"ts" => Builtin::Time(3),
        b"@timestamp" => Builtin::Time(4),
        b"date" => Builtin::Time(5),
        b"datetime" => Builtin::Time(6),
        b"created_at" => Builtin::Time(7),
        b"logged_at" => Builtin::Time(8),
        b"event_time" => Builtin::Time(9),
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
        b"log_level" => Builtin::Severity(3),
        b"priority" => Builtin::Severity(4),
        b"loglevel" => Builtin::Severity(5),
        b"error_message" => Builtin::TestFailure(0),
        b"log_message" => Builtin::TestFailure(1),
        b"hook_error" => Builtin::TestFailure(2),
        b"selector" => Builtin::TestFailure(3),
        b"screenshot_path" => Builtin::TestFailure(SCREENSHOT),
        b"browser" | b"os" | b"operating_system" => Builtin::TestFailure(SCREENSHOT + 1),
        _ => return None,
    })
}

/// Ranks of times, the custom name's included.
const TIMES: usize = 10;
/// Paths of messages by rank less one.
const MESSAGE: [(&str, &str); 8] = [
    ("message", "message[]"),
    ("msg", "msg[]"),
    ("text", "text[]"),
    ("log", "log[]"),
    ("body", "body[]"),
    ("content", "content[]"),
    ("description", "description[]"),
    ("summary", "summary[]"),
];
/// Fields of failed tests that may hold their message, in this order. The others only say that a record is of a failed test.
const TEST_FAILURE: [(&str, &str); 4] =
    [("error_message", "error_message[]"), ("log_message", "log_message[]"), ("hook_error", "hook_error[]"), ("selector", "selector[]")];
const SCREENSHOT: usize = 4;

/// The names of all roles under a policy.
pub(crate) struct FieldMap {
    time: Option<Name>,
    message: Option<Name>,
    severity: Option<Name>,
    context: TimeContext,
    any_custom: bool,
    nested: bool,
}

impl FieldMap {
    /// The names of a policy, for a logical day.
    pub(crate) fn new(policy: &IngestPolicy, logical_day: i32) -> Self {
        let custom = [&policy.timestamp_field, &policy.message_field, &policy.severity_field];
        Self {
            time: Name::new(&policy.timestamp_field),
            message: Name::new(&policy.message_field),
            severity: Name::new(&policy.severity_field),
            context: TimeContext { offset_s: i64::from(policy.utc_offset_minutes) * 60, logical_day },
            any_custom: custom.iter().any(|name| !name.is_empty()),
            nested: custom.iter().any(|name| name.contains('.')),
        }
    }

    /// Whether a top-level field of this name can have a role.
    pub(crate) fn may_matter(&self, key: &[u8]) -> bool {
        let named = |name: &Option<Name>| name.as_ref().is_some_and(|name| name.path.as_bytes() == key);
        builtin(key).is_some() || named(&self.time) || named(&self.message) || named(&self.severity)
    }

    /// How this map reads times.
    pub(crate) fn time_context(&self) -> &TimeContext {
        &self.context
    }
}

/// What the fields of one object have told so far.
pub(crate) struct Collected<'a> {
    time: [Option<Value<'a>>; TIMES],
    message: Option<Choice>,
    severity: Option<(usize, Value<'a>)>,
    /// Whether the field stands in a list, for those that may hold the message.
    test_failure: [Option<bool>; TEST_FAILURE.len()],
    screenshot: Option<Value<'a>>,
    any_test_failure: bool,
    any_present: bool,
}

/// The best message field so far: its rank (0 is the custom one) and whether it stands in a list.
#[derive(Clone, Copy)]
struct Choice {
    rank: usize,
    in_list: bool,
}

/// What an object says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Facts<'m> {
    /// UTC nanoseconds.
    pub(crate) time_ns: Option<i64>,
    /// Severity.
    pub(crate) severity: Severity,
    /// Path of the message; empty when there is none.
    pub(crate) message_path: &'m str,
    /// Whether any field has a value.
    pub(crate) any_present: bool,
}

impl<'a> Collected<'a> {
    pub(crate) fn new() -> Self {
        Self {
            time: [None; TIMES],
            message: None,
            severity: None,
            test_failure: [None; TEST_FAILURE.len()],
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
            self.take_builtin(name, field);
        }
    }

    fn take_custom(&mut self, map: &FieldMap, field: Field<'a>) {
        let named = |name: &Option<Name>| name.as_ref().is_some_and(|name| is_path(name.path.as_bytes(), field));
        if named(&map.time) {
            self.time[0].get_or_insert(field.value);
        }
        if named(&map.message) && self.message.is_none_or(|best| best.rank > 0) {
            self.message = Some(Choice { rank: 0, in_list: field.in_list });
        }
        if named(&map.severity) && self.severity.is_none_or(|(best, _)| best > 0) {
            self.severity = Some((0, field.value));
        }
    }

    fn take_builtin(&mut self, name: Builtin, field: Field<'a>) {
        match name {
            Builtin::Time(rank) => {
                self.time[rank].get_or_insert(field.value);
            }
            Builtin::Message(rank) => {
                if self.message.is_none_or(|best| rank < best.rank) {
                    self.message = Some(Choice { rank, in_list: field.in_list });
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
                    slot.get_or_insert(field.in_list);
                } else if index == SCREENSHOT {
                    self.screenshot.get_or_insert(field.value);
                }
            }
        }
    }

    /// What the fields say together.
    pub(crate) fn facts<'m>(&self, map: &'m FieldMap) -> Facts<'m> {
        let mut time_ns = self.time.iter().flatten().find_map(|value| time_of(value, map));
        let mut message_path = self.message.map_or("", |choice| map.message_path(choice));
        let incomplete = self.time[1..].iter().all(Option::is_none) || self.message.is_none();
        if self.any_test_failure && incomplete {
            // `error_message` and `log_message` come before `message`, the others after it.
            let messages = if self.message.is_some() { 2 } else { TEST_FAILURE.len() };
            let found = self.test_failure[..messages].iter().zip(TEST_FAILURE).find_map(|(in_list, paths)| Some(((*in_list)?, paths)));
            if let Some((in_list, (path, path_in_list))) = found {
                message_path = if in_list { path_in_list } else { path };
            }
            time_ns = time_ns.or_else(|| time::of_screenshot(self.screenshot?.text));
        }
        let severity = self.severity.map_or(Severity::Unknown, |(_, value)| severity::of_field(value.text));
        Facts { time_ns, severity, message_path, any_present: self.any_present }
    }
}

impl FieldMap {
    fn message_path(&self, choice: Choice) -> &str {
        match (&self.message, choice.rank) {
            (Some(name), 0) if choice.in_list => &name.path_in_list,
            (Some(name), 0) => &name.path,
            (_, rank) => {
                let (path, path_in_list) = MESSAGE[rank.saturating_sub(1)];
                if choice.in_list { path_in_list } else { path }
            }
        }
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
        (facts.time_ns, facts.severity, facts.message_path.to_owned(), facts.any_present)
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
        message(r#"{"MESSAGE":"a"}"#, "");
        message(r#"{"a":{"message":"x"}}"#, "");
    }

    #[test]
    fn times_by_alias() {
        time(r#"{"ts":1732090523,"time":"2024-11-20T08:15:24Z"}"#, 1_732_090_524);
        time(r#"{"time":35,"ts":1732090523}"#, 1_732_090_523);
        time(r#"{"timestamp":["2024-11-20T08:15:23Z"]}"#, 1_732_090_523);
        time(r#"{"date":"20\/Nov\/2024:08:15:23 +0000"}"#, 1_732_090_523);
        time(r#"{"timestamp":"2024-11-20T08:15:23Z","timestamp":"2025-11-20T08:15:23Z"}"#, 1_732_090_523);
        time(r#"{"timestamp":NaN}"#, None);
        time(r#"{"timestamp":true,"a":1}"#, None);
    }

    #[test]
    fn severities_by_alias() {
        for (text, expected) in [
            (r#"{"level":"warn"}"#, Severity::Warning),
            (r#"{"level":30}"#, Severity::Info),
            (r#"{"priority":3,"severity":"info"}"#, Severity::Info),
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
