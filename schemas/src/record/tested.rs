//! What existing tests walk, as far as this run's event types know it. No text of a test file is in these records.

use super::record_kind;
use crate::ids::StableId;

/// What a file of existing tests is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum TestFileKind {
    /// Gherkin.
    Feature,
    /// Results as JUnit XML.
    Junit,
    /// Results as cucumber JSON, which also holds the scenarios that were run.
    CucumberJson,
    /// Variants and edges of a run over a test system's logs.
    Run,
    /// Something else: passed over.
    Other,
}

/// Why a file of existing tests was not read to its end. Results until then count, and tests when there were too many; of a feature that no runner
/// takes nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum TestFileProblem {
    /// Longer than [`crate::limits::TEST_FILE_BYTES_MAX`].
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// No keyword of the file's language where one must be, an open doc string, a row of another width.
    Grammar,
    /// `# language:` names one that is none.
    UnknownLanguage,
    /// XML that is not well formed.
    Xml,
    /// JSON that is none, or not of the form of cucumber.
    Json,
    /// More tests, steps or rows than the limits allow.
    TooMany,
}

/// A file of existing tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct TestFileRecord {
    /// Its number: files sorted by relative path; a test run comes after all files.
    pub file: u32,
    /// What it is.
    pub kind: TestFileKind,
    /// Why it was not read to its end.
    pub problem: Option<TestFileProblem>,
    /// Line of the problem, from 1; 0 when it has none.
    pub line: u32,
    /// Tests in it: scenarios, a row of examples each; variants of a run.
    pub tests: u32,
    /// Results in it.
    pub results: u32,
    /// Steps of its tests.
    pub steps: u32,
    /// Steps that name a request, its answer or an event of this run's vocabulary.
    pub steps_known: u32,
    /// Requests and answers that tests make and this run has no event type of.
    pub calls_unknown: u32,
}

record_kind!(
    /// Files of existing tests, in the order of their numbers.
    TestFile = TestFile, version 1, view TestFileRecord,
    schema "test_file/1 file:u32 kind:enum5 problem:enum7? line:u32 tests:u32 results:u32 steps:u32 steps_known:u32 calls_unknown:u32"
);

/// What results say of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum TestOutcome {
    /// No result names it.
    NotReported,
    /// It ran and passed.
    Passed,
    /// It ran and failed.
    Failed,
    /// It was skipped, or has an undefined or pending step: it tests nothing.
    NotRun,
}

/// A test.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, bincode::Encode, bincode::Decode)]
pub struct TestedRecord {
    /// Its file.
    pub file: u32,
    /// Its number in the file, from 0.
    pub test: u32,
    /// Ids of generated scenarios that its tags name (`@scn-...`), sorted.
    pub ids: Vec<StableId>,
    /// What results say of it.
    pub outcome: TestOutcome,
    /// Event type numbers in the order in which it walks them, at most [`crate::limits::TEST_EVENTS_MAX`]. Of several types that are the same call, the
    /// one of the least number.
    pub events: Vec<u32>,
}

record_kind!(
    /// Tests, by file and number.
    Tested = Tested, version 1, view TestedRecord,
    schema "tested/1 file:u32 test:u32 ids:[u64] outcome:enum4 events:[u32]"
);
