//! The sealed stages: `stages.json` names every binary with its digest, `stages.sig` is the signature over it, `stages.pub` the
//! development key it was made with. Production pins the public key elsewhere (`--stages-key`, or `stages_key` in `logminer.toml`).
//!
//! A seal has an epoch, which only grows: an older manifest with its good signature and its good binaries is still a rollback when the
//! operator asks for a later epoch. [`crate::sealing`] writes what is read here.

use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Profile;
use schemas::record::RecordKind;

use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, marked_development};
use crate::names::shown;

/// Every binary that is sealed: the stages and the program that tries what must be refused.
pub const BINARIES: [&str; 6] = ["canary", "dp-report", "gherkin", "ingest", "mine", "sanitize"];

/// Epoch of the seals this version makes. Raised by the release that must not be replaced by an older one, a security fix above all.
pub const SEAL_EPOCH: u64 = 1;

/// The bytes that are signed.
pub(crate) const MANIFEST: &str = "stages.json";
/// The signature, in hexadecimal.
pub(crate) const SIGNATURE: &str = "stages.sig";
/// The public key of a development seal.
pub(crate) const PUBLIC_KEY: &str = "stages.pub";
pub(crate) const MANIFEST_BYTES_MAX: u64 = 1 << 20;
const VERSION: u32 = 2;

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

/// `stages.json`, canonical: what a signature is over.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StageManifest {
    version: u32,
    pub(crate) development: bool,
    /// Never decreases from release to release.
    epoch: u64,
    schema: Digest,
    pipeline: Digest,
    pub(crate) stages: Vec<StageEntry>,
}

impl StageManifest {
    /// The manifest of these binaries for this version of the program.
    pub(crate) fn of(stages: Vec<StageEntry>, development: bool, epoch: u64) -> Self {
        Self { version: VERSION, development, epoch, schema: schema_digest(), pipeline: Digest::of(crate::pipeline::TEXT.as_bytes()), stages }
    }

    /// Reads the manifest of a folder; `name` is the folder's, for messages.
    pub(crate) fn read(text: &[u8], name: &str) -> Result<Self, Failure> {
        let other = || mismatch(format!("use the stages in {name}: {MANIFEST} is of another version of this program; seal them again"));
        let manifest: Self = serde_json::from_slice(text).map_err(|_| other())?;
        let same = manifest.version == VERSION && manifest.schema == schema_digest();
        if same && manifest.pipeline == Digest::of(crate::pipeline::TEXT.as_bytes()) { Ok(manifest) } else { Err(other()) }
    }
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
        let signature = disk::read_small(&folder.join(SIGNATURE), 4096).map_err(|error| {
            mismatch(format!("trust the stages in {name}: there is no signature (attach one with `logminer seal --attach`): {}", error.sentence()))
        })?;
        let key = trusted_key(folder, pinned, profile)?;
        let signature = std::str::from_utf8(&signature).ok().and_then(|text| hex::decode(text.trim())).unwrap_or_default();
        if !key.verifies(&text, &signature) {
            return Err(mismatch(format!("trust the stages in {name}: the signature over {MANIFEST} is not of the expected key")));
        }
        let manifest = StageManifest::read(&text, &name)?;
        if manifest.development && profile == Profile::Production {
            return Err(Failure::new(
                Exit::KeyRefused,
                "trust the stages: they were sealed for development and the policy says profile = \"production\"",
            ));
        }
        Ok(Self { folder: folder.to_owned(), manifest })
    }

    /// Refuses a seal that is older than the operator accepts.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when the seal's epoch is below `epoch_min`.
    pub fn not_before(self, epoch_min: u64) -> Result<Self, Failure> {
        if self.manifest.epoch >= epoch_min {
            return Ok(self);
        }
        let (epoch, name) = (self.manifest.epoch, shown(&self.folder));
        Err(mismatch(format!(
            "use the stages in {name}: their seal has epoch {epoch} and seal_epoch_min is {epoch_min}; somebody put an old release back"
        )))
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

    /// Epoch of the seal.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.manifest.epoch
    }

    /// Whether the stages were sealed for development.
    #[must_use]
    pub fn development(&self) -> bool {
        self.manifest.development
    }
}

/// The key the seal must be of: the pinned one; in development, where none is pinned, the one that lies beside the stages.
fn trusted_key(folder: &Path, pinned: Option<&Path>, profile: Profile) -> Result<PublicKey, Failure> {
    let production = profile == Profile::Production;
    let Some(path) = pinned else {
        if production {
            let message = "trust the stages: production needs the public key they were sealed with, by --stages-key or stages_key in logminer.toml";
            return Err(Failure::new(Exit::KeyRefused, message));
        }
        return PublicKey::read(&folder.join(PUBLIC_KEY));
    };
    if production && marked_development(path.parent().unwrap_or(Path::new("")))? {
        let message = format!("trust the stages: {} is a development key and the policy says profile = \"production\"", shown(path));
        return Err(Failure::new(Exit::KeyRefused, message));
    }
    PublicKey::read(path)
}

