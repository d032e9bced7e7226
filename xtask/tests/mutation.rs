//! The suite made of a small day of the demo bank is green on the healthy bank and red on one with a fault: one fault that production's own facts
//! show, one that only an accepted answer shows. All faults: `cargo xtask mutation`.

mod common;

use xtask::mutation::{Bank, Runner, make_release, try_all};
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
