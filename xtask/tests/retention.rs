//! Retention over real runs: raw data goes, `verify` says so, an equal run works, releases stay.

mod common;

use std::path::Path;

use common::{Bank, files_below};
use xtask::logminer;

fn retention(bank: &Bank, args: &[&str]) -> (u8, String, String) {
    let call = logminer::command().args(["retention", "--json", "--runs"]).arg(bank.path("runs")).arg("--keys").arg(bank.path("keys"));
    call.args(args).outcome().unwrap()
}

fn run(bank: &Bank, date: &str, args: &[&str]) -> (u8, String, String) {
    run_over(bank, "logs", date, args)
}

fn run_over(bank: &Bank, logs: &str, date: &str, args: &[&str]) -> (u8, String, String) {
    let call = logminer::command().args(["run", "--json", "--date", date, "--input"]).arg(bank.path(logs));
    call.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys")).args(args).outcome().unwrap()
}

fn verify(bank: &Bank, run: &Path) -> (u8, String) {
    let (code, out, said) = logminer::command().arg("verify").arg(run).arg("--keys").arg(bank.path("keys")).outcome().unwrap();
    (code, out + &said)
}

fn audit(bank: &Bank) -> String {
    std::fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap()
}

/// Nothing below the runs folder holds the text.
fn is_nowhere(bank: &Bank, text: &str) -> bool {
    let holds = |path: &Path| std::fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes());
    !files_below(&bank.path("runs")).iter().any(|path| holds(path))
}

#[test]
fn raw_data_goes_after_its_time_and_an_equal_run_works() {
    let bank = Bank::with_day(2_000, 31);
    // Sanitizing takes it out of all but the raw records.
    const SECRET: &str = "DE89370400440532013000";
    let line = format!("{{\"timestamp\":\"2026-11-01T08:00:00Z\",\"event\":\"transfer\",\"message\":\"to {SECRET}\",\"customer_id\":\"c1\"}}\n");
    bank.log("one.jsonl", line.as_bytes());
    assert_eq!(run(&bank, "2026-11-01", &[]).0, 0);
    let old = bank.latest("runs");
    assert!(!is_nowhere(&bank, SECRET), "the raw records hold it");
    assert_eq!(run(&bank, "2026-11-02", &["--until", "ingest.read"]).0, 0);
    // Another night's input, without the text.
    std::fs::create_dir(bank.path("later")).unwrap();
    std::fs::write(bank.path("later/day.log"), "2026-11-20T08:00:00Z INFO signed in\n".repeat(20)).unwrap();
    assert_eq!(run_over(&bank, "later", "2026-11-20", &[]).0, 0);

    let before = files_below(&bank.path("runs"));
    let (code, out, _) = retention(&bank, &["--raw-days", "14", "--date", "2026-11-21", "--dry-run"]);
    assert!(code == 0 && out.contains("\"act\":\"shred_raw\""), "{out}");
    assert_eq!(files_below(&bank.path("runs")), before, "a dry run touches nothing");

    assert_eq!(retention(&bank, &["--raw-days", "14", "--unfinished-days", "14", "--date", "2026-11-21"]).0, 0);
    assert!(!old.join("raw").exists() && !old.join("spool").exists() && !bank.path("runs/.building-2026-11-02").exists());
    assert!(is_nowhere(&bank, SECRET));
    let noted = audit(&bank);
    assert!(noted.contains("raw_shredded") && noted.contains("run_removed") && noted.contains(old.file_name().unwrap().to_str().unwrap()), "{noted}");
    let (code, said) = verify(&bank, &old);
    assert!(code == 0 && said.contains("raw removed by retention on 20"), "{said}");
    assert_eq!(verify(&bank, &bank.latest("runs")).0, 0, "the latest run is whole");

    // The same night again: what is missing is made, found to be equal, and gone again; no budget is spent.
    let spent = |bank: &Bank| std::fs::read(bank.path("runs/.ledger/ledger.jsonl")).unwrap();
    let before = spent(&bank);
    let (code, out, said) = run(&bank, "2026-11-01", &[]);
    assert_eq!(code, 0, "{out}{said}");
    assert_eq!(bank.latest("runs"), old);
    assert!(spent(&bank) == before, "no budget is spent");
    assert!(is_nowhere(&bank, SECRET) && !bank.path("runs/.building-2026-11-01").exists());
    let (code, said) = verify(&bank, &old);
    assert!(code == 0 && said.contains("raw removed by retention"), "{said}");
}

#[test]
fn a_run_sheds_old_raw_data_by_itself_and_old_runs_leave_their_release() {
    let bank = Bank::with_day(2_000, 32);
    assert_eq!(run(&bank, "2026-11-01", &[]).0, 0);
    let old = bank.latest("runs");
    assert_eq!(run(&bank, "2026-11-20", &["--retention-raw-days", "7"]).0, 0);
    let new = bank.latest("runs");
    assert!(!old.join("raw").exists() && new.join("raw").exists());

    assert_eq!(retention(&bank, &["--runs-days", "10", "--date", "2026-12-20"]).0, 0);
    assert!(!old.join("clean").exists() && old.join("release").is_dir() && old.join("mined/release.lmq").is_file());
    assert!(new.join("clean").exists(), "the latest run is spared");
    let (code, said) = verify(&bank, &old);
    assert!(code == 0 && said.contains("everything but the release removed"), "{said}");
    let report = std::fs::read(old.join("release/report.json")).unwrap();
    let (code, _, said) = run(&bank, "2026-11-01", &[]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(std::fs::read(old.join("release/report.json")).unwrap(), report, "it is released again, not drawn again");

    // A file that somebody takes away is still theft.
    std::fs::remove_file(old.join("release/report.json")).unwrap();
    assert_eq!(verify(&bank, &old).0, 31);
    assert_eq!(retention(&bank, &[]).0, 2, "it has to be said what goes");
}
