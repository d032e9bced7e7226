//! One file of every record kind and version, kept for ever in `testdata/golden`: what was written once must stay readable.
//!
//! `UPDATE=1` (or `cargo xtask golden`) writes the files of kinds that have none, and rewrites those of the current version; a rewritten
//! file of a version that was released is a mistake that the diff shows.

use std::path::PathBuf;

use schemas::container::{BlockBuilder, Codec, Container, ContainerWriter};
use schemas::ids::{Digest, RecordRef, StableId, TokenKey};
use schemas::pii::PiiClass;
use schemas::record::*;

const AT: RecordRef = RecordRef { source: 3, offset: 1 << 33 };
const KEY: TokenKey = TokenKey(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
const ID: StableId = StableId(0xfedc_ba98_7654_3210);
const TIME: i64 = 1_763_625_600_123_456_789;

fn check<R: Record>(fill: impl Fn(&mut BlockBuilder<R>)) {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../testdata/golden/{}/v{}", R::KIND.name(), R::VERSION));
    let written = write(&fill);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&dir).unwrap();
        std::fs::write(dir.join("records.lmq"), &written).unwrap();
        std::fs::write(dir.join("records.jsonl"), json_of::<R>(&written)).unwrap();
    }
    let golden = std::fs::read(dir.join("records.lmq")).unwrap_or_else(|_| panic!("{} holds no golden file: UPDATE=1 writes it", dir.display()));
    let expected = std::fs::read_to_string(dir.join("records.jsonl")).unwrap();
    assert_eq!(json_of::<R>(&golden), expected, "{} reads differently", R::KIND.name());
    assert_eq!(written, golden, "{} is written differently: a new version?", R::KIND.name());
}

fn json_of<R: Record>(bytes: &[u8]) -> String {
    let container = Container::open(bytes).unwrap();
    container.expect::<R>().unwrap();
    container.verify().unwrap();
    let mut json = Vec::new();
    write_json_lines(&container, false, &mut json).unwrap();
    String::from_utf8(json).unwrap()
}

/// The record twice: in a block as is, and in a compressed one.
fn write<R: Record>(fill: &impl Fn(&mut BlockBuilder<R>)) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, R>::new(Vec::new(), Digest::of(b"golden"), 2).unwrap();
    for (partition, codec) in [(0, Codec::None), (1, Codec::Lz4)] {
        let mut block = BlockBuilder::new(partition).with_codec(codec);
        fill(&mut block);
        writer.write(block).unwrap();
    }
    writer.finish().unwrap().0
}

macro_rules! golden {
    ($name:ident, $kind:ty, $record:expr) => {
        #[test]
        fn $name() {
            check::<$kind>(|block| block.push(&$record, Some(TIME)).unwrap());
        }
    };
}

