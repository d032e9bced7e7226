//! `logminer status` after a night that failed, one that was cut short, and one that was published.

mod common;

use common::Bank;
use serde_json::Value;
use xtask::logminer;

fn status(bank: &Bank, flags: &[&str]) -> (String, Value) {
    let call = |more: &[&str]| {
        let call = logminer::command().arg("status").arg("--runs").arg(bank.path("runs")).args(flags).args(more);
        String::from_utf8(call.output().unwrap()).unwrap()
    };
    (call(&[]), serde_json::from_str(&call(&["--json"])).unwrap())
}

#[test]
fn the_last_runs_the_next_one_and_what_is_left() {
    let bank = Bank::new();
    let line = |number: u32| {
        let (minute, customer) = (number % 60, number % 25);
        format!("{{\"timestamp\":\"2026-11-20T08:{minute:02}:00Z\",\"event\":\"login\",\"message\":\"signed in\",\"customer_id\":\"c{customer}\"}}\n")
    };
    bank.log("app.jsonl", (0..300).map(line).collect::<String>().as_bytes());
    bank.run().args(["--until", "ingest.read"]).run_quietly().unwrap();
    let (table, json) = status(&bank, &[]);
    assert!(
        table.contains("unfinished   2026-11-20 stopped after ingest.read as --until asked") && table.contains("budget       no ledger yet"),
        "{table}"
    );
    assert_eq!((&json["building"][0]["running"], json["next_run_at"].is_null()), (&Value::Bool(false), true));

    bank.run().run_quietly().unwrap();
    std::fs::write(bank.path("logminer.toml"), "schedule_utc = \"01:30\"\n").unwrap();
    let config = bank.path("logminer.toml").to_string_lossy().into_owned();
    let (table, json) = status(&bank, &["--config", &config]);
    let id = bank.latest("runs").file_name().unwrap().to_string_lossy().into_owned();
    let last = json["last_runs"].as_array().unwrap().last().unwrap();
    assert_eq!((last["run"].as_str(), last["exit"].as_u64(), last["development"].as_bool()), (Some(id.as_str()), Some(0), Some(true)));
    assert!(last["records_in"] == 300 && last["duration_s"].is_u64(), "{last}");
    assert!(json["next_run_at"].as_str().unwrap().ends_with("T01:30:00Z"));
    assert!(json["budget"]["left_nano_rho"].as_u64() > Some(0));
    for part in ["runs_bytes", "raw_bytes", "store_bytes", "free_bytes"] {
        assert!(json["disk"][part].as_u64() > Some(0), "{part}: {}", json["disk"]);
    }
    assert!(table.contains("latest, development") && table.contains(&id) && table.contains("T01:30:00Z"), "{table}");

    // A night that fails: its exit is there, and the published one stays the latest.
    bank.log("app.jsonl", "[1]\nnull\n{}\n17\n".repeat(200).as_bytes());
    let (code, _, _) = bank.run().outcome().unwrap();
    assert_ne!(code, 0);
    let (table, json) = status(&bank, &["--last", "1"]);
    let last = json["last_runs"].as_array().unwrap();
    assert_eq!((last.len(), last[0]["exit"].as_u64(), last[0]["run"].is_null()), (1, Some(u64::from(code)), true), "{table}");
    assert_eq!(json["latest"].as_str(), Some(id.as_str()));
}
