//! Checking a published run against its signed manifest: every file's digest, length and kind, who may read raw text, the chain from
//! input to output, that there is nothing else in the folder, and the attestation.
//!
//! Every problem names what it is about. Nothing is written, and files with raw text are not read: their digests come from a sealed step.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use schemas::ids::Digest;
use schemas::record::RecordKind;

use crate::disk::{self, Sha256};
use crate::failure::Failure;
use crate::intoto::{self, ATTESTATION, ENVELOPE};
use crate::keys::PublicKey;
use crate::manifest::{MANIFEST, Manifest, SIGNATURE};
use crate::names::shown;
use crate::plan::is_raw;
use crate::retention::{TOMBSTONE, TOMBSTONE_SIGNATURE, Tombstone};

/// Folders of a run; one may be empty.
const FOLDERS: [&str; 6] = ["clean", "internal", "mined", "raw", "release", "spool"];

/// How files with raw text are checked: the runner does not read them.
#[derive(Clone, Copy)]
pub enum Raw<'a> {
    /// By their length and container frame alone.
    ByLength,
    /// By digests that a sealed step computed, by path in the run folder.
    ByDigest(&'a BTreeMap<String, Digest>),
}

/// What came of a check.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Every problem, in the order of the manifest; none when the run is what was signed.
    pub problems: Vec<String>,
    /// Files beside raw text that this user may not look at.
    pub unseen: Vec<String>,
}

/// Checks a run folder and its attestation. `text` is the signed text of the manifest; what retention has removed must be gone, and
/// nothing else may be.
///
/// # Errors
/// When the folder cannot be walked.
pub fn check_run(run: &Path, manifest: &Manifest, text: &[u8], key: &PublicKey, removed: Option<&Tombstone>, raw: Raw<'_>) -> Result<Found, Failure> {
    let mut look = Look::new(run, manifest, removed, raw);
    look.at_everything()?;
    // Manifests of version 1 came without an attestation.
    if manifest.version > 1 {
        look.problems.extend(intoto::problems(run, manifest, text, &look.sha256, key)?);
    }
    Ok(Found { problems: look.problems, unseen: look.unseen })
}

/// The same without the attestation.
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
    let mut look = Look::new(run, manifest, removed, raw);
    look.at_everything()?;
    Ok(look.problems)
}

/// Files with raw text, by path in the run folder.
#[must_use]
pub fn raw_files(manifest: &Manifest) -> Vec<(String, u64)> {
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs);
    outputs.filter(|output| holds_raw(&output.kind)).map(|output| (output.file.clone(), output.bytes)).collect()
}

/// SHA-256 digests of all published files but those with raw text, by path in the run folder.
///
/// # Errors
/// When a file cannot be read.
pub fn sha256_of_files(run: &Path, manifest: &Manifest) -> Result<BTreeMap<String, Sha256>, Failure> {
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs).filter(|output| !holds_raw(&output.kind)).map(|output| &output.file);
    let files = outputs.chain(manifest.files.iter().map(|file| &file.file));
    files.map(|file| Ok((file.clone(), disk::sha256_file(&run.join(file))?))).collect()
}

fn holds_raw(kind: &str) -> bool {
    RecordKind::from_name(kind).is_none_or(is_raw)
}

/// One look through a run folder.
struct Look<'a> {
    run: &'a Path,
    manifest: &'a Manifest,
    removed: Option<&'a Tombstone>,
    raw: Raw<'a>,
    known: BTreeSet<String>,
    /// Missing files, with what they were: one of them may lie here under another name.
    missing: Vec<(String, Digest, u64)>,
    /// Digests of the sound files that hold no raw text.
    sha256: BTreeMap<String, Sha256>,
    /// Folders with raw text: an auditor may check a run without the right to enter them.
    raw_folders: BTreeSet<String>,
    unseen: Vec<String>,
    problems: Vec<String>,
}

impl<'a> Look<'a> {
    fn new(run: &'a Path, manifest: &'a Manifest, removed: Option<&'a Tombstone>, raw: Raw<'a>) -> Self {
        let mut known: BTreeSet<String> = [MANIFEST, SIGNATURE].map(str::to_owned).into();
        if manifest.version > 1 {
            known.extend([ATTESTATION, ENVELOPE].map(str::to_owned));
        }
        known.extend(removed.iter().flat_map(|_| [TOMBSTONE, TOMBSTONE_SIGNATURE].map(str::to_owned)));
        let folder = |(file, _): (String, u64)| file.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        Self {
            run,
            manifest,
            removed,
            raw,
            known,
            missing: Vec::new(),
            sha256: BTreeMap::new(),
            raw_folders: raw_files(manifest).into_iter().filter_map(folder).collect(),
            unseen: Vec::new(),
            problems: check_chain(manifest),
        }
    }

