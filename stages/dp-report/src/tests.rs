//! The whole step over small inputs.

use std::collections::BTreeMap;

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::{Digest, StableId, TokenKey};
use schemas::policy::Schedule;
use schemas::privacy::{AttoDelta, Charge, NanoRho, ReleaseParameters, check_charges};
use schemas::record::{
    Bundle, Contribution, ContributionRecord, EventCategory, EventType, EventTypeRecord, Finding, FindingKind, FindingRecord, FindingSeverity,
    Metric, Outcome, RecordKind, Release, Severity,
};
use stage_runtime::testing::{Harness, container_of};

use crate::names::{Call, Names};
use crate::noise::OsEntropy;
use crate::rows::{Row, Sorter};

const RHO: u64 = 20_000_000;
const DELTA: u64 = 5_000_000_000_000;
const EDGE: u64 = 1;

fn parameters() -> ReleaseParameters {
    let digest = Digest::of(b"x");
    ReleaseParameters {
        nano_rho: NanoRho(RHO),
        atto_delta: AttoDelta(DELTA),
        conversion_atto_delta: AttoDelta(DELTA),
        ledger_sequence: 7,
        ledger_entry: digest,
        ledger_head: digest,
        cap_nano_rho: NanoRho(1_008_500_000),
        cap_atto_delta: AttoDelta(499_500_000_000_000),
        period_conversion_atto_delta: AttoDelta(500_000_000_000),
        spent_nano_rho: NanoRho(3 * RHO),
        spent_atto_delta: AttoDelta(3 * DELTA),
        nights_left: 47,
        period_start: 19_900,
        period_nights: 365,
        schedule: Schedule::Once,
        input: digest,
        policy: digest,
        query: digest,
        stage: digest,
    }
}

fn event_types(names: &[&str]) -> Vec<u8> {
    container_of::<EventType>(|block| {
        for (number, name) in names.iter().enumerate() {
            let record = EventTypeRecord {
                number: u32::try_from(number).unwrap(),
                id: StableId::of(name.as_bytes()),
                name,
                category: EventCategory::Other,
                method: "",
                route: "",
                status: 0,
                severity: Severity::Info,
                outcome: Outcome::Unknown,
                count: 1,
            };
            block.push(&record, None).unwrap();
        }
    })
}

fn contributions(rows: impl IntoIterator<Item = (u128, Metric, u64)>) -> Vec<u8> {
    container_of::<Contribution>(|block| {
        for (unit, metric, key) in rows {
            block.push(&ContributionRecord { unit: TokenKey(unit), metric, key }, None).unwrap();
        }
    })
}

fn finding(rule: &str) -> Vec<u8> {
    let record = FindingRecord {
        rule,
        kind: FindingKind::Fraud,
        severity: FindingSeverity::High,
        clause: "",
        description: "",
        count: 1,
        subjects: 1,
        evidence: Vec::new(),
        subject_keys: Vec::new(),
    };
    container_of::<Finding>(|block| block.push(&record, None).unwrap())
}

/// 5,000 customers who log in at 9 and pay, 3 who do something rare at 23.
fn bank() -> Harness {
    bank_of("dp-report.release")
        .job(|job| job.parameters = parameters().to_parameters())
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
}

fn bank_of(step: &str) -> Harness {
    let many = (0..5_000_u128).flat_map(|unit| {
        [(Metric::EventType, 0), (Metric::EventType, 1), (Metric::Hour, 9), (Metric::Edge, EDGE), (Metric::EventType, 0)]
            .map(|(metric, key)| (unit, metric, key))
    });
    let few = (9_000..9_003_u128).flat_map(|unit| [(unit, Metric::EventType, 2), (unit, Metric::Hour, 23), (unit, Metric::Edge, 2 << 32 | 2)]);
    Harness::new(step)
        .input("contribution", contributions(many))
        .input("contribution", contributions(few))
        .input("finding_contribution", contributions((0..2_000_u128).map(|unit| (unit, Metric::Finding, 0))))
        .input("event_type", event_types(&["login", "pay <b>&\"now\"</b>", "rare_secret"]))
        .input("finding", finding("VelocityCheck"))
        .secret("sampling", &[7; 32])
}

fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let container = Container::open(bytes).unwrap();
    let mut scratch = Vec::new();
    let mut files = BTreeMap::new();
    let mut last = String::new();
    for number in 0..container.block_count() {
        for record in container.block::<Bundle>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            assert!(record.path_is_safe() && record.path > last.as_str());
            last = record.path.to_owned();
            files.insert(last.clone(), record.bytes.to_vec());
        }
    }
    files
}

#[test]
fn a_release_from_counts_to_report() {
    let outcome = bank().run(crate::process);
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Done, ""));

    let container = Container::open(&outcome.outputs["release"]).unwrap();
    let mut scratch = Vec::new();
    let block = container.block::<Release>(0, &mut scratch).unwrap();
    let numbers: Vec<_> = block.records().map(Result::unwrap).collect();
    let value = |metric, name: &str| numbers.iter().find(|number| number.metric == metric && number.name == name).map(|number| number.value);
    // Deviations are below 30; 300 is passed by chance less than once in 10^20.
    assert!((4_700..5_300).contains(&value(Metric::EventType, "login").unwrap()));
    assert!((4_700..5_300).contains(&value(Metric::Hour, "09").unwrap()));
    assert!((4_700..5_300).contains(&value(Metric::Edge, "login").unwrap()));
    assert!((1_700..2_300).contains(&value(Metric::Finding, "VelocityCheck").unwrap()));
    assert_eq!(numbers.iter().filter(|number| number.metric == Metric::Hour).count(), 24, "all hours, empty ones too");
    assert_eq!(value(Metric::EventType, "rare_secret"), None, "three customers are withheld (but for a chance of 1e-5)");

    let charges: Vec<Charge> = serde_json::from_str(&outcome.report.facts["charges"]).unwrap();
    check_charges(&charges, NanoRho(RHO), AttoDelta(DELTA)).unwrap();

    let files = files(&outcome.outputs["report"]);
    assert_eq!(outcome.report.facts["report_json"], Digest::of(&files["report.json"]).to_string());
    let json: serde_json::Value = serde_json::from_slice(&files["report.json"]).unwrap();
    assert_eq!(json["budget"]["spent_before"]["rho"], "0.04");
    assert_eq!(json["budget"]["spent_with_this_release"]["rho"], "0.06");
    assert_eq!(json["ledger"]["reserve_sequence"], 7);
    assert_eq!(json["window"]["logical_date"], "2024-10-04");
    let login = &json["metrics"][0]["numbers"][0];
    assert_eq!(login["key"]["name"], "login");
    assert_eq!(login["price"]["sigma2"], charges[0].scale.to_string());
    assert_eq!(login["ci95"][1].as_i64().unwrap() - login["value"].as_i64().unwrap(), json["metrics"][0]["ci95_half_width"].as_i64().unwrap());
}

#[test]
fn no_output_names_a_withheld_key_or_a_position() {
    let outcome = bank().run(crate::process);
    for (name, bytes) in &outcome.outputs {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("rare_secret"), "{name}");
    }
    let facts: String = outcome.report.facts.values().cloned().collect();
    assert!(!facts.contains("rare_secret") && !facts.contains("5000"));
}

#[test]
fn two_releases_have_fresh_noise() {
    let (first, second) = (bank().run(crate::process), bank().run(crate::process));
    assert_ne!(first.outputs["release"], second.outputs["release"]);
}

#[track_caller]
fn check_refused(harness: Harness, exit: Exit) {
    let outcome = harness.run(crate::process);
    assert_eq!(outcome.report.exit, exit, "{}", outcome.report.error);
    assert!(outcome.report.facts.is_empty() && outcome.report.outputs.is_empty());
}

