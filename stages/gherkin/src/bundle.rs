//! The files of a bundle, within their limits, sorted by path.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::limits::{BUNDLE_FILE_BYTES_MAX, BUNDLE_FILES_MAX};
use schemas::record::{Bundle, BundleFile};
use serde::Serialize;
use stage_runtime::{StepContext, StepError};

use crate::decided::Decided;
use crate::model::Tag;
use crate::scenario::{Draft, Setting};
use crate::suite::{File, Needs, Removed, Suite};

/// Files by path.
#[derive(Debug, Default)]
pub(crate) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Adds a file.
    pub(crate) fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<(), StepError> {
        let (path, bytes) = (path.into(), bytes.into());
        let too_much = bytes.len() > BUNDLE_FILE_BYTES_MAX || self.0.len() >= BUNDLE_FILES_MAX;
        if too_much || !(BundleFile { path: &path, bytes: &bytes }).path_is_safe() || self.0.insert(path, bytes).is_some() {
            return Err(StepError::new(Exit::Internal, "add a file to a bundle: its name, size or number is not allowed"));
        }
        Ok(())
    }

    /// Adds a JSON file: two blanks a level, a line feed at the end.
    pub(crate) fn add_json(&mut self, path: &str, value: &impl Serialize) -> Result<(), StepError> {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|_| StepError::new(Exit::Internal, "write a JSON file: a value has no JSON form"))?;
        bytes.push(b'\n');
        self.add(path, bytes)
    }

    /// Adds the features of a suite and their manifest, with what is not written.
    pub(crate) fn add_suite(&mut self, suite: &Suite, setting: &Setting<'_>, unwritten: &Unwritten<'_>, decided: &Decided) -> Result<(), StepError> {
        for file in &suite.files {
            self.add(file.path.clone(), file.text())?;
        }
        let manifest = Manifest {
            format: 1,
            customers_min: setting.customers_min,
            needs: Needs::of(suite),
            features: suite.files.iter().map(|file| feature_entry(file, decided)).collect(),
            findings_without_scenario: unwritten.findings,
            sequences_without_scenario: unwritten.sequences,
            left_out: left_out_entries(unwritten.left_out, decided),
        };
        self.add_json("features.json", &manifest)
    }

    /// Writes the bundle to an output.
    pub(crate) fn write(self, context: &mut StepContext, name: &str) -> Result<(), StepError> {
        let mut output = context.output::<Bundle>(name)?;
        for (path, bytes) in &self.0 {
            output.push(0, &BundleFile { path, bytes }, None)?;
        }
        output.finish(context)
    }
}

/// What stands in no feature.
#[derive(Default)]
pub(crate) struct Unwritten<'a> {
    /// Rules that have no scenario.
    pub(crate) findings: &'a [String],
    /// Sentences of failure sequences that have none.
    pub(crate) sequences: &'a [String],
    /// Scenarios that existing tests cover, of the release and of `internal/`.
    pub(crate) left_out: [&'a [Removed]; 2],
}

/// `features.json`: what may change from night to night while the features stay as they are.
#[derive(Serialize)]
struct Manifest<'a> {
    format: u32,
    customers_min: u32,
    needs: Needs,
    features: Vec<FeatureEntry<'a>>,
    findings_without_scenario: &'a [String],
    /// Sentences, in `internal/` alone.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sequences_without_scenario: &'a [String],
    /// What is not written as existing tests cover it, in `internal/` alone: people may still decide on it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOutEntry<'a>>,
}

#[derive(Serialize)]
struct FeatureEntry<'a> {
    file: &'a str,
    name: &'a str,
    scenarios: Vec<ScenarioEntry<'a>>,
}

#[derive(Serialize)]
struct ScenarioEntry<'a> {
    id: String,
    name: &'a str,
    kind: &'static str,
    risk: &'static str,
    risk_reason: &'a str,
    customers: &'a str,
    event_types: Vec<String>,
    /// Whether a person accepted it.
    reviewed: bool,
    tags: Vec<&'a str>,
}

#[derive(Serialize)]
struct LeftOutEntry<'a> {
    /// Where it would stand, in the run.
    file: String,
    #[serde(flatten)]
    scenario: ScenarioEntry<'a>,
}

fn left_out_entries<'a>(left_out: [&'a [Removed]; 2], decided: &Decided) -> Vec<LeftOutEntry<'a>> {
    let folders = ["release", "internal"].into_iter().zip(left_out);
    let entry = |folder: &str, removed: &'a Removed| LeftOutEntry {
        file: format!("{folder}/{}", removed.file),
        scenario: scenario_entry(&removed.draft, decided),
    };
    folders
        .flat_map(|(folder, removed)| removed.iter().map(move |removed| (folder, removed)))
        .map(|(folder, removed)| entry(folder, removed))
        .collect()
}

fn feature_entry<'a>(file: &'a File, decided: &Decided) -> FeatureEntry<'a> {
    let scenarios = file.drafts.iter().map(|draft| scenario_entry(draft, decided)).collect();
    FeatureEntry { file: &file.path, name: file.feature.name.as_str(), scenarios }
}

fn scenario_entry<'a>(draft: &'a Draft, decided: &Decided) -> ScenarioEntry<'a> {
    ScenarioEntry {
        id: format!("scn-{}", draft.id.letters()),
        name: draft.scenario.name.as_str(),
        kind: draft.source.name(),
        risk: draft.risk.name(),
        risk_reason: &draft.reason,
        customers: &draft.customers,
        event_types: draft.event_types.iter().map(ToString::to_string).collect(),
        reviewed: decided.is_reviewed(draft.id),
        tags: draft.scenario.tags.iter().map(Tag::as_str).collect(),
    }
}
