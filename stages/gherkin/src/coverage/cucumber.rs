//! Results in the JSON of cucumber, as cucumber-js, cucumber-jvm and behave write it: features with their scenarios, steps and what came of each.
//!
//! Only the few fields that are needed are kept; attachments are passed over while they are read.

use schemas::ids::StableId;
use schemas::limits::TEST_STEPS_MAX;
use schemas::record::{TestFileProblem, TestOutcome};
use serde::Deserialize;

use super::feature::{Problem, Step, cut};
use super::results::{IDS_MAX, id_of_tag};

/// Entries of all lists and objects of a file: about 130 bytes each while it is read.
const PARTS_MAX: usize = 2 * TEST_STEPS_MAX;

/// A scenario that was run, or was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) feature: String,
    pub(super) name: String,
    pub(super) ids: Vec<StableId>,
    pub(super) steps: Vec<Step>,
    pub(super) outcome: TestOutcome,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    elements: Vec<Element>,
}

#[derive(Deserialize)]
struct Element {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    steps: Vec<RunStep>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Tag {
    /// behave.
    Plain(String),
    /// cucumber.
    Named { name: String },
}

#[derive(Deserialize)]
struct RunStep {
    #[serde(default)]
    name: String,
    #[serde(default)]
    hidden: bool,
    doc_string: Option<DocString>,
    result: Option<StepResult>,
}

#[derive(Deserialize)]
struct DocString {
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct StepResult {
    #[serde(default)]
    status: String,
}

/// The scenarios of a file.
///
/// # Errors
/// The line at which it stops being what it should be; or that it has too many parts, each of which takes memory while the file is read.
pub(super) fn parse(text: &str) -> Result<Vec<Ran>, Problem> {
    if text.bytes().filter(|byte| b",[{".contains(byte)).count() > PARTS_MAX {
        return Err(Problem { what: TestFileProblem::TooMany, line: 0 });
    }
    let broken = |error: serde_json::Error| Problem { what: TestFileProblem::Json, line: u32::try_from(error.line()).unwrap_or(u32::MAX) };
    let features: Vec<Feature> = serde_json::from_str(text).map_err(broken)?;
    Ok(features.into_iter().flat_map(of_feature).collect())
}

fn of_feature(feature: Feature) -> Vec<Ran> {
    let mut ran = Vec::new();
    let mut background: Vec<RunStep> = Vec::new();
    let shared: Vec<StableId> = ids(&feature.tags).collect();
    for mut element in feature.elements {
        if element.kind == "background" {
            background = element.steps;
            continue;
        }
        let mut steps = std::mem::take(&mut background);
        steps.append(&mut element.steps);
        let outcome = outcome_of(&steps);
        let steps = steps.into_iter().filter(|step| !step.hidden).map(plain).collect();
        let mut ids: Vec<StableId> = ids(&element.tags).chain(shared.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(IDS_MAX);
        ran.push(Ran { feature: cut(&feature.name).to_owned(), name: cut(&element.name).to_owned(), ids, steps, outcome });
    }
    ran
}

fn ids(tags: &[Tag]) -> impl Iterator<Item = StableId> {
    tags.iter().filter_map(|tag| match tag {
        Tag::Plain(name) | Tag::Named { name } => id_of_tag(name),
    })
}

fn plain(step: RunStep) -> Step {
    Step { text: cut(&step.name).to_owned(), doc: step.doc_string.map(|doc| cut(doc.value.lines().next().unwrap_or_default()).to_owned()) }
}

/// Hooks count too: a hook that failed or skipped is why nothing else ran.
fn outcome_of(steps: &[RunStep]) -> TestOutcome {
    let is = |status: &str| steps.iter().any(|step| step.result.as_ref().is_some_and(|result| result.status.eq_ignore_ascii_case(status)));
    let all_passed = steps.iter().all(|step| step.result.as_ref().is_some_and(|result| result.status.eq_ignore_ascii_case("passed")));
    if is("failed") {
        TestOutcome::Failed
    } else if all_passed && steps.iter().any(|step| !step.hidden) {
        TestOutcome::Passed
    } else {
        TestOutcome::NotRun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(steps: &str) -> Vec<TestOutcome> {
        let text = format!(
            r#"[{{"name":"F","tags":[{{"name":"@scn-aaaaaaaaaaaaaaab"}}],"elements":[{{"name":"S","type":"scenario","tags":["scn-aaaaaaaaaaaaaaac"],"steps":[{steps}]}}]}}]"#
        );
        let ran = parse(&text).unwrap();
        assert!(ran.iter().all(|ran| ran.ids == [StableId(1), StableId(2)] && ran.feature == "F" && ran.name == "S"));
        ran.iter().map(|ran| ran.outcome).collect()
    }

    #[test]
    fn a_scenario_ran_when_all_its_steps_did() {
        use TestOutcome::{Failed, NotRun, Passed};
        let step = |status: &str| format!(r#"{{"name":"x","result":{{"status":"{status}","duration":5}},"embeddings":[{{"data":"AAAA"}}]}}"#);
        let steps = |all: &[&str]| all.iter().map(|status| step(status)).collect::<Vec<_>>().join(",");
        for (all, expected) in [
            (&["passed", "PASSED"][..], Passed),
            (&["passed", "failed", "skipped"], Failed),
            (&["passed", "undefined"], NotRun),
            (&["skipped"], NotRun),
            (&["pending"], NotRun),
            (&["ambiguous"], NotRun),
            (&[], NotRun),
        ] {
            assert_eq!(outcomes(&steps(all)), [expected], "{all:?}");
        }
        assert_eq!(outcomes(r#"{"name":"x"}"#), [NotRun]);
    }

    #[test]
    fn a_background_belongs_to_the_scenario_behind_it() {
        let step = |name: &str| format!(r#"{{"name":"{name}","result":{{"status":"passed"}}}}"#);
        let text =
            format!(r#"[{{"elements":[{{"type":"background","steps":[{}]}},{{"name":"S","type":"scenario","steps":[{}]}}]}}]"#, step("a"), step("b"));
        let ran = parse(&text).unwrap();
        let texts: Vec<&str> = ran[0].steps.iter().map(|step| step.text.as_str()).collect();
        assert_eq!((ran.len(), texts), (1, vec!["a", "b"]));
    }

    #[test]
    fn other_json_is_refused_with_its_line() {
        let line = |text: &str| parse(text).map_err(|problem| (problem.what, problem.line));
        assert_eq!(line("{}"), Err((TestFileProblem::Json, 1)));
        assert_eq!(line("[\n{\"name\": 3, \"elements\": []}]"), Err((TestFileProblem::Json, 2)));
        assert_eq!(line("[\n"), Err((TestFileProblem::Json, 2)));
        let many = format!("[{{\"elements\":[{}{{}}]}}]", "{},".repeat(PARTS_MAX / 2));
        assert_eq!(line(&many), Err((TestFileProblem::TooMany, 0)));
        assert_eq!(parse("[]"), Ok(Vec::new()));
    }
}