#[test]
fn nothing_is_drawn_without_a_reserve() {
    for name in parameters().to_parameters().keys() {
        let cut = name.clone();
        check_refused(bank().job(move |job| drop(job.parameters.remove(&cut))), Exit::BudgetRefused);
    }
    check_refused(bank().job(|job| drop(job.parameters.insert("nano_rho".to_owned(), "0".to_owned()))), Exit::BudgetRefused);
    check_refused(bank().job(|job| drop(job.parameters.insert("nano_rho".to_owned(), "5".to_owned()))), Exit::BudgetRefused);
    check_refused(bank().job(|job| drop(job.parameters.insert("atto_delta".to_owned(), "1".to_owned()))), Exit::BudgetRefused);
    check_refused(bank().job(|job| job.policy.report.edges_max = 0), Exit::BudgetRefused);
}

#[test]
fn keys_that_do_not_exist_are_corrupt_input() {
    for (metric, key) in [(Metric::EventType, 3), (Metric::Hour, 24), (Metric::Edge, 3 << 32), (Metric::Finding, 1)] {
        check_refused(bank().input("contribution", contributions([(1, metric, key)])), Exit::CorruptInput);
    }
}

/// Finding 6 of the review of issue 2: 1,487 customers were shown as 825 [788-862], and the caveat stood at the foot of the page.
#[test]
fn every_count_is_called_a_lower_bound_beside_its_picture() {
    let outcome = bank().run(crate::process);
    let files = files(&outcome.outputs["report"]);
    let (page, json) =
        (String::from_utf8(files["report.html"].clone()).unwrap(), serde_json::from_slice::<serde_json::Value>(&files["report.json"]).unwrap());
    let metrics = json["metrics"].as_array().unwrap();
    for section in page.split("<section>").skip(1).take(metrics.len()) {
        if section.contains("class=\"empty\"") {
            continue;
        }
        let (title, caveat, picture) = (section.find(", at least</h2>"), section.find("class=\"caveat\""), section.find("<svg"));
        // Where no bound cuts anything, counts are no lower bounds and are not called so.
        let whole = section.contains("nothing is missing here");
        assert!(whole != title.is_some() && caveat.is_some() && caveat < picture, "{section}");
    }
    for metric in metrics {
        let l0 = metric["price"]["l0"].as_u64().unwrap();
        let said = metric["at_least"].as_str().unwrap();
        assert_eq!(metric["title"].as_str().unwrap().ends_with(", at least"), !said.contains("nothing is missing here"));
        assert!(said.starts_with(&format!("Each customer is counted for {l0} ")) || said.contains("nothing is missing here"));
    }
    assert!(!page.contains("95 % interval of the event counts"));
}

#[test]
fn a_count_near_its_threshold_is_marked() {
    let mut counts = crate::bound::Counts::new();
    let plan = || crate::release::plan(&parameters(), &schemas::policy::ReportPolicy::default()).unwrap();
    let threshold = u64::try_from(plan()[0].charge.threshold.unwrap()).unwrap();
    let reach = u64::try_from(plan()[0].half_width).unwrap();
    // Five half widths apart, so that no draw in a million tests mistakes one for the other.
    counts.insert((Metric::EventType, 0), threshold + 5 * reach);
    counts.insert((Metric::EventType, 1), threshold);
    let names = Names::new(vec![Call::plain("far"), Call::plain("near")], Vec::new(), BTreeMap::new());
    for seed in 0..20 {
        let mut entropy = crate::noise::testing::Seeded::new(&format!("near {seed}"));
        let released = crate::release::draw(plan(), &counts, &names, &schemas::policy::ReportPolicy::default(), &mut entropy).unwrap();
        let mut job = None;
        drop(Harness::new("dp-report.release").job(|found| job = Some(found.clone())));
        let document = crate::report::document(&job.unwrap(), &parameters(), &released, &crate::history::History::default());
        for number in &document.metrics[0].numbers {
            let crate::report::Key::Name { name, .. } = &number.key else { panic!("a name") };
            assert_eq!(number.near_threshold, number.ci95[0] < threshold as i64, "{name}");
            assert!(name == "near" || !number.near_threshold, "{name}");
        }
        assert!(document.metrics[1].numbers.iter().all(|number| !number.near_threshold), "public keys have no threshold");
    }
}

#[test]
fn a_missing_or_short_sampling_key_is_refused() {
    check_refused(bank().secret("other", &[1; 32]).job(|job| job.step = "dp-report.other".to_owned()), Exit::Usage);
    let without = Harness::new("dp-report.release").job(|job| job.parameters = parameters().to_parameters());
    check_refused(without.input("event_type", event_types(&[])), Exit::KeyRefused);
}

