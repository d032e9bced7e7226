//! Checking a published run against its signed manifest: signature, every file's digest, the chain from input to output, and that
//! there is nothing else in the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemas::ids::Digest;
use schemas::record::RecordKind;

use crate::disk;
use crate::failure::Failure;
use crate::manifest::{MANIFEST, Manifest, SIGNATURE};
use crate::plan::is_raw;
use crate::retention::{TOMBSTONE, TOMBSTONE_SIGNATURE, Tombstone};

/// How files with raw text are checked: the runner does not read them.
pub enum Raw<'a> {
    /// By their length and container frame alone.
    ByLength,
    /// By digests that a sealed step computed, by path in the run folder.
    ByDigest(&'a BTreeMap<String, Digest>),
}

/// Every problem found, in the order of the manifest; none when the run is what was signed.
///
/// # Errors
/// When the folder cannot be walked.
pub fn check_files(run: &Path, manifest: &Manifest, raw: Raw<'_>) -> Result<Vec<String>, Failure> {
    check_files_left(run, manifest, None, raw)
}

/// The same for a run from which retention has removed files: these must be gone, and nothing else may be.
///
/// # Errors
/// When the folder cannot be walked.
pub fn check_files_left(run: &Path, manifest: &Manifest, removed: Option<&Tombstone>, raw: Raw<'_>) -> Result<Vec<String>, Failure> {
    let mut problems = check_chain(manifest);
    let mut known: BTreeSet<String> = [MANIFEST, SIGNATURE].map(str::to_owned).into();
    known.extend(removed.iter().flat_map(|_| [TOMBSTONE, TOMBSTONE_SIGNATURE].map(str::to_owned)));
    let gone = |file: &str, problems: &mut Vec<String>| {
        let gone = removed.is_some_and(|note| note.files.contains(file));
        if gone && std::fs::symlink_metadata(run.join(file)).is_ok() {
            problems.push(format!("{file} is here although retention removed it; run `logminer retention` again"));
        }
        gone
    };
    for output in manifest.tasks.iter().flat_map(|task| &task.outputs) {
        known.insert(output.file.clone());
        if gone(&output.file, &mut problems) {
            continue;
        }
        if RecordKind::from_name(&output.kind).is_none_or(is_raw) {
            match &raw {
                Raw::ByLength => check_length(run, &output.file, output.bytes, &mut problems),
                Raw::ByDigest(digests) if digests.get(&output.file) == Some(&output.digest) => {}
                Raw::ByDigest(_) => problems.push(format!("{} was changed or is missing", output.file)),
            }
        } else {
            check_digest(run, &output.file, output.digest, output.bytes, &mut problems);
        }
    }
    for file in &manifest.files {
        known.insert(file.file.clone());
        if gone(&file.file, &mut problems) {
            continue;
        }
        check_digest(run, &file.file, file.digest, file.bytes, &mut problems);
    }
    for entry in walkdir::WalkDir::new(run).min_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            Failure::io("walk the run folder", error.into_io_error().unwrap_or_else(|| std::io::Error::other("the folder changed")))
        })?;
        let relative = entry.path().strip_prefix(run).unwrap_or(entry.path());
        if !entry.file_type().is_dir() && !relative.to_str().is_some_and(|name| known.contains(name)) {
            problems.push(format!("{} is not part of the run", crate::names::shown(relative)));
        }
    }
    Ok(problems)
}

/// Files with raw text, by path in the run folder.
#[must_use]
pub fn raw_files(manifest: &Manifest) -> Vec<(String, u64)> {
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs);
    outputs.filter(|output| RecordKind::from_name(&output.kind).is_none_or(is_raw)).map(|output| (output.file.clone(), output.bytes)).collect()
}

/// Each input is an output of an earlier task, with the same digest.
fn check_chain(manifest: &Manifest) -> Vec<String> {
    let mut written: BTreeMap<&str, Digest> = BTreeMap::new();
    let mut problems = Vec::new();
    for task in &manifest.tasks {
        for input in &task.inputs {
            if written.get(input.file.as_str()) != Some(&input.digest) {
                problems.push(format!("the input {} of {} is no output of an earlier step", input.file, task.step));
            }
        }
        written.extend(task.outputs.iter().map(|output| (output.file.as_str(), output.digest)));
    }
    problems
}

fn check_length(run: &Path, file: &str, bytes: u64, problems: &mut Vec<String>) {
    let sound = std::fs::symlink_metadata(run.join(file)).is_ok_and(|meta| meta.is_file() && meta.len() == bytes);
    if !sound {
        problems.push(format!("{file} was changed or is missing"));
    }
}

