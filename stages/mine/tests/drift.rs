//! Two and more synthetic nights: the drift report names exactly what was planted, whatever the shards, and what is carried over is enough for it.

use std::collections::BTreeSet;

use schemas::container::Container;
use schemas::ids::RecordRef;
use schemas::record::{Bundle, Clean, CleanRecord, KnownTemplate, RecordKind, Severity};
use serde_json::Value;
use stage_runtime::testing::{Harness, Outcome, container_of};

const DAY: i32 = 20_000;

fn run(step: &str, day: i32, inputs: &[(&str, &[u8])], outputs: &[(&str, RecordKind)]) -> Outcome {
    let mut harness = Harness::new(step).job(|job| job.logical_day = day);
    for (name, bytes) in inputs {
        harness = harness.input(name, bytes.to_vec());
    }
    for (name, kind) in outputs {
        harness = harness.output(name, *kind);
    }
    let outcome = harness.run(stage_mine::process);
    assert_eq!(outcome.report.error, "");
    outcome
}

fn clean(lines: &[String]) -> Vec<u8> {
    container_of::<Clean>(|block| {
        for (line, offset) in lines.iter().zip(0..) {
            let at = RecordRef { source: 0, offset };
            let severity = Severity::Info;
            let record = CleanRecord { at, time_ns: None, severity, session: "", customer: "", trace: "", message: line, fields: Vec::new() };
            block.push(&record, None).unwrap();
        }
    })
}

/// The report of a night and what it leaves for the next.
fn night(day: i32, lines: &[String], shards: usize, known: Option<&[u8]>) -> (Value, Vec<u8>) {
    let shapes: Vec<Outcome> = lines
        .chunks(lines.len().div_ceil(shards))
        .map(|part| {
            let outputs = [("skeleton", RecordKind::Skeleton), ("event_type_part", RecordKind::EventType)];
            run("mine.skeleton", day, &[("clean", &clean(part))], &outputs)
        })
        .collect();
    let inputs: Vec<(&str, &[u8])> =
        ["skeleton", "event_type_part"].into_iter().flat_map(|name| shapes.iter().map(move |shape| (name, shape.outputs[name].as_slice()))).collect();
    let mined = run("mine.templates", day, &inputs, &[("template", RecordKind::Template), ("event_type", RecordKind::EventType)]);
    let mut inputs = vec![("template", mined.outputs["template"].as_slice())];
    inputs.extend(known.map(|known| ("known", known)));
    let outcome = run("mine.drift", day, &inputs, &[("known_template", RecordKind::KnownTemplate), ("drift", RecordKind::Bundle)]);
    let container = Container::open(&outcome.outputs["drift"]).unwrap();
    let mut scratch = Vec::new();
    let block = container.block::<Bundle>(0, &mut scratch).unwrap();
    let report = serde_json::from_slice(block.records().next().unwrap().unwrap().bytes).unwrap();
    (report, outcome.outputs["known_template"].clone())
}

/// A night of a bank: `users` and `doors` as they were seen, and lines of its own.
fn lines(users: &[&str], doors: &[&str], own: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for number in 0..40 {
        lines.push(format!("payment {number} of $1,2{:02}.50 booked for [CUSTOMER_k1A{number}]", number % 100));
        lines.push(format!("GET /api/v1/accounts/{number}/balance HTTP/1.1 answered 200 in {number} ms"));
        lines.push(format!("cache entry {number} was refreshed"));
    }
    lines.extend(users.iter().map(|user| format!("user {user} signed in at the counter")));
    lines.extend(doors.iter().map(|door| format!("vault door {door} opened by hand")));
    lines.extend(own.iter().map(|&line| line.to_owned()));
    lines
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|template| template["text"].as_str().unwrap().to_owned()).collect()
}

fn set(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn nights(shards: usize) -> [Value; 4] {
    let first = lines(&["alice", "bob", "carol"], &["north", "south", "east", "west"], &["nightly batch began", "old ledger closed for good"]);
    let second = lines(&["alice", "bob", "carol", "dave", "erin"], &["north", "south"], &["nightly batch began", "new screening service answered"]);
    let third = lines(&["alice", "bob", "dave", "erin"], &["north", "south"], &["new screening service answered", "old ledger closed for good"]);
    let (one, known) = night(DAY, &first, shards, None);
    let (two, known) = night(DAY + 1, &second, shards, Some(&known));
    let (same, _) = night(DAY + 2, &second, shards, Some(&known));
    let (three, _) = night(DAY + 2, &third, shards, Some(&known));
    [one, two, same, three]
}

#[test]
fn the_report_names_exactly_the_planted_changes() {
    let [one, two, same, three] = nights(2);
    assert_eq!(one["first_night"], true);
    assert!(texts(&one["new"]).is_empty(), "a first night has nothing to be compared with");
    assert_eq!(texts(&two["new"]), set(&["new screening service answered"]));
    assert_eq!(texts(&two["vanished"]), set(&["old ledger closed for good"]));
    assert_eq!(two["merged"].as_array().unwrap().len(), 1);
    assert_eq!(two["merged"][0]["into"]["text"], "user <*> signed in at the counter");
    let users = ["alice", "bob", "carol"].map(|user| format!("user {user} signed in at the counter"));
    assert_eq!(texts(&two["merged"][0]["from"]), users.into_iter().collect());
    assert_eq!(two["split"].as_array().unwrap().len(), 1);
    assert_eq!(two["split"][0]["from"]["text"], "vault door <*> opened by hand");
    assert_eq!(texts(&two["split"][0]["into"]), set(&["vault door north opened by hand", "vault door south opened by hand"]));
    assert!(texts(&two["returned"]).is_empty());
    for list in ["new", "returned", "vanished", "merged", "split"] {
        assert_eq!(same[list].as_array().unwrap().len(), 0, "an equal night has no {list}");
    }
    assert_eq!(texts(&three["returned"]), set(&["old ledger closed for good"]));
    assert_eq!(texts(&three["vanished"]), set(&["nightly batch began"]));
    assert!(texts(&three["new"]).is_empty());
}

#[test]
fn shards_do_not_change_the_report() {
    let one = nights(1);
    for shards in [2, 5, 13] {
        assert_eq!(nights(shards), one, "{shards} shards");
    }
}

#[test]
fn what_is_known_grows_by_what_is_seen() {
    let (_, known) = night(DAY, &lines(&["alice"], &["north"], &["seen once only here"]), 1, None);
    let (_, known) = night(DAY + 1, &lines(&["alice"], &["north"], &[]), 1, Some(&known));
    let seen = |known: &[u8]| {
        let container = Container::open(known).unwrap();
        let mut scratch = Vec::new();
        let block = container.block::<KnownTemplate>(0, &mut scratch).unwrap();
        let record = |text: &str| {
            block
                .records()
                .map(Result::unwrap)
                .find(|record| record.text == text)
                .map(|found| (found.first_day - DAY, found.last_day - DAY, found.nights))
        };
        [record("seen once only here"), record("cache entry <*> was refreshed")]
    };
    assert_eq!(seen(&known), [Some((0, 0, 1)), Some((0, 1, 2))]);
    // More than a year later only what was seen again is remembered.
    let (report, known) = night(DAY + 401, &lines(&[], &[], &[]), 1, Some(&known));
    assert_eq!(seen(&known), [None, Some((0, 401, 3))]);
    assert_eq!(report["counts"]["new"], 0);
}