#[test]
fn a_run_without_customers_still_reports_public_keys() {
    let outcome = Harness::new("dp-report.release")
        .job(|job| job.parameters = parameters().to_parameters())
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done);
    assert_eq!(
        Container::open(&outcome.outputs["release"]).unwrap().records(),
        24 + 5 + 18 + 5,
        "hours, kinds of activity, latency bands, groups out of the ordinary"
    );
}

#[test]
fn spilled_rows_come_back_sorted_and_distinct() {
    // 10 rows a run: a thousand runs, folded fifteen times; 150: one fold; 200: none; 20,000: never spilled.
    for rows_max in ["10", "150", "200", "20000"] {
        let harness = Harness::new("dp-report.release").job(|job| drop(job.parameters.insert("rows_max".to_owned(), rows_max.to_owned())));
        let outcome = harness.run(|context| {
            let rows: Vec<Row> =
                (0..10_000_u64).map(|n| Row { unit: u128::from(n * 7_919 % 331) << 64, metric: (n % 4) as u8, key: (n * 31 % 97) << 40 }).collect();
            let rows_max = context.parameter("rows_max").unwrap().parse().unwrap();
            let mut sorter = Sorter::new(context.take_scratch()?, context.take_scratch()?, rows_max);
            rows.iter().try_for_each(|row| sorter.push(*row))?;
            let mut found = Vec::new();
            sorter.finish(|row| {
                found.push(row);
                Ok(())
            })?;
            let mut expected = rows;
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(found, expected);
            Ok(())
        });
        assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    }
}

/// The interval around a released number covers the truth as often as it says: 4,000 releases of one count, exact coverage c, within
/// 4.9 standard errors (a false alarm once in a million).
#[test]
fn intervals_cover_the_truth() {
    let mut entropy = OsEntropy::default();
    for (l0, nano_rho) in [(1, 2_000_000_u64), (8, 8_000_000), (2, 1_000_000_000)] {
        let noise = schemas::privacy::Noise::gaussian(l0, nano_rho).unwrap();
        let h = noise.half_width();
        let weight = |x: i64| (-(x as f64).powi(2) / (2.0 * noise.scale.as_f64())).exp();
        let reach = 40 * (noise.deviation() as i64 + 1);
        let exact = (-h..=h).map(weight).sum::<f64>() / (-reach..=reach).map(weight).sum::<f64>();
        let covered = (0..4_000).filter(|_| (crate::release::noisy(500, &noise, &mut entropy).unwrap() - 500).abs() <= h).count();
        let error = (exact * (1.0 - exact) / 4_000.0).sqrt();
        assert!((covered as f64 / 4_000.0 - exact).abs() < 4.9 * error.max(1e-9), "{covered} of 4000, expected {exact}");
    }
}

fn named<R: schemas::record::Record>(records: impl IntoIterator<Item = R::View<'static>>) -> Vec<u8> {
    container_of::<R>(|block| records.into_iter().for_each(|record| block.push(&record, None).unwrap()))
}

fn http_type(number: u32, name: &'static str, route: &'static str, status: u16, category: EventCategory) -> EventTypeRecord<'static> {
    EventTypeRecord {
        number,
        id: StableId::of(route.as_bytes()),
        name,
        category,
        method: "POST",
        route,
        status,
        severity: Severity::Info,
        outcome: if status < 400 { Outcome::Success } else { Outcome::Failure },
        count: 1,
    }
}

fn journey(unit: u128, events: &[u32], outcome: Outcome) -> schemas::record::JourneyRecord {
    schemas::record::JourneyRecord {
        key: TokenKey(unit << 64),
        part: 0,
        customer: Some(TokenKey(unit)),
        first: schemas::ids::RecordRef { source: 0, offset: 0 },
        start_ns: None,
        duration_ns: 0,
        variant: StableId(u64::from(events[0])),
        outcome,
        events: events.to_vec(),
        gaps_us: Vec::new(),
        events_left_out: 0,
    }
}

