//! Manifest and signature as files: `manifest.json` holds the canonical text, `manifest.sig` the ed25519 signature over its bytes.
//!
//! Both are believed only when they are byte for byte what this program would write of what they say: a letter in upper case or a blank
//! changes nothing that is signed, and shows all the same.

use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{MANIFEST, Manifest, SIGNATURE, VERSION, canonical_json, v1};
use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer};

const MANIFEST_BYTES_MAX: u64 = 256 << 20;
const SIGNATURE_BYTES_MAX: u64 = 64 << 10;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignatureFile {
    algorithm: String,
    manifest: Digest,
    public_key: String,
    signature: String,
}

impl Manifest {
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

    /// Reads a manifest of this version or the one before and checks its signature with a key that is trusted beforehand.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is missing, changed or signed with another key; [`Exit::SchemaMismatch`] when it is sound and
    /// of a version that this program does not know.
    pub fn read(run: &Path, key: &PublicKey) -> Result<Self, Failure> {
        Self::read_with_text(run, key).map(|(manifest, _)| manifest)
    }

    /// The same, with the signed text.
    ///
    /// # Errors
    /// As [`Manifest::read`].
    pub fn read_with_text(run: &Path, key: &PublicKey) -> Result<(Self, Vec<u8>), Failure> {
        let failed = |exit, what: &str| Failure::new(exit, format!("trust the run {}: {what}", crate::names::shown(run)));
        let mismatch = |what: &str| failed(Exit::DigestMismatch, what);
        let text = disk::read_small(&run.join(MANIFEST), MANIFEST_BYTES_MAX).map_err(|_| mismatch("manifest.json cannot be read"))?;
        let bytes = disk::read_small(&run.join(SIGNATURE), SIGNATURE_BYTES_MAX).map_err(|_| mismatch("manifest.sig cannot be read"))?;
        let file: SignatureFile = serde_json::from_slice(&bytes).map_err(|_| mismatch("manifest.sig is damaged"))?;
        let signature = hex::decode(&file.signature).unwrap_or_default();
        if hex::encode(&signature) != file.signature || canonical_json(&file)? != bytes {
            return Err(mismatch("manifest.sig is damaged"));
        }
        if file.algorithm != "ed25519" || file.public_key != key.to_hex() {
            return Err(mismatch("manifest.json is signed with another key, or manifest.sig was changed"));
        }
        if file.manifest != Digest::of(&text) {
            return Err(mismatch("manifest.json is not what was signed: its digest is not the one manifest.sig holds, or that was changed"));
        }
        if !key.verifies(&text, &signature) {
            return Err(mismatch("manifest.sig was changed: its signature is not of this manifest"));
        }
        let damaged = || mismatch("manifest.json is signed, but is no manifest");
        let value: Value = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if canonical_json(&value)? != text {
            return Err(mismatch("manifest.json is signed, but not canonical"));
        }
        let manifest = match value["version"].as_u64() {
            Some(number) if number == u64::from(VERSION) => serde_json::from_value(value).map_err(|_| damaged())?,
            Some(1) => serde_json::from_value::<v1::Manifest>(value).map_err(|_| damaged())?.into(),
            _ => return Err(failed(Exit::SchemaMismatch, "manifest.json is of another version of this program")),
        };
        Ok((manifest, text))
    }
}
