//! `retention.json`: which files of a run retention has removed and when, so that `verify` can tell this from theft. `retention.sig` is
//! the signature over its bytes, made with the key of the manifest.
//!
//! The note is written before the files go: whatever is cut short, a file that is missing is always accounted for, and one that should
//! be gone and is not is named by `verify` until retention has run again.

use std::collections::BTreeSet;
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use serde::{Deserialize, Serialize};

use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};
use crate::manifest::{MANIFEST, canonical_json};
use crate::names::shown;

/// Name of the note in a run folder.
pub const TOMBSTONE: &str = "retention.json";
/// Name of its signature.
pub const TOMBSTONE_SIGNATURE: &str = "retention.sig";

const VERSION: u32 = 1;
const BYTES_MAX: u64 = 64 << 20;

/// What retention has removed from a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tombstone {
    /// Version of this structure.
    version: u32,
    /// The run.
    pub run: String,
    /// Digest of its manifest: the note of one run says nothing about another.
    manifest: Digest,
    /// Day on which raw data was shredded, by the host's clock, UTC.
    pub raw_removed_on: Option<String>,
    /// Day on which everything but the release was removed.
    pub run_removed_on: Option<String>,
    /// Files of the manifest that are gone, by path in the run folder.
    pub files: BTreeSet<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureFile {
    algorithm: String,
    public_key: String,
    signature: String,
}

impl Tombstone {
    /// A note that nothing was removed yet.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn new(folder: &Path, run: &str) -> Result<Self, Failure> {
        let manifest = disk::digest_file(&folder.join(MANIFEST))?.0;
        Ok(Self { version: VERSION, run: run.to_owned(), manifest, raw_removed_on: None, run_removed_on: None, files: BTreeSet::new() })
    }

    /// The note of a run folder; none when retention has removed nothing.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is damaged, signed with another key, or of another run.
    pub fn read(folder: &Path, key: &PublicKey) -> Result<Option<Self>, Failure> {
        if !folder.join(TOMBSTONE).exists() && !folder.join(TOMBSTONE_SIGNATURE).exists() {
            return Ok(None);
        }
        let mismatch = |what: &str| Failure::new(Exit::DigestMismatch, format!("trust what was removed from the run {}: {what}", shown(folder)));
        let text = disk::read_small(&folder.join(TOMBSTONE), BYTES_MAX).map_err(|_| mismatch("retention.json cannot be read"))?;
        let signature = disk::read_small(&folder.join(TOMBSTONE_SIGNATURE), 64 << 10).map_err(|_| mismatch("retention.sig cannot be read"))?;
        let file: SignatureFile = serde_json::from_slice(&signature).map_err(|_| mismatch("retention.sig is damaged"))?;
        let bytes = hex::decode(&file.signature).unwrap_or_default();
        if canonical_json(&file)? != signature || hex::encode(&bytes) != file.signature {
            return Err(mismatch("retention.sig is damaged"));
        }
        if file.algorithm != "ed25519" || file.public_key != key.to_hex() || !key.verifies(&text, &bytes) {
            return Err(mismatch("retention.json is not what was signed, or signed with another key"));
        }
        let note: Self = serde_json::from_slice(&text).map_err(|_| mismatch("retention.json is of another version of this program"))?;
        if note.version != VERSION {
            return Err(mismatch("retention.json is of another version of this program"));
        }
        if note.manifest != disk::digest_file(&folder.join(MANIFEST))?.0 {
            return Err(mismatch("retention.json is of another run"));
        }
        Ok(Some(note))
    }

    /// Writes note and signature. The old pair may be gone for a moment when this is cut short; retention then writes both again.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, folder: &Path, signer: &Signer) -> Result<(), Failure> {
        let text = canonical_json(self)?;
        let signature =
            SignatureFile { algorithm: "ed25519".to_owned(), public_key: signer.public().to_hex(), signature: hex::encode(&signer.sign(&text)) };
        disk::write_atomic(&folder.join(TOMBSTONE_SIGNATURE), &canonical_json(&signature)?, disk::FILE_MODE)?;
        disk::write_atomic(&folder.join(TOMBSTONE), &text, disk::FILE_MODE)
    }

    /// What became of the run, in words.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (&self.raw_removed_on, &self.run_removed_on) {
            (_, Some(day)) => format!("everything but the release removed by retention on {day}"),
            (Some(day), None) => format!("raw removed by retention on {day}"),
            (None, None) => "nothing removed by retention".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;

    fn noted() -> (tempfile::TempDir, Keys, Tombstone) {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
        std::fs::write(dir.path().join(MANIFEST), "{}").unwrap();
        let mut note = Tombstone::new(dir.path(), "2026-11-20-abc").unwrap();
        note.raw_removed_on = Some("2026-12-01".to_owned());
        note.files.insert("raw/raw.lmq".to_owned());
        (dir, keys, note)
    }

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let (dir, keys, note) = noted();
        let key = keys.public().unwrap();
        assert_eq!(Tombstone::read(dir.path(), &key).unwrap(), None);
        note.write(dir.path(), &keys.signer().unwrap()).unwrap();
        assert_eq!(Tombstone::read(dir.path(), &key).unwrap(), Some(note.clone()));
        assert_eq!(note.sentence(), "raw removed by retention on 2026-12-01");
    }

    #[test]
    fn a_note_that_was_changed_or_is_of_another_run_is_refused() {
        let (dir, keys, note) = noted();
        let key = keys.public().unwrap();
        note.write(dir.path(), &keys.signer().unwrap()).unwrap();
        for name in [TOMBSTONE, TOMBSTONE_SIGNATURE] {
            let path = dir.path().join(name);
            let sound = std::fs::read(&path).unwrap();
            for at in 0..sound.len() {
                let mut changed = sound.clone();
                changed[at] ^= 1;
                std::fs::remove_file(&path).unwrap();
                std::fs::write(&path, &changed).unwrap();
                assert_eq!(Tombstone::read(dir.path(), &key).expect_err("changed").exit, Exit::DigestMismatch, "byte {at} of {name}");
            }
            std::fs::write(&path, &sound).unwrap();
        }
        assert!(Tombstone::read(dir.path(), &key).is_ok());
        std::fs::write(dir.path().join(MANIFEST), "{\"another\":1}").unwrap();
        assert!(Tombstone::read(dir.path(), &key).expect_err("another run").sentence().contains("of another run"));
        let other = Keys::generate(&dir.path().join("other"), true).unwrap();
        assert!(Tombstone::read(dir.path(), &other.public().unwrap()).is_err());
    }
}
