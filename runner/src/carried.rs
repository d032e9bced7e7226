//! Carried state: what a step of this night is given of an earlier one. `carries` in `pipeline.toml` names outputs; they come from the run of the
//! newest earlier date, and of several of that date from the one that was published last; runs for auditors (`--no-dp`) are no night. The first night has none.
//!
//! The state is an input like any other: its digest is part of the skip key, the manifest names its file. Nothing is guessed: a run that
//! cannot be trusted, or a file that was changed, ends this run before the step is begun. What retention has removed is no state.

use std::collections::BTreeSet;
use std::path::PathBuf;

use schemas::exit::Exit;
use schemas::record::RecordKind;

use crate::disk;
use crate::failure::Failure;
use crate::manifest::{MANIFEST, Manifest};
use crate::names::shown;
use crate::pipeline::{Carry, Each};
use crate::plan::{Plan, Task};
use crate::retention::Tombstone;
use crate::retention::survey::day_of;
use crate::session::{InputFileOf, Session};
use crate::sources::StatId;

/// What the path of a carried input in a manifest begins with: it lies in another run.
const ELSEWHERE: &str = "../";
/// What the path of an input of a test run in a manifest begins with.
const TESTS: &str = "tests:";

/// The run that state is carried from.
#[derive(Debug)]
pub struct Before {
    folder: PathBuf,
    manifest: Manifest,
    /// Files that retention has removed.
    removed: BTreeSet<String>,
}

impl Before {
    /// The run before the session's date; none on the first night.
    ///
    /// # Errors
    /// When the runs folder cannot be read, or the run cannot be trusted.
    pub fn find(session: &Session) -> Result<Option<Self>, Failure> {
        if session.plan.pipeline.steps.iter().all(|step| step.carries.is_empty()) {
            return Ok(None);
        }
        let entries = match std::fs::read_dir(&session.runs) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io(format!("list {}", shown(&session.runs)), error)),
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let earlier: Vec<(String, String)> = names
            .filter_map(|name| Some((date_of_run(&name)?.to_owned(), name)))
            .filter(|(date, name)| date.as_str() < session.date.as_str() && session.runs.join(name).join(MANIFEST).is_file())
            .collect();
        let dates: BTreeSet<&String> = earlier.iter().map(|(date, _)| date).collect();
        for date in dates.into_iter().rev() {
            let found = Self::of_date(session, earlier.iter().filter(|(of, _)| of == date).map(|(_, name)| name))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Of several runs of a date the one that was published last; none where all of them are for auditors, which are no night.
    fn of_date<'a>(session: &Session, names: impl Iterator<Item = &'a String>) -> Result<Option<Self>, Failure> {
        let key = session.keys.public()?;
        let steps = &session.plan.pipeline;
        let mut found: Option<Self> = None;
        for name in names {
            let folder = session.runs.join(name);
            let distrusted = |failure: Failure| {
                let sentence = format!("carry the state of the night before: {}; restore that run, or move it away", failure.sentence());
                Failure::new(failure.exit, sentence)
            };
            let manifest = Manifest::read(&folder, &key).map_err(distrusted)?;
            if manifest.tasks.iter().any(|task| steps.step(&task.step).is_some_and(|step| step.instead_of.is_some())) {
                continue;
            }
            let later = |before: &Self| (&manifest.published_at, &manifest.id) > (&before.manifest.published_at, &before.manifest.id);
            if found.as_ref().is_none_or(later) {
                let removed = Tombstone::read(&folder, &key).map_err(distrusted)?.map(|note| note.files).unwrap_or_default();
                found = Some(Self { folder, manifest, removed });
            }
        }
        Ok(found)
    }

    /// A published run over a test system's logs, verified; all that is wanted of it lies in its folder.
    ///
    /// # Errors
    /// When it cannot be trusted, is for auditors, or has lost what is wanted to retention.
    pub fn of_tests(folder: &std::path::Path, key: &crate::keys::PublicKey) -> Result<Self, Failure> {
        let distrusted = |failure: Failure| {
            let sentence = format!("compare with the test run {}: {}", shown(folder), failure.sentence());
            Failure::new(failure.exit, sentence)
        };
        let manifest = Manifest::read(folder, key).map_err(distrusted)?;
        let removed = Tombstone::read(folder, key).map_err(distrusted)?.map(|note| note.files).unwrap_or_default();
        Ok(Self { folder: folder.to_owned(), manifest, removed })
    }

    /// What a task is given of a run over a test system's logs, checked.
    ///
    /// # Errors
    /// As [`Before::inputs`]; and when the run has no such output.
    pub fn inputs_of_tests(&self, plan: &Plan, task: Task) -> Result<Vec<InputFileOf>, Failure> {
        let mut inputs = Vec::new();
        let what = format!("compare with the test run {}", shown(&self.folder));
        for given in &plan.step(task).of_tests {
            let writer = &plan.pipeline.steps[given.writer];
            let outputs = self.manifest.tasks.iter().filter(|entry| entry.step == writer.name).flat_map(|entry| &entry.outputs);
            let before = inputs.len();
            for output in outputs.filter(|output| output.name == given.output && !self.removed.contains(&output.file)) {
                inputs.push(self.checked(given, output, &what)?);
            }
            if inputs.len() == before {
                return Err(Failure::usage(format!("{what}: it has no {} (or retention has removed it)", given.output)));
            }
        }
        Ok(inputs)
    }

