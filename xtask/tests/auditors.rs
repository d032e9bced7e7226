//! What auditors and people with questions get, with the real programs: exact numbers that cost nothing and cannot be taken for a release, and
//! answers that are priced, charged once and refused past their share.

mod common;

use common::{Bank, files_below, shown};
use xtask::logminer::{self, Call};

/// Questions without a price of their own that the share for questions holds.
const QUESTIONS: u64 = 40;

fn query(bank: &Bank, question: &str) -> Call {
    let call = logminer::command().arg("query").arg(bank.path("runs/latest")).arg(question).arg("--json");
    call.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"))
}

fn ledger(bank: &Bank) -> Vec<u8> {
    std::fs::read(bank.path("runs/.ledger/ledger.jsonl")).unwrap_or_default()
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn exact_numbers_are_another_document_and_cost_nothing() {
    let bank = Bank::with_day(300, 14);
    bank.on("2026-11-27").arg("--no-dp").run_quietly().unwrap();
    assert!(ledger(&bank).is_empty(), "no ledger is made");
    assert!(!bank.path("runs/latest").exists(), "`latest` does not lead to it");
    let runs = std::fs::read_dir(bank.path("runs")).unwrap().flatten();
    let run = runs.map(|entry| entry.path()).find(|path| path.file_name().unwrap().to_string_lossy().starts_with("2026-11-27")).unwrap();
    let exact = json(&std::fs::read(run.join("internal/exact-report.audit.json")).unwrap());
    assert_eq!((exact["dp"].as_bool(), exact["format"].as_str()), (Some(false), Some("logminer-exact-report/1")));
    assert_ne!(exact["media_type"], "application/vnd.logminer.dp-report+json");
    let page = std::fs::read_to_string(run.join("internal/exact-report.audit.html")).unwrap();
    assert!(page.contains("NOT DIFFERENTIALLY PRIVATE"));
    let audit_files = |path: &std::path::PathBuf| path.to_string_lossy().contains(".audit.");
    let outside: Vec<_> = files_below(&run).into_iter().filter(audit_files).filter(|path| !path.starts_with(run.join("internal"))).collect();
    assert!(outside.is_empty(), "{outside:?}");
    assert!(files_below(&run.join("release")).iter().all(|path| !path.file_name().unwrap().to_string_lossy().starts_with("report")));
    // Its own gate has read it.
    let manifest = json(&std::fs::read(run.join("manifest.json")).unwrap());
    let tasks: Vec<&str> = manifest["tasks"].as_array().unwrap().iter().map(|task| task["step"].as_str().unwrap()).collect();
    assert!(tasks.contains(&"dp-report.exact") && tasks.contains(&"sanitize.gate_exact"), "{tasks:?}");
    assert!(!tasks.contains(&"dp-report.release") && !tasks.contains(&"dp-report.discover"), "{tasks:?}");
    let verdict = files_below(&run.join("mined")).into_iter().find(|path| path.file_name().unwrap() == "verdict_exact.lmq").unwrap();
    assert!(shown(&verdict).contains("\"artefact\":\"exact_report\""));
    assert!(std::fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap().contains("exact_report"));
    // It cannot be compared or planned with like a release.
    let compared = logminer::command().arg("compare").arg(run.join("internal/exact-report.audit.json")).arg(&run);
    assert_ne!(compared.outcome().unwrap().0, 0);
    // The night's own release is drawn as if nothing had been, once.
    bank.on("2026-11-27").run_quietly().unwrap();
    let report = json(&std::fs::read(bank.path("runs/latest/release/report.json")).unwrap());
    assert_eq!(report["dp"], true);
    let charged = ledger(&bank);
    bank.on("2026-11-27").arg("--no-dp").run_quietly().unwrap();
    bank.on("2026-11-27").run_quietly().unwrap();
    assert_eq!(ledger(&bank), charged);
}

#[test]
fn a_question_for_names_is_priced_charged_once_and_refused_past_its_share() {
    let bank = Bank::with_day(300, 15);
    bank.on("2026-11-27").run_quietly().unwrap();
    let charged = ledger(&bank);
    let asked = "top 3 customers by status_class";
    let price = json(&query(&bank, asked).arg("--price").output().unwrap());
    assert_eq!(
        (price["charge"]["mechanism"].as_str(), price["charge"]["l0"].as_u64(), price["fits"].as_bool()),
        (Some("exponential"), Some(3), Some(true))
    );
    assert_eq!(ledger(&bank), charged, "a price costs nothing");

    let first = query(&bank, asked).output().unwrap();
    let answer = json(&first);
    let keys: Vec<&str> = answer["ranking"]["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    assert!(keys.len() == 3 && keys.iter().all(|key| ["1xx", "2xx", "3xx", "4xx", "5xx"].contains(key)), "{keys:?}");
    assert!(answer["metrics"].as_array().is_none_or(Vec::is_empty), "names alone: {answer}");
    let once = ledger(&bank);
    assert_ne!(once, charged);
    assert_eq!(query(&bank, asked).output().unwrap(), first, "the same question has the same answer");
    assert_eq!(ledger(&bank), once, "and costs nothing");

    // Names that are found in the data are not ranked, and no budget is touched.
    let (code, _, said) = query(&bank, "top 3 customers by endpoint").outcome().unwrap();
    assert!(code == 2 && said.contains("public_endpoints"), "{code}: {said}");
    // Most of what is left at once: whatever asks for more is refused before anything is drawn.
    let shown = json(&logminer::command().args(["budget", "show", "--json", "--runs"]).arg(bank.path("runs")).output().unwrap());
    let left = shown["left_nano_rho"].as_u64().unwrap();
    let rho = |nano: u64| format!("{}.{:09}", nano / 1_000_000_000, nano % 1_000_000_000);
    let (code, _, said) = query(&bank, "top 2 customers by status_class").args(["--rho", &rho(left + 1)]).outcome().unwrap();
    assert!(code == 60 && said.contains("are spent") && said.contains("are left"), "{code}: {said}");
    assert_eq!(ledger(&bank), once);
    let usual = price["charge"]["nano_rho"].as_u64().unwrap();
    assert_eq!(usual, shown["policy"]["cap_nano_rho"].as_u64().unwrap() / QUESTIONS);
    query(&bank, "top 2 customers by status_class").args(["--rho", &rho(left)]).run_quietly().unwrap();
    assert_eq!(query(&bank, "top 1 customers by status_class").outcome().unwrap().0, 60);
    assert_eq!(query(&bank, asked).output().unwrap(), first, "an answer that was paid for stays");
}
