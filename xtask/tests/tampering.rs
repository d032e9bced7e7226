//! A changed stage, a changed published file and a cut ledger are refused.

mod common;

use std::fs;
use std::path::Path;

use common::{Bank, files_below};
use xtask::logminer;

/// Flips one bit in the middle of a file, whatever its permissions.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let changed = path.with_extension("changed");
    fs::write(&changed, bytes).unwrap();
    fs::set_permissions(&changed, fs::metadata(path).unwrap().permissions()).unwrap();
    fs::rename(&changed, path).unwrap();
}

#[test]
fn a_stage_changed_by_one_byte_does_not_run() {
    let bank = Bank::with_day(500, 1);
    let stages = bank.path("stages");
    fs::create_dir(&stages).unwrap();
    for file in files_below(&xtask::tree::sealed().join("stages")) {
        fs::copy(&file, stages.join(file.file_name().unwrap())).unwrap();
    }
    bank.run().arg("--stages").arg(&stages).run_quietly().unwrap();
    fs::remove_dir_all(bank.path("runs")).unwrap();
    for stage in ["ingest", "sanitize", "mine", "dp-report", "gherkin", "canary"] {
        let good = fs::read(stages.join(stage)).unwrap();
        flip(&stages.join(stage));
        let (code, _, said) = bank.run().arg("--stages").arg(&stages).outcome().unwrap();
        assert_eq!(code, 31, "{stage}: {said}");
        assert!(said.contains(stage), "{said}");
        assert!(!bank.path("runs").join("latest").exists());
        fs::remove_file(stages.join(stage)).unwrap();
        fs::write(stages.join(stage), good).unwrap();
    }
}

#[test]
fn a_published_file_that_changed_is_noticed_by_verify_and_by_the_next_step() {
    let bank = Bank::with_day(500, 2);
    bank.run().run_quietly().unwrap();
    let run = bank.latest("runs");
    logminer::command().arg("verify").arg(&run).arg("--keys").arg(bank.path("keys")).run_quietly().unwrap();
    for folder in ["clean", "mined", "internal", "release"] {
        let file = files_below(&run.join(folder)).remove(0);
        let good = fs::read(&file).unwrap();
        flip(&file);
        let (code, _, said) = logminer::command().arg("verify").arg(&run).arg("--keys").arg(bank.path("keys")).outcome().unwrap();
        assert_eq!(code, 31, "{}: {said}", file.display());
        assert!(said.contains(&*file.file_name().unwrap().to_string_lossy()), "{said}");
        fs::remove_file(&file).unwrap();
        fs::write(&file, good).unwrap();
    }
}

#[test]
fn a_ledger_cut_by_one_entry_is_refused() {
    let bank = Bank::with_day(500, 3);
    bank.run().run_quietly().unwrap();
    let ledger = files_below(bank.path("").as_path())
        .into_iter()
        .find(|path| path.file_name().is_some_and(|name| name == "ledger.jsonl"))
        .expect("the run has a ledger");
    let text = fs::read_to_string(&ledger).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.pop();
    let cut = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    fs::remove_file(&ledger).unwrap();
    fs::write(&ledger, cut).unwrap();
    bank.log("more.log", b"2026-11-20 10:00:00 INFO a new line, so that a new release is due\n");
    let (code, _, said) = bank.run().outcome().unwrap();
    assert_eq!(code, 60, "{said}");
    // What was committed is replayed; those who look are told.
    fs::remove_file(bank.path("logs/more.log")).unwrap();
    assert_eq!(bank.run().outcome().unwrap().0, 0);
    let verify = logminer::command().arg("verify").arg(bank.latest("runs")).arg("--keys").arg(bank.path("keys"));
    assert_eq!(verify.outcome().unwrap().0, 60);
    assert_eq!(logminer::command().args(["status", "--runs"]).arg(bank.path("runs")).outcome().unwrap().0, 60);
    fs::remove_dir_all(bank.path("runs/.ledger")).unwrap();
    fs::remove_dir_all(bank.path("runs/.anchor")).unwrap();
    assert_eq!(bank.run().outcome().unwrap().0, 60);
}

#[test]
fn raw_text_is_revealed_with_a_reason_and_a_trace_where_it_lies() {
    let bank = Bank::with_day(500, 5);
    bank.run().run_quietly().unwrap();
    let raw = files_below(&bank.latest("runs").join("raw")).into_iter().find(|path| path.to_string_lossy().contains("raw-")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let inspect = |reason: &[&str]| logminer::command().arg("inspect").arg(&raw).args(reason).current_dir(elsewhere.path()).output().unwrap();
    assert!(!String::from_utf8(inspect(&[])).unwrap().contains("\"text\":"));
    assert!(String::from_utf8(inspect(&["--reveal-raw", "ticket 4711"])).unwrap().contains("\"text\":"));
    let log = fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap();
    assert!(log.contains("raw_revealed") && log.contains("ticket 4711"));
}

#[test]
fn a_line_cut_out_of_the_audit_log_is_noticed() {
    let bank = Bank::with_day(500, 4);
    bank.run().run_quietly().unwrap();
    let log = bank.path("runs/audit.jsonl");
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.lines().count() > 5);
    let cut: String = text.split_inclusive('\n').enumerate().filter(|(number, _)| *number != 2).map(|(_, line)| line).collect();
    fs::write(&log, cut).unwrap();
    let verify = || logminer::command().arg("verify").arg(bank.latest("runs")).arg("--keys").arg(bank.path("keys"));
    let (code, _, said) = verify().outcome().unwrap();
    assert_eq!(code, 31, "{said}");
    assert!(said.contains("audit.jsonl"), "{said}");
    fs::write(&log, text).unwrap();
    verify().run_quietly().unwrap();
}