fn timed(unit: u128, us: u64) -> schemas::record::EventRecord {
    schemas::record::EventRecord {
        at: schemas::ids::RecordRef { source: 0, offset: 0 },
        journey: None,
        journey_by_customer: false,
        customer: Some(TokenKey(unit)),
        time_ns: None,
        event: 0,
        template: StableId(0),
        severity: Severity::Info,
        outcome: Outcome::Unknown,
        latency_us: Some(us),
        amount_minor: None,
        transaction: None,
    }
}

/// 6,000 customers transfer, a third of them in vain; all have a call of 7 ms, a tenth one of 3 s.
fn shop() -> Harness {
    use schemas::record::{Event, Journey, Variant, VariantRecord};
    let customers = 0..6_000_u128;
    let variant = |id: u64| VariantRecord {
        id: StableId(id),
        events: vec![u32::try_from(id).unwrap()],
        journeys: 1,
        customers: 1,
        failures: 0,
        duration_median_ns: 0,
        exemplar: TokenKey(0),
    };
    let types = [
        http_type(0, "POST /api/transfers/{id} 200", "/api/transfers/{id}", 200, EventCategory::Transaction),
        http_type(1, "POST /api/transfers/{id} 503", "/api/transfers/{id}", 503, EventCategory::Transaction),
    ];
    let event = |unit: u128| u64::from(unit.is_multiple_of(3));
    let outcome = |unit: u128| if unit.is_multiple_of(3) { Outcome::Failure } else { Outcome::Success };
    Harness::new("dp-report.release")
        .job(|job| job.parameters = parameters().to_parameters())
        .input("contribution", contributions(customers.clone().map(|unit| (unit, Metric::EventType, event(unit)))))
        .input("journey", named::<Journey>(customers.clone().map(|unit| journey(unit, &[u32::try_from(event(unit)).unwrap()], outcome(unit)))))
        .input(
            "event",
            named::<Event>(customers.flat_map(|unit| [timed(unit, 7_000), timed(unit, if unit.is_multiple_of(10) { 3_000_000 } else { 100 })])),
        )
        .input("event_type", named::<EventType>(types))
        .input("variant", named::<Variant>([variant(0), variant(1)]))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
}

fn report_of(harness: Harness) -> serde_json::Value {
    let outcome = harness.run(crate::process);
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Done, ""));
    serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap()
}

fn value_of(json: &serde_json::Value, metric: &str, holds: impl Fn(&serde_json::Value) -> bool) -> i64 {
    let metric = json["metrics"].as_array().unwrap().iter().find(|found| found["metric"] == metric).unwrap();
    metric["numbers"].as_array().unwrap().iter().find(|number| holds(&number["key"])).unwrap()["value"].as_i64().unwrap()
}

#[test]
fn metrics_are_derived_from_journeys_and_events() {
    // So little noise that the 99th percentile, with 60 customers above it, moves to another band once in 10^20 runs.
    let spend = ReleaseParameters { nano_rho: NanoRho(1_000_000_000), ..parameters() };
    let json = report_of(shop().job(move |job| job.parameters = spend.to_parameters()));
    let near = |value: i64, truth: i64| assert!((value - truth).abs() < 400, "{value}, expected about {truth}");
    near(value_of(&json, "endpoint", |key| key["name"] == "POST /api/transfers/{id} 5xx"), 2_000);
    near(value_of(&json, "endpoint", |key| key["name"] == "POST /api/transfers/{id} 2xx"), 4_000);
    near(value_of(&json, "category", |key| key["name"] == "transaction"), 6_000);
    near(value_of(&json, "variant", |key| key["name"] == "POST /api/transfers/{id} 503"), 2_000);
    near(value_of(&json, "family", |key| key["family"] == "/api/transfers" && key["journeys"] == "failed"), 2_000);
    near(value_of(&json, "latency", |key| key["name"] == "up to 10 ms"), 5_400);
    near(value_of(&json, "latency", |key| key["name"] == "up to 5 s"), 600);
    let rate = &json["derived"]["failure_rates"][0];
    assert!((250..420).contains(&rate["permille"].as_i64().unwrap()), "{rate}");
    assert_eq!(json["derived"]["latency_quantiles"][0]["at_most_us"], 10_000);
    assert_eq!(json["derived"]["latency_quantiles"][3]["at_most_us"], 5_000_000);
}