pub(crate) fn mismatch(message: String) -> Failure {
    Failure::new(Exit::DigestMismatch, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{Seal, place};

    #[test]
    fn what_was_sealed_opens() {
        let place = place(Seal::Development);
        let stages = place.open(None, Profile::Development).unwrap();
        assert_eq!(stages.entry("mine").unwrap().digest, Digest::of(b"mine"));
        assert_eq!((stages.epoch(), stages.development()), (SEAL_EPOCH, true));
        assert!(stages.entry("other").is_err());
    }

    #[test]
    fn a_changed_manifest_or_signature_or_another_key_is_refused() {
        let place = place(Seal::Development);
        let refused = |pinned: Option<&str>| assert_eq!(place.open(pinned, Profile::Development).expect_err("refused").exit, Exit::DigestMismatch);
        refused(Some("other/signing.pub"));
        for file in [MANIFEST, SIGNATURE] {
            let path = place.path(file);
            let sound = std::fs::read(&path).unwrap();
            for at in 0..sound.len() {
                let mut changed = sound.clone();
                changed[at] ^= 1;
                std::fs::write(&path, &changed).unwrap();
                // A changed line feed at the end of the signature changes nothing that is signed.
                if file == MANIFEST || at + 1 < sound.len() {
                    refused(None);
                }
            }
            std::fs::remove_file(&path).unwrap();
            refused(None);
            std::fs::write(&path, &sound).unwrap();
        }
    }

    /// Every combination of seal, pinned key and profile.
    #[test]
    fn production_wants_a_pinned_key_of_the_bank_and_no_development_seal() {
        use Profile::{Development, Production};
        const ABSENT: Option<&str> = None;
        let combinations = [
            // What was sealed with the development key names it beside itself.
            (Seal::Development, Development, ABSENT, Ok(())),
            (Seal::Development, Development, Some("keys/signing.pub"), Ok(())),
            (Seal::Development, Development, Some("bank/signing.pub"), Err(Exit::DigestMismatch)),
            (Seal::Development, Production, ABSENT, Err(Exit::KeyRefused)),
            (Seal::Development, Production, Some("keys/signing.pub"), Err(Exit::KeyRefused)),
            (Seal::Development, Production, Some("moved.pub"), Err(Exit::KeyRefused)),
            (Seal::Development, Production, Some("bank/signing.pub"), Err(Exit::DigestMismatch)),
            // The bank's seal has no key beside it: it is pinned or it is not trusted.
            (Seal::Bank, Development, ABSENT, Err(Exit::KeyRefused)),
            (Seal::Bank, Development, Some("bank/signing.pub"), Ok(())),
            (Seal::Bank, Development, Some("keys/signing.pub"), Err(Exit::DigestMismatch)),
            (Seal::Bank, Production, ABSENT, Err(Exit::KeyRefused)),
            (Seal::Bank, Production, Some("bank/signing.pub"), Ok(())),
            (Seal::Bank, Production, Some("keys/signing.pub"), Err(Exit::KeyRefused)),
            (Seal::Bank, Production, Some("nowhere.pub"), Err(Exit::KeyRefused)),
        ];
        for (seal, profile, pinned, expected) in combinations {
            let place = place(seal);
            // A development key that was carried away from its mark: the seal itself is still marked.
            std::fs::copy(place.path("keys/signing.pub"), place.path("moved.pub")).unwrap();
            let outcome = place.open(pinned, profile).map(drop).map_err(|failure| failure.exit);
            assert_eq!(outcome, expected, "{seal:?} {profile:?} {pinned:?}");
        }
    }

    #[test]
    fn an_older_seal_than_the_least_accepted_one_is_a_rollback() {
        let place = place(Seal::Bank);
        let open = || place.open(Some("bank/signing.pub"), Profile::Production).unwrap();
        assert!(open().not_before(0).is_ok());
        assert!(open().not_before(SEAL_EPOCH).is_ok());
        let failure = open().not_before(SEAL_EPOCH + 1).expect_err("a rollback");
        assert_eq!(failure.exit, Exit::DigestMismatch);
        assert!(failure.sentence().contains("seal_epoch_min"), "{}", failure.sentence());
    }

    #[test]
    fn the_epoch_is_under_the_signature() {
        let place = place(Seal::Bank);
        let text = std::fs::read_to_string(place.path(MANIFEST)).unwrap();
        std::fs::write(place.path(MANIFEST), text.replace("\"epoch\":1,", "\"epoch\":9,")).unwrap();
        assert_eq!(place.open(Some("bank/signing.pub"), Profile::Production).expect_err("changed").exit, Exit::DigestMismatch);
    }
}
