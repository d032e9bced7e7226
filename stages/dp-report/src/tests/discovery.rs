//! Discovery apart from the report: what it finds, what it costs, and that nights in between count known keys and nothing else.

use schemas::policy::{Discovery, ReportPolicy};
use schemas::privacy::{allotment, charges_of, discovery_allotment, discovery_charges_of};
use schemas::record::{KnownKey, KnownKeyRecord, PastNumber};

use super::*;

fn policy() -> ReportPolicy {
    ReportPolicy { schedule: Schedule::Nightly, discovery: Discovery::Monthly, ..ReportPolicy::default() }
}

fn priced(nano_rho: NanoRho, atto_delta: AttoDelta) -> BTreeMap<String, String> {
    ReleaseParameters { nano_rho, atto_delta, ..parameters() }.to_parameters()
}

/// The whole budget in one discovery, so that thresholds are low enough for a small bank.
fn discovering(step: Harness) -> Harness {
    step.job(|job| {
        job.policy.report = policy();
        job.parameters = priced(NanoRho(1_000_000_000), AttoDelta(DELTA));
    })
}

fn known(keys: &[(Metric, &str, &str)]) -> Vec<u8> {
    container_of::<KnownKey>(|block| {
        for &(metric, name, to) in keys {
            block.push(&KnownKeyRecord { metric, name, to, id: 0, found_day: 19_900 }, None).unwrap();
        }
    })
}

fn list(bytes: &[u8]) -> Vec<(Metric, String, i32)> {
    let container = Container::open(bytes).unwrap();
    let mut scratch = Vec::new();
    let mut found = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<KnownKey>(number, &mut scratch).unwrap().records() {
            let record = record.unwrap();
            found.push((record.metric, format!("{}{}", record.name, record.to), record.found_day));
        }
    }
    found
}

#[test]
fn a_discovery_adds_what_enough_customers_share_and_costs_what_it_was_priced() {
    let outcome = discovering(bank_of("dp-report.discover"))
        .input("known", known(&[(Metric::EventType, "login", "")]))
        .output("known_key", RecordKind::KnownKey)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let found = list(&outcome.outputs["known_key"]);
    let has = |metric, name: &str| found.iter().find(|(of, key, _)| *of == metric && key == name).map(|(_, _, day)| *day);
    assert_eq!(has(Metric::EventType, "login"), Some(19_900), "what was known stays, with the day it was found");
    let today = 20_000;
    assert_eq!(has(Metric::EventType, "pay <b>&\"now\"</b>"), Some(today));
    assert_eq!(has(Metric::Finding, "VelocityCheck"), Some(today));
    assert_eq!(has(Metric::EventType, "rare_secret"), None, "three customers are no crowd");
    assert!(found.iter().all(|(metric, ..)| ![Metric::Hour, Metric::Category, Metric::Latency, Metric::Anomaly].contains(metric)));
    let charges: Vec<Charge> = serde_json::from_str(&outcome.report.facts["charges"]).unwrap();
    assert_eq!(charges, discovery_charges_of(&policy(), NanoRho(1_000_000_000), AttoDelta(DELTA)).unwrap());
}

#[test]
fn without_a_reserve_the_list_is_handed_on_as_it_is() {
    let keys = [(Metric::EventType, "login", ""), (Metric::Edge, "login", "pay")];
    let outcome = bank_of("dp-report.discover")
        .job(|job| job.policy.report = policy())
        .input("known", known(&keys))
        .output("known_key", RecordKind::KnownKey)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    assert_eq!(list(&outcome.outputs["known_key"]).len(), 2);
    assert!(!outcome.report.facts.contains_key("charges"));
}

