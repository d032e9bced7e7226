//! Disaster recovery of the privacy budget with the real programs: an older copy of the ledger replays what it committed and draws nothing, until
//! the newest entry is proved or everything that may have been spent is charged. And what auditors get without spending.

mod common;

use common::{Bank, files_below};
use xtask::logminer::{self, Call};

fn budget(bank: &Bank, what: &str) -> Call {
    logminer::command().args(["budget", what, "--runs"]).arg(bank.path("runs"))
}

fn ledger(bank: &Bank) -> [Vec<u8>; 2] {
    [".ledger/ledger.jsonl", ".anchor/ledger.anchor"].map(|name| std::fs::read(bank.path("runs").join(name)).unwrap())
}

fn restore(bank: &Bank, [ledger, anchor]: &[Vec<u8>; 2]) {
    std::fs::write(bank.path("runs/.ledger/ledger.jsonl"), ledger).unwrap();
    std::fs::write(bank.path("runs/.anchor/ledger.anchor"), anchor).unwrap();
}

fn release(bank: &Bank, date: &str) -> Vec<(String, Vec<u8>)> {
    let run = std::fs::read_dir(bank.path("runs")).unwrap().flatten().find(|entry| entry.file_name().to_string_lossy().starts_with(date)).unwrap();
    let home = run.path().join("release");
    let report = files_below(&home).into_iter().filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("report")));
    report.map(|path| (path.strip_prefix(&home).unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect()
}

fn audited(bank: &Bank) -> String {
    std::fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap()
}

#[test]
fn a_restored_ledger_replays_and_draws_nothing_until_it_is_charged() {
    let bank = Bank::with_day(300, 12);
    bank.on("2026-11-25").run_quietly().unwrap();
    let copy = ledger(&bank);
    let first = release(&bank, "2026-11-25");
    bank.on("2026-11-26").run_quietly().unwrap();
    restore(&bank, &copy);

    // Another night is refused, and nothing is published.
    let (code, out, said) = bank.on("2026-11-27").outcome().unwrap();
    assert!(code == 60 && said.contains("replay-only"), "{code}: {said}");
    assert!(out.contains("replay-only"), "the warning comes before the night's work: {out}");
    assert_eq!(ledger(&bank), copy, "nothing was written to the ledger");
    // The committed night is released again, byte for byte, though its folder and every stored result but the report's home are computed anew.
    bank.on("2026-11-25").run_quietly().unwrap();
    assert_eq!(release(&bank, "2026-11-25"), first);
    assert_eq!(ledger(&bank), copy, "a replay costs nothing");
    let question = logminer::command().args(["query"]).arg(bank.path("runs/latest")).arg("count customers by status_class");
    let (code, _, said) = question.arg("--runs").arg(bank.path("runs")).arg("--keys").arg(bank.path("keys")).outcome().unwrap();
    assert!(code == 60 && said.contains("replay-only"), "{code}: {said}");

    // The newest entry is not in this copy, whatever head is given.
    for head in ["", &"0".repeat(64)] {
        let (code, _, said) = budget(&bank, "prove").args((!head.is_empty()).then_some(head)).outcome().unwrap();
        assert!(code == 60 && said.contains("older copy"), "{code}: {said}");
    }
    let (code, _, said) = budget(&bank, "prove").args(["--charge", "--reason", "a fire", "--date", "2026-11-20"]).outcome().unwrap();
    assert!(code == 2 && said.contains("--past"), "{code}: {said}");
    let charge = |date: &str| budget(&bank, "prove").args(["--charge", "--past", "--reason", "a fire", "--date", date]).outcome().unwrap();
    let (code, _, said) = charge("2026-11-25");
    assert!(code == 60 && said.contains("2026-11-26"), "a run of a later day is known: {code}: {said}");
    assert_eq!(charge("2026-11-26").0, 0);
    let shown: serde_json::Value = serde_json::from_slice(&budget(&bank, "show").arg("--json").output().unwrap()).unwrap();
    assert_eq!(shown["left_nano_rho"], 0, "under `once` all that is left may have been spent");
    let (code, _, said) = bank.on("2026-11-27").outcome().unwrap();
    assert!(code == 60 && said.contains("0 are left"), "in service, and used up: {code}: {said}");
    bank.on("2026-11-25").run_quietly().unwrap();
    let log = audited(&bank);
    for action in ["budget_replay_only", "budget_refused", "budget_recharged"] {
        assert!(log.contains(action), "{action}");
    }
}

#[test]
fn a_lost_anchor_is_proved_by_the_last_report() {
    let bank = Bank::with_day(300, 13);
    bank.on("2026-11-25").run_quietly().unwrap();
    let (first, whole) = (bank.latest("runs"), ledger(&bank));
    // The head after the commit, which the report cannot hold, is in the manifest.
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(first.join("manifest.json")).unwrap()).unwrap();
    let committed =
        manifest["tasks"].as_array().unwrap().iter().find(|task| task["step"] == "dp-report.release").unwrap()["facts"]["commit_entry"].clone();
    let verified: serde_json::Value = serde_json::from_slice(&budget(&bank, "verify").arg("--json").output().unwrap()).unwrap();
    assert_eq!(committed, verified["head"]);
    let entry = |run: &std::path::Path| {
        let report: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("release/report.json")).unwrap()).unwrap();
        report["ledger"]["reserve_entry"].as_str().unwrap().to_owned()
    };
    std::fs::remove_file(bank.path("runs/.anchor/ledger.anchor")).unwrap();
    let (code, _, said) = bank.on("2026-11-26").outcome().unwrap();
    assert!(code == 60 && said.contains("no anchor"), "{code}: {said}");
    assert_eq!(budget(&bank, "prove").outcome().unwrap().0, 60, "what lies beside the ledger may be as old as it is");
    budget(&bank, "prove").arg(entry(&first)).run_quietly().unwrap();
    assert_eq!(ledger(&bank), whole);
    assert!(audited(&bank).contains("budget_proved"));
    bank.on("2026-11-26").run_quietly().unwrap();
    // An older report proves nothing; the signed manifest of the newest run does.
    let whole = ledger(&bank);
    std::fs::remove_file(bank.path("runs/.anchor/ledger.anchor")).unwrap();
    let (code, _, said) = budget(&bank, "prove").arg(entry(&first)).outcome().unwrap();
    assert!(code == 60 && said.contains("newest spend is entry"), "{code}: {said}");
    let from = |run: &std::path::Path| budget(&bank, "prove").arg("--keys").arg(bank.path("keys")).arg("--from").arg(run).outcome().unwrap().0;
    assert_eq!(from(&first), 60);
    assert_eq!(from(&bank.latest("runs")), 0);
    assert_eq!(ledger(&bank), whole);
}