fn asked(question: &str, delta: u64) -> serde_json::Value {
    let question = question.to_owned();
    report_of(shop().job(move |job| {
        job.parameters.insert("question".to_owned(), question);
        job.parameters.insert("atto_delta".to_owned(), delta.to_string());
    }))
}

#[test]
fn a_question_is_one_priced_table() {
    let json = asked("count customers by endpoint where status>=500", DELTA);
    assert_eq!(json["question"], "count customers by endpoint where status>=500");
    assert_eq!(json["metrics"].as_array().unwrap().len(), 1);
    assert_eq!(json["metrics"][0]["price"]["rho"], "0.02");
    assert!((value_of(&json, "answer", |key| key["name"] == "POST /api/transfers/{id}") - 2_000).abs() < 200);

    let json = asked("count customers by status_class", 0);
    let values: Vec<i64> = json["metrics"][0]["numbers"].as_array().unwrap().iter().map(|number| number["value"].as_i64().unwrap()).collect();
    for (value, truth) in values.iter().zip([0, 4_000, 0, 0, 2_000]) {
        assert!((value - truth).abs() < 200, "{values:?}: public keys are all there, empty ones too");
    }
    let json = asked("count customers where event_type='no such type'", 0);
    assert!(json["metrics"][0]["numbers"][0]["value"].as_i64().unwrap().abs() < 200);
}

#[test]
fn a_question_about_found_keys_needs_delta_and_a_report_does_too() {
    let question = |job: &mut schemas::job::JobSpec, text: &str| drop(job.parameters.insert("question".to_owned(), text.to_owned()));
    let free = |job: &mut schemas::job::JobSpec| drop(job.parameters.insert("atto_delta".to_owned(), "0".to_owned()));
    check_refused(shop().job(free), Exit::BudgetRefused);
    check_refused(
        shop().job(|job| {
            free(job);
            question(job, "count customers by route")
        }),
        Exit::BudgetRefused,
    );
    check_refused(shop().job(|job| question(job, "count everybody")), Exit::Usage);
    // Delta that no threshold is paid with is no charge of this question.
    check_refused(shop().job(|job| question(job, "count customers")), Exit::BudgetRefused);
}

#[test]
fn listed_keys_are_released_whether_there_or_not_and_no_others() {
    let listed = ["POST /api/transfers/{id} 5xx", "GET /never 2xx"].map(str::to_owned).to_vec();
    let json = report_of(shop().job(|job| job.policy.report.public_endpoints = listed));
    assert!(value_of(&json, "endpoint", |key| key["name"] == "GET /never 2xx").abs() < 400);
    let endpoints = json["metrics"].as_array().unwrap().iter().find(|found| found["metric"] == "endpoint").unwrap();
    assert_eq!((endpoints["numbers"].as_array().unwrap().len(), &endpoints["keys"]), (2, &serde_json::json!("listed")));
    assert!(endpoints["threshold"].is_null());
}

#[test]
fn metrics_left_out_are_not_in_the_report() {
    let json = report_of(shop().job(|job| job.policy.report.left_out = vec![Metric::Edge, Metric::Family]));
    let names: Vec<&str> = json["metrics"].as_array().unwrap().iter().map(|found| found["metric"].as_str().unwrap()).collect();
    assert_eq!(names, ["event_type", "hour", "finding", "endpoint", "category", "variant", "latency", "failure", "anomaly"]);
}

#[test]
fn contributions_to_derived_metrics_are_corrupt() {
    check_refused(bank().input("contribution", contributions([(1, Metric::Latency, 0)])), Exit::CorruptInput);
}

fn evaluation(customers: u128, parameters: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let outcome = Harness::new("dp-report.release")
        .job(|job| {
            job.evaluation = true;
            job.parameters = parameters;
        })
        .input("contribution", contributions((0..customers).map(|unit| (unit, Metric::EventType, 0))))
        .input("event_type", event_types(&["a", "b"]))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    files(&outcome.outputs["report"])
}

