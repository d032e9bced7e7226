//! The scorer on a small bank.

use std::sync::OnceLock;

use serde_json::{Value, json};
use synth::faults::clause::{Condition, How, Outcome};

use super::score::Found;
use super::*;

fn write(journeys: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    synth::faults::generate(&synth::faults::Options { journeys, seed: 11, fault_free: false, out: folder.path().to_owned() }).unwrap();
    folder
}

/// A bank in which every fault occurs, read once for all tests.
fn small() -> &'static Planted {
    static SMALL: OnceLock<Planted> = OnceLock::new();
    SMALL.get_or_init(|| Planted::read(write(12_000).path()).unwrap())
}

impl Planted {
    /// One item for each fault, with its outcome, and the condition that `condition` makes of it.
    fn items(&self, condition: impl Fn(&Condition) -> Condition) -> Vec<Item> {
        let item = |(fault, rank): (&synth::faults::truth::Fault, u32)| Item {
            rank,
            sentence: fault.sentence.clone(),
            outcome: fault.outcome.clone(),
            condition: condition(&fault.condition),
        };
        self.faults.faults.iter().zip(1..).map(item).collect()
    }

    /// How one item finds a fault.
    fn found(&self, fault: &str, rank: u32, outcome: (&str, How), clauses: Value) -> Found {
        let condition = Condition { all: serde_json::from_value(clauses).unwrap() };
        let item = Item { rank, sentence: String::new(), outcome: Outcome { event: outcome.0.to_owned(), how: outcome.1 }, condition };
        let score = self.score(&[item]).unwrap();
        score.faults.iter().find(|score| score.fault == fault).unwrap().found
    }
}

#[test]
fn the_truth_itself_is_found_exactly() {
    let small = small();
    let score = small.score(&small.items(Clone::clone)).unwrap();
    assert_eq!((score.found, score.of, score.median_rank), (11, 11, Some(6.0)));
    for (fault, rank) in score.faults.iter().zip(1..) {
        let item = fault.item.as_ref().unwrap();
        assert_eq!((fault.found, item.rank, item.jaccard, item.covered, item.size), (Found::Exact, rank, 1.0, 1.0, 1.0), "{}", fault.fault);
    }
}

#[test]
fn a_wrong_list_and_an_empty_one_find_nothing() {
    let small = small();
    let morning = json!({ "all": [{ "clause": "hour", "from": 8, "to": 9 }] });
    let everywhere = json!({ "all": [] });
    for condition in [morning, everywhere] {
        let condition: Condition = serde_json::from_value(condition).unwrap();
        let score = small.score(&small.items(|_| condition.clone())).unwrap();
        assert_eq!((score.found, score.of, score.median_rank), (0, 11, None));
    }
    assert_eq!(small.score(&[]).unwrap().found, 0);
}

#[test]
fn what_is_near_is_told_from_what_is_found() {
    let small = small();
    let codes = |at_least: u32| json!([{ "clause": "count", "event": "mfa_challenge", "at_least": at_least }]);
    let verify = ("mfa_verify", How::Failure);
    assert_eq!(small.found("third-code", 20, verify, codes(3)), Found::Exact);
    assert_eq!(small.found("third-code", 20, ("MFA-verify POST /mfa", How::Timeout), codes(3)), Found::Exact);
    assert_eq!(small.found("third-code", 1, verify, codes(2)), Found::Generalisation);
    assert_eq!(small.found("third-code", 1, verify, codes(4)), Found::Missed);
    // Too far down; a wrong way of failing; a wrong step; a field that comes with the reason and is none.
    assert_eq!(small.found("third-code", 21, verify, codes(3)), Found::Missed);
    assert_eq!(small.found("third-code", 1, ("mfa_verify", How::Reversed), codes(3)), Found::Missed);
    assert_eq!(small.found("third-code", 1, ("login", How::Failure), codes(3)), Found::Missed);
    let ios = json!([{ "clause": "field", "name": "os", "op": "=", "value": "ios" }]);
    assert_eq!(small.found("payee-in-new-app", 1, ("beneficiary_add", How::Failure), ios), Found::Missed);
    // The same steps in other words are a generalisation.
    let not_checked = json!([{ "clause": "count", "event": "loan_submit", "at_least": 1 }, { "clause": "not_after", "event": "income_check" }]);
    assert_eq!(small.found("loan-without-income-check", 1, ("Loan-confirmed", How::Missing), not_checked.clone()), Found::Generalisation);
    assert_eq!(small.found("loan-without-income-check", 1, ("logout", How::Abandoned), not_checked.clone()), Found::Generalisation);
    assert_eq!(small.found("loan-without-income-check", 1, ("logout", How::Missing), not_checked), Found::Missed);
}

#[test]
fn a_tree_finds_a_repetition_and_patterns_find_what_is_frequent() {
    let small = small();
    let tree = small.score(&baselines::by_counts(&small.bank)).unwrap();
    let third = tree.faults.iter().find(|fault| fault.fault == "third-code").unwrap();
    assert!(third.found <= Found::Generalisation, "{third:?}");
    let patterns = baselines::by_support(&small.bank);
    assert_eq!(patterns.len(), 20);
    assert!(patterns.iter().any(|item| item.outcome.event == "transfer_submit"));
    assert!(small.score(&patterns).unwrap().found < 6, "what is frequent before failures is frequent before all steps");
}

#[test]
fn lists_that_break_the_agreement_are_refused() {
    let folder = write(500);
    let path = folder.path().join("failures.json");
    let item = |rank: u32, clause: Value| json!({ "rank": rank, "sentence": "s", "outcome": { "event": "login", "how": "failure" }, "condition": { "all": [clause] }, "lift": 3.0 });
    let run = |items: Value, fault_free: bool| {
        std::fs::write(&path, json!({ "failures": items, "version": 1 }).to_string()).unwrap();
        let truth = Some(folder.path().to_owned());
        super::run(&Options { truth, failures: path.clone(), json: true, baselines: false, fault_free }).map_err(|error| format!("{error:#}"))
    };
    let fine = json!({ "clause": "concurrent" });
    assert_eq!(run(json!([item(2, fine.clone()), item(1, fine.clone())]), false), Ok(()));
    for (items, says) in [
        (json!([item(1, json!({ "clause": "moon" }))]), "unknown variant `moon`"),
        (json!([item(1, fine.clone()), item(1, fine.clone())]), "same rank"),
        (json!([item(1, json!({ "clause": "field", "name": "status", "op": "=", "value": "failed" }))]), "how the step ended"),
        (json!([item(1, json!({ "clause": "count", "event": "login", "at_least": 0 }))]), "no condition"),
    ] {
        let error = run(items, false).unwrap_err();
        assert!(error.contains(says), "{error}");
    }
    assert_eq!(run(json!([]), true), Ok(()));
    assert!(run(json!([item(1, fine)]), true).unwrap_err().contains("1 item is reported"));
}

#[test]
fn a_truth_about_other_journeys_is_refused() {
    let folder = write(500);
    let mut planted = Planted::read(folder.path()).unwrap();
    planted.rows.pop();
    let error = planted.score(&[]).unwrap_err();
    assert!(error.to_string().contains("is not about these journeys"), "{error}");
    std::fs::remove_file(folder.path().join("truth/steps.csv")).unwrap();
    assert!(Planted::read(folder.path()).is_err());
}
