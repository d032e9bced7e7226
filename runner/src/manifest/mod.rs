//! `manifest.json`: what a run is made of, written last and signed. A run folder without it does not exist for readers.
//!
//! [`canonical`] is how it is written, [`signed`] how it is signed and read, [`v1`] how a manifest of the version before is understood, [`published`] how the
//! files it names are read. A changed structure is a new version: the struct of the old one moves to a module of its own, `testdata/golden/manifest/` keeps a run's.

pub mod canonical;
pub mod published;
pub mod signed;
pub mod v1;

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use serde::{Deserialize, Serialize};

use crate::audit::Head;
use crate::bundle::Unpacked;
use crate::store::Usage;
pub use canonical::canonical_json;

/// Name of the manifest in a run folder.
pub const MANIFEST: &str = "manifest.json";
/// Name of its signature.
pub const SIGNATURE: &str = "manifest.sig";
/// Version of the structure.
pub const VERSION: u32 = 2;

/// A file and its digest, by the name it has in the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputEntry {
    /// Name in the pipeline.
    pub name: String,
    /// Path in the run folder.
    pub file: String,
    /// Digest of the whole file.
    pub digest: Digest,
}

/// A container of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutputEntry {
    /// Name in the pipeline.
    pub name: String,
    /// Record kind.
    pub kind: String,
    /// Path in the run folder.
    pub file: String,
    /// Digest of the whole file.
    pub digest: Digest,
    /// Length in bytes.
    pub bytes: u64,
    /// Records.
    pub records: u64,
}

/// Why a task was run, or was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// Skipped: a stored result has the same key.
    SameKey,
    /// Skipped: the report was committed before and is never drawn again, whatever of its key is new.
    ReleasedBefore,
    /// Run: the run before did not have this task, or there was none.
    New,
    /// Run: these parts of the key differ from those of the run before.
    KeyChanged,
    /// Run: the key is that of the run before, but its result was gone or damaged.
    ResultGone,
    /// Not known: the manifest is of version 1.
    Unknown,
}

/// The run that was published before this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    /// Its id.
    pub run: String,
    /// Digest of its manifest.
    pub manifest: Digest,
}

/// The program that ran the steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunnerEntry {
    /// Its version.
    pub version: String,
    /// Digest of its binary; none in a manifest of version 1.
    pub digest: Option<Digest>,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskEntry {
    /// Step.
    pub step: String,
    /// Shard or partition.
    pub index: u32,
    /// Skip key.
    pub key: Digest,
    /// What the key is made of, by name: `binary`, `policy`, `schema`, `date`, `inputs.*`, `keys.*` and so on.
    pub key_parts: BTreeMap<String, String>,
    /// Whether an earlier equal result was taken over.
    pub reused: bool,
    /// The folder that result lay in; empty when the task was run.
    pub from: String,
    /// Why it was run or skipped.
    pub because: Because,
    /// Names of the parts of the key that differ from those of the run before.
    pub changed: Vec<String>,
    /// Inputs.
    pub inputs: Vec<InputEntry>,
    /// Outputs.
    pub outputs: Vec<OutputEntry>,
    /// Counters by name.
    pub counters: BTreeMap<String, u64>,
    /// Quarantined records by reason.
    pub rejects: BTreeMap<String, u64>,
    /// Public parameters of the step (noise scales and the like).
    pub facts: BTreeMap<String, String>,
    /// What it used, when it ran.
    pub usage: Usage,
}

/// Records in, and where they went; `records_in` is the sum of the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Records found in the sources.
    pub records_in: u64,
    /// Clean records.
    pub clean: u64,
    /// Quarantined records.
    pub quarantined: u64,
    /// Records dropped by a named rule.
    pub dropped: u64,
}

/// Raw inputs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputSummary {
    /// Sources.
    pub sources: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries that are not regular files and were passed over.
    pub passed_over: u64,
}

/// An override of a sandbox property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The property.
    pub property: String,
    /// Why.
    pub reason: String,
}

/// The manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of this structure.
    pub version: u32,
    /// Run id: logical date and the first 12 digits of `run_key`.
    pub id: String,
    /// Digest of the policy and all skip keys in order: what the run's content is a function of.
    pub run_key: Digest,
    /// Logical date.
    pub date: String,
    /// When the run that published this began, by the host's clock.
    pub started_at: String,
    /// When the run was published, by the host's clock.
    pub published_at: String,
    /// The run published before, if its manifest could be read.
    pub previous: Option<Previous>,
    /// The newest line of the audit log when this was written.
    pub audit: Option<Head>,
    /// The program that ran the steps.
    pub runner: RunnerEntry,
    /// Shards.
    pub shards: u32,
    /// Partitions.
    pub partitions: u32,
    /// Threads a step was given.
    pub threads: u16,
    /// Digest of the policy.
    pub policy: Digest,
    /// The policy itself.
    pub policy_text: Policy,
    /// Digest of all schema ids.
    pub schema: Digest,
    /// Digest of the pipeline.
    pub pipeline: Digest,
    /// Digests of the sealed binaries.
    pub binaries: BTreeMap<String, Digest>,
    /// Ids of the keys by role.
    pub keys: BTreeMap<String, String>,
    /// Whether keys or seal are for development.
    pub development: bool,
    /// Sandbox properties that were given up when a step ran whose result is part of this run, be it in an earlier run.
    pub overrides: Vec<Override>,
    /// Sandbox layers and the canary's verdict; empty when no step was run.
    pub sandbox: serde_json::Value,
    /// Raw inputs.
    pub input: InputSummary,
    /// Records.
    pub counts: Counts,
    /// Tasks in order.
    pub tasks: Vec<TaskEntry>,
    /// Unpacked files.
    pub files: Vec<Unpacked>,
    /// How the run ended.
    pub exit: Exit,
}

