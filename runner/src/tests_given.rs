//! Existing tests that a run is compared with: files (`--tests`), a run over a test system's logs (`--tests-run`), and what is asked for
//! (`--missing-only`). Files are handed to the step `gherkin.tests` as they are; nothing of them is read here.
//!
//! Logs of a test system are mined by a run of their own, in a runs folder of their own, so that not a single event of a test is in any number about
//! customers, nor in any state that is carried from night to night: docs/decisions/0190-test-runs-apart.md.

use std::path::{Path, PathBuf};

use crate::carried::Before;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::names::shown;
use crate::plan::{Plan, Task};
use crate::session::InputFileOf;
use crate::sources::SourceList;

/// The parameter that asks for the scenarios which no existing test covers.
pub const MISSING_ONLY_PARAMETER: &str = "missing_only";

/// Existing tests.
#[derive(Debug, Default)]
pub struct TestsGiven {
    /// Feature files and results.
    pub files: SourceList,
    /// The run over a test system's logs.
    pub run: Option<Before>,
    /// Whether scenarios that a test covers are left out.
    pub missing_only: bool,
}

impl TestsGiven {
    /// Finds and checks what the flags name. `runs` is where this run will be published.
    ///
    /// # Errors
    /// When there is nothing to compare with, or the test run is one of this bank's nights or cannot be trusted.
    pub fn find(files: &[PathBuf], run: Option<&Path>, missing_only: bool, runs: &Path, key: &PublicKey) -> Result<Self, Failure> {
        if missing_only && files.is_empty() && run.is_none() {
            return Err(Failure::usage("leave out what is tested: no tests are given; name them with --tests or --tests-run"));
        }
        let files = SourceList::walk_tests(files)?;
        let run = run.map(|run| test_run(run, runs, key)).transpose()?;
        Ok(Self { files, run, missing_only })
    }

    /// Whether there is anything to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.sources.is_empty() && self.run.is_none()
    }

    /// What a task is given of the test run, checked.
    ///
    /// # Errors
    /// When a file of it is missing or was changed.
    pub fn inputs(&self, plan: &Plan, task: Task) -> Result<Vec<InputFileOf>, Failure> {
        self.run.as_ref().map_or(Ok(Vec::new()), |run| run.inputs_of_tests(plan, task))
    }
}

fn test_run(run: &Path, runs: &Path, key: &PublicKey) -> Result<Before, Failure> {
    let named = shown(run);
    let run = run.canonicalize().map_err(|error| Failure::io(format!("find the test run {named}"), error))?;
    if runs.canonicalize().is_ok_and(|runs| run.starts_with(runs)) {
        return Err(Failure::usage(format!(
            "compare with the test run {named}: it lies in this run's own runs folder, where it counts as a night; make it with another --runs"
        )));
    }
    Before::of_tests(&run, key)
}
