//! The suite made of a small day of the demo bank is green on the healthy bank and red on one with a fault: one fault that production's own facts
//! show, one that only an accepted answer shows. All faults: `cargo xtask mutation`.

mod common;

use xtask::mutation::{Bank, Runner, check, make_release, try_all, try_seeds};
use xtask::tree;

const SEED: u64 = 7;
const SESSIONS: u32 = 600;

#[test]
fn a_small_suite_catches_faults() {
    let has = |program: &str| std::process::Command::new(program).arg("--version").output().is_ok();
    if !has("python3") || Runner::PytestBdd.install().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 and its packages are needed in CI");
        return;
    }
    common::sealed();
    let place = tempfile::tempdir().unwrap();
    let bank = Bank::new(tree::root().join("testdata/demo-bank"), SEED);
    let runs = place.path().join("runs");
    make_release(&bank, place.path(), &runs, SESSIONS).unwrap();
    let mut faults = bank.faults().unwrap();
    faults.retain(|fault| ["accounts-without-sign-in", "overdraft"].contains(&fault.name.as_str()));
    assert_eq!(faults.len(), 2);
    let score = try_all(&bank, &faults, &runs.join("latest/release"), place.path(), Runner::PytestBdd, 2).unwrap();
    assert_eq!(score.all(), (2, 2), "{}", score.line());
    let production: Vec<&str> = score.faults.iter().filter(|row| row.red > 0).map(|row| row.fault.name.as_str()).collect();
    assert!(production.contains(&"accounts-without-sign-in"), "{production:?}");
    assert!(score.green > 100, "{}", score.line());
}

/// One seed of what `cargo xtask mutation --seeds 10` does.
#[test]
fn every_runner_agrees() {
    let has = |program: &str| std::process::Command::new(program).arg("--version").output().is_ok();
    let runners = [Runner::CucumberJs, Runner::PytestBdd, Runner::Behave];
    if !has("python3") || !has("node") || !has("npm") || runners.iter().any(|runner| runner.install().is_err()) {
        assert!(std::env::var_os("CI").is_none(), "node, npm, python3 and their packages are needed in CI");
        return;
    }
    common::sealed();
    let place = tempfile::tempdir().unwrap();
    let cells = try_seeds(&tree::root().join("testdata/demo-bank"), place.path(), &runners, SEED..=SEED, SESSIONS).unwrap();
    check(&cells).unwrap();
    assert_eq!(cells.len(), runners.len());
    assert!(cells.iter().all(|cell| cell.green > 100 && cell.green == cells[0].green), "{cells:?}");
}
