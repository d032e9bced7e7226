//! Canaries in whole runs: planted, sanitized, counted, and in no statistic.

mod common;

use common::{Bank, files_below, records};
use serde_json::Value;
use xtask::logminer;

fn manifest(bank: &Bank, runs: &str) -> Value {
    serde_json::from_slice(&std::fs::read(bank.latest(runs).join("manifest.json")).unwrap()).unwrap()
}

fn counter(manifest: &Value, step: &str, name: &str) -> u64 {
    let tasks = manifest["tasks"].as_array().unwrap().iter().filter(|task| task["step"] == step);
    tasks.filter_map(|task| task["counters"][name].as_u64()).sum()
}

#[test]
fn canaries_go_through_every_run_and_change_nothing() {
    let bank = Bank::with_day(3_000, 7);
    std::fs::write(bank.path("without.toml"), "[sanitize]\nwithout_canaries = true\n").unwrap();
    bank.run_into("with").args(["--shards", "2"]).run_quietly().unwrap();
    bank.run_into("without").args(["--shards", "2"]).arg("--policy").arg(bank.path("without.toml")).run_quietly().unwrap();
    let (with, without) = (manifest(&bank, "with"), manifest(&bank, "without"));
    let planted = counter(&with, "sanitize.apply", "canaries");
    assert!(planted > 100, "{planted}");
    assert_eq!((counter(&with, "sanitize.gate", "canaries"), counter(&without, "sanitize.apply", "canaries")), (planted, 0));
    assert_eq!((&with["counts"], &with["input"]), (&without["counts"], &without["input"]));
    assert!(with["keys"]["canary"].is_string() && without["keys"]["canary"].is_null());
    for counted in ["records_in", "records_out", "values_replaced", "values_replaced_by_lexicon", "bytes_in", "records_without_time"] {
        assert_eq!(counter(&with, "sanitize.apply", counted), counter(&without, "sanitize.apply", counted), "{counted}");
    }
    // Clean and mined records, features and what the analysis team reads are the same.
    for (folder, name) in
        [("clean", "clean"), ("mined", "template"), ("mined", "event"), ("mined", "journey"), ("mined", "finding"), ("mined", "variant")]
    {
        assert_eq!(records(&bank.latest("with"), folder, name), records(&bank.latest("without"), folder, name), "{name}");
    }
    let texts = |runs: &str, folder: &str| -> Vec<Vec<u8>> {
        files_below(&bank.latest(runs).join(folder)).iter().map(|path| std::fs::read(path).unwrap()).collect()
    };
    assert_eq!(texts("with", "internal"), texts("without", "internal"));
    assert_eq!(texts("with", "release/features"), texts("without", "release/features"));
    let metrics = |runs: &str| -> Vec<String> {
        let text = std::fs::read_to_string(bank.path(runs).join("metrics.prom")).unwrap();
        let of_records = |line: &&str| line.contains("_records") || line.contains("_input_");
        text.lines().filter(|line| !line.starts_with('#')).filter(of_records).map(str::to_owned).collect()
    };
    assert_eq!(metrics("with"), metrics("without"));
    assert_eq!(records(&bank.latest("with"), "clean", "canary").len() as u64, planted);
    // The same night again is the same run: nothing is made anew.
    let (code, out, error) = bank.run_into("with").args(["--shards", "2"]).outcome().unwrap();
    assert!(code == 0 && out.contains("\"unchanged\":true") && out.contains("\"steps_run\":0"), "{out}{error}");
}

fn dated(bank: &Bank, date: &str) -> logminer::Call {
    let call = logminer::command().args(["run", "--json", "--until", "sanitize.gate", "--date", date, "--input"]).arg(bank.path("logs"));
    call.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"))
}

#[test]
fn every_date_passes() {
    let bank = Bank::new();
    bank.log("app.jsonl", b"{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"hello\"}\n");
    for month in 1..=12 {
        let call = dated(&bank, &format!("2031-{month:02}-{:02}", 2 * month));
        let (code, out, error) = call.outcome().unwrap();
        assert_eq!(code, 0, "{out}{error}");
    }
}

#[test]
fn under_other_policies_canaries_pass_too() {
    let policies = [
        "[sanitize]\nstrict = true\ntoken_prefix = \"tok.\"\ntoken_suffix = \"|\"\n",
        "[sanitize]\nlocales = [\"DE\", \"FR\"]\n",
        "[sanitize]\nkeep_fields = [\"customer_name\", \"payload.*\"]\n[sanitize.operators]\nIP = \"keep\"\n",
        "[sanitize.operators]\nCARD = \"mask:6:4\"\nIP = \"generalise\"\nBIRTH_DATE = \"date_shift:30\"\nIBAN = \"format_preserving\"\nNAME = \"drop\"\nGEO = \"generalise:1\"\n",
        "[sanitize]\nfields = { customer_id = \"USER\", iban = \"ACCOUNT\" }\n[[sanitize.dictionary]]\nname = \"staff\"\nclass = \"NAME\"\nwords = [\"retry\", \"message\"]\n",
    ];
    for (number, policy) in policies.iter().enumerate() {
        let bank = Bank::new();
        bank.log("app.jsonl", b"{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"hello\"}\n");
        std::fs::write(bank.path("policy.toml"), policy).unwrap();
        let (code, out, error) = bank.run().args(["--until", "sanitize.gate", "--policy"]).arg(bank.path("policy.toml")).outcome().unwrap();
        assert_eq!(code, 0, "policy {number}: {out}{error}");
    }
}
