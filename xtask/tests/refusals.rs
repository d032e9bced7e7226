//! Bad input, bad keys and full disks each end in a sentence and the documented exit code, never in a panic, never with a partial run.

mod common;

use common::Bank;
use xtask::logminer;

/// Runs and checks code and sentence; the sentence never holds log content.
fn check(bank: &Bank, call: logminer::Call, code: u8, says: &str) {
    let (actual, _, said) = call.outcome().unwrap();
    assert_eq!(actual, code, "{said}");
    assert!(said.contains(says), "expected {says:?} in: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(code == 0 || !bank.path("runs").join("latest").exists(), "a refused run was published");
}

const LINE: &str =
    "{\"timestamp\":\"2026-11-20T08:00:00Z\",\"event\":\"login\",\"message\":\"signed in\",\"session_id\":\"s1\",\"customer_id\":\"c1\"}\n";

#[test]
fn an_empty_directory_is_a_usage_error() {
    let bank = Bank::new();
    check(&bank, bank.run(), 2, "no");
}

#[test]
fn a_missing_directory_is_a_usage_error() {
    let bank = Bank::new();
    std::fs::remove_dir(bank.path("logs")).unwrap();
    check(&bank, bank.run(), 2, "logs");
}

#[test]
fn an_unreadable_file_is_named() {
    let bank = Bank::new();
    bank.log("app.jsonl", LINE.as_bytes());
    // A dangling link is unreadable for root as well.
    std::os::unix::fs::symlink("nowhere", bank.path("logs").join("dangling.log")).unwrap();
    let (code, _, said) = bank.run().outcome().unwrap();
    assert!(said.contains("dangling.log"), "{said}");
    assert!(code == 0 || code == 2, "{code}: {said}");
}

#[test]
fn a_file_of_garbage_is_quarantined() {
    let bank = Bank::new();
    let garbage: Vec<u8> = (0..200_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    bank.log("garbage.log", &garbage);
    check(&bank, bank.run(), 22, "quarantine");
}

#[test]
fn a_file_in_which_every_record_is_invalid_is_quarantined() {
    let bank = Bank::new();
    bank.log("bad.jsonl", "[1]\nnull\n{}\n17\n".repeat(100).as_bytes());
    check(&bank, bank.run(), 22, "quarantine");
}

#[test]
fn a_missing_key_is_refused() {
    let bank = Bank::new();
    bank.log("app.jsonl", LINE.as_bytes());
    std::fs::remove_file(bank.path("keys/token.key")).unwrap();
    check(&bank, bank.run(), 32, "token");
}

#[test]
fn a_short_key_and_the_old_default_are_refused() {
    let bank = Bank::new();
    bank.log("app.jsonl", LINE.as_bytes());
    for weak in ["short", "logminer-default-secret", &"a".repeat(64)] {
        check(&bank, bank.run().env("LOGMINER_HASH_SECRET", weak), 32, "secret");
    }
}

#[test]
fn unknown_flags_and_policies_are_usage_errors() {
    let bank = Bank::new();
    bank.log("app.jsonl", LINE.as_bytes());
    check(&bank, bank.run().arg("--no-such-flag"), 2, "--no-such-flag");
    std::fs::write(bank.path("policy.toml"), "[sanitize]\nkeep_fields = [\"a\"]\nkeep_feilds = []\n").unwrap();
    check(&bank, bank.run().arg("--policy").arg(bank.path("policy.toml")), 2, "keep_feilds");
}

#[test]
fn a_runs_folder_inside_the_input_is_refused() {
    let bank = Bank::new();
    bank.log("app.jsonl", LINE.as_bytes());
    check(&bank, bank.run_into("logs/runs"), 2, "inside the input");
}

#[test]
fn a_full_disk_publishes_nothing() {
    let bank = Bank::with_day(3_000, 7);
    let disk = bank.path("runs");
    std::fs::create_dir(&disk).unwrap();
    let mount = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=600k", "tmpfs"]).arg(&disk).output();
    if !mount.is_ok_and(|output| output.status.success()) {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "skipped: a small disk cannot be mounted here");
        return;
    }
    let (code, _, said) = bank.run().outcome().unwrap();
    let published = disk.join("latest").exists();
    let _ = std::process::Command::new("umount").arg("-l").arg(&disk).status();
    assert_eq!(code, 42, "{said}");
    assert!(said.contains("full") && !published, "{said}");
}
