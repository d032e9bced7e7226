//! The demo bank keeps its own rules, and each of its faults is seen by a direct probe. Needs python3 (standard library alone); without it the test
//! says so and passes, except under `CI`.

use std::process::Command;

use xtask::tree;

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says why")]
fn the_demo_bank_keeps_its_rules_and_every_fault_shows() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "python3 is needed in CI");
        eprintln!("skipped: python3 is not installed, so the demo bank was not tested");
        return;
    }
    let tests = ["-B", "-m", "unittest", "discover", "-s", "testdata/demo-bank", "-p", "test_*.py"];
    let output = Command::new("python3").args(tests).current_dir(tree::root()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("\nOK"), "{said}");
}