#[test]
fn evaluation_writes_a_file_a_key() {
    let files = evaluation(100, &[("mechanism", "dgauss"), ("rho", "0.5"), ("delta", "0"), ("l0", "1"), ("runs", "300")]);
    let values: Vec<i64> = std::str::from_utf8(&files["keys/000000.txt"]).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(values.len(), 300);
    assert!(values.iter().all(|value| (80..120).contains(value)));
    let parameters: serde_json::Value = serde_json::from_slice(&files["params.json"]).unwrap();
    assert_eq!((&parameters["sigma2"], &parameters["threshold"]), (&"1/1".into(), &serde_json::Value::Null));
    assert_eq!(parameters["keys"][1]["files"][0], "keys/000001.txt");
}

#[test]
fn evaluation_withholds_under_the_threshold() {
    let files = evaluation(1, &[("mechanism", "dlaplace"), ("epsilon", "1"), ("delta", "1e-9"), ("l0", "2"), ("runs", "50")]);
    assert_eq!(files["keys/000000.txt"], "-\n".repeat(50).into_bytes());
    assert_eq!(files["keys/000001.txt"], "-\n".repeat(50).into_bytes());
    let parameters: serde_json::Value = serde_json::from_slice(&files["params.json"]).unwrap();
    assert_eq!(parameters["b"], "2/1");
}

/// A small bank day, released with seeded noise: `testdata/dp-report/bank/out.report.html` and `.json` are the page and the data
/// that people see. `UPDATE=1` rewrites them.
#[test]
fn golden_bank_day() {
    let types = golden_types();
    let names = Names::new(
        types.iter().map(|(name, _)| golden_call(name)).collect(),
        vec!["UnusualHoursAccess".to_owned(), "VelocityCheck".to_owned()],
        golden_variants(),
    );
    let mut counts = crate::bound::Counts::new();
    counts.extend(types.iter().enumerate().map(|(key, (_, count))| ((Metric::EventType, key as u64), *count)));
    for hour in 0..24_u64 {
        let busy = 40 + 1_900 * (hour.abs_diff(13) < 6) as u64 + 220 * (12 - hour.abs_diff(12));
        counts.insert((Metric::Hour, hour), if hour < 5 { hour * 9 } else { busy });
    }
    let number = |name: &str| types.iter().position(|(found, _)| *found == name).map_or(u64::from(u32::MAX), |at| at as u64);
    for (from, to, count) in GOLDEN_EDGES {
        counts.insert((Metric::Edge, number(from) << 32 | number(to)), *count);
    }
    counts.insert((Metric::Finding, 0), 300);
    counts.insert((Metric::Finding, 1), 12);
    counts.extend([(0, 3_902), (1, 2_216), (2, 148)].map(|(key, count)| ((Metric::Endpoint, key), count)));
    counts.extend([(0, 4_100), (1, 5_000), (2, 2_300), (3, 3_900), (4, 148)].map(|(key, count)| ((Metric::Category, key), count)));
    counts.extend([(1, 1_205), (2, 980)].map(|(key, count)| ((Metric::Variant, key), count)));
    counts.extend([(0, 2_900), (1, 0), (2, 1_700), (3, 310)].map(|(key, count)| ((Metric::Family, key), count)));
    let bands = [12, 30, 90, 200, 480, 900, 1_200, 900, 420, 300, 120, 90, 60, 30, 9, 2, 1, 40];
    counts.extend(bands.into_iter().enumerate().map(|(key, count)| ((Metric::Latency, key as u64), count)));

    let parameters = parameters();
    let plan = crate::release::plan(&parameters, &schemas::policy::ReportPolicy::default()).unwrap();
    let released =
        crate::release::draw(plan, &counts, &names, &schemas::policy::ReportPolicy::default(), &mut crate::noise::testing::Seeded::new("bank"))
            .unwrap();
    let mut job = None;
    let harness = Harness::new("dp-report.release").job(|found| job = Some(found.clone()));
    drop(harness);
    let document = crate::report::document(&job.unwrap(), &parameters, &released, &crate::history::History::default());
    check_golden("out.report.json", &crate::report::to_json(&document).unwrap());
    let page = crate::html::page(&document);
    assert!(!page.contains("<b>") && page.contains("&lt;b&gt;"), "names are escaped");
    for outside in ["://", "<script", "src=", "@import", "javascript:"] {
        assert!(!page.contains(outside), "no request, no script");
    }
    check_golden("out.report.html", page.as_bytes());
    check_golden("out.report.csv", crate::csv::table(&document).as_bytes());
}