/// A bank that reports every night: its ledger is restored from an older copy, the anchor's volume is not. It replays, is charged, and serves the nights after.
#[test]
fn a_nightly_ledger_is_restored_and_serves_the_nights_after() {
    let bank = Bank::with_day(300, 14);
    let policy = "profile = \"development\"\n[report]\nschedule = \"nightly\"\ndiscovery = \"monthly\"\n";
    std::fs::write(bank.path("policy.toml"), policy).unwrap();
    let night = |date: &str| bank.on(date).arg("--policy").arg(bank.path("policy.toml"));
    let show = || -> serde_json::Value { serde_json::from_slice(&budget(&bank, "show").arg("--json").output().unwrap()).unwrap() };
    night("2026-11-25").run_quietly().unwrap();
    let [copy, _] = ledger(&bank);
    let first = release(&bank, "2026-11-25");
    night("2026-11-26").run_quietly().unwrap();
    let second = release(&bank, "2026-11-26");
    night("2026-11-27").run_quietly().unwrap();
    let spent = show()["spent_nano_rho"].as_u64().unwrap();
    let [_, anchor] = ledger(&bank);
    restore(&bank, &[copy.clone(), anchor]);

    // Replay-only: stored reports are released again, of a night that the copy lost too; a new one is not drawn.
    for (date, released) in [("2026-11-25", &first), ("2026-11-26", &second)] {
        night(date).run_quietly().unwrap();
        assert_eq!(release(&bank, date), *released);
    }
    let (code, _, said) = night("2026-11-28").outcome().unwrap();
    assert!(code == 60 && said.contains("replay-only"), "{code}: {said}");
    assert_eq!(ledger(&bank)[0], copy, "nothing was written to the ledger");

    let charge = budget(&bank, "prove").args(["--charge", "--past", "--reason", "a fire", "--date", "2026-11-27", "--json"]).output().unwrap();
    let charge: serde_json::Value = serde_json::from_slice(&charge).unwrap();
    // Two nights were lost with a RESERVE and a COMMIT each. A development ledger begins a month before its first night, so more nights than these are charged.
    assert_eq!(charge["charged"]["lost_entries"], 4);
    assert!(charge["charged"]["nights"].as_u64().unwrap() >= 2 && charge["charged"]["more_nights"] == 0, "{charge}");
    let after = show();
    assert!(after["spent_nano_rho"].as_u64().unwrap() >= spent, "{after}");

    // The nights after it are served; late records of one that may have been served already are not drawn for a second time; the share for discoveries is
    // charged to its end, so the first of the month goes on without one.
    night("2026-11-28").run_quietly().unwrap();
    bank.log("late.log", b"2026-11-26T23:59:58Z INFO customer=C-99 logged in\n");
    let (code, _, said) = night("2026-11-26").outcome().unwrap();
    assert_eq!(code, 60, "{said}");
    let (code, out, said) = night("2026-12-01").outcome().unwrap();
    assert!(code == 0 && out.contains("looks for no new names"), "{code}: {said}{out}");
    std::fs::remove_file(bank.path("logs/late.log")).unwrap();
    night("2026-11-25").run_quietly().unwrap();
    assert_eq!(release(&bank, "2026-11-25"), first);
    let last = show();
    assert!(last["spent_nano_rho"].as_u64().unwrap() > after["spent_nano_rho"].as_u64().unwrap());
    assert!(last["spent_nano_rho"].as_u64().unwrap() <= last["policy"]["cap_nano_rho"].as_u64().unwrap(), "{last}");
    assert!(audited(&bank).contains("budget_recharged"));
}
