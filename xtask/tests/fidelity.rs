//! `logminer fidelity` end to end: the sealed stages over a small planted set, every cell shown, nothing left behind.

mod common;

use std::path::Path;

use common::Bank;
use serde_json::Value;
use xtask::logminer;

/// Runs it on the smallest set and returns exit code and report.
fn measured(bank: &Bank, arguments: &[&str]) -> (u8, Value) {
    let scratch = bank.path("scratch");
    std::fs::create_dir_all(&scratch).unwrap();
    let call = logminer::command()
        .args(["fidelity", "--lines-per-cell", "1", "--locales", "all", "--json", "--keys"])
        .arg(bank.path("keys"))
        .args(arguments)
        .env("TMPDIR", &scratch);
    let (code, out, said) = call.outcome().unwrap();
    assert!(code == 0 || code == 62, "{code}: {said}");
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "the temporary folder stays");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["passed"].as_bool().unwrap(), code == 0, "{:?}", report["failed"]);
    (code, report)
}

fn count(report: &Value, class: &str, carrier: &str, what: &str) -> u64 {
    let cells = report["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["class"] == class && cell["carrier"] == carrier).unwrap()[what].as_u64().unwrap()
}

#[test]
fn every_cell_is_measured_and_the_report_is_written() {
    let bank = Bank::new();
    let out = bank.path("out");
    let (_, report) = measured(&bank, &["--seed", "11", "--out", out.to_str().unwrap()]);
    let length = |name: &str| report[name].as_array().unwrap().len();
    assert_eq!(length("cells"), length("classes") * length("carriers"));
    assert!(report["leak"]["planted"].as_u64().unwrap() > 2_000 && report["over_redaction"]["planted"].as_u64().unwrap() > 300);
    assert_eq!(report["leak"]["quarantined"], 0, "records do not come out or are not found again");
    assert_eq!(report["tokens"]["second_run_identical"], true);
    assert_eq!(report["tokens"]["shared_with_other_secret"], 0);
    let written: Value = serde_json::from_slice(&std::fs::read(out.join("fidelity.json")).unwrap()).unwrap();
    assert_eq!(written, report);
    assert!(std::fs::read_to_string(out.join("fidelity.html")).unwrap().contains("Fidelity of sanitizing"));
    assert!(!Path::new("runs").join("audit.jsonl").exists());
}

#[test]
fn a_field_that_the_policy_keeps_is_a_leak_and_exit_62() {
    let bank = Bank::new();
    std::fs::write(bank.path("keep.toml"), "[sanitize]\nkeep_fields = [\"*iban\"]\n").unwrap();
    let (code, report) = measured(&bank, &["--leak-must-max", "0%", "--policy", bank.path("keep.toml").to_str().unwrap()]);
    assert_eq!(code, 62);
    assert_eq!(count(&report, "iban", "json-string", "bad"), count(&report, "iban", "json-string", "planted"));
}
