//! An unpacked release, run against a bank.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::bank::{Bank, Server};
use super::tools::Runner;

/// Milliseconds from which an answer counts as slow: far above what a busy machine makes of a quick one, or runs would differ by its load.
const SLOW_MS: &str = "3000";

/// How a run of the suite ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Scenarios that passed.
    pub passed: usize,
    /// Scenarios that were skipped: they lack data.
    pub skipped: usize,
    /// Names of those that passed.
    pub passed_names: BTreeSet<String>,
    /// Names of those that failed.
    pub failed: BTreeSet<String>,
    /// Steps that no library defines.
    pub undefined: usize,
    /// What the runner printed.
    pub said: String,
}

/// A suite and how it is run.
pub struct Suite {
    root: PathBuf,
    runner: Runner,
    tools: PathBuf,
    accepted: PathBuf,
}

/// What a run does about accepted answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Learns them.
    Accept,
    /// Compares with them.
    Compare,
}

/// Which scenarios run, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All.
    All,
    /// Those that follow from the logs and the policy alone.
    Production,
    /// Those that compare with accepted answers, until the first is red.
    Accepted,
}

impl Suite {
    /// A copy of a release of a published run, in a folder of its own.
    ///
    /// # Errors
    /// When it cannot be copied or the runner cannot be installed.
    pub fn new(release: &Path, root: &Path, runner: Runner) -> Result<Self> {
        let _ = std::fs::remove_dir_all(root);
        for folder in ["features", "steps"] {
            copy_tree(&release.join(folder), &root.join(folder))?;
        }
        Ok(Self { root: root.to_owned(), runner, tools: runner.install()?, accepted: root.join("accepted.json") })
    }

    /// The same suite with answers that are kept elsewhere.
    #[must_use]
    pub fn with_accepted(self, accepted: PathBuf) -> Self {
        Self { accepted, ..self }
    }

    /// Runs all scenarios but those about controls that production lacked.
    ///
    /// # Errors
    /// When the runner cannot be started or writes no report.
    pub fn run(&self, bank: &Bank, server: &Server, report: &Path, answers: Answers, part: Part) -> Result<Outcome> {
        let _ = std::fs::remove_file(report);
        let mut command = self.command(report, part);
        for variable in ["FEATURES_DIR", "ALLOWED_HOSTS", "TEST_USERS", "TEST_BODIES", "BEHAVE_STAGE", "ACCEPT", "EVENT_LOG", "LOG_FILES"] {
            command.env_remove(variable);
        }
        command.env("BASE_URL", server.url()).env("EVENT_WAIT_S_MAX", "2").env("SLOW_MS", SLOW_MS).env("PYTHONDONTWRITEBYTECODE", "1");
        command.env("TEST_DATA", bank.test_data()).env("TEST_BODIES", bank.bodies()).env("TEST_ACCEPTED", &self.accepted);
        let (variable, logs) = server.log_environment();
        command.env(variable, logs);
        if answers == Answers::Accept {
            command.env("ACCEPT", "1");
        }
        let output = command.output().context("start the runner of the features")?;
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let text = std::fs::read_to_string(report).with_context(|| format!("read the runner's report; it said:\n{said}"))?;
        let mut outcome = outcome_of(&text, part)?;
        ensure!(
            output.status.success() == (outcome.failed.is_empty() && outcome.undefined == 0),
            "the runner's exit and its report differ; it said:\n{said}"
        );
        if self.runner == Runner::PytestBdd {
            // Its report leaves them out; its last line counts them.
            outcome.skipped = counted(&said, "skipped");
        }
        outcome.said = said;
        Ok(outcome)
    }

