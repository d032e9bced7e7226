//! The sealed stages: `stages.json` names every binary with its digest, `stages.sig` is the signature over it, `stages.pub` the
//! development key it was made with. Production pins the public key elsewhere (`--stages-key`).

use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Profile;
use schemas::record::RecordKind;

use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};
use crate::names::shown;

/// Every binary that is sealed: the stages and the program that tries what must be refused.
pub const BINARIES: [&str; 6] = ["canary", "dp-report", "gherkin", "ingest", "mine", "sanitize"];

const MANIFEST: &str = "stages.json";
const SIGNATURE: &str = "stages.sig";
const PUBLIC_KEY: &str = "stages.pub";
const MANIFEST_BYTES_MAX: u64 = 1 << 20;
const VERSION: u32 = 1;

/// One sealed binary.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageEntry {
    /// Name of the binary.
    pub name: String,
    /// BLAKE3 digest of its bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageManifest {
    version: u32,
    development: bool,
    schema: Digest,
    pipeline: Digest,
    stages: Vec<StageEntry>,
}

/// The checked manifest of a folder of stages.
#[derive(Debug, Clone)]
pub struct Stages {
    folder: PathBuf,
    manifest: StageManifest,
}

/// Digest of the schema ids of all record kinds: two programs with equal ones understand each other's files.
#[must_use]
pub fn schema_digest() -> Digest {
    let ids: Vec<[u8; 16]> = RecordKind::ALL.iter().map(|kind| kind.schema_id()).collect();
    Digest::of_parts(ids.iter().map(<[u8; 16]>::as_slice))
}

/// Digests every binary in `folder`, writes the manifest and signs it.
///
/// # Errors
/// When a binary is missing or is not a static program, or the folder cannot be written.
pub fn seal(folder: &Path, signer: &Signer, development: bool) -> Result<Vec<StageEntry>, Failure> {
    let mut stages = Vec::new();
    for name in BINARIES {
        let path = folder.join(name);
        let bytes = std::fs::read(&path).map_err(|error| Failure::io(format!("seal {name}: read {}", shown(&path)), error))?;
        stages.push(StageEntry { name: name.to_owned(), digest: Digest::of(&bytes), bytes: bytes.len() as u64 });
    }
    let manifest =
        StageManifest { version: VERSION, development, schema: schema_digest(), pipeline: Digest::of(crate::pipeline::TEXT.as_bytes()), stages };
    let text = canonical(&manifest)?;
    disk::write_atomic(&folder.join(SIGNATURE), format!("{}\n", hex::encode(&signer.sign(&text))).as_bytes(), 0o644)?;
    if development {
        disk::write_atomic(&folder.join(PUBLIC_KEY), format!("{}\n", signer.public().to_hex()).as_bytes(), 0o644)?;
    } else {
        // The key of an earlier development seal would only mislead.
        let _ = std::fs::remove_file(folder.join(PUBLIC_KEY));
    }
    disk::write_atomic(&folder.join(MANIFEST), &text, 0o644)?;
    Ok(manifest.stages)
}

