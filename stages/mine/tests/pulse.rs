//! Unusual templates, from clean records to the ranked list: a new one, a rare and severe one and a burst are named, and nothing else is.

use schemas::container::Container;
use schemas::ids::RecordRef;
use schemas::record::{Bundle, Clean, CleanRecord, RecordKind, Severity};
use serde_json::Value;
use stage_runtime::testing::{Harness, Outcome, container_of};

const DAY: i32 = 20_000;
const HOUR_NS: i64 = 3_600_000_000_000;

fn run(step: &str, day: i32, inputs: &[(&str, &[u8])], outputs: &[(&str, RecordKind)]) -> Outcome {
    let mut harness = Harness::new(step).job(|job| job.logical_day = day);
    for (name, bytes) in inputs {
        harness = harness.input(name, bytes.to_vec());
    }
    for (name, kind) in outputs {
        harness = harness.output(name, *kind);
    }
    let outcome = harness.run(stage_mine::process);
    assert_eq!(outcome.report.error, "", "{step}");
    outcome
}

/// Place, hour, severity, message.
type Line = (u64, i64, Severity, String);

/// A day with a morning and an evening; `odd` adds what is to be found.
fn lines(odd: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |hour: i64, count: u64, severity: Severity, text: &dyn Fn(u64) -> String| {
        for number in 0..count {
            let at = lines.len() as u64;
            lines.push((at, hour, severity, text(number)));
        }
    };
    for hour in 0..24_i64 {
        let busy = if (7..20).contains(&hour) { 300 } else { 40 };
        add(hour, busy, Severity::Info, &|number| format!("payment {number} booked in {number} ms"));
        add(hour, busy / 3, Severity::Info, &|number| format!("cache entry {number} was refreshed"));
        add(hour, busy / 20, Severity::Error, &|number| format!("upstream answered {number} with a timeout"));
    }
    if odd {
        add(3, 90, Severity::Error, &|number| format!("upstream answered {number} with a timeout"));
        add(12, 2, Severity::Warning, &|number| format!("screening list {number} is out of date"));
        add(13, 1, Severity::Info, &|_| "payment 7 booked in [ACCOUNT_k1ABCDEFGH] ms".to_owned());
    }
    add(5, 1, Severity::Critical, &|_| "ledger and archive differ by one entry".to_owned());
    lines
}

fn clean(lines: &[Line]) -> Vec<u8> {
    container_of::<Clean>(|block| {
        for (offset, hour, severity, message) in lines {
            let (at, time_ns) = (RecordRef { source: 0, offset: *offset }, Some((i64::from(DAY) * 24 + hour) * HOUR_NS));
            let record = CleanRecord { at, time_ns, severity: *severity, session: "", customer: "", trace: "", message, fields: Vec::new() };
            block.push(&record, time_ns).unwrap();
        }
    })
}

/// What a night lists, and the templates it leaves for the next.
fn night(day: i32, lines: &[Line], shards: usize, known: Option<&[u8]>) -> (Vec<(String, String)>, Vec<u8>, Value) {
    let parts: Vec<Vec<u8>> = lines.chunks(lines.len().div_ceil(shards)).map(clean).collect();
    let outputs = [("skeleton", RecordKind::Skeleton), ("shape_place", RecordKind::ShapePlace), ("event_type_part", RecordKind::EventType)];
    let shapes: Vec<Outcome> = parts.iter().map(|part| run("mine.skeleton", day, &[("clean", part)], &outputs)).collect();
    let inputs: Vec<(&str, &[u8])> = ["skeleton", "shape_place", "event_type_part"]
        .into_iter()
        .flat_map(|name| shapes.iter().map(move |shape| (name, shape.outputs[name].as_slice())))
        .collect();
    let outputs = [("template", RecordKind::Template), ("template_place", RecordKind::TemplatePlace), ("event_type", RecordKind::EventType)];
    let mined = run("mine.templates", day, &inputs, &outputs);
    let templates = ("template", mined.outputs["template"].as_slice());
    let mut inputs = vec![templates];
    inputs.extend(known.map(|known| ("known", known)));
    let drift = run("mine.drift", day, &inputs, &[("known_template", RecordKind::KnownTemplate), ("drift", RecordKind::Bundle)]);
    let outputs = [
        ("event", RecordKind::Event),
        ("sighting", RecordKind::Sighting),
        ("finding_part", RecordKind::Finding),
        ("template_rate", RecordKind::TemplateRate),
    ];
    let assigned: Vec<Outcome> = parts
        .iter()
        .map(|part| run("mine.assign", day, &[("clean", part), templates, ("event_type", mined.outputs["event_type"].as_slice())], &outputs))
        .collect();
    inputs.push(("template_place", mined.outputs["template_place"].as_slice()));
    inputs.extend(assigned.iter().map(|outcome| ("template_rate", outcome.outputs["template_rate"].as_slice())));
    let pulse = run("mine.pulse", day, &inputs, &[("event_anomaly", RecordKind::EventAnomaly)]);
    let outputs = [("known_finding", RecordKind::KnownFinding), ("known_subject", RecordKind::KnownSubject), ("ranked", RecordKind::Bundle)];
    let ranked = run("mine.rank", day, &[("event_anomaly", pulse.outputs["event_anomaly"].as_slice())], &outputs);
    let container = Container::open(&ranked.outputs["ranked"]).unwrap();
    let mut scratch = Vec::new();
    let block = container.block::<Bundle>(0, &mut scratch).unwrap();
    let file = block.records().map(Result::unwrap).find(|file| file.path == "findings.json").unwrap();
    let list: Value = serde_json::from_slice(file.bytes).unwrap();
    let named = |entry: &Value| (entry["rule"].as_str().unwrap().to_owned(), entry["description"].as_str().unwrap().to_owned());
    (list.as_array().unwrap().iter().map(named).collect(), drift.outputs["known_template"].clone(), list)
}

