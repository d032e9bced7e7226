//! The gate over what `apply` wrote and over artefacts in which a value was planted.

mod common;

use common::{Run, raw};
use schemas::container::{BlockBuilder, Codec, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::{Digest, RecordRef};
use schemas::record::{
    Bundle, BundleFile, Clean, CleanRecord, Field, RecordKind, Scalar, Severity, Skeleton, SkeletonRecord, Verdict, VerdictRecord,
};
use stage_runtime::testing::{Outcome, container_of};

/// Values that are replaced, each in a field of its own: name, card, e-mail, customer, IBAN, account.
const LINES: [&str; 3] = [
    r#"{"customer_name":"Thandiwe Okonkwo","card_number":"4539 6613 1860 9139","msg":"ok"}"#,
    r#"{"email":"t.okonkwo77@example.com","customer_id":"CUST-0041-8822-77"}"#,
    r#"{"iban":"DE89 3704 0044 0532 0130 00","account_number":"0418822770041993"}"#,
];

/// The same values as somebody else might write them.
const LEAKS: [(&str, &str); 9] = [
    ("name", "transfer of THANDIWE OKONKWO"),
    ("name", "okonkwo_thandiwe"),
    ("card", "4539-6613-1860-9139"),
    ("card", "x=4539661318609139;"),
    ("email", "mailto:T.Okonkwo77%40example.com"),
    ("customer", "/v1/customers/cust-0041-8822-77/cards"),
    ("iban", "DE89370400440532013000"),
    ("iban", "de89 3704 0044 0532 0130 00"),
    ("account", "account 0418822770041993"),
];

fn applied() -> Outcome {
    Run::default().all(&[raw(&LINES)]).remove(0)
}

fn gate(name: &str, kind_bytes: Vec<u8>) -> Outcome {
    let known = applied().outputs["replaced"].clone();
    let step = Run::default().step("sanitize.gate").input("replaced", known).input(name, kind_bytes);
    step.output("verdict", RecordKind::Verdict).run(stage_sanitize::process)
}

fn bundle(path: &str, content: &str) -> Vec<u8> {
    container_of::<Bundle>(|block| {
        block.push(&BundleFile { path: "other.txt", bytes: b"nothing" }, None).unwrap();
        block.push(&BundleFile { path, bytes: content.as_bytes() }, None).unwrap();
    })
}

fn clean_with(message: &str, path: &str, value: Scalar<'_>) -> Vec<u8> {
    container_of::<Clean>(|block| {
        let at = RecordRef { source: 0, offset: 0 };
        let path = block.intern(path);
        let fields = vec![Field { path, value }];
        let record = CleanRecord { at, time_ns: None, severity: Severity::Info, session: "", customer: "", trace: "", message, fields };
        block.push(&record, None).unwrap();
    })
}

/// Fails closed, names the artefact and says nothing of the value.
fn check_stopped(outcome: &Outcome, place: &str, class: &str, leak: &str) {
    let error = &outcome.report.error;
    assert_eq!(outcome.report.exit, Exit::GateFailed, "{leak}: {error}");
    assert!(error.contains(place) && error.contains(class), "{leak}: {error}");
    let (said, words) = (error.to_lowercase(), leak.to_lowercase());
    let told = words.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 7 && *word != "customers" && *word != "transfer");
    told.for_each(|word| assert!(!said.contains(word), "the message tells {word}"));
}

#[test]
fn what_apply_wrote_passes() {
    let outcome = gate("clean", applied().outputs["clean"].clone());
    assert_eq!(outcome.report.error, "");
    let container = schemas::container::Container::open(&outcome.outputs["verdict"]).unwrap();
    let mut scratch = Vec::new();
    let block = container.block::<Verdict>(0, &mut scratch).unwrap();
    let rows: Vec<VerdictRecord<'_>> = block.records().map(Result::unwrap).collect();
    assert_eq!((rows.len(), rows[0].artefact, rows[0].files, rows[0].records, rows[0].found), (1, "clean", 1, 3, 0));
    assert!(rows[0].bytes > 100);
}

#[test]
fn a_value_in_a_file_of_any_kind_stops_the_run() {
    let shells = [
        ("report.html", "<html><body><p title=\"LEAK\">x</p></body></html>"),
        ("graph.svg", "<svg><text x=\"1\">LEAK</text></svg>"),
        ("features/a.feature", "Feature: a\n  Scenario: b\n    Given LEAK\n"),
        ("report.json", "{\"key\":\"LEAK\"}"),
        ("report.csv", "metric,key,value\nevent_type,LEAK,12\n"),
        ("ci-summary.json", "{\"findings\":{\"LEAK\":3}}"),
        ("steps/python/steps.py", "@given('LEAK')\ndef step(context):\n    pass\n"),
        ("manifest.json", "{\"policy_text\":{\"sanitize\":{\"keep_fields\":[\"LEAK\"]}}}"),
        ("metrics.prom", "logminer_step_done_tasks{step=\"LEAK\",state=\"run\"} 1\n"),
    ];
    for (path, shell) in shells {
        for (class, leak) in LEAKS {
            let outcome = gate("report", bundle(path, &shell.replace("LEAK", leak)));
            check_stopped(&outcome, &format!("report: {path}"), class, leak);
        }
        assert_eq!(gate("report", bundle(path, shell)).report.error, "");
    }
}

