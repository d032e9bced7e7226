//! Metrics of journeys: what fails on which attempt, and what is out of the ordinary, by a customer's own journeys alone.

use schemas::ids::RecordRef;
use schemas::policy::{Discovery, ReportPolicy};
use schemas::record::{Journey, JourneyRecord, KnownKey, Variant, VariantRecord};

use super::*;

const OK: u32 = 0;
const FAILS: u32 = 1;
const LOGIN: u32 = 2;

fn calls() -> Vec<u8> {
    container_of::<EventType>(|block| {
        for (number, status) in [200, 503].into_iter().enumerate() {
            let record = EventTypeRecord {
                number: number as u32,
                id: StableId(number as u64),
                name: "",
                category: EventCategory::Transaction,
                method: "POST",
                route: "/transfers",
                status,
                severity: Severity::Info,
                outcome: Outcome::Unknown,
                count: 1,
            };
            block.push(&record, None).unwrap();
        }
        let login = EventTypeRecord {
            number: LOGIN,
            id: StableId(9),
            name: "login",
            category: EventCategory::Login,
            method: "",
            route: "",
            status: 0,
            severity: Severity::Info,
            outcome: Outcome::Success,
            count: 1,
        };
        block.push(&login, None).unwrap();
    })
}

fn journeys(walked: &[(u32, &[u32], u64)]) -> Vec<u8> {
    container_of::<Journey>(|block| {
        for (group, (customers, events, seconds)) in walked.iter().enumerate() {
            for customer in 0..*customers {
                let unit = TokenKey((group as u128) << 64 | u128::from(customer));
                let record = JourneyRecord {
                    key: unit,
                    part: 0,
                    customer: Some(unit),
                    first: RecordRef { source: 0, offset: 0 },
                    start_ns: None,
                    duration_ns: seconds * 1_000_000_000,
                    variant: StableId(group as u64),
                    outcome: Outcome::Unknown,
                    events: events.to_vec(),
                    gaps_us: Vec::new(),
                    events_left_out: 0,
                };
                block.push(&record, None).unwrap();
            }
        }
    })
}

/// Numbers of a metric by name, with so little noise that counts of thousands are told apart.
fn released(walked: &[(u32, &[u32], u64)], metric: &str) -> (BTreeMap<String, i64>, serde_json::Value) {
    let outcome = Harness::new("dp-report.release")
        .job(|job| job.parameters = ReleaseParameters { nano_rho: NanoRho(1_000_000_000), ..parameters() }.to_parameters())
        .input("event_type", calls())
        .input("journey", journeys(walked))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let report: serde_json::Value = serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap();
    let found = report["metrics"].as_array().unwrap().iter().find(|found| found["metric"] == metric).unwrap();
    let number = |number: &serde_json::Value| (number["key"]["name"].as_str().unwrap().to_owned(), number["value"].as_i64().unwrap());
    (found["numbers"].as_array().unwrap().iter().map(number).collect(), report)
}

#[track_caller]
fn near(numbers: &BTreeMap<String, i64>, name: &str, count: i64) {
    let value = numbers.get(name).copied().unwrap_or_else(|| panic!("{name} is not in {numbers:?}"));
    assert!((value - count).abs() < 300, "{name}: {value}, {count} expected");
}

#[test]
fn failing_calls_are_counted_by_attempt() {
    // Two transfers succeed, the third fails; it fails at once; it never fails; it fails on the fifth and sixth.
    let walked: [(u32, &[u32], u64); 4] = [
        (3_000, &[LOGIN, OK, OK, FAILS], 1),
        (2_000, &[FAILS, OK], 1),
        (9_000, &[LOGIN, OK, OK, OK], 1),
        (1_000, &[OK, OK, OK, OK, FAILS, FAILS], 1),
    ];
    let (numbers, report) = released(&walked, "failure");
    near(&numbers, "POST /transfers fails on attempt 3", 3_000);
    near(&numbers, "POST /transfers fails on attempt 1", 2_000);
    near(&numbers, "POST /transfers fails on attempt 4 or later", 1_000);
    assert_eq!(numbers.len(), 3, "{numbers:?}");
    let bands = report["derived"]["failure_bands"].as_array().unwrap();
    let sequences: Vec<u64> = bands.iter().map(|band| band["sequences"].as_u64().unwrap()).collect();
    assert_eq!(sequences.iter().sum::<u64>(), 3);
    assert_eq!(sequences[3] + sequences[4], 0, "nothing failed for ten thousand customers");
    assert!(sequences[2] >= 2, "1,000 to 10,000: {bands:?}");
}