    fn at_everything(&mut self) -> Result<(), Failure> {
        let manifest = self.manifest;
        for output in manifest.tasks.iter().flat_map(|task| &task.outputs) {
            self.known.insert(output.file.clone());
            if self.gone(&output.file) {
                continue;
            }
            if holds_raw(&output.kind) {
                self.at_raw(&output.file, output.digest, output.bytes);
            } else {
                self.at_file(&output.file, output.digest, output.bytes);
            }
        }
        for file in &manifest.files {
            self.known.insert(file.file.clone());
            if self.gone(&file.file) {
                continue;
            }
            self.at_file(&file.file, file.digest, file.bytes);
        }
        self.at_rest()
    }

    /// Whether retention has removed a file. One that is there all the same is a problem.
    fn gone(&mut self, file: &str) -> bool {
        let gone = self.removed.is_some_and(|note| note.files.contains(file));
        if gone && std::fs::symlink_metadata(self.run.join(file)).is_ok() {
            self.problems.push(format!("{file} is here although retention removed it; run `logminer retention` again"));
        }
        gone
    }

    /// Kind and length of a file; false when there is nothing more to look at.
    fn at_frame(&mut self, file: &str, digest: Digest, bytes: u64) -> bool {
        let problem = match std::fs::symlink_metadata(self.run.join(file)) {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied && self.may_be_closed(file) => {
                self.unseen.push(file.to_owned());
                return false;
            }
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => "cannot be looked at by this user".to_owned(),
            Err(_) => {
                self.missing.push((file.to_owned(), digest, bytes));
                "is missing".to_owned()
            }
            Ok(meta) if !meta.is_file() => "was changed: it is no regular file".to_owned(),
            Ok(meta) if meta.len() != bytes => format!("was changed: it has {} bytes instead of {bytes}", meta.len()),
            Ok(_) => return true,
        };
        self.problems.push(format!("{file} {problem}"));
        false
    }

    /// Whether a file lies where this user need not be able to look, since raw text is not digested.
    fn may_be_closed(&self, file: &str) -> bool {
        matches!(self.raw, Raw::ByLength) && file.rsplit_once('/').is_some_and(|(folder, _)| self.raw_folders.contains(folder))
    }

    fn at_file(&mut self, file: &str, digest: Digest, bytes: u64) {
        if !self.at_frame(file, digest, bytes) {
            return;
        }
        match disk::digest_file_twice(&self.run.join(file)) {
            Ok((found, sha256, length)) if (found, length) == (digest, bytes) => drop(self.sha256.insert(file.to_owned(), sha256)),
            Ok(_) => self.problems.push(format!("{file} was changed: its digest is another")),
            Err(_) => self.problems.push(format!("{file} cannot be read")),
        }
    }

    fn at_raw(&mut self, file: &str, digest: Digest, bytes: u64) {
        if !self.at_frame(file, digest, bytes) {
            return;
        }
        if let Raw::ByDigest(digests) = self.raw
            && digests.get(file) != Some(&digest)
        {
            self.problems.push(format!("{file} was changed: its digest is another"));
        }
        let path = self.run.join(file);
        for (what, path) in [(Some(file), Some(path.as_path())), (file.rsplit_once('/').map(|(folder, _)| folder), path.parent())] {
            let mode = path.and_then(|path| std::fs::symlink_metadata(path).ok()).map_or(0, |meta| meta.permissions().mode() & 0o7777);
            let problem = format!("{} holds raw text and is open to others: its mode is {mode:o}", what.unwrap_or(file));
            if mode & 0o077 != 0 && !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }

    /// Whatever else lies in the folder.
    fn at_rest(&mut self) -> Result<(), Failure> {
        let folders: BTreeSet<&str> =
            self.known.iter().flat_map(|file| file.match_indices('/').filter_map(|(at, _)| file.get(..at))).chain(FOLDERS).collect();
        let mut problems = Vec::new();
        for entry in walkdir::WalkDir::new(self.run).min_depth(1).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if self.closed(&error) => continue,
                Err(error) => {
                    let error = error.into_io_error().unwrap_or_else(|| std::io::Error::other("the folder changed"));
                    return Err(Failure::io("walk the run folder", error));
                }
            };
            let relative = entry.path().strip_prefix(self.run).unwrap_or(entry.path());
            let name = relative.to_str();
            let ours = if entry.file_type().is_dir() {
                name.is_some_and(|name| folders.contains(name))
            } else {
                name.is_some_and(|name| self.known.contains(name))
            };
            if !ours {
                problems.push(match self.renamed(entry.path()) {
                    Some(from) => format!("{from} was renamed to {}", shown(relative)),
                    None => format!("{} is not part of the run", shown(relative)),
                });
            }
        }
        self.problems.extend(problems);
        Ok(())
    }

    /// A folder with raw text that this user may not list, and whose files were noted as unseen.
    fn closed(&self, error: &walkdir::Error) -> bool {
        let denied = error.io_error().is_some_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied);
        let folder = error.path().and_then(|path| path.strip_prefix(self.run).ok()).and_then(Path::to_str);
        denied && folder.is_some_and(|folder| self.raw_folders.contains(folder) && matches!(self.raw, Raw::ByLength))
    }

    /// The missing file that a foreign one is. Only a file that is as long as one without raw text is read at all; for the others
    /// nothing is said.
    fn renamed(&self, path: &Path) -> Option<&str> {
        let meta = std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        let raw: Vec<String> = raw_files(self.manifest).into_iter().map(|(file, _)| file).collect();
        let candidates: Vec<_> = self.missing.iter().filter(|(file, _, bytes)| *bytes == meta.len() && !raw.contains(file)).collect();
        if candidates.is_empty() {
            return None;
        }
        let (digest, _) = disk::digest_file(path).ok()?;
        candidates.into_iter().find(|(_, missing, _)| *missing == digest).map(|(file, _, _)| file.as_str())
    }
}

