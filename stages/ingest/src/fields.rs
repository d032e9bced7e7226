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

/// Names of a role, custom name first; each with its path when the value stands in a list.
struct Role {
    custom: Option<Name>,
    aliases: &'static [(&'static str, &'static str)],
}

struct Name {
    path: String,
    path_in_list: String,
}

const TIME: [(&str, &str); 9] = [
    ("timestamp", "timestamp[]"),
    ("time", "time[]"),
    ("ts", "ts[]"),
    ("@timestamp", "@timestamp[]"),
    ("date", "date[]"),
    ("datetime", "datetime[]"),
    ("created_at", "created_at[]"),
    ("logged_at", "logged_at[]"),
    ("event_time", "event_time[]"),
];
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
const SEVERITY: [(&str, &str); 5] =
    [("severity", "severity[]"), ("level", "level[]"), ("log_level", "log_level[]"), ("priority", "priority[]"), ("loglevel", "loglevel[]")];
/// Fields that only records of failed tests have; the first four may hold their message, in this order.
const TEST_FAILURE: [(&str, &str); 8] = [
    ("error_message", "error_message[]"),
    ("log_message", "log_message[]"),
    ("hook_error", "hook_error[]"),
    ("selector", "selector[]"),
    ("screenshot_path", "screenshot_path[]"),
    ("browser", "browser[]"),
    ("os", "os[]"),
    ("operating_system", "operating_system[]"),
];
const SCREENSHOT: usize = 4;
const TEST_MESSAGES: usize = 4;

/// The names of all roles under a policy.
pub(crate) struct FieldMap {
    time: Role,
    message: Role,
    severity: Role,
    context: TimeContext,
    nested: bool,
}

impl FieldMap {
    /// The names of a policy, for a logical day.
    pub(crate) fn new(policy: &IngestPolicy, logical_day: i32) -> Self {
        let role = |custom: &str, aliases| Role {
            custom: (!custom.is_empty()).then(|| Name { path: custom.to_owned(), path_in_list: format!("{custom}[]") }),
            aliases,
        };
        Self {
            time: role(&policy.timestamp_field, &TIME),
            message: role(&policy.message_field, &MESSAGE),
            severity: role(&policy.severity_field, &SEVERITY),
            context: TimeContext { offset_s: i64::from(policy.utc_offset_minutes) * 60, logical_day },
            nested: [&policy.timestamp_field, &policy.message_field, &policy.severity_field].iter().any(|name| name.contains('.')),
        }
    }

    /// How this map reads times.
    pub(crate) fn time_context(&self) -> &TimeContext {
        &self.context
    }
}

/// What the fields of one object have told so far.
pub(crate) struct Collected<'a> {
    time: [Option<Value<'a>>; 10],
    message: Option<Choice>,
    severity: Option<(usize, Value<'a>)>,
    test_failure: [Option<(Value<'a>, bool)>; TEST_FAILURE.len()],
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
        Self { time: [None; 10], message: None, severity: None, test_failure: [None; 8], any_test_failure: false, any_present: false }
    }

    /// Takes note of one field.
    pub(crate) fn take(&mut self, map: &FieldMap, field: Field<'a>) {
        if field.parent.is_some() && !map.nested {
            return;
        }
        let value = field.value;
        if !value.is_present() {
            return;
        }
        self.any_present |= field.parent.is_none();
        if !value.is_scalar() {
            return;
        }
        if let Some(rank) = map.time.rank(field) {
            self.time[rank].get_or_insert(value);
        }
        if let Some(rank) = map.message.rank(field)
            && self.message.is_none_or(|best| rank < best.rank)
        {
            self.message = Some(Choice { rank, in_list: field.in_list });
        }
        if let Some(rank) = map.severity.rank(field)
            && self.severity.is_none_or(|(best, _)| rank < best)
        {
            self.severity = Some((rank, value));
        }
        if field.parent.is_none()
            && let Some(index) = TEST_FAILURE.iter().position(|(name, _)| name.as_bytes() == field.key)
        {
            self.test_failure[index].get_or_insert((value, field.in_list));
            self.any_test_failure = true;
        }
    }

    /// What the fields say together.
    pub(crate) fn facts<'m>(&self, map: &'m FieldMap) -> Facts<'m> {
        let mut time_ns = self.time.iter().flatten().find_map(|value| time_of(value, map));
        let mut message_path = self.message.map_or("", |choice| map.message.path(choice));
        let incomplete = self.time[1..].iter().all(Option::is_none) || self.message.is_none();
        if self.any_test_failure && incomplete {
            // `error_message` and `log_message` come before `message`, the others after it.
            let messages = if self.message.is_some() { 2 } else { TEST_MESSAGES };
            let found = (0..messages).find_map(|index| self.test_failure[index].map(|(_, in_list)| (index, in_list)));
            if let Some((index, in_list)) = found {
                message_path = if in_list { TEST_FAILURE[index].1 } else { TEST_FAILURE[index].0 };
            }
            time_ns = time_ns.or_else(|| time::of_screenshot(self.test_failure[SCREENSHOT]?.0.text));
        }
        let severity = self.severity.map_or(Severity::Unknown, |(_, value)| severity::of_field(value.text));
        Facts { time_ns, severity, message_path, any_present: self.any_present }
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

impl Role {
    /// The rank of a field in this role: 0 for the custom name, then the aliases.
    fn rank(&self, field: Field<'_>) -> Option<usize> {
        if let Some(custom) = &self.custom
            && is_path(custom.path.as_bytes(), field)
        {
            return Some(0);
        }
        if field.parent.is_some() {
            return None;
        }
        self.aliases.iter().position(|(name, _)| name.as_bytes() == field.key).map(|index| index + 1)
    }

    fn path(&self, choice: Choice) -> &str {
        match (&self.custom, choice.rank) {
            (Some(name), 0) if choice.in_list => &name.path_in_list,
            (Some(name), 0) => &name.path,
            (_, rank) => {
                let (path, path_in_list) = self.aliases[rank - 1];
                if choice.in_list { path_in_list } else { path }
            }
        }
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
