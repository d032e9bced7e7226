//! One event as a document of the Elastic Common Schema (ECS 8.17), so that a SIEM takes the log as it is.
//!
//! The fields: `@timestamp`, `ecs.version`, `event.{action,category,kind,type,outcome,reason,sequence}`, `process.pid`,
//! `service.{name,version}`, `user.id` (the real user), `labels` (text, from the places that decide: names of steps and files of the
//! run, digests, ids, numbers), and under `logminer` the chain: `before` is the digest of the line before.

use schemas::audit::{AuditAction, EventOutcome};
use schemas::ids::Digest;
use serde_json::{Map, Value, json};

/// Characters of a label or reason that are kept.
const LABEL_CHARS_MAX: usize = 1024;

/// What was decided, before it has its place in the log.
#[derive(Debug, Clone)]
pub(super) struct Event {
    action: AuditAction,
    at: jiff::Timestamp,
    details: Map<String, Value>,
}

impl Event {
    pub(super) fn new(action: AuditAction, details: Map<String, Value>) -> Self {
        Self { action, at: jiff::Timestamp::now(), details }
    }

    /// The line with its line feed. A detail named `reason` becomes `event.reason`; one named `exit` decides the outcome.
    pub(super) fn line(&self, sequence: u64, before: Digest, torn_bytes: u64) -> Vec<u8> {
        let exit = self.details.get("exit").and_then(Value::as_u64);
        let outcome = match exit {
            Some(0) => EventOutcome::Success,
            Some(_) => EventOutcome::Failure,
            None => self.action.outcome(),
        };
        let mut event = json!({
            "action": self.action.name(), "category": [self.action.category().name()], "kind": "event",
            "outcome": outcome.name(), "sequence": sequence, "type": [self.action.event_type().name()],
        });
        let mut labels = Map::new();
        for (name, value) in &self.details {
            if name == "reason" {
                event["reason"] = text(value).into();
            } else {
                labels.insert(name.clone(), text(value).into());
            }
        }
        let mut chain = json!({ "before": before });
        if torn_bytes > 0 {
            chain["torn_bytes"] = torn_bytes.into();
        }
        let document = json!({
            "@timestamp": self.at.to_string(),
            "ecs": { "version": "8.17.0" },
            "event": event,
            "labels": labels,
            "logminer": chain,
            "process": { "pid": std::process::id() },
            "service": { "name": "logminer", "version": env!("CARGO_PKG_VERSION") },
            "user": { "id": rustix::process::getuid().as_raw().to_string() },
        });
        let mut line = document.to_string().into_bytes();
        line.push(b'\n');
        line
    }
}

fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(LABEL_CHARS_MAX).collect()
}

/// The place of a line in the log: `event.sequence`, or `number` in lines of version 0.1.
pub(super) fn sequence(event: &Value) -> Option<u64> {
    event["event"]["sequence"].as_u64().or_else(|| event["number"].as_u64())
}

/// The digest of the line before, as the line says it.
pub(super) fn before(event: &Value) -> Option<Digest> {
    event["logminer"]["before"].as_str().or_else(|| event["before"].as_str()).and_then(Digest::from_hex)
}

/// The name of what was decided.
#[must_use]
pub fn action(event: &Value) -> &str {
    event["event"]["action"].as_str().or_else(|| event["action"].as_str()).unwrap_or_default()
}

/// A label, or a detail of a line of version 0.1.
#[must_use]
pub fn label<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    event["labels"][name].as_str().or_else(|| event["details"][name].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(action: AuditAction, details: Value) -> Value {
        let Value::Object(details) = details else { panic!("an object") };
        serde_json::from_slice(&Event::new(action, details).line(7, Digest::of(b"before"), 0)).unwrap()
    }

    #[test]
    fn an_event_is_a_document_of_the_common_schema() {
        let event = document(AuditAction::StepFailed, json!({ "task": "mine.score", "exit": 51 }));
        assert_eq!(event["event"]["action"], "step_failed");
        assert_eq!(event["event"]["category"], json!(["process"]));
        assert_eq!(event["event"]["type"], json!(["end"]));
        assert_eq!(event["event"]["kind"], "event");
        assert_eq!(event["event"]["outcome"], "failure");
        assert_eq!(event["labels"], json!({ "task": "mine.score", "exit": "51" }));
        assert_eq!(event["service"]["name"], "logminer");
        assert!(event["@timestamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!((sequence(&event), before(&event)), (Some(7), Some(Digest::of(b"before"))));
    }

    #[test]
    fn the_exit_decides_the_outcome_and_the_reason_has_its_own_field() {
        let event = document(AuditAction::RunFinished, json!({ "exit": 0, "reason": "ticket 1" }));
        assert_eq!(event["event"]["outcome"], "success");
        assert_eq!(event["event"]["reason"], "ticket 1");
        assert_eq!(event["labels"]["reason"], Value::Null);
        assert_eq!(document(AuditAction::RunFinished, json!({ "exit": 42 }))["event"]["outcome"], "failure");
    }

    #[test]
    fn a_label_has_a_bound() {
        let event = document(AuditAction::RawRevealed, json!({ "reason": "x".repeat(100_000) }));
        assert_eq!(event["event"]["reason"].as_str().unwrap().len(), LABEL_CHARS_MAX);
    }

    #[test]
    fn lines_of_version_0_1_are_read() {
        let old = json!({ "action": "published", "before": Digest::of(b"").to_string(), "details": { "run": "r" }, "number": 3 });
        assert_eq!((sequence(&old), action(&old), label(&old, "run")), (Some(3), "published", Some("r")));
        assert_eq!(before(&old), Some(Digest::of(b"")));
    }
}