/// Two long variants that begin alike are two keys for discoveries, for nights in between, for the week after and for whoever reads the report.
#[test]
fn variants_that_begin_alike_are_told_apart() {
    let steps = |last: u32| -> Vec<u32> { (0..10).map(|step| if step == 9 { last } else { step % 2 * LOGIN }).collect() };
    let (ends_ok, ends_in_failure) = (steps(OK), steps(FAILS));
    let walked: [(u32, &[u32], u64); 2] = [(4_000, &ends_ok, 1), (2_500, &ends_in_failure, 1)];
    let policy = ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::Monthly, ..ReportPolicy::default() };
    let bank = |step: &str, walked: &[(u32, &[u32], u64)]| {
        let policy = policy.clone();
        let step = Harness::new(step).input("event_type", calls()).input("journey", journeys(walked)).input("variant", variants(walked));
        step.secret("sampling", &[7; 32]).job(move |job| job.policy.report = policy)
    };
    let priced = |delta| ReleaseParameters { nano_rho: NanoRho(1_000_000_000), atto_delta: AttoDelta(delta), ..parameters() }.to_parameters();
    let discover = |day: i32, walked: &[(u32, &[u32], u64)], known: Option<Vec<u8>>| {
        let step = bank("dp-report.discover", walked).job(|job| (job.logical_day, job.parameters) = (day, priced(DELTA)));
        let step = known.into_iter().fold(step, |step, known| step.input("known", known));
        let outcome = step.output("known_key", RecordKind::KnownKey).run(crate::process);
        assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
        outcome.outputs["known_key"].clone()
    };
    assert_eq!(ids(&discover(19_990, &walked, None)), [(0, 19_990), (1, 19_990)], "both at once");
    let known = discover(20_000, &walked, Some(discover(19_990, &walked[..1], None)));
    assert_eq!(ids(&known), [(0, 19_990), (1, 20_000)], "one beside the other, which was found before");

    let night = |day: i32, history: Option<Vec<u8>>| {
        let night = bank("dp-report.release", &walked).input("known_key", known.clone());
        let night = history.into_iter().fold(night, |night, history| night.input("history", history));
        let night = night.job(|job| (job.logical_day, job.parameters) = (day, priced(0)));
        let night = night.output("release", RecordKind::Release).output("release_history", RecordKind::PastNumber);
        let outcome = night.output("report", RecordKind::Bundle).run(crate::process);
        assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
        outcome.outputs
    };
    let history = night(20_000, None)["release_history"].clone();
    let files = files(&night(20_007, Some(history))["report"]);
    let report: serde_json::Value = serde_json::from_slice(&files["report.json"]).unwrap();
    let metric = report["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == "variant").unwrap();
    let of = |found: &serde_json::Value, id: u64| found["key"]["id"] == format!("{id:016x}");
    let (numbers, weeks) = (metric["numbers"].as_array().unwrap(), report["derived"]["week_on_week"].as_array().unwrap());
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    let mut labels = std::collections::BTreeSet::new();
    for (id, count) in [(0, 4_000), (1, 2_500)] {
        let near = |value: &serde_json::Value| (value.as_i64().unwrap() - count).abs() < 300;
        let number = numbers.iter().find(|number| of(number, id)).unwrap();
        assert!(near(&number["value"]), "{number}");
        let change = weeks.iter().find(|change| of(change, id)).unwrap();
        assert!(near(&change["before"]), "the week before is its own: {change}");
        let label = number["key"]["name"].as_str().unwrap();
        assert!(labels.insert(label), "two rows of one label say nothing: {label}");
        for file in ["report.html", "report.csv"] {
            assert!(String::from_utf8_lossy(&files[file]).contains(label), "{file}");
        }
    }
}