#[expect(clippy::disallowed_methods, reason = "golden files are read and written by path, in tests only")]
fn check_golden(name: &str, found: &[u8]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/dp-report/bank").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read(&path).unwrap_or_else(|_| panic!("{name} is missing: UPDATE=1 writes it"));
    assert!(expected == found, "{name} differs: UPDATE=1 rewrites it, the diff is the review");
}

fn golden_call(name: &str) -> Call {
    match name.split(' ').collect::<Vec<_>>()[..] {
        [method @ ("GET" | "POST"), route, status] => Call::http(method, route, status.parse().unwrap()),
        _ => Call::plain(name),
    }
}

fn golden_variants() -> BTreeMap<u64, String> {
    BTreeMap::from([
        (1, "login → GET /api/v1/accounts/{account_id}/balance 200 → logout".to_owned()),
        (2, "login → transfer_event → logout".to_owned()),
    ])
}

fn golden_types() -> [(&'static str, u64); 16] {
    let mut types = [
        ("login", 4_870),
        ("login_failed", 611),
        ("GET /api/v1/accounts/{account_id}/balance 200", 3_902),
        ("GET /api/v1/accounts/{account_id}/transactions 200", 2_216),
        ("transfer_event", 1_630),
        ("transfer_confirm", 1_502),
        ("POST /api/v1/transfers 503", 148),
        ("logout", 2_950),
        ("card_block <b>urgent</b> & \"final\"", 390),
        ("password_reset", 260),
        ("card payment of {amount} {currency} at {merchant} was approved by the issuer", 2_480),
        ("otp_sent", 1_710),
        ("otp_verified", 1_580),
        ("statement_download", 340),
        ("profile_update", 96),
        ("wire_review", 9),
    ];
    types.sort_unstable();
    types
}

const GOLDEN_EDGES: &[(&str, &str, u64)] = &[
    ("", "login", 4_400),
    ("", "login_failed", 500),
    ("login_failed", "login_failed", 180),
    ("login_failed", "login", 420),
    ("login_failed", "password_reset", 210),
    ("password_reset", "login", 190),
    ("login", "GET /api/v1/accounts/{account_id}/balance 200", 3_600),
    ("login", "statement_download", 240),
    ("GET /api/v1/accounts/{account_id}/balance 200", "GET /api/v1/accounts/{account_id}/transactions 200", 2_010),
    ("GET /api/v1/accounts/{account_id}/balance 200", "logout", 1_205),
    ("GET /api/v1/accounts/{account_id}/balance 200", "transfer_event", 700),
    ("GET /api/v1/accounts/{account_id}/transactions 200", "transfer_event", 880),
    ("GET /api/v1/accounts/{account_id}/transactions 200", "logout", 790),
    ("transfer_event", "otp_sent", 1_500),
    ("otp_sent", "otp_verified", 1_450),
    ("otp_sent", "otp_sent", 150),
    ("otp_verified", "transfer_confirm", 1_400),
    ("transfer_confirm", "transfer_event", 310),
    ("transfer_confirm", "logout", 980),
    ("transfer_event", "POST /api/v1/transfers 503", 131),
    ("POST /api/v1/transfers 503", "transfer_event", 120),
    ("logout", "", 2_800),
    ("", "card payment of {amount} {currency} at {merchant} was approved by the issuer", 2_300),
    ("card payment of {amount} {currency} at {merchant} was approved by the issuer", "", 2_250),
    ("statement_download", "logout", 215),
    ("login", "wire_review", 6),
];

mod audit;
mod discovery;
mod exact;
mod header;
mod journeys;
mod measure;
mod ranking;
