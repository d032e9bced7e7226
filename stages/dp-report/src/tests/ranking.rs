//! `top K customers by KEY`: the whole step.

use super::*;

fn ranked(question: &str, nano_rho: u64) -> Harness {
    let question = question.to_owned();
    shop().job(move |job| {
        job.policy.report.public_endpoints = vec!["POST /pay/{id} 2xx".to_owned(), "POST /pay/{id} 5xx".to_owned(), "GET /never 2xx".to_owned()];
        job.parameters = ReleaseParameters { nano_rho: NanoRho(nano_rho), atto_delta: AttoDelta(0), ..parameters() }.to_parameters();
        job.parameters.insert("question".to_owned(), question);
    })
}

#[test]
fn a_ranking_names_keys_in_order_and_no_number() {
    let outcome = ranked("top 2 customers by status_class", 50_000_000).run(crate::process);
    assert_eq!((outcome.report.exit, outcome.report.error.as_str()), (Exit::Done, ""));
    let files = files(&outcome.outputs["report"]);
    let json: serde_json::Value = serde_json::from_slice(&files["report.json"]).unwrap();
    assert_eq!(json["question"], "top 2 customers by status_class");
    let keys = json["ranking"]["keys"].as_array().unwrap();
    assert_eq!((keys.len(), json["ranking"]["candidates"].as_u64()), (2, Some(5)));
    assert!(json["metrics"].as_array().unwrap().is_empty());
    assert_eq!(Container::open(&outcome.outputs["release"]).unwrap().records(), 0);
    let charges: Vec<Charge> = serde_json::from_str(&outcome.report.facts["charges"]).unwrap();
    assert_eq!(charges, [schemas::privacy::charge_of_ranking(2, NanoRho(50_000_000)).unwrap()]);
    check_charges(&charges, NanoRho(50_000_000), AttoDelta(0)).unwrap();
    let (page, table) = (String::from_utf8(files["report.html"].clone()).unwrap(), String::from_utf8(files["report.csv"].clone()).unwrap());
    assert!(page.contains(&format!("<li>{}</li>", keys[0].as_str().unwrap())) && table.lines().count() == 3);
}

/// Public endpoints are candidates whether there is a customer for them or not; what the data holds beside them is none.
#[test]
fn candidates_are_what_the_policy_lists() {
    let outcome = ranked("top 50 customers by endpoint", 500_000_000).run(crate::process);
    let files = files(&outcome.outputs["report"]);
    let json: serde_json::Value = serde_json::from_slice(&files["report.json"]).unwrap();
    let mut keys: Vec<&str> = json["ranking"]["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["GET /never", "POST /pay/{id}"]);
}

#[test]
fn keys_that_are_not_public_are_not_ranked_and_delta_buys_nothing() {
    check_refused(ranked("top 2 customers by event_type", 50_000_000), Exit::Usage);
    check_refused(ranked("top 2 customers by status", 0), Exit::BudgetRefused);
    let with_delta = ranked("top 2 customers by status", 50_000_000).job(|job| drop(job.parameters.insert("atto_delta".to_owned(), "5".to_owned())));
    check_refused(with_delta, Exit::BudgetRefused);
}
