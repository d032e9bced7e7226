//! Sealing a folder of stages: at once with a key at hand, or in two halves for a bank whose signing key never leaves its own machine.
//!
//! ```text
//! unsigned:  binaries -> stages.json            no signature: refused until one is attached
//! elsewhere: stages.json -> signature           64 bytes, ed25519 over the file's exact bytes
//! attach:    binaries + stages.json + signature -> stages.sig, after all three were found to belong together
//! ```
//!
//! An unsigned manifest is never marked for development, so a development key may not be attached to it.

use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;

use crate::armor;
use crate::disk;
use crate::failure::Failure;
use crate::hex;
use crate::keys::{PublicKey, Signer, marked_development};
use crate::manifest::canonical_json;
use crate::names::shown;
use crate::stages::{BINARIES, MANIFEST, MANIFEST_BYTES_MAX, PUBLIC_KEY, SIGNATURE, StageEntry, StageManifest, mismatch};

const SIGNATURE_BYTES_MAX: u64 = 4096;
/// Whoever runs the stages reads these, whatever user sealed them.
const MODE: u32 = 0o644;

/// Digests every binary in `folder`, writes the manifest and signs it.
///
/// # Errors
/// When a binary is missing, or the folder cannot be written.
pub fn sign(folder: &Path, signer: &Signer, development: bool, epoch: u64) -> Result<Vec<StageEntry>, Failure> {
    let manifest = StageManifest::of(entries(folder)?, development, epoch);
    let text = canonical_json(&manifest)?;
    disk::write_atomic(&folder.join(SIGNATURE), format!("{}\n", hex::encode(&signer.sign(&text))).as_bytes(), MODE)?;
    if development {
        disk::write_atomic(&folder.join(PUBLIC_KEY), format!("{}\n", signer.public().to_hex()).as_bytes(), MODE)?;
    } else {
        // The key of an earlier development seal would only mislead.
        remove(&folder.join(PUBLIC_KEY))?;
    }
    disk::write_atomic(&folder.join(MANIFEST), &text, MODE)?;
    Ok(manifest.stages)
}

/// Writes the manifest for a signature made elsewhere, and removes what an earlier seal left.
///
/// # Errors
/// When a binary is missing, or the folder cannot be written.
pub fn write_unsigned(folder: &Path, epoch: u64) -> Result<Vec<StageEntry>, Failure> {
    let manifest = StageManifest::of(entries(folder)?, false, epoch);
    remove(&folder.join(SIGNATURE))?;
    remove(&folder.join(PUBLIC_KEY))?;
    disk::write_atomic(&folder.join(MANIFEST), &canonical_json(&manifest)?, MODE)?;
    Ok(manifest.stages)
}

/// Attaches a signature that was made elsewhere, after checking that it is of this key, over this manifest, of these binaries.
///
/// # Errors
/// [`Exit::DigestMismatch`] when one of them does not belong to the others; [`Exit::KeyRefused`] for a development key.
pub fn attach(folder: &Path, signature: &Path, public_key: &Path) -> Result<Vec<StageEntry>, Failure> {
    let name = shown(folder);
    if marked_development(public_key.parent().unwrap_or(Path::new("")))? {
        let message = format!("seal the stages in {name}: {} is a development key; use --key with it, so that the seal is marked", shown(public_key));
        return Err(Failure::new(Exit::KeyRefused, message));
    }
    let key = PublicKey::read(public_key)?;
    let text = disk::read_small(&folder.join(MANIFEST), MANIFEST_BYTES_MAX)
        .map_err(|error| mismatch(format!("seal the stages in {name} (write {MANIFEST} with --unsigned first): {}", error.sentence())))?;
    let manifest = StageManifest::read(&text, &name)?;
    if manifest.development {
        return Err(Failure::new(
            Exit::KeyRefused,
            format!("seal the stages in {name}: {MANIFEST} is that of a development seal; write it anew with --unsigned"),
        ));
    }
    let found = entries(folder)?;
    if let Some(changed) = found.iter().find(|entry| !manifest.stages.contains(entry)) {
        return Err(mismatch(format!("seal the stages in {name}: {} is not the binary that {MANIFEST} names", changed.name)));
    }
    if canonical_json(&manifest)? != text || found.len() != manifest.stages.len() {
        return Err(mismatch(format!("seal the stages in {name}: {MANIFEST} is not as --unsigned wrote it")));
    }
    let bytes = disk::read_small(signature, SIGNATURE_BYTES_MAX)?;
    let bytes = armor::signature(&bytes)
        .ok_or_else(|| mismatch(format!("use the signature {}: it is not 64 bytes, as they are, in hexadecimal or in base64", shown(signature))))?;
    if !key.verifies(&text, &bytes) {
        return Err(mismatch(format!("use the signature {}: it is not of {} over {MANIFEST}", shown(signature), shown(public_key))));
    }
    disk::write_atomic(&folder.join(SIGNATURE), format!("{}\n", hex::encode(&bytes)).as_bytes(), MODE)?;
    Ok(found)
}

fn entries(folder: &Path) -> Result<Vec<StageEntry>, Failure> {
    BINARIES
        .iter()
        .map(|&name| {
            let path = folder.join(name);
            let bytes = std::fs::read(&path).map_err(|error| Failure::io(format!("seal {name}: read {}", shown(&path)), error))?;
            Ok(StageEntry { name: name.to_owned(), digest: Digest::of(&bytes), bytes: bytes.len() as u64 })
        })
        .collect()
}

fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::io(format!("remove {}", shown(path)), error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;

    use schemas::policy::Profile;

    use super::*;
    use crate::keys::Keys;
    use crate::stages::{SEAL_EPOCH, Stages};

    /// Who sealed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Seal {
        Development,
        Bank,
        Nobody,
    }

    /// A folder of stages, with development keys in `keys` and `other`, and a bank's in `bank`.
    pub(crate) struct Place(tempfile::TempDir);

    impl Place {
        pub(crate) fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        pub(crate) fn open(&self, pinned: Option<&str>, profile: Profile) -> Result<Stages, Failure> {
            Stages::open(self.0.path(), pinned.map(|name| self.path(name)).as_deref(), profile)
        }

        /// The bank's signature over what lies there, as its own tool would write it.
        fn bank_signs(&self) -> PathBuf {
            let signer = Signer::read(&self.path("bank/signing.key")).unwrap();
            std::fs::write(self.path("signature"), signer.sign(&std::fs::read(self.path(MANIFEST)).unwrap())).unwrap();
            self.path("signature")
        }

        fn attach(&self, key: &str) -> Result<Vec<StageEntry>, Failure> {
            attach(self.0.path(), &self.path("signature"), &self.path(key))
        }
    }

    pub(crate) fn place(seal: Seal) -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        for (folder, development) in [("keys", true), ("other", true), ("bank", false)] {
            Keys::generate(&place.path(folder), development).unwrap();
        }
        for name in BINARIES {
            std::fs::write(place.path(name), name).unwrap();
        }
        match seal {
            Seal::Nobody => drop(write_unsigned(place.0.path(), SEAL_EPOCH).unwrap()),
            Seal::Development => drop(sign(place.0.path(), &Signer::read(&place.path("keys/signing.key")).unwrap(), true, SEAL_EPOCH).unwrap()),
            Seal::Bank => {
                write_unsigned(place.0.path(), SEAL_EPOCH).unwrap();
                place.bank_signs();
                place.attach("bank/signing.pub").unwrap();
            }
        }
        place
    }

    #[test]
    fn signed_here_and_signed_elsewhere_are_the_same() {
        let place = place(Seal::Bank);
        let read = |name: &str| std::fs::read(place.path(name)).unwrap();
        let offline = (read(MANIFEST), read(SIGNATURE));
        sign(place.0.path(), &Signer::read(&place.path("bank/signing.key")).unwrap(), false, SEAL_EPOCH).unwrap();
        assert_eq!((read(MANIFEST), read(SIGNATURE)), offline);
        assert!(!place.path(PUBLIC_KEY).exists());
    }

    #[test]
    fn without_a_signature_nothing_is_trusted() {
        let place = place(Seal::Nobody);
        for (pinned, profile) in [(None, Profile::Development), (Some("bank/signing.pub"), Profile::Production)] {
            assert_eq!(place.open(pinned, profile).expect_err("unsigned").exit, Exit::DigestMismatch);
        }
    }

    #[test]
    fn writing_unsigned_takes_an_earlier_seal_away() {
        let place = place(Seal::Development);
        write_unsigned(place.0.path(), 7).unwrap();
        assert!(!place.path(SIGNATURE).exists() && !place.path(PUBLIC_KEY).exists());
        place.bank_signs();
        place.attach("bank/signing.pub").unwrap();
        assert_eq!(place.open(Some("bank/signing.pub"), Profile::Production).unwrap().epoch(), 7);
    }

    fn check(change: impl Fn(&Place), key: &str, expected: Exit, says: &str) {
        let place = place(Seal::Nobody);
        place.bank_signs();
        change(&place);
        let failure = place.attach(key).expect_err(says);
        assert_eq!(failure.exit, expected, "{}", failure.sentence());
        assert!(failure.sentence().contains(says), "{}", failure.sentence());
        assert!(!place.path(SIGNATURE).exists(), "{says}");
    }

    #[test]
    fn what_does_not_belong_together_is_not_attached() {
        let sound = |_: &Place| {};
        check(sound, "keys/signing.pub", Exit::KeyRefused, "development key");
        check(sound, "nowhere/signing.pub", Exit::KeyRefused, "public key");
        check(|place| std::fs::write(place.path("mine"), "another").unwrap(), "bank/signing.pub", Exit::DigestMismatch, "mine is not the binary");
        check(|place| std::fs::write(place.path("signature"), [7; 64]).unwrap(), "bank/signing.pub", Exit::DigestMismatch, "it is not of");
        check(|place| std::fs::write(place.path("signature"), "none").unwrap(), "bank/signing.pub", Exit::DigestMismatch, "64 bytes");
        check(|place| std::fs::remove_file(place.path(MANIFEST)).unwrap(), "bank/signing.pub", Exit::DigestMismatch, "--unsigned first");
        let spaced = |place: &Place| {
            let text = std::fs::read_to_string(place.path(MANIFEST)).unwrap().replace(":1,", ": 1,");
            std::fs::write(place.path(MANIFEST), text).unwrap();
        };
        check(spaced, "bank/signing.pub", Exit::DigestMismatch, "not as --unsigned wrote it");
    }

    #[test]
    fn a_development_manifest_takes_no_bank_signature() {
        let place = place(Seal::Development);
        place.bank_signs();
        assert_eq!(place.attach("bank/signing.pub").expect_err("refused").exit, Exit::KeyRefused);
    }

    #[test]
    fn a_missing_binary_cannot_be_sealed() {
        let place = place(Seal::Development);
        std::fs::remove_file(place.path("canary")).unwrap();
        assert!(write_unsigned(place.0.path(), SEAL_EPOCH).is_err());
    }
}