/// A night in between: known keys are all there, zeros too, without a threshold and without delta; a new one is not, however many have it.
#[test]
fn a_night_counts_known_keys_and_no_others() {
    let one = allotment(&policy()).unwrap();
    assert_eq!(one.threshold_delta, AttoDelta(0));
    let keys = [(Metric::EventType, "login", ""), (Metric::EventType, "gone since", ""), (Metric::Edge, "login", "pay <b>&\"now\"</b>")];
    let outcome = bank()
        .job(move |job| {
            job.policy.report = policy();
            job.parameters = priced(one.nano_rho, one.threshold_delta);
        })
        .input("known_key", known(&keys))
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let report: serde_json::Value = serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap();
    let metric = |name: &str| report["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == name).unwrap().clone();
    let event_types = metric("event_type");
    assert_eq!((event_types["keys"].as_str(), event_types["threshold"].is_null()), (Some("known"), true));
    let numbers = event_types["numbers"].as_array().unwrap();
    let names: Vec<&str> = numbers.iter().map(|number| number["key"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gone since", "login"], "5,000 customers pay, but no discovery has found it");
    let near = |number: &serde_json::Value, count: i64| (number["value"].as_i64().unwrap() - count).abs() < 2_000;
    assert!(near(&numbers[0], 0) && near(&numbers[1], 5_000), "{numbers:?}");
    assert_eq!(metric("edge")["numbers"].as_array().unwrap().len(), 1);
    assert_eq!(metric("finding")["numbers"].as_array().unwrap().len(), 0);
    assert_eq!(report["release"]["threshold_delta"], "0");
    let charges: Vec<Charge> = serde_json::from_str(&outcome.report.facts["charges"]).unwrap();
    assert_eq!(charges, charges_of(&policy(), one.nano_rho, AttoDelta(0)).unwrap());
}

/// Types that read alike are one key: a customer with both counts once, and no customer's type renames another's.
#[test]
fn event_types_that_read_alike_are_one_key() {
    let one = allotment(&policy()).unwrap();
    let rows = (0..6_000_u128).flat_map(|unit| {
        let [first, second] = [(unit < 4_000).then_some(0), (unit >= 2_000).then_some(2)];
        let edge = (unit, Metric::Edge, second.unwrap_or(0) << 32 | 1);
        first.into_iter().chain(second).map(move |key| (unit, Metric::EventType, key)).chain([edge])
    });
    let outcome = Harness::new("dp-report.release")
        .job(move |job| {
            job.policy.report = policy();
            job.parameters = priced(NanoRho(1_000_000_000), one.threshold_delta);
        })
        .input("contribution", contributions(rows))
        .input("event_type", event_types(&["login (failed)", "pay", "login (failed)"]))
        .input("known_key", known(&[(Metric::EventType, "login (failed)", ""), (Metric::Edge, "login (failed)", "pay")]))
        .secret("sampling", &[7; 32])
        .output("release", RecordKind::Release)
        .output("release_history", RecordKind::PastNumber)
        .output("report", RecordKind::Bundle)
        .run(crate::process);
    assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
    let report: serde_json::Value = serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap();
    for name in ["event_type", "edge"] {
        let metric = report["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == name).unwrap();
        let values: Vec<i64> = metric["numbers"].as_array().unwrap().iter().map(|number| number["value"].as_i64().unwrap()).collect();
        assert!(values.len() == 1 && (5_700..6_300).contains(&values[0]), "{name}: {values:?}");
    }
}

/// A threshold that nobody paid for is refused before anything is drawn (L10).
#[test]
fn a_report_that_discovers_for_itself_needs_delta() {
    let outcome = bank().job(|job| job.parameters = priced(NanoRho(RHO), AttoDelta(0))).run(crate::process);
    assert_eq!(outcome.report.exit, Exit::BudgetRefused);
    assert!(discovery_allotment(&ReportPolicy::default()).unwrap().is_none());
}

/// The second report of a week has the first beside it; days older than a week are forgotten.
#[test]
fn numbers_of_the_week_before_stand_beside_those_of_today() {
    let on = |day: i32, history: Option<Vec<u8>>| {
        let night = bank().job(move |job| {
            job.logical_day = day;
            job.parameters = priced(NanoRho(1_000_000_000), AttoDelta(DELTA));
        });
        let night = match history {
            Some(history) => night.input("history", history),
            None => night,
        };
        let outcome = night.run(crate::process);
        assert_eq!(outcome.report.exit, Exit::Done, "{}", outcome.report.error);
        let report: serde_json::Value = serde_json::from_slice(&files(&outcome.outputs["report"])["report.json"]).unwrap();
        (report["derived"].clone(), outcome.outputs["release_history"].clone())
    };
    let (first, history) = on(20_000, None);
    assert!(first["week_before"].is_null() && first["week_on_week"].as_array().unwrap().is_empty());
    let (second, history) = on(20_007, Some(history));
    assert_eq!(second["week_before"], "2024-10-04");
    let changes = second["week_on_week"].as_array().unwrap();
    let login = changes.iter().find(|change| change["metric"] == "event_type" && change["key"]["name"] == "login").unwrap();
    assert!(login["difference"].as_i64().unwrap().abs() < 500 && login["changed"] == false, "{login}");
    // A week and a day later the first is forgotten, and there is no report of the week before.
    let (third, history) = on(20_008, Some(history));
    assert!(third["week_before"].is_null());
    let container = Container::open(&history).unwrap();
    let mut scratch = Vec::new();
    let mut days = std::collections::BTreeSet::new();
    for number in 0..container.block_count() {
        days.extend(container.block::<PastNumber>(number, &mut scratch).unwrap().records().map(|record| record.unwrap().day));
    }
    assert_eq!(days.into_iter().collect::<Vec<_>>(), [20_007, 20_008]);
}
