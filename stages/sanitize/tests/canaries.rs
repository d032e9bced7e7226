//! Canaries: routed out by the number of their source behind all that is done to any record, counted by the gate, and in nothing else.

mod common;

use common::{Run, raw_of};
use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::record::{Clean, RecordKind, write_json_lines};
use stage_runtime::testing::{Harness, Outcome};

/// Records of a bank, source 0, and canaries, source 1.
const RECORDS: [(u32, &str); 6] = [
    (0, r#"{"message":"card 4539 6613 1860 9139 declined","service":"a"}"#),
    (1, r#"{"customer_name":"Qavuzoxq Zokwavujq"}"#),
    (0, r#"{"message":"hello","service":"b"}"#),
    (1, r#"{"message":"retry of Qavuzoxq Zokwavujq after 30 s"}"#),
    (1, r#"{"request_id":"REQ-5418822770041993-17","account_number":"5418822770041993"}"#),
    (0, r#"{"customer_id":"CUST-0041-8822-77"}"#),
];

fn outcome(step: Harness, canary_source: Option<&str>) -> Outcome {
    let told = canary_source.map(|number| ("canary_source".to_owned(), number.to_owned()));
    let step = step.job(move |job| job.parameters.extend(told)).output("clean", RecordKind::Clean).output("canary", RecordKind::Clean);
    step.output("reject_apply", RecordKind::Reject).output("replaced", RecordKind::Lexicon).run(stage_sanitize::process)
}

fn applied(records: &[(u32, &str)], canary_source: Option<&str>) -> Outcome {
    let raw = raw_of(records);
    let part =
        Run::default().step("sanitize.collect").input("raw", raw.clone()).output("lexicon_part", RecordKind::Lexicon).run(stage_sanitize::process);
    let step = Run::default().step("sanitize.apply").input("raw", raw).input("lexicon", part.outputs["lexicon_part"].clone());
    outcome(step, canary_source)
}

fn lines(bytes: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    write_json_lines(&schemas::container::Container::open(bytes).unwrap(), false, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

fn gate(canary: Option<Vec<u8>>, planted: Option<&str>) -> Outcome {
    let known = applied(&RECORDS, Some("1")).outputs["replaced"].clone();
    let told = planted.map(|count| ("canaries".to_owned(), count.to_owned()));
    let mut step = Run::default().step("sanitize.gate").input("replaced", known).job(move |job| job.parameters.extend(told));
    if let Some(canary) = canary {
        step = step.input("canary", canary);
    }
    step.output("verdict", RecordKind::Verdict).run(stage_sanitize::process)
}

#[test]
fn canaries_are_sanitized_like_all_and_count_nowhere() {
    let with = applied(&RECORDS, Some("1"));
    assert_eq!(with.report.error, "");
    let (clean, canaries) = (lines(&with.outputs["clean"]), lines(&with.outputs["canary"]));
    assert_eq!((clean.len(), canaries.len()), (3, 3));
    assert!(canaries.iter().all(|line| line.contains("\"source\":1") && line.contains('[') && !line.contains("Qavu") && !line.contains("5418822")));
    assert!(clean.iter().all(|line| line.contains("\"source\":0")));
    // The same without them: the same records and the same counts.
    let bank: Vec<(u32, &str)> = RECORDS.iter().filter(|(source, _)| *source == 0).copied().collect();
    let without = applied(&bank, Some("1"));
    let unplaced = |lines: Vec<String>| -> Vec<String> { lines.iter().map(|line| line.split_once("},").unwrap().1.to_owned()).collect() };
    let untimed =
        |lines: Vec<String>| -> Vec<String> { unplaced(lines).iter().map(|line| line.split("\"time_ns\"").next().unwrap().to_owned()).collect() };
    assert_eq!(untimed(clean), untimed(lines(&without.outputs["clean"])));
    for counter in Counter::ALL.iter().filter(|counter| **counter != Counter::Canaries) {
        assert_eq!(with.report.get(*counter), without.report.get(*counter), "{}", counter.name());
    }
    assert_eq!((with.report.get(Counter::Canaries), without.report.get(Counter::Canaries)), (3, 0));
    // Nobody told of canaries: they are records like others.
    assert_eq!(lines(&applied(&RECORDS, None).outputs["clean"]).len(), 6);
    assert_eq!(applied(&RECORDS, Some("x")).report.exit, Exit::Internal);
}

#[test]
fn a_lost_token_a_lost_canary_and_a_lost_source_stop_the_run() {
    let canary = || applied(&RECORDS, Some("1")).outputs["canary"].clone();
    let passed = gate(Some(canary()), Some("3"));
    assert_eq!((passed.report.error.as_str(), passed.report.get(Counter::Canaries)), ("", 3));
    let stopped = |outcome: Outcome, says: &str| {
        assert_eq!(outcome.report.exit, Exit::GateFailed, "{}", outcome.report.error);
        assert!(outcome.report.error.contains(says), "{}", outcome.report.error);
    };
    // One more was planted than came back; nothing came back; nobody even wrote the file.
    stopped(gate(Some(canary()), Some("4")), "4 canaries were planted and 3 came back as tokens");
    stopped(gate(Some(applied(&RECORDS[..1], Some("1")).outputs["canary"].clone()), Some("3")), "and 0 came back");
    stopped(gate(None, Some("3")), "and 0 came back");
    // More than were planted are somebody else's.
    stopped(gate(Some(canary()), Some("2")), "2 canaries were planted and 3");
    // A record whose value is gone and has left no token.
    let lost = [RECORDS[1], RECORDS[3], (1, r#"{"account_number":""}"#)];
    stopped(gate(Some(applied(&lost, Some("1")).outputs["canary"].clone()), Some("3")), "and 2 came back");
    // One that is readable is found by its value, as any other.
    let readable = stage_runtime::testing::container_of::<Clean>(|block| {
        let at = schemas::ids::RecordRef { source: 1, offset: 0 };
        let severity = schemas::record::Severity::Info;
        let message = "Qavuzoxq Zokwavujq";
        block
            .push(&schemas::record::CleanRecord { at, time_ns: None, severity, session: "", customer: "", trace: "", message, fields: vec![] }, None)
            .unwrap();
    });
    stopped(gate(Some(readable), Some("1")), "canary: file 0, block 0, record 0 (name)");
    assert_eq!(gate(Some(canary()), None).report.error, "", "a policy may say that there are none");
}