#[test]
fn a_value_in_a_record_an_id_a_key_or_a_number_stops_the_run() {
    let place = "clean: file 0, block 0, record 0";
    for (class, leak) in LEAKS {
        check_stopped(&gate("clean", clean_with(leak, "a", Scalar::Null)), place, class, leak);
        check_stopped(&gate("clean", clean_with("", "a", Scalar::Text(leak))), place, class, leak);
        check_stopped(&gate("clean", clean_with("", leak, Scalar::Null)), place, class, leak);
        let skeleton = container_of::<Skeleton>(|block| {
            let first = RecordRef { source: 0, offset: 0 };
            block.push(&SkeletonRecord { text: leak, count: 3, first, severity: Severity::Info, unnamed: [0; 3] }, None).unwrap();
        });
        check_stopped(&gate("skeleton", skeleton), "skeleton: file 0, block 0, record 0", class, leak);
    }
    check_stopped(&gate("clean", clean_with("", "a", Scalar::Int(4_539_661_318_609_139))), place, "card", "4539661318609139");
    check_stopped(&gate("clean", clean_with("", "a", Scalar::Float(4_539_661_318_609_139.0))), place, "card", "4539661318609139");
}

#[test]
fn a_value_in_a_compressed_block_behind_others_is_found() {
    let mut writer = ContainerWriter::<_, Bundle>::new(Vec::new(), Digest::of(b"test"), 1).unwrap();
    for content in ["nothing", "4539 6613 1860 9139"] {
        let mut block = BlockBuilder::new(0).with_codec(Codec::Lz4);
        block.push(&BundleFile { path: "a.txt", bytes: content.repeat(3).as_bytes() }, None).unwrap();
        block.push(&BundleFile { path: "b.txt", bytes: content.as_bytes() }, None).unwrap();
        writer.write(block).unwrap();
    }
    check_stopped(&gate("internal", writer.finish().unwrap().0), "internal: b.txt", "card", "4539 6613 1860 9139");
}

#[test]
fn a_file_whose_name_is_the_leak_is_told_by_its_class_alone() {
    let outcome = gate("features", bundle("features/4539661318609139.feature", "Feature: a\n"));
    check_stopped(&outcome, "features: file 0, block 0, record 1", "card", "4539661318609139");
}

#[test]
fn values_of_other_shards_are_known_and_nothing_is_not_everything() {
    let shards = Run::default().all(&[raw(&LINES[..1]), raw(&LINES[1..])]);
    let mut step = Run::default().step("sanitize.gate");
    for shard in &shards {
        step = step.input("replaced", shard.outputs["replaced"].clone());
    }
    let outcome = step.input("report", bundle("a.txt", LEAKS[5].1)).output("verdict", RecordKind::Verdict).run(stage_sanitize::process);
    check_stopped(&outcome, "report: a.txt", "customer", LEAKS[5].1);
    let none = Run::default().step("sanitize.gate").input("report", bundle("a.txt", "x")).output("verdict", RecordKind::Verdict);
    assert_eq!(none.run(stage_sanitize::process).report.exit, Exit::Internal, "without digests nothing can be promised");
}

#[test]
fn the_gate_behind_the_release_is_the_same() {
    let step = |content: &str| {
        let step = Run::default().step("sanitize.gate_release").input("replaced", applied().outputs["replaced"].clone());
        step.input("report", bundle("report.html", content)).output("verdict_release", RecordKind::Verdict).run(stage_sanitize::process)
    };
    check_stopped(&step(LEAKS[5].1), "report: report.html", "customer", LEAKS[5].1);
    assert_eq!(step("<html></html>").report.error, "");
}

#[test]
fn ordinary_nights_pass() {
    // What stands in a field of a person here, and what a program writes elsewhere.
    let pairs = [
        (r#"{"user":"payments-service"}"#, r#"{"service":"payments-service","url":"/payments/service"}"#),
        (r#"{"user":"batch-scheduler"}"#, "thread batch-scheduler-1 of com.bank.batch.scheduler"),
        (r#"{"customer_name":"Test Customer"}"#, r#"{"username":"test-customer"}"#),
        (r#"{"customer_name":"Mobile Banking"}"#, r#"{"channel":"mobile_banking"}"#),
        (r#"{"email":"payments@acme-bank.com"}"#, "connected to payments.acme-bank.com:443"),
        (r#"{"account_number":"0000000000000000"}"#, r#"{"trace_id":"0000000000000000"}"#),
        (r#"{"account_number":"1234567890123456"}"#, r#"{"request_id":"1234567890123456"}"#),
        (r#"{"device_id":"00000000-0000-0000-0000-000000000000"}"#, r#"{"correlation_id":"00000000-0000-0000-0000-000000000000"}"#),
        (r#"{"customer_id":"1699999999999"}"#, r#"{"created_at":1699999999999}"#),
        (r#"{"customer_id":"20261120101500123"}"#, r#"{"ts":"20261120101500123"}"#),
        (r#"{"account_number":"123456789012399"}"#, "stats 123456, 789012, 399"),
    ];
    for (personal, ordinary) in pairs {
        let applied = Run::default().all(&[raw(&[personal, ordinary])]).remove(0);
        let step = Run::default().step("sanitize.gate").input("replaced", applied.outputs["replaced"].clone());
        let step = step.input("clean", applied.outputs["clean"].clone()).output("verdict", RecordKind::Verdict);
        assert_eq!(step.run(stage_sanitize::process).report.error, "", "{personal} {ordinary}");
    }
}