/// Each input is an output of an earlier task, with the same digest, or the state of an earlier night, or of a test run, or a model.
fn check_chain(manifest: &Manifest) -> Vec<String> {
    let mut written: BTreeMap<&str, Digest> = BTreeMap::new();
    let mut problems = Vec::new();
    for task in &manifest.tasks {
        for input in &task.inputs {
            let carried = crate::carried::from_before(&input.file, &manifest.date) || crate::carried::from_tests(&input.file);
            if !carried && !crate::model::is_model(&input.file) && written.get(input.file.as_str()) != Some(&input.digest) {
                problems.push(format!("the input {} of {} is no output of an earlier step", input.file, task.step));
            }
        }
        written.extend(task.outputs.iter().map(|output| (output.file.as_str(), output.digest)));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Unpacked;
    use crate::manifest::tests::sample;
    use crate::manifest::{Because, InputEntry, OutputEntry, TaskEntry};
    use crate::store::Usage;

    fn run() -> (tempfile::TempDir, Manifest) {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["raw", "clean", "release"] {
            std::fs::create_dir(dir.path().join(folder)).unwrap();
        }
        std::fs::set_permissions(dir.path().join("raw"), std::fs::Permissions::from_mode(0o700)).unwrap();
        let mut manifest = sample();
        let output = |name: &str, kind: &str| {
            let file = format!("{name}/{name}.lmq");
            std::fs::write(dir.path().join(&file), name).unwrap();
            std::fs::set_permissions(dir.path().join(&file), std::fs::Permissions::from_mode(0o600)).unwrap();
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
            key_parts: BTreeMap::new(),
            reused: false,
            from: String::new(),
            because: Because::New,
            changed: Vec::new(),
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
        std::fs::create_dir(dir.path().join("release/empty")).unwrap();
        check(
            dir.path(),
            &manifest,
            &[
                "raw/raw.lmq was changed: its digest is another",
                "clean/clean.lmq is missing",
                "release/report.json was changed: its digest is another",
                "release/empty is not part of the run",
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
        check(dir.path(), &manifest, &["clean/clean.lmq was changed: it is no regular file"]);
    }

    #[test]
    fn an_input_from_nowhere_breaks_the_chain() {
        let (dir, mut manifest) = run();
        manifest.tasks[1].inputs[0].digest = Digest::of(b"another");
        check(dir.path(), &manifest, &["the input raw/raw.lmq of sanitize.apply is no output of an earlier step"]);
    }

    #[test]
    fn a_renamed_a_cut_and_an_open_file_are_named_for_what_they_are() {
        let (dir, manifest) = run();
        std::fs::rename(dir.path().join("clean/clean.lmq"), dir.path().join("clean/other.lmq")).unwrap();
        std::fs::write(dir.path().join("release/report.json"), "{").unwrap();
        std::fs::set_permissions(dir.path().join("raw/raw.lmq"), std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::set_permissions(dir.path().join("raw"), std::fs::Permissions::from_mode(0o750)).unwrap();
        check(
            dir.path(),
            &manifest,
            &[
                "raw/raw.lmq holds raw text and is open to others: its mode is 644",
                "raw holds raw text and is open to others: its mode is 750",
                "clean/clean.lmq is missing",
                "release/report.json was changed: it has 1 bytes instead of 2",
                "clean/clean.lmq was renamed to clean/other.lmq",
            ],
        );
    }
}