    fn command(&self, report: &Path, part: Part) -> Command {
        let tags = |at: &str| {
            let wanted = format!("not {at}control-missing and not {at}failure-sequence");
            match part {
                Part::All => wanted,
                Part::Production => format!("{wanted} and not {at}needs-accepted"),
                Part::Accepted => format!("{wanted} and {at}needs-accepted"),
            }
        };
        let stops = part == Part::Accepted;
        let steps = self.root.join("steps");
        match self.runner {
            Runner::PytestBdd => {
                let mut command = Command::new(self.tools.join("pytest"));
                command.args(["-q", "--tb=line"]).arg(format!("--cucumberjson={}", report.display())).current_dir(steps.join("pytest-bdd"));
                command.args(["-m", &tags("")]).args(stops.then_some("-x"));
                command
            }
            Runner::CucumberJs => {
                let folder = steps.join("cucumber-js");
                let _ = std::os::unix::fs::symlink(&self.tools, folder.join("node_modules"));
                let mut command = Command::new("node");
                command.arg("node_modules/@cucumber/cucumber/bin/cucumber.js").args(["--format", "summary", "--format"]);
                command.arg(format!("json:{}", report.display())).current_dir(folder);
                command.env("TAGS", tags("@")).args(stops.then_some("--fail-fast"));
                command
            }
            Runner::Behave => {
                let mut command = Command::new(self.tools.join("behave"));
                command.args(["--format", "json", "--outfile"]).arg(report).current_dir(steps.join("behave"));
                command.args(["--tags", &tags("@")]).args(stops.then_some("--stop"));
                command
            }
        }
    }
}

/// The number before a word in the last line that has one: `12 passed, 3 skipped`.
fn counted(said: &str, word: &str) -> usize {
    let of_line = |line: &str| {
        let words: Vec<&str> = line.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok())
    };
    said.lines().rev().find_map(of_line).unwrap_or(0)
}

/// Reads a cucumber JSON report, which all three runners write.
fn outcome_of(report: &str, part: Part) -> Result<Outcome> {
    let features: Vec<Value> = serde_json::from_str(report).context("read the report of the runner")?;
    let mut outcome = Outcome::default();
    for feature in &features {
        for element in feature["elements"].as_array().into_iter().flatten().filter(|element| element["type"] != "background") {
            let tags = format!("{}{}", feature["tags"], element["tags"]);
            let not_asked = match part {
                Part::All => false,
                Part::Production => tags.contains("needs-accepted\""),
                Part::Accepted => !tags.contains("needs-accepted\""),
            };
            if tags.contains("smoke\"") || tags.contains("control-missing\"") || tags.contains("failure-sequence\"") || not_asked {
                continue;
            }
            let steps = element["steps"].as_array().map(Vec::as_slice).unwrap_or_default();
            let any = |status: &str| steps.iter().any(|step| step["result"]["status"] == status);
            let name = element["name"].as_str().unwrap_or_default().to_owned();
            if any("undefined") || any("ambiguous") {
                outcome.undefined += 1;
            } else if any("failed") || any("error") {
                outcome.failed.insert(name);
            } else if any("skipped") || steps.is_empty() || element["status"] == "skipped" {
                outcome.skipped += 1;
            } else {
                outcome.passed += 1;
                outcome.passed_names.insert(name);
            }
        }
    }
    Ok(outcome)
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("make {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("list {}", from.display()))? {
        let entry = entry.context("list a folder")?;
        let target = to.join(entry.file_name());
        if entry.file_type().context("look at a file")?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target).with_context(|| format!("copy {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_counted_by_scenario() {
        let scenario = |name: &str, tag: &str, status: &str| {
            serde_json::json!({ "type": "scenario", "name": name, "tags": [{ "name": tag }],
                "steps": [{ "result": { "status": "passed" } }, { "result": { "status": status } }] })
        };
        let elements = [
            scenario("a", "@x", "passed"),
            scenario("b", "@x", "failed"),
            scenario("c", "@needs-accepted", "error"),
            scenario("d", "@x", "skipped"),
            scenario("e", "@x", "undefined"),
            scenario("f", "@control-missing", "failed"),
            // Behave says of the scenario that it was skipped, and nothing of its steps.
            serde_json::json!({ "type": "scenario", "name": "g", "status": "skipped", "tags": [], "steps": [{ "name": "x" }] }),
        ];
        let outcome = outcome_of(&serde_json::json!([{ "tags": [], "elements": elements }]).to_string(), Part::All).unwrap();
        assert_eq!((outcome.passed, outcome.skipped, outcome.undefined), (1, 2, 1));
        assert_eq!(outcome.failed.into_iter().collect::<Vec<_>>(), ["b", "c"]);
        assert_eq!(counted("1 skipped\n425 passed, 18 skipped, 3 deselected in 45.8s\n\n", "skipped"), 18);
        assert_eq!(counted("425 passed", "skipped"), 0);
        assert!(outcome_of("{", Part::All).is_err());
    }
}