    /// The carried inputs of a task, checked.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when a file is missing or was changed, [`Exit::SchemaMismatch`] when it holds another kind by now.
    pub fn inputs(&self, plan: &Plan, task: Task) -> Result<Vec<InputFileOf>, Failure> {
        let step = plan.step(task);
        let mut inputs = Vec::new();
        for carry in &step.carries {
            let writer = &plan.pipeline.steps[carry.writer];
            // A partition goes on where the same one ended. Were keys divided otherwise then, each is given all and takes its own.
            let alike = [step.each, writer.each] == [Each::Partition; 2] && self.manifest.partitions == plan.pipeline.partitions;
            let written = self.manifest.tasks.iter().filter(|entry| entry.step == writer.name && (!alike || entry.index == task.index));
            for output in written.flat_map(|entry| &entry.outputs).filter(|output| output.name == carry.output) {
                if !self.removed.contains(&output.file) {
                    inputs.push(self.checked(carry, output, &format!("carry {} from the night before", carry.output))?);
                }
            }
        }
        Ok(inputs)
    }

    /// A file as it was published. `what` is done with it, for the message.
    fn checked(&self, carry: &Carry, output: &crate::manifest::OutputEntry, what: &str) -> Result<InputFileOf, Failure> {
        let path = self.folder.join(&output.file);
        let wrong = |exit, why: &str| Failure::new(exit, format!("{what}: {} {why}", shown(&path)));
        if RecordKind::from_name(&output.kind) != Some(carry.kind) {
            return Err(wrong(Exit::SchemaMismatch, "holds records of another kind"));
        }
        let meta = std::fs::symlink_metadata(&path).ok().filter(std::fs::Metadata::is_file);
        let Some(meta) = meta else { return Err(wrong(Exit::DigestMismatch, "is missing; restore it, or move its run away")) };
        let stat = StatId::of(&meta);
        if disk::digest_file(&path)? != (output.digest, output.bytes) {
            return Err(wrong(Exit::DigestMismatch, "was changed after it was written; restore it, or move its run away"));
        }
        Ok(InputFileOf { name: carry.name.clone(), kind: carry.kind, path, digest: output.digest, stat })
    }
}

/// How a manifest names a carried file: `file` relative to the runs folder.
#[must_use]
pub fn named_in_manifest(file: &str) -> String {
    format!("{ELSEWHERE}{file}")
}

/// Whether an input of a manifest was carried over from a run of a date before `date`.
#[must_use]
pub fn from_before(file: &str, date: &str) -> bool {
    let run = file.strip_prefix(ELSEWHERE).and_then(|rest| rest.split_once('/')).map(|(run, _)| run);
    run.and_then(date_of_run).is_some_and(|before| before < date)
}

/// How a manifest names a file of a run over a test system's logs: by the run's folder, which lies in no folder of this bank's nights.
#[must_use]
pub fn of_tests_in_manifest(path: &std::path::Path) -> String {
    let parts: Vec<String> = path.components().rev().take(3).map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    format!("{TESTS}{}", parts.into_iter().rev().collect::<Vec<_>>().join("/"))
}

/// Whether an input of a manifest is of a run over a test system's logs.
#[must_use]
pub fn from_tests(file: &str) -> bool {
    let run = file.strip_prefix(TESTS).and_then(|rest| rest.split_once('/')).map(|(run, _)| run);
    run.and_then(date_of_run).is_some()
}

/// The date of a run's folder: `2026-11-20-0123456789ab`.
fn date_of_run(name: &str) -> Option<&str> {
    let (date, id) = (name.get(..10)?, name.get(10..)?.strip_prefix('-')?);
    (day_of(date).is_some() && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_known_by_their_names() {
        assert_eq!(date_of_run("2026-11-20-0123456789ab"), Some("2026-11-20"));
        for name in [".building-2026-11-20", "2026-11-20", "2026-11-20-", "2026-13-20-aa", "latest", "2026-11-20-old", "é026-11-20-aa"] {
            assert_eq!(date_of_run(name), None, "{name}");
        }
    }

    #[test]
    fn a_test_run_is_named_without_its_place() {
        let file = of_tests_in_manifest(std::path::Path::new("/home/ada/test-runs/2026-11-20-ab/mined/x.lmq"));
        assert_eq!(file, "tests:2026-11-20-ab/mined/x.lmq");
        assert!(from_tests(&file) && !from_before(&file, "2026-11-21"));
        assert!(!from_tests("../2026-11-20-ab/mined/x.lmq") && !from_tests("tests:mined/x.lmq") && !from_tests("mined/x.lmq"));
    }

    #[test]
    fn only_an_earlier_run_is_before() {
        let file = named_in_manifest("2026-11-20-ab/mined/x.lmq");
        assert!(from_before(&file, "2026-11-21"));
        assert!(!from_before(&file, "2026-11-20") && !from_before(&file, "2026-11-19"));
        assert!(!from_before("2026-11-20-ab/mined/x.lmq", "2026-11-21") && !from_before("mined/x.lmq", "2026-11-21"));
        assert!(!from_before("../../etc/2026-11-20-ab/x", "2026-11-21"));
    }
}