fn check_digest(run: &Path, file: &str, digest: Digest, bytes: u64, problems: &mut Vec<String>) {
    let path = run.join(file);
    let regular = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
    if !regular || disk::digest_file(&path).ok() != Some((digest, bytes)) {
        problems.push(format!("{file} was changed or is missing"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Unpacked;
    use crate::manifest::tests::sample;
    use crate::manifest::{InputEntry, OutputEntry, TaskEntry};
    use crate::store::Usage;

    fn run() -> (tempfile::TempDir, Manifest) {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["raw", "clean", "release"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let mut manifest = sample();
        let output = |name: &str, kind: &str| {
            let file = format!("{name}/{name}.lmq");
            std::fs::write(dir.path().join(&file), name).unwrap();
            OutputEntry {
                name: name.to_owned(),
                kind: kind.to_owned(),
                file,
                digest: Digest::of(name.as_bytes()),
                bytes: name.len() as u64,
                records: 1,
            }
        };
        let task = |step: &str, inputs: Vec<InputEntry>, outputs: Vec<OutputEntry>| TaskEntry {
            step: step.to_owned(),
            index: 0,
            key: Digest::of(step.as_bytes()),
            reused: false,
            inputs,
            outputs,
            counters: BTreeMap::new(),
            rejects: BTreeMap::new(),
            facts: BTreeMap::new(),
            usage: Usage::default(),
        };
        let raw = output("raw", "raw");
        let input = InputEntry { name: "raw".to_owned(), file: raw.file.clone(), digest: raw.digest };
        manifest.tasks = vec![task("ingest.read", Vec::new(), vec![raw]), task("sanitize.apply", vec![input], vec![output("clean", "clean")])];
        std::fs::write(dir.path().join("release/report.json"), "{}").unwrap();
        manifest.files.push(Unpacked { file: "release/report.json".to_owned(), digest: Digest::of(b"{}"), bytes: 2, bundle: "report".to_owned() });
        (dir, manifest)
    }

    fn check(run: &Path, manifest: &Manifest, expected: &[&str]) {
        let digests: BTreeMap<String, Digest> = raw_files(manifest)
            .into_iter()
            .map(|(file, _)| (file.clone(), disk::digest_file(&run.join(file)).map_or(Digest([0; 32]), |(digest, _)| digest)))
            .collect();
        assert_eq!(check_files(run, manifest, Raw::ByDigest(&digests)).unwrap(), expected);
    }

    #[test]
    fn a_sound_run_has_no_problem() {
        let (dir, manifest) = run();
        check(dir.path(), &manifest, &[]);
        assert!(check_files(dir.path(), &manifest, Raw::ByLength).unwrap().is_empty());
    }

    #[test]
    fn a_run_is_checked_through_the_link_to_it() {
        let (dir, manifest) = run();
        let link = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(dir.path(), link.path().join("latest")).unwrap();
        check(&link.path().join("latest"), &manifest, &[]);
    }

    #[test]
    fn changed_missing_and_foreign_files_are_named() {
        let (dir, manifest) = run();
        std::fs::write(dir.path().join("raw/raw.lmq"), "RAW").unwrap();
        std::fs::remove_file(dir.path().join("clean/clean.lmq")).unwrap();
        std::fs::write(dir.path().join("release/report.json"), "[]").unwrap();
        std::fs::write(dir.path().join("release/more"), "").unwrap();
        check(
            dir.path(),
            &manifest,
            &[
                "raw/raw.lmq was changed or is missing",
                "clean/clean.lmq was changed or is missing",
                "release/report.json was changed or is missing",
                "release/more is not part of the run",
            ],
        );
    }

    #[test]
    fn a_link_in_the_place_of_a_file_is_named() {
        let (dir, manifest) = run();
        let path = dir.path().join("clean/clean.lmq");
        std::fs::remove_file(&path).unwrap();
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(elsewhere.path(), "clean").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), &path).unwrap();
        check(dir.path(), &manifest, &["clean/clean.lmq was changed or is missing"]);
    }

    #[test]
    fn an_input_from_nowhere_breaks_the_chain() {
        let (dir, mut manifest) = run();
        manifest.tasks[1].inputs[0].digest = Digest::of(b"another");
        check(dir.path(), &manifest, &["the input raw/raw.lmq of sanitize.apply is no output of an earlier step"]);
    }
}
