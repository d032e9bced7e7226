//! The features of a whole pipeline run in cucumber-js, pytest-bdd and behave without an undefined step, and none fails against the demo
//! bank. The runners are started by the test of the `gherkin` stage, which installs them; without node or python it says so.

mod common;

use common::Bank;
use xtask::tree;

#[test]
fn the_features_of_a_pipeline_run() {
    let bank = Bank::with_day(20_000, 21);
    bank.run().run_quietly().unwrap();
    let release = bank.latest("runs").join("release");
    let mut test = tree::cargo();
    test.env("FEATURES_DIR", &release).args(["test", "-p", "stage-gherkin", "--test", "runners", "--", "--nocapture", "a_given_release"]);
    let output = test.output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    assert!(said.contains("ok. 1 passed"), "{said}");
}