golden!(
    golden_source,
    Source,
    SourceRecord {
        source: 1,
        bytes: 5,
        digest: Digest::of(b"hello"),
        units: vec![[7; 16]],
        compression: Compression::Gzip,
        charset: Charset::Utf16Le,
        format: SourceFormat::JsonLines,
        splittable: true,
    }
);
golden!(
    golden_raw,
    Raw,
    RawRecord {
        at: AT,
        time_ns: Some(TIME),
        severity: Severity::Error,
        format: RawFormat::Json,
        message_path: "msg",
        text: RawText::new("{\"msg\":\"x\"}")
    }
);
golden!(golden_reject, Reject, RejectRecord { at: AT, bytes: 9, reason: RejectReason::TooDeep });
golden!(golden_lexicon, Lexicon, LexiconRecord { digest: [9; 12], class: PiiClass::Name, length: 4, words: 1 });
golden!(golden_template, Template, TemplateRecord { id: ID, text: "a <*>", count: 2, first: AT, severity: Severity::Info, skeletons: vec![1, 2] });
golden!(golden_skeleton, Skeleton, SkeletonRecord { text: "a <*>", count: 2, first: AT, severity: Severity::Info, unnamed: [1, 0, 1] });
golden!(
    golden_event_type,
    EventType,
    EventTypeRecord {
        number: 4,
        id: ID,
        name: "login",
        category: EventCategory::Login,
        method: "POST",
        route: "/login",
        status: 200,
        severity: Severity::Info,
        outcome: Outcome::Success,
        count: 8,
    }
);
golden!(
    golden_event,
    Event,
    EventRecord {
        at: AT,
        journey: Some(KEY),
        journey_by_customer: false,
        customer: None,
        time_ns: Some(TIME),
        event: 4,
        template: ID,
        severity: Severity::Info,
        outcome: Outcome::Failure,
        latency_us: Some(12),
        amount_minor: Some(-5),
        transaction: Some(ID),
    }
);
golden!(
    golden_journey,
    Journey,
    JourneyRecord {
        key: KEY,
        part: 1,
        customer: Some(KEY),
        first: AT,
        start_ns: Some(TIME),
        duration_ns: 9,
        variant: ID,
        outcome: Outcome::Success,
        events: vec![1, 2, 1],
        gaps_us: vec![Some(7), None],
        events_left_out: 0,
    }
);
golden!(
    golden_variant,
    Variant,
    VariantRecord { id: ID, events: vec![1, 2], journeys: 3, customers: 2, failures: 1, duration_median_ns: 7, exemplar: KEY }
);
golden!(golden_edge, Edge, EdgeRecord { from: u32::MAX, to: 2, count: 5, customers: 3, duration_sum_ns: 11 });
golden!(golden_activity, Activity, ActivityRecord { subject: KEY, time_ns: None, at: AT, kind: ActivityKind::LoginFailed, amount_minor: None });
golden!(
    golden_anomaly,
    Anomaly,
    AnomalyRecord {
        variant: ID,
        channel: Channel::Order,
        millibits: 12_345,
        journeys: 2,
        customers: 1,
        explanation: "b directly after a",
        exemplar: KEY
    }
);
golden!(
    golden_finding,
    Finding,
    FindingRecord {
        rule: "VelocityCheck",
        kind: FindingKind::Fraud,
        severity: FindingSeverity::High,
        clause: "",
        description: "too many",
        count: 2,
        subjects: 1,
        evidence: vec![AT],
        subject_keys: vec![KEY],
    }
);
golden!(golden_contribution, Contribution, ContributionRecord { unit: KEY, metric: Metric::Edge, key: 1 << 32 | 2 });
golden!(golden_release, Release, ReleaseRecord { metric: Metric::Edge, name: "login", to: "", value: -1, low: -9, high: 7 });
golden!(golden_bundle, Bundle, BundleFile { path: "a/b.txt", bytes: b"x\n" });
golden!(golden_attribute, Attribute, AttributeRecord { name: "channel", value: "mobile", count: 1 << 40, slot: 3, code: 2 });
golden!(
    golden_body_field,
    BodyField,
    BodyFieldRecord {
        method: "POST",
        route: "/transfers",
        path: "=payee.iban",
        kind: BodyValueKind::Token,
        value: "IBAN",
        count: 1 << 33,
        units: vec![3, 1 << 60],
    }
);
golden!(golden_event_values, EventValues, EventValuesRecord { at: AT, values: &[0, 2, 64] });
golden!(
    golden_journey_steps,
    JourneySteps,
    JourneyStepsRecord {
        key: KEY,
        part: 1,
        customer: Some(KEY),
        events: vec![4, 1 << 11],
        times_us: vec![Some(TIME / 1_000), None],
        marks: &[0, 3],
        amounts_minor: vec![None, Some(-12_345)],
        values: &[0, 1, 2, 0],
        slots: 2,
    }
);
golden!(
    golden_sequence,
    Sequence,
    SequenceRecord {
        rank: 1,
        how: FailureKind::Failure,
        event: "transfer_submit",
        sentence: "The third `transfer_submit` of a session fails.",
        condition: r#"[{"at_least":3,"clause":"count","event":"transfer_submit"}]"#,
        matching: 812,
        failing: 577,
        elsewhere_matching: 40_000,
        elsewhere_failing: 840,
        customers: 590,
        ln_p_milli: -812_345,
        path: vec![0, 4, 4, 4],
        exemplar: KEY,
        counter_path: vec![0, 4],
        counter_example: Some(KEY),
    }
);
golden!(
    golden_known_template,
    KnownTemplate,
    KnownTemplateRecord {
        id: StableId(7),
        text: "user <*> logged in",
        first_day: 20_000,
        last_day: 20_002,
        nights: 2,
        count: 5,
        severity: Severity::Info
    }
);
golden!(
    golden_sighting,
    Sighting,
    SightingRecord {
        subject: KEY,
        customer: Some(KEY),
        session: None,
        time_ns: Some(TIME),
        at: AT,
        kind: SightingKind::Own,
        event: 6,
        amount_minor: Some(-4),
        origin: Some(ID),
        party: None,
        failed: true,
    }
);
golden!(
    golden_assessed,
    Assessed,
    AssessedRecord {
        rule: "Structuring",
        kind: FindingKind::Fraud,
        severity: FindingSeverity::High,
        clause: "AMLD",
        description: "just under",
        count: 2,
        subjects: 1,
        money_minor: 950_000,
        releasable: true,
        evidence: vec![AT],
        subject_keys: vec![KEY],
    }
);
golden!(golden_known_finding, KnownFinding, KnownFindingRecord { name: "rule x", first_day: 20_000, last_day: 20_003, nights: 2, count: 9 });
golden!(golden_rare_shape, RareShape, RareShapeRecord { shape: 7, units: vec![1, 1 << 63] });
golden!(
    golden_open_journey,
    OpenJourney,
    OpenJourneyRecord {
        key: KEY,
        by_customer: false,
        customer: Some(KEY),
        day: 20_000,
        nights: 1,
        events: vec![ID, StableId(7)],
        times_ns: vec![TIME, TIME],
        timed: vec![true, false],
        outcomes: vec![Outcome::Success, Outcome::Unknown],
        marks: vec![2, 0],
        amounts_minor: vec![Some(-12_345), None],
        transactions: vec![None, Some(ID)],
        fields: vec!["channel", "version"],
        texts: vec!["mobile", "5.1"],
        values: vec![1, 2, 1, 0],
    }
);
golden!(golden_event_cause, EventCause, EventCauseRecord { at: AT, host: Some(ID), span: Some(StableId(7)), parent: None, number: Some(1 << 40) });
golden!(
    golden_anomaly_group,
    AnomalyGroup,
    AnomalyGroupRecord {
        profile: ID,
        channel: Channel::Count,
        millibits: 31_400,
        journeys: 12,
        customers: 9,
        confirmed: true,
        explanation: "logout never, usually once: 3 of 4,812 ordinary journeys",
        exemplar: KEY,
    }
);
golden!(golden_template_rate, TemplateRate, TemplateRateRecord { template: ID, hour: 490_000, count: 12 });
golden!(
    golden_event_anomaly,
    EventAnomaly,
    EventAnomalyRecord {
        template: ID,
        kind: EventAnomalyKind::Parameter,
        severity: Severity::Error,
        count: 92,
        score_milli: 88_000,
        first: AT,
        explanation: "`upstream answered <*>` has a word at its 1st place in 92 lines, where 99,908 of 100,000 have a number",
    }
);
golden!(golden_shape_place, ShapePlace, ShapePlaceRecord { shape: ID, place: 2, class: "token CARD", count: 300, first: AT });
golden!(golden_template_place, TemplatePlace, TemplatePlaceRecord { template: ID, place: 0, class: "number", count: 7, first: AT });
golden!(golden_known_subject, KnownSubject, KnownSubjectRecord { subject: KEY, first_day: 20_000, last_day: 20_003 });
golden!(
    golden_vault_entry,
    VaultEntry,
    VaultEntryRecord { token: "[CARD_ABCDEFGHIJKLMNOPQRS]", owner: "[CUSTOMER_ABCDEFGHIJKLMNOPQRS]", sealed: &[7; 56] }
);
golden!(golden_token_link, TokenLink, TokenLinkRecord { old: "[CARD_ABCDEFGHIJKLMNOPQRS]", new: "[CARD_XYZDEFGHIJKLMNOPQRS]" });
golden!(
    golden_test_file,
    TestFile,
    TestFileRecord {
        file: 4,
        kind: TestFileKind::CucumberJson,
        problem: Some(TestFileProblem::Json),
        line: 12,
        tests: 3,
        results: 2,
        steps: 30,
        steps_known: 20,
        calls_unknown: 1,
    }
);
golden!(golden_tested, Tested, TestedRecord { file: 4, test: 2, ids: vec![ID], outcome: TestOutcome::NotRun, events: vec![0, 300, 70_000] });
golden!(
    golden_known_scenario,
    KnownScenario,
    KnownScenarioRecord {
        id: StableId(9),
        file: "features/cards-aiipdojo.feature",
        feature: "Cards journeys",
        name: "Reading one card succeeds with status 200",
        tags: "generated journey-cards risk-low",
        text: "    Given the API is available\n",
        calls: "GET /cards/${card}",
        first_day: 20_000,
        last_day: 20_002,
        nights: 2
    }
);
golden!(golden_known_key, KnownKey, KnownKeyRecord { metric: Metric::Edge, name: "login", to: "pay", id: 0, found_day: 20_000 });
golden!(
    golden_past_number,
    PastNumber,
    PastNumberRecord { day: 20_000, metric: Metric::Variant, name: "login", to: "", id: 77, value: -7, variance: 1_234 }
);
golden!(golden_verdict, Verdict, VerdictRecord { artefact: "clean", files: 3, records: 1 << 20, bytes: 1 << 33, found: 0 });
golden!(golden_journey_score, JourneyScore, JourneyScoreRecord { key: KEY, part: 0, millibits: 1500, flagged: true });

#[test]
fn golden_clean() {
    let fill = |block: &mut BlockBuilder<Clean>| {
        let path = block.intern("amount");
        let record = CleanRecord {
            at: AT,
            time_ns: Some(TIME),
            severity: Severity::Warning,
            session: "[SESSION_a]",
            customer: "[CUSTOMER_a]",
            trace: "",
            message: "paid",
            fields: vec![Field { path, value: Scalar::Float(12.5) }, Field { path, value: Scalar::Text("x") }],
        };
        block.push(&record, Some(TIME)).unwrap();
    };
    check::<Clean>(fill);
}

#[test]
fn golden_files_exist_for_every_kind() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/golden");
    for kind in RecordKind::ALL {
        assert!(root.join(kind.name()).join("v1/records.lmq").exists(), "no golden file of {}", kind.name());
    }
}

#[test]
fn golden_event_anomalies_of_version_1_are_read() {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/golden/event_anomaly/v1");
    let expected = std::fs::read_to_string(dir.join("records.jsonl")).unwrap();
    assert_eq!(json_of::<EventAnomaly>(&std::fs::read(dir.join("records.lmq")).unwrap()), expected);
}