impl Stages {
    /// Opens a folder of stages and checks the signature over its manifest.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when the signature is wrong or the stages were built for other schemas; [`Exit::KeyRefused`] when
    /// production has no pinned key.
    pub fn open(folder: &Path, pinned: Option<&Path>, profile: Profile) -> Result<Self, Failure> {
        let name = shown(folder);
        let text = disk::read_small(&folder.join(MANIFEST), MANIFEST_BYTES_MAX)
            .map_err(|error| mismatch(format!("find the sealed stages in {name} (build them with `cargo xtask seal`): {}", error.sentence())))?;
        let signature = disk::read_small(&folder.join(SIGNATURE), 4096).map_err(|error| mismatch(error.message))?;
        let key = match pinned {
            Some(path) => PublicKey::read(path)?,
            None if profile == Profile::Production => {
                return Err(Failure::new(
                    Exit::KeyRefused,
                    "trust the stages: production needs the public key they were sealed with, by --stages-key",
                ));
            }
            None => PublicKey::read(&folder.join(PUBLIC_KEY))?,
        };
        let signature = std::str::from_utf8(&signature).ok().and_then(|text| hex::decode(text.trim())).unwrap_or_default();
        if !key.verifies(&text, &signature) {
            return Err(mismatch(format!("trust the stages in {name}: the signature over {MANIFEST} is not of the expected key")));
        }
        let manifest: StageManifest =
            serde_json::from_slice(&text).map_err(|_| mismatch(format!("read {MANIFEST} in {name}: it is of another version of this program")))?;
        if manifest.version != VERSION || manifest.schema != schema_digest() || manifest.pipeline != Digest::of(crate::pipeline::TEXT.as_bytes()) {
            return Err(mismatch(format!("use the stages in {name}: they were sealed for another version of this program; seal them again")));
        }
        if manifest.development && profile == Profile::Production {
            return Err(Failure::new(
                Exit::KeyRefused,
                "trust the stages: they were sealed for development and the policy says profile = \"production\"",
            ));
        }
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// What the manifest says of a binary.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it does not name it.
    pub fn entry(&self, stage: &str) -> Result<&StageEntry, Failure> {
        self.manifest
            .stages
            .iter()
            .find(|entry| entry.name == stage)
            .ok_or_else(|| mismatch(format!("find the stage {stage} in the signed manifest")))
    }

    /// All binaries.
    #[must_use]
    pub fn entries(&self) -> &[StageEntry] {
        &self.manifest.stages
    }

    /// The path of a binary.
    #[must_use]
    pub fn path(&self, stage: &str) -> PathBuf {
        self.folder.join(stage)
    }

    /// Whether the stages were sealed for development.
    #[must_use]
    pub fn development(&self) -> bool {
        self.manifest.development
    }
}

fn canonical(manifest: &StageManifest) -> Result<Vec<u8>, Failure> {
    crate::manifest::canonical_json(manifest)
}

fn mismatch(message: String) -> Failure {
    Failure::new(Exit::DigestMismatch, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    fn sealed() -> (tempfile::TempDir, Keys) {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        for name in BINARIES {
            std::fs::write(dir.path().join(name), name).unwrap();
        }
        seal(dir.path(), &keys.signer().unwrap(), true).unwrap();
        (dir, keys)
    }

    #[test]
    fn what_was_sealed_opens() {
        let (dir, _) = sealed();
        let stages = Stages::open(dir.path(), None, Profile::Development).unwrap();
        assert_eq!(stages.entry("mine").unwrap().digest, Digest::of(b"mine"));
        assert!(stages.entry("other").is_err());
    }

    #[test]
    fn a_changed_manifest_or_signature_or_another_key_is_refused() {
        let (dir, _) = sealed();
        let open = |pinned: Option<&Path>| Stages::open(dir.path(), pinned, Profile::Development);
        let other = Keys::generate(&dir.path().join("other"), true).unwrap();
        drop(other);
        assert_eq!(open(Some(&dir.path().join("other/signing.pub"))).expect_err("another key").exit, Exit::DigestMismatch);
        let text = std::fs::read_to_string(dir.path().join(MANIFEST)).unwrap();
        std::fs::write(dir.path().join(MANIFEST), text.replacen('3', "4", 1)).unwrap();
        assert_eq!(open(None).expect_err("changed").exit, Exit::DigestMismatch);
        std::fs::write(dir.path().join(MANIFEST), &text).unwrap();
        std::fs::write(dir.path().join(SIGNATURE), "00").unwrap();
        assert_eq!(open(None).expect_err("no signature").exit, Exit::DigestMismatch);
    }

    #[test]
    fn production_wants_a_pinned_key_and_no_development_seal() {
        let (dir, _) = sealed();
        let open = |pinned: Option<&Path>| Stages::open(dir.path(), pinned, Profile::Production).expect_err("refused").exit;
        assert_eq!(open(None), Exit::KeyRefused);
        assert_eq!(open(Some(&dir.path().join("keys/signing.pub"))), Exit::KeyRefused);
    }

    #[test]
    fn a_missing_binary_cannot_be_sealed() {
        let (dir, keys) = sealed();
        std::fs::remove_file(dir.path().join("canary")).unwrap();
        assert!(seal(dir.path(), &keys.signer().unwrap(), true).is_err());
    }
}
