//! Rewrites golden files: the tests that own them do it themselves when `UPDATE=1` is set; the diff is the review.

use anyhow::Result;

use crate::tree;

/// Packages whose tests compare with golden files.
const PACKAGES: [&str; 5] = ["schemas", "stage-ingest", "stage-sanitize", "stage-mine", "stage-gherkin"];

/// Rewrites the golden files.
///
/// # Errors
/// When a test fails for another reason than its golden file.
pub fn run() -> Result<()> {
    let mut test = tree::cargo();
    test.env("UPDATE", "1").args(["test", "--quiet"]);
    for package in PACKAGES {
        test.args(["-p", package]);
    }
    test.arg("golden");
    tree::run(&mut test, "the golden tests")
}