impl Manifest {
    /// A counter summed over the tasks of one step.
    #[must_use]
    pub fn counter(&self, step: &str, counter: schemas::metric::Counter) -> u64 {
        self.tasks.iter().filter(|task| task.step == step).filter_map(|task| task.counters.get(counter.name())).sum()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::keys::{Keys, PublicKey};
    use std::path::Path;

    pub(crate) fn sample() -> Manifest {
        Manifest {
            version: VERSION,
            id: "2026-01-02-abc".to_owned(),
            run_key: Digest::of(b"run"),
            date: "2026-01-02".to_owned(),
            started_at: "2026-01-02T23:59:00Z".to_owned(),
            published_at: "2026-01-03T00:00:00Z".to_owned(),
            previous: None,
            audit: None,
            runner: RunnerEntry { version: "0.1.0".to_owned(), digest: Some(Digest::of(b"runner")) },
            shards: 1,
            partitions: 8,
            threads: 2,
            policy: Policy::default().digest(),
            policy_text: Policy::default(),
            schema: Digest::of(b"schema"),
            pipeline: Digest::of(b"pipeline"),
            binaries: BTreeMap::new(),
            keys: BTreeMap::new(),
            development: true,
            overrides: Vec::new(),
            sandbox: serde_json::json!({}),
            input: InputSummary::default(),
            counts: Counts::default(),
            tasks: Vec::new(),
            files: Vec::new(),
            exit: Exit::Done,
        }
    }

    #[test]
    fn any_changed_byte_of_manifest_or_signature_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        let key = keys.public().unwrap();
        sample().write(dir.path(), &keys.signer().unwrap()).unwrap();
        assert_eq!(Manifest::read(dir.path(), &key).unwrap(), sample());
        for name in [MANIFEST, SIGNATURE] {
            let path = dir.path().join(name);
            let sound = std::fs::read(&path).unwrap();
            for at in 0..sound.len() {
                let mut changed = sound.clone();
                changed[at] ^= 1 << (at % 8);
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &changed).unwrap();
                let refused = Manifest::read(dir.path(), &key).map_or_else(|failure| failure.exit == Exit::DigestMismatch, |_| false);
                assert!(refused, "byte {at} of {name}");
            }
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, &sound).unwrap();
        }
    }

    /// A run's manifest that was written by this version, and by each before that is still read.
    fn golden(version: u32) -> Manifest {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../testdata/golden/manifest/v{version}"));
        Manifest::read(&folder, &PublicKey::read(&folder.join("signing.pub")).unwrap()).unwrap()
    }

    #[test]
    fn golden_manifests_of_all_versions_are_read() {
        for version in 1..=VERSION {
            let manifest = golden(version);
            assert_eq!((manifest.version, manifest.date.as_str()), (version, "2026-11-20"));
            assert_eq!(manifest.counts, Counts { records_in: 61, clean: 60, quarantined: 1, dropped: 0 });
            assert_eq!((manifest.tasks.len(), manifest.files.len()), (19, 35));
            assert!(manifest.tasks.iter().all(|task| !task.outputs.is_empty() && task.usage.wall_us > 0));
        }
    }

    #[test]
    fn a_manifest_of_version_1_says_what_it_does_not_know() {
        let manifest = golden(1);
        assert_eq!((manifest.runner.digest, manifest.audit, &manifest.previous), (None, None, &None));
        assert!(manifest.tasks.iter().all(|task| task.because == Because::Unknown && task.key_parts.is_empty()));
        let newer = golden(2);
        assert!(newer.runner.digest.is_some() && newer.audit.is_some());
        assert!(newer.tasks.iter().all(|task| task.because == Because::New && task.key_parts.contains_key("binary")));
    }

    #[test]
    fn a_manifest_of_an_unknown_version_is_another_schema() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        for version in [0, VERSION + 1] {
            Manifest { version, ..sample() }.write(dir.path(), &keys.signer().unwrap()).unwrap();
            let refused = Manifest::read(dir.path(), &keys.public().unwrap()).expect_err("another version");
            assert_eq!(refused.exit, Exit::SchemaMismatch);
        }
    }

    #[test]
    fn another_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let ours = Keys::generate(&dir.path().join("ours"), true).unwrap();
        let other = Keys::generate(&dir.path().join("other"), true).unwrap();
        sample().write(dir.path(), &ours.signer().unwrap()).unwrap();
        assert!(Manifest::read(dir.path(), &other.public().unwrap()).is_err());
    }
}
