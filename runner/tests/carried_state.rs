//! What is left of an earlier or later release: each is read, passed over or refused as docs/OPERATING.md says, never guessed at.

use std::path::{Path, PathBuf};
use std::process::Command;

use runner::keys::Keys;
use runner::manifest::{Manifest, canonical_json};
use runner::stages::Stages;
use runner::store::{Lookup, Store};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Profile;
use serde_json::json;

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/golden")
}

fn inspect(path: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_logminer")).arg("inspect").arg(path).env_remove("LOGMINER_CONFIG").output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn containers_of_another_major_or_version_are_exit_21() {
    let dir = tempfile::tempdir().unwrap();
    for kind in std::fs::read_dir(golden()).unwrap() {
        let kind = kind.unwrap().path();
        // Manifests of runs lie there too; they have a test of their own.
        if !kind.join("v1/records.lmq").exists() {
            continue;
        }
        let newest = (1..).take_while(|version| kind.join(format!("v{version}")).exists()).last().unwrap();
        let sound = std::fs::read(kind.join(format!("v{newest}/records.lmq"))).unwrap();
        let path = dir.path().join("file.lmq");
        std::fs::write(&path, &sound).unwrap();
        assert_eq!(inspect(&path).0, Some(0), "{}", kind.display());
        // Major version and record version, with the header's checksum made right again.
        for (at, value) in [(8, 2_u16), (14, 99)] {
            let mut changed = sound.clone();
            changed[at..at + 2].copy_from_slice(&value.to_le_bytes());
            let crc = crc32c(&changed[..124]);
            changed[124..128].copy_from_slice(&crc.to_le_bytes());
            std::fs::write(&path, &changed).unwrap();
            let (code, said) = inspect(&path);
            assert_eq!(code, Some(21), "{} at {at}: {said}", kind.display());
            assert!(said.contains("file.lmq") && said.contains("version"), "{said}");
        }
    }
}

/// CRC-32C bit by bit (Castagnoli, reflected), so that the test needs no crate for it.
fn crc32c(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0x82f6_3b78 } else { crc >> 1 }))
}

#[test]
fn a_store_entry_of_another_version_is_not_served() {
    let dir = tempfile::tempdir().unwrap();
    let key = Digest::of(b"key");
    std::fs::create_dir(dir.path().join(".store")).unwrap();
    let path = dir.path().join(format!(".store/{key}.json"));
    for entry in [json!({ "version": 99, "key": key, "later": true }), json!({ "version": 0, "key": key })] {
        std::fs::write(&path, entry.to_string()).unwrap();
        assert!(matches!(Store::of(dir.path()).lookup(key), Lookup::Damaged(_)));
    }
}

#[test]
fn a_manifest_of_another_version_is_refused_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
    let text = canonical_json(&json!({ "version": 99, "id": "2030-01-01-abc" })).unwrap();
    let signer = keys.signer().unwrap();
    let signature = json!({
        "algorithm": "ed25519", "manifest": Digest::of(&text), "public_key": signer.public().to_hex(), "signature": runner::hex::encode(&signer.sign(&text)),
    });
    std::fs::write(dir.path().join("manifest.json"), text).unwrap();
    std::fs::write(dir.path().join("manifest.sig"), canonical_json(&signature).unwrap()).unwrap();
    let failure = Manifest::read(dir.path(), &keys.public().unwrap()).expect_err("refused");
    assert!(failure.exit == Exit::SchemaMismatch && failure.sentence().contains("another version"), "{}", failure.sentence());
}

#[test]
fn stages_sealed_by_the_first_release_are_refused_and_to_be_sealed_again() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
    // The manifest as version 1 had it: no epoch.
    let zero = Digest([0; 32]);
    let text = canonical_json(&json!({ "version": 1, "development": true, "schema": zero, "pipeline": zero, "stages": [] })).unwrap();
    std::fs::write(dir.path().join("stages.sig"), runner::hex::encode(&keys.signer().unwrap().sign(&text))).unwrap();
    std::fs::write(dir.path().join("stages.json"), text).unwrap();
    std::fs::copy(dir.path().join("keys/signing.pub"), dir.path().join("stages.pub")).unwrap();
    let failure = Stages::open(dir.path(), None, Profile::Development).expect_err("refused");
    assert!(failure.exit == Exit::DigestMismatch && failure.sentence().contains("seal them again"), "{}", failure.sentence());
}