/// Which variants mining lists goes by exact counts of all customers, so that one of them decides it: the name of another's variant must not hang on it.
#[test]
fn a_variant_is_named_by_its_steps_whatever_mining_lists() {
    let walked: [(u32, &[u32], u64); 2] = [(4_000, &[LOGIN, LOGIN, OK], 1), (3_000, &[FAILS], 1)];
    let policy = ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::Monthly, ..ReportPolicy::default() };
    let priced = ReleaseParameters { nano_rho: NanoRho(1_000_000_000), ..parameters() }.to_parameters();
    for listed in [0, 1, 2] {
        let outcome = Harness::new("dp-report.discover")
            .input("event_type", calls())
            .input("journey", journeys(&walked))
            .input("variant", variants(&walked[..listed]))
            .secret("sampling", &[7; 32])
            .job(|job| (job.policy.report, job.parameters) = (policy.clone(), priced.clone()))
            .output("known_key", RecordKind::KnownKey)
            .run(crate::process);
        assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
        let list = &outcome.outputs["known_key"];
        let container = Container::open(list).unwrap();
        let mut scratch = Vec::new();
        let records = (0..container.block_count()).flat_map(|number| {
            let block = container.block::<KnownKey>(number, &mut scratch).unwrap();
            let variants = block.records().map(Result::unwrap).filter(|record| record.metric == Metric::Variant);
            variants.map(|record| (record.id, record.name.to_owned())).collect::<Vec<_>>()
        });
        let names: BTreeMap<u64, String> = records.collect();
        let steps = ["login (succeeded) →  (POST /transfers 200) (without outcome)", " (POST /transfers 503) (without outcome)"];
        assert_eq!(names, (0..).zip(steps.map(str::to_owned)).collect(), "{listed} are listed");
        // A night that discovers for itself.
        assert_eq!(released(&walked, "variant").0.into_keys().collect::<Vec<_>>(), [steps[1], steps[0]]);
    }
}

fn variants(walked: &[(u32, &[u32], u64)]) -> Vec<u8> {
    container_of::<Variant>(|block| {
        for (group, (customers, events, _)) in walked.iter().enumerate() {
            let count = u64::from(*customers);
            let record = VariantRecord {
                id: StableId(group as u64),
                journeys: count,
                customers: count,
                failures: 0,
                duration_median_ns: 0,
                exemplar: TokenKey(0),
                events: events.to_vec(),
            };
            block.push(&record, None).unwrap();
        }
    })
}

fn ids(list: &[u8]) -> Vec<(u64, i32)> {
    let container = Container::open(list).unwrap();
    let mut scratch = Vec::new();
    let mut found = Vec::new();
    for number in 0..container.block_count() {
        let block = container.block::<KnownKey>(number, &mut scratch).unwrap();
        let variants = block.records().map(Result::unwrap).filter(|record| record.metric == Metric::Variant);
        found.extend(variants.map(|record| (record.id, record.found_day)));
    }
    found.sort_unstable();
    found
}

#[test]
fn journeys_out_of_the_ordinary_are_counted_by_group() {
    let long: Vec<u32> = (0..50).map(|step| if step % 2 == 0 { OK } else { LOGIN }).collect();
    let walked: [(u32, &[u32], u64); 6] = [
        (1_000, &[LOGIN; 10], 1),
        (2_000, &long, 1),
        (3_000, &[OK, FAILS, FAILS, FAILS], 1),
        (4_000, &[FAILS], 1),
        (5_000, &[OK], 3_600),
        // Just within each of them.
        (9_000, &[OK, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, FAILS, FAILS], 3_599),
    ];
    let (numbers, _) = released(&walked, "anomaly");
    let expected = [1_000, 2_000, 3_000, 4_000, 5_000];
    assert_eq!(numbers.len(), expected.len());
    for (name, count) in crate::names::ANOMALY_NAMES.into_iter().zip(expected) {
        near(&numbers, name, count);
    }
}

/// Neighbours: one customer more moves at most the keys he has, whatever anybody else did.
#[test]
fn a_customers_keys_do_not_hang_on_other_customers() {
    let alone: [(u32, &[u32], u64); 1] = [(2_000, &[FAILS], 1)];
    let among: [(u32, &[u32], u64); 2] = [(2_000, &[FAILS], 1), (30_000, &[LOGIN, OK, OK, FAILS], 1)];
    for metric in ["failure", "anomaly"] {
        let (before, after) = (released(&alone, metric).0, released(&among, metric).0);
        let name = if metric == "failure" { "POST /transfers fails on attempt 1" } else { "fails at its first event" };
        near(&before, name, 2_000);
        near(&after, name, 2_000);
    }
}
