//! `manifest.json`: what a run is made of, written last and signed. A run folder without it does not exist for readers.
//!
//! Canonical JSON: keys sorted, no white space, integers only. `manifest.sig` holds the ed25519 signature over its exact bytes.

use std::collections::BTreeMap;
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use serde::{Deserialize, Serialize};

use crate::bundle::Unpacked;
use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};
use crate::store::Usage;

/// Name of the manifest in a run folder.
pub const MANIFEST: &str = "manifest.json";
/// Name of its signature.
pub const SIGNATURE: &str = "manifest.sig";
/// Version of the structure.
pub const VERSION: u32 = 1;

const MANIFEST_BYTES_MAX: u64 = 256 << 20;

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
    /// Whether an earlier equal result was taken over.
    pub reused: bool,
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
    /// When the run was published, by the host's clock.
    pub published_at: String,
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

    /// Writes manifest and signature into a run folder, the manifest last.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, run: &Path, signer: &Signer) -> Result<(), Failure> {
        let text = canonical_json(self)?;
        let signature = SignatureFile {
            algorithm: "ed25519".to_owned(),
            public_key: signer.public().to_hex(),
            signature: hex::encode(&signer.sign(&text)),
            manifest: Digest::of(&text),
        };
        disk::write_atomic(&run.join(SIGNATURE), &canonical_json(&signature)?, disk::FILE_MODE)?;
        disk::write_atomic(&run.join(MANIFEST), &text, disk::FILE_MODE)
    }

    /// Reads a manifest and checks its signature with a key that is trusted beforehand.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is missing, changed or signed with another key.
    pub fn read(run: &Path, key: &PublicKey) -> Result<Self, Failure> {
        let mismatch = |what: &str| Failure::new(Exit::DigestMismatch, format!("trust the run {}: {what}", crate::names::shown(run)));
        let text = disk::read_small(&run.join(MANIFEST), MANIFEST_BYTES_MAX).map_err(|_| mismatch("manifest.json cannot be read"))?;
        let signature = disk::read_small(&run.join(SIGNATURE), 64 << 10).map_err(|_| mismatch("manifest.sig cannot be read"))?;
        let signature: SignatureFile = serde_json::from_slice(&signature).map_err(|_| mismatch("manifest.sig is damaged"))?;
        let bytes = hex::decode(&signature.signature).unwrap_or_default();
        if signature.algorithm != "ed25519" || signature.public_key != key.to_hex() {
            return Err(mismatch("manifest.json is signed with another key"));
        }
        if signature.manifest != Digest::of(&text) || !key.verifies(&text, &bytes) {
            return Err(mismatch("manifest.json is not what was signed"));
        }
        let manifest: Self = serde_json::from_slice(&text).map_err(|_| mismatch("manifest.json is of another version of this program"))?;
        if manifest.version != VERSION || canonical_json(&manifest)? != text {
            return Err(mismatch("manifest.json is of another version of this program"));
        }
        Ok(manifest)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureFile {
    algorithm: String,
    manifest: Digest,
    public_key: String,
    signature: String,
}

/// Canonical JSON: keys sorted, no white space, one newline at the end.
///
/// # Errors
/// [`Exit::Internal`] when the value holds a float or cannot be written.
pub fn canonical_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    let value = serde_json::to_value(value).map_err(|_| Failure::internal("write canonical JSON"))?;
    let mut text = Vec::new();
    emit(&value, &mut text)?;
    text.push(b'\n');
    Ok(text)
}

/// Sorts keys itself: whether `serde_json` keeps them sorted depends on features that any crate in the tree may turn on.
fn emit(value: &serde_json::Value, text: &mut Vec<u8>) -> Result<(), Failure> {
    use serde_json::Value;
    let wrong = |_| Failure::internal("write canonical JSON");
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            text.push(b'{');
            for (number, (name, value)) in sorted.into_iter().enumerate() {
                if number > 0 {
                    text.push(b',');
                }
                serde_json::to_writer(&mut *text, name).map_err(wrong)?;
                text.push(b':');
                emit(value, text)?;
            }
            text.push(b'}');
        }
        Value::Array(items) => {
            text.push(b'[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    text.push(b',');
                }
                emit(item, text)?;
            }
            text.push(b']');
        }
        Value::Number(number) if number.is_f64() => return Err(Failure::internal("write canonical JSON: it holds a float")),
        other => serde_json::to_writer(text, other).map_err(wrong)?,
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::keys::Keys;

    pub(crate) fn sample() -> Manifest {
        Manifest {
            version: VERSION,
            id: "2026-01-02-abc".to_owned(),
            run_key: Digest::of(b"run"),
            date: "2026-01-02".to_owned(),
            published_at: "2026-01-03T00:00:00Z".to_owned(),
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
    fn json_is_canonical() {
        let text = canonical_json(&serde_json::json!({"b": [1, {"z": 1, "a": "x\n"}], "a": null})).unwrap();
        assert_eq!(text, b"{\"a\":null,\"b\":[1,{\"a\":\"x\\n\",\"z\":1}]}\n");
        assert!(canonical_json(&1.5).is_err());
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
                changed[at] ^= 1;
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &changed).unwrap();
                // Flipping the case of a hexadecimal digit leaves the signature the same; everything else is refused.
                let refused = Manifest::read(dir.path(), &key).map_or_else(|failure| failure.exit == Exit::DigestMismatch, |_| false);
                assert!(refused, "byte {at} of {name}");
            }
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, &sound).unwrap();
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
