//! Documents of decisions in the runs folder: one signed file each, written anew and atomically. `{"algorithm", NAME, "public_key", "signature"}` as
//! canonical JSON; the signature is that of the canonical JSON under NAME.

use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};
use crate::manifest::canonical_json;
use crate::names::shown;

const ALGORITHM: &str = "ed25519";
const BYTES_MAX: u64 = 64 << 20;

/// Where a document lies and what it is called.
#[derive(Debug, Clone, Copy)]
pub struct Document {
    /// Name of the file in a runs folder.
    pub file: &'static str,
    /// The field that holds it.
    pub field: &'static str,
    /// Its version, in `version`.
    pub version: u32,
}

impl Document {
    /// Where it lies.
    #[must_use]
    pub fn path(&self, runs: &Path) -> PathBuf {
        runs.join(self.file)
    }

    /// The document of a runs folder; the default when there is none.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when the file was changed or signed with another key, [`Exit::SchemaMismatch`] when it is of another version.
    pub fn read<T: DeserializeOwned + Serialize + Default>(&self, runs: &Path, key: &PublicKey) -> Result<T, Failure> {
        let path = self.path(runs);
        if std::fs::symlink_metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(T::default());
        }
        let failed = |exit, what: &str| Failure::new(exit, format!("trust the decisions in {}: {what}", shown(&path)));
        let mismatch = |what: &str| failed(Exit::DigestMismatch, what);
        let text = disk::read_small(&path, BYTES_MAX).map_err(|_| mismatch("it cannot be read"))?;
        let damaged = || mismatch("it is damaged, or of another version of this program");
        let signed: Value = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if signed[self.field]["version"].as_u64().is_some_and(|version| version != u64::from(self.version)) {
            return Err(failed(Exit::SchemaMismatch, "it is of another version of this program"));
        }
        let document: T = serde_json::from_value(signed[self.field].clone()).map_err(|_| damaged())?;
        let signature = signed["signature"].as_str().unwrap_or_default();
        let sound = canonical_json(&self.signed(&document, key, signature))? == text;
        if !sound || !key.verifies(&canonical_json(&document)?, &hex::decode(signature).unwrap_or_default()) {
            return Err(mismatch("it is not what was signed, or signed with another key; restore it"));
        }
        Ok(document)
    }

    /// Writes the document and returns the digest of the file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write<T: Serialize>(&self, document: &T, runs: &Path, signer: &Signer) -> Result<Digest, Failure> {
        let signature = hex::encode(&signer.sign(&canonical_json(document)?));
        let text = canonical_json(&self.signed(document, &signer.public(), &signature))?;
        disk::write_atomic(&self.path(runs), &text, disk::FILE_MODE)?;
        Ok(Digest::of(&text))
    }

    fn signed<T: Serialize>(&self, document: &T, key: &PublicKey, signature: &str) -> Value {
        json!({ "algorithm": ALGORITHM, self.field: document, "public_key": key.to_hex(), "signature": signature })
    }
}