#[test]
fn exactly_what_is_unusual_is_named() {
    let (first, known, _) = night(DAY, &lines(false), 2, None);
    let rare = (
        "RareTemplate".to_owned(),
        "`ledger and archive differ by one entry` is rare and severe: 1 of 6,001 lines, greatest severity critical.".to_owned(),
    );
    assert_eq!(first, std::slice::from_ref(&rare), "a first night has nothing new");
    let (mut second, _, list) = night(DAY + 1, &lines(true), 2, Some(&known));
    second.sort();
    assert_eq!(
        second,
        [
            ("NewTemplate".to_owned(), "`screening list <*> is out of date` was on no earlier night: 2 lines, greatest severity warning.".to_owned()),
            ("RareTemplate".to_owned(), rare.1.replace("6,001", "6,094")),
            (
                "RateBurst".to_owned(),
                "`upstream answered <*> with a timeout` has 92 lines from 03:00 UTC on, where 2 are usual for an hour so busy.".to_owned()
            ),
            (
                "UnusualParameter".to_owned(),
                "`payment <*> booked in <*> ms` has a token of class ACCOUNT at its 2nd place in 1 line, where 4,340 of 4,341 have a number."
                    .to_owned()
            ),
        ]
    );
    assert!(list.as_array().unwrap().iter().all(|entry| entry["source"] == "event" && entry["evidence"].as_array().unwrap().len() == 1), "{list:#}");
    let (quiet, _, _) = night(DAY + 1, &lines(false), 2, Some(&known));
    assert_eq!(quiet, [rare]);
}

#[test]
fn shards_and_order_change_nothing() {
    let (_, known, _) = night(DAY, &lines(false), 1, None);
    let mut offered = lines(true);
    let one = night(DAY + 1, &offered, 1, Some(&known)).2;
    for shards in [2, 5, 13] {
        assert_eq!(night(DAY + 1, &offered, shards, Some(&known)).2, one, "{shards} shards");
    }
    offered.reverse();
    assert_eq!(night(DAY + 1, &offered, 5, Some(&known)).2, one, "records offered in another order");
}

/// One error, written with its stack trace and without: a line of the list, with both counted. Two traces behind one line are two errors, and stay.
#[test]
fn an_error_with_and_without_its_trace_is_listed_once() {
    let trace = |thrown: &str| format!("entry could not be posted\njava.lang.{thrown}: no ledger\n\tat com.bank.Ledger.post(Ledger.java:12)\n");
    let listed = |errors: &[String]| {
        let mut day = lines(false);
        day.retain(|line| line.2 != Severity::Critical);
        for message in errors {
            day.push((day.len() as u64, 6, Severity::Error, message.clone()));
        }
        night(DAY, &day, 2, None).0.into_iter().map(|(_, said)| said).collect::<Vec<_>>()
    };
    let alone = "entry could not be posted".to_owned();
    assert_eq!(
        listed(&[alone.clone(), trace("IllegalStateException")]),
        [
            "`entry could not be posted \u{23ce} java.lang.IllegalStateException: no ledger \u{23ce} at com.bank.Ledger.post` is rare and severe: 2 of 6,002 lines, 1 of them without its stack trace, greatest severity error."
        ]
    );
    assert_eq!(listed(&[alone, trace("IllegalStateException"), trace("ArithmeticException")]).len(), 3);
}
