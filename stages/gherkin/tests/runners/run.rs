//! One run of a suite in one runner, against the demo bank.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::tools::{Tools, repository};

/// A runner.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Runner {
    CucumberJs,
    PytestBdd,
    Behave,
}

impl Runner {
    pub(crate) const ALL: [Self; 3] = [Self::CucumberJs, Self::PytestBdd, Self::Behave];
}

/// Scenarios by how they ended.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) undefined: usize,
    pub(crate) output: String,
}

/// The demo bank, stopped when dropped.
pub(crate) struct Server {
    child: Child,
    url: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let program = repository().join("testdata/demo-server/server.py");
        let mut child =
            Command::new("python3").arg(program).args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).spawn().expect("python3 is installed");
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        Self { child, url: format!("http://127.0.0.1:{}", port.trim()) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An unpacked release and the data to run it with.
pub(crate) struct Suite {
    root: PathBuf,
    data: PathBuf,
    pub(crate) event_log: Option<PathBuf>,
    /// Whether a run accepts answers instead of comparing them.
    pub(crate) accepts: bool,
}

impl Suite {
    pub(crate) fn new(root: PathBuf, data: &Path) -> Self {
        Self { root, data: data.to_owned(), event_log: None, accepts: false }
    }

    /// Runs all scenarios (those of a tag) and counts how they ended.
    pub(crate) fn run(&self, tools: &Tools, runner: Runner, server: &Server, tag: Option<&str>) -> Outcome {
        let report = self.root.join("report");
        let _ = std::fs::remove_file(&report);
        let mut command = self.command(tools, runner, &server.url, tag, &report);
        let output = command.output().unwrap();
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let report = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report from {runner:?}: {text}"));
        let mut outcome = match runner {
            Runner::CucumberJs => of_elements(&report, |element| element["tags"].clone(), tag),
            Runner::Behave => of_elements(&report, |element| element["tags"].clone(), tag),
            Runner::PytestBdd => of_junit(&report),
        };
        assert_eq!(output.status.success(), outcome.failed + outcome.undefined == 0, "{runner:?}: {text}");
        outcome.output = text;
        outcome
    }

    /// What a runner says about another target.
    pub(crate) fn output_against(&self, tools: &Tools, runner: Runner, url: &str) -> String {
        let output = self.command(tools, runner, url, None, &self.root.join("report")).output().unwrap();
        assert!(!output.status.success());
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    }

    fn command(&self, tools: &Tools, runner: Runner, url: &str, tag: Option<&str>, report: &Path) -> Command {
        let folder = self.root.join("steps");
        let mut command = match runner {
            Runner::CucumberJs => {
                let folder = folder.join("cucumber-js");
                let _ = std::os::unix::fs::symlink(&tools.node_modules, folder.join("node_modules"));
                let mut command = Command::new("node");
                command.arg("node_modules/@cucumber/cucumber/bin/cucumber.js").args(["--format", "summary", "--format"]);
                command.arg(format!("json:{}", report.display())).current_dir(folder);
                command.envs(tag.map(|tag| ("TAGS", format!("@{tag}"))));
                command
            }
            Runner::PytestBdd => {
                let mut command = Command::new(tools.python.join("pytest"));
                command.arg("-q").arg(format!("--junitxml={}", report.display())).current_dir(folder.join("pytest-bdd"));
                command.args(tag.iter().flat_map(|tag| ["-m", tag]));
                command
            }
            Runner::Behave => {
                let mut command = Command::new(tools.python.join("behave"));
                command.args(["--format", "json", "--outfile"]).arg(report).current_dir(folder.join("behave"));
                command.args(tag.iter().flat_map(|tag| ["--tags".to_owned(), format!("@{tag}")]));
                command
            }
        };
        for variable in ["TAGS", "FEATURES_DIR", "EVENT_LOG", "ALLOWED_HOSTS", "TEST_USERS", "BEHAVE_STAGE", "ACCEPT", "LOG_FILES"] {
            if variable != "TAGS" || tag.is_none() {
                command.env_remove(variable);
            }
        }
        command.env("BASE_URL", url).env("EVENT_WAIT_S_MAX", "2").env("SLOW_MS", "60000").env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("TEST_DATA", self.data.join("test-data.json")).env("TEST_BODIES", self.data.join("bodies.json"));
        command.env("TEST_ACCEPTED", self.root.join("accepted.json")).envs(self.accepts.then_some(("ACCEPT", "1")));
        command.envs(self.event_log.as_ref().map(|path| ("EVENT_LOG", path)));
        command
    }
}

/// Counts scenarios of a cucumber JSON report. What a tag left out is not counted: behave lists it as skipped.
fn of_elements(report: &str, tags: impl Fn(&Value) -> Value, wanted: Option<&str>) -> Outcome {
    let features: Vec<Value> = serde_json::from_str(report).unwrap();
    let mut outcome = Outcome::default();
    for feature in &features {
        for element in feature["elements"].as_array().into_iter().flatten().filter(|element| element["type"] != "background") {
            let all_tags = format!("{}{}", feature["tags"], tags(element));
            let has = |tag: &str| all_tags.contains(&format!("{tag}\""));
            if has("smoke") || wanted.map_or_else(|| has("control-missing") || has("failure-sequence"), |tag| !has(tag)) {
                continue;
            }
            let statuses: Vec<&str> =
                element["steps"].as_array().into_iter().flatten().filter_map(|step| step["result"]["status"].as_str()).collect();
            let any = |status: &str| statuses.contains(&status);
            let count = if any("undefined") || any("ambiguous") {
                &mut outcome.undefined
            } else if any("failed") || any("error") {
                &mut outcome.failed
            } else if any("skipped") || statuses.is_empty() {
                &mut outcome.skipped
            } else {
                &mut outcome.passed
            };
            *count += 1;
        }
    }
    outcome
}

/// Counts tests of a JUnit report.
fn of_junit(report: &str) -> Outcome {
    let undefined = report.matches("StepDefinitionNotFoundError").count().min(report.matches("<failure").count());
    let failed = report.matches("<failure").count() + report.matches("<error").count() - undefined;
    let skipped = report.matches("<skipped").count();
    let passed = report.matches("<testcase").count() - failed - undefined - skipped;
    Outcome { passed, failed, skipped, undefined, output: String::new() }
}

/// Scenarios and steps of each file as its lines show them: what the parsers must find, and nothing more.
pub(crate) fn counted_by_hand(folder: &Path) -> BTreeMap<String, [usize; 2]> {
    let mut counts = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let begins = |keywords: &[&str]| text.lines().filter(|line| keywords.iter().any(|keyword| line.starts_with(keyword))).count();
        let steps = begins(&["    Given ", "    When ", "    Then ", "    And "]);
        counts.insert(path.file_name().unwrap().to_str().unwrap().to_owned(), [begins(&["  Scenario: "]), steps]);
    }
    counts
}

pub(crate) fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_tree(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
