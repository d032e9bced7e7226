//! Exact numbers for auditors: right, complete, and no release by any of its marks.

use schemas::record::{KnownKey, KnownKeyRecord};

use super::*;

fn exact() -> Harness {
    bank_of("dp-report.exact").output("exact_report", RecordKind::Bundle)
}

#[test]
fn exact_numbers_are_another_document() {
    let outcome = exact().job(|job| job.policy.report.left_out = vec![Metric::Hour]).run(crate::process);
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Done, ""));
    let (facts, counters) = (&outcome.report.facts, &outcome.report.counters);
    assert_eq!(
        facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(),
        [("dp", "false")],
        "no charge, no reserve, no sampler"
    );
    assert!(!counters.contains_key(&schemas::metric::Counter::NumbersReleased));
    let files = files(&outcome.outputs["exact_report"]);
    assert_eq!(files.keys().collect::<Vec<_>>(), ["exact-report.audit.html", "exact-report.audit.json"]);
    let json: serde_json::Value = serde_json::from_slice(&files["exact-report.audit.json"]).unwrap();
    assert_eq!((&json["dp"], &json["format"]), (&serde_json::json!(false), &serde_json::json!("logminer-exact-report/1")));
    assert!(
        json["warning"].as_str().unwrap().contains("NOT DIFFERENTIALLY PRIVATE") && json.get("release").is_none() && json.get("ledger").is_none()
    );
    let metric = |name: &str| json["metrics"].as_array().unwrap().iter().find(|metric| metric["metric"] == name).unwrap().clone();
    let number = |metric: &serde_json::Value, key: &str| {
        let number = metric["numbers"].as_array().unwrap().iter().find(|number| number["key"]["name"] == key).unwrap();
        (number["customers"].as_u64().unwrap(), number["within_bound"].as_u64().unwrap())
    };
    let types = metric("event_type");
    assert_eq!((number(&types, "login"), number(&types, "rare_secret")), ((5_000, 5_000), (3, 3)), "nothing is added and no key is withheld");
    let hours = metric("hour");
    assert_eq!((number(&hours, "09"), number(&hours, "23"), &hours["left_out"]), ((5_000, 5_000), (3, 3), &serde_json::json!(true)));
    assert_eq!(number(&metric("finding"), "VelocityCheck"), (2_000, 2_000));

    let page = String::from_utf8(files["exact-report.audit.html"].clone()).unwrap();
    assert!(
        page.contains("display:table-header-group;break-inside:avoid") && page.contains("<div class=\"banner\" role=\"alert\">EXACT NUMBERS"),
        "a banner on every sheet"
    );
    // Exact counts are no lower bounds.
    assert!(
        !page.contains(", at least") && json["metrics"].as_array().unwrap().iter().all(|metric| !metric["title"].as_str().unwrap().contains("least"))
    );
    assert!(page.contains("<title>NOT PRIVATE") && !page.contains("://") && !page.contains("<script") && page.contains("pay &lt;b&gt;"));
}

#[test]
fn the_number_within_the_bound_is_what_noise_would_be_added_to() {
    let outcome = exact().job(|job| job.policy.report.event_types_max = 1).run(crate::process);
    let files = files(&outcome.outputs["exact_report"]);
    let json: serde_json::Value = serde_json::from_slice(&files["exact-report.audit.json"]).unwrap();
    let numbers = json["metrics"][0]["numbers"].as_array().unwrap();
    let sum = |field: &str| numbers.iter().map(|number| number[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("customers"), sum("within_bound")), (10_003, 5_003), "each customer counts for one event type");
}

/// Where the report counts listed or known keys alone, customers are cut to the bound among these, and the others are not counted at all.
#[test]
fn the_bound_is_that_among_the_keys_of_the_report() {
    let known = container_of::<KnownKey>(|block| {
        let record = KnownKeyRecord { metric: Metric::EventType, name: "pay <b>&\"now\"</b>", to: "", id: 0, found_day: 19_900 };
        block.push(&record, None).unwrap();
    });
    let outcome = exact()
        .job(|job| {
            job.policy.report.event_types_max = 1;
            job.policy.report.schedule = Schedule::Nightly;
            job.policy.report.public_findings = vec!["VelocityCheck".to_owned()];
        })
        .input("known", known)
        .run(crate::process);
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Done, ""));
    let files = files(&outcome.outputs["exact_report"]);
    let json: serde_json::Value = serde_json::from_slice(&files["exact-report.audit.json"]).unwrap();
    let within = |metric: usize, name: &str| {
        let numbers = json["metrics"][metric]["numbers"].as_array().unwrap();
        numbers.iter().find(|number| number["key"]["name"] == name).unwrap()["within_bound"].clone()
    };
    assert_eq!(within(0, "pay <b>&\"now\"</b>"), 5_000, "each customer's one type is the one that is counted");
    assert_eq!((within(0, "login"), within(0, "rare_secret")), (serde_json::Value::Null, serde_json::Value::Null));
    let finding = json["metrics"].as_array().unwrap().iter().position(|metric| metric["metric"] == "finding").unwrap();
    assert_eq!(within(finding, "VelocityCheck"), 2_000);
    assert!(String::from_utf8_lossy(&files["exact-report.audit.html"]).contains("<td class=\"n\">–</td>"));
}

/// Equal inputs, equal bytes: there is no noise in it.
#[test]
fn nothing_is_drawn() {
    let (first, second) = (exact().run(crate::process), exact().run(crate::process));
    assert_eq!(first.outputs, second.outputs);
}

#[test]
fn it_does_not_run_with_a_reserve_or_under_evaluation() {
    check_refused(exact().job(|job| job.parameters = parameters().to_parameters()), Exit::Usage);
    check_refused(exact().job(|job| job.evaluation = true), Exit::Usage);
}
