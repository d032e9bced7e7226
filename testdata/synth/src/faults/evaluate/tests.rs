//! Every clause on a handful of records.

use serde_json::{Value, json};

use super::*;

/// Journey `s` (customer `c`): a, b, b, x (failed), a, x; journey `t` of the same customer begins at its third record and ends with its fifth; `u` of another
/// customer is open all the time.
fn bank() -> Bank {
    let mut log = String::new();
    let mut record = |time: &str, event: &str, session: &str, status: &str, more: Value| {
        let mut record = json!({
            "timestamp": format!("2026-11-20T{time}Z"), "event": event, "session_id": session, "status": status,
            "customer_id": if session == "u" { "d" } else { "c" }, "app_version": "8.10.0",
        });
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        log.push_str(&format!("{record}\n"));
    };
    record("22:59:00.000", "start", "u", "success", json!({}));
    record("23:00:00.000", "a", "s", "success", json!({ "channel": "web" }));
    record("23:00:10.000", "b", "s", "success", json!({ "amount": 12.5 }));
    record("23:00:20.000", "B", "s", "success", json!({ "amount": 99.99 }));
    record("23:00:20.000", "start", "t", "success", json!({}));
    record("23:01:00.000", "x", "s", "failed", json!({}));
    record("23:01:10.001", "a", "s", "success", json!({}));
    record("23:01:10.001", "end", "t", "success", json!({}));
    record("00:00:05.000", "q", "u", "success", json!({}));
    record("23:01:20.000", "x", "s", "success", json!({ "amount": 1000 }));
    record("23:59:59.999", "end", "u", "success", json!({}));
    Bank::read(&mut log.as_bytes()).unwrap()
}

/// The places of the steps `x` of journey `s` for which the clause holds.
fn at_x(clause: Value) -> Vec<u32> {
    selected("x", How::Failure, clause)
}

fn selected(event: &str, how: How, clause: Value) -> Vec<u32> {
    let condition = Condition { all: vec![serde_json::from_value(clause).unwrap()] };
    let bank = bank();
    let steps = bank.select(&Outcome { event: event.to_owned(), how }, &condition).unwrap();
    steps.0.into_iter().filter(|(journey, _)| bank.journeys[*journey as usize].session == "s").map(|(_, step)| step).collect()
}

fn field(name: &str, op: &str, value: Value) -> Vec<u32> {
    at_x(json!({ "clause": "field", "name": name, "op": op, "value": value }))
}

const BOTH: [u32; 2] = [3, 5];
const NONE: [u32; 0] = [];

#[test]
fn counts_include_the_step_but_not_that_it_failed() {
    let count = |event: &str, at_least: u32| at_x(json!({ "clause": "count", "event": event, "at_least": at_least }));
    assert_eq!((count("b", 2), count("b", 3)), (BOTH.to_vec(), NONE.to_vec()));
    assert_eq!((count("x", 1), count("x", 2)), (BOTH.to_vec(), vec![5]));
    assert_eq!((count("x (failed)", 1), count("b (failed)", 1)), (vec![5], NONE.to_vec()));
    assert_eq!((count("B GET /b", 2), count("never", 1)), (BOTH.to_vec(), NONE.to_vec()));
}

#[test]
fn what_went_before_is_told_from_what_did_not() {
    for (clause, event, steps) in [
        ("after", "x", vec![5]),
        ("not_after", "x", vec![3]),
        ("after", "a", BOTH.to_vec()),
        ("not_after", "never", BOTH.to_vec()),
        ("directly_after", "b", vec![3]),
        ("directly_after", "a", vec![5]),
        ("directly_after", "x", NONE.to_vec()),
    ] {
        assert_eq!(at_x(json!({ "clause": clause, "event": event })), steps, "{clause} {event}");
    }
    // A run of the step's own name counts as one, and its second is also after its first.
    let at_b = |event: &str| selected("b", How::Failure, json!({ "clause": "directly_after", "event": event }));
    assert_eq!((at_b("a"), at_b("b")), (vec![1, 2], vec![2]));
}

#[test]
fn sequences_have_gaps_and_end_with_the_step() {
    let sequence = |events: &[&str]| at_x(json!({ "clause": "sequence", "events": events }));
    assert_eq!((sequence(&["a", "b", "x"]), sequence(&["b", "a", "x"])), (BOTH.to_vec(), vec![5]));
    assert_eq!((sequence(&["b", "b", "b", "x"]), sequence(&["a", "b"])), (NONE.to_vec(), NONE.to_vec()));
    let at_end = |event: &str, how| selected(event, how, json!({ "clause": "sequence", "events": ["b", "x", "confirmed"] }));
    assert_eq!((at_end("confirmed", How::Missing), at_end("x", How::Abandoned)), (NONE.to_vec(), NONE.to_vec()));
    let known = |event: &str, how| selected(event, how, json!({ "clause": "sequence", "events": ["b", "x", "q"] }));
    assert_eq!((known("q", How::Missing), known("x", How::Abandoned)), (vec![6], NONE.to_vec()));
}

#[test]
fn times_are_since_the_latest_and_of_day() {
    let within = |clause: &str, event: &str, seconds: u64| at_x(json!({ "clause": clause, "event": event, "seconds": seconds }));
    assert_eq!((within("within", "b", 40), within("within", "b", 39)), (vec![3], NONE.to_vec()));
    assert_eq!((within("not_within", "b", 40), within("not_within", "never", 1)), (vec![5], NONE.to_vec()));
    assert_eq!((within("within", "a", 10), within("within", "a", 60)), (vec![5], BOTH.to_vec()));
    let hour = |from: u32, to: u32| at_x(json!({ "clause": "hour", "from": from, "to": to }));
    assert_eq!((hour(22, 1), hour(23, 24), hour(0, 23), hour(1, 22)), (BOTH.to_vec(), BOTH.to_vec(), NONE.to_vec(), NONE.to_vec()));
}

#[test]
fn fields_are_of_the_step_or_its_journey() {
    assert_eq!((field("amount_minor", ">=", json!(100_000)), field("amount_minor", "<", json!(10_000))), (vec![5], vec![3]));
    assert_eq!((field("amount_minor", "=", json!("9999")), field("channel", "=", json!("web"))), (vec![3], BOTH.to_vec()));
    assert_eq!((field("app_version", ">=", json!("8.9.1")), field("app_version", "<", json!("8.9.1"))), (BOTH.to_vec(), NONE.to_vec()));
    assert_eq!(field("moon", "=", json!("web")), NONE);
}

#[test]
fn another_journey_of_the_customer_is_open_until_its_last_event() {
    let open = |event: &str| selected(event, How::Failure, json!({ "clause": "concurrent" }));
    // Not when it begins at the same moment, still when it ends then.
    assert_eq!((open("b"), open("x"), open("a")), (NONE.to_vec(), vec![3], vec![4]));
}

#[test]
fn clauses_without_sense_are_refused() {
    let bank = bank();
    let outcome = Outcome { event: "x".to_owned(), how: How::Failure };
    for clause in [
        json!({ "clause": "count", "event": "b", "at_least": 0 }),
        json!({ "clause": "sequence", "events": [] }),
        json!({ "clause": "hour", "from": 24, "to": 1 }),
        json!({ "clause": "field", "name": "http_status", "op": ">=", "value": 400 }),
    ] {
        let condition = Condition { all: vec![serde_json::from_value(clause).unwrap()] };
        assert!(bank.select(&outcome, &condition).is_err(), "{condition:?}");
    }
}
