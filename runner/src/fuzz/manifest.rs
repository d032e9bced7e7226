//! JSON files of a run: manifest, signature, stage manifest, store entry, key file, audit log.

use fuzz::{Target, shape};
use schemas::audit::AuditAction;
use schemas::ids::Digest;
use schemas::report::StageReport;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JSON;
use crate::audit::{Audit, details};
use crate::keys::{Keys, KeysFile};
use crate::manifest::{self, Manifest, canonical_json};
use crate::stages::StageManifest;
use crate::store;

/// What parses has one canonical form, which parses to itself.
fn canonical<T: Serialize + DeserializeOwned>(input: &[u8]) -> u64 {
    let Ok(value) = serde_json::from_slice::<T>(input) else { return 0 };
    let Ok(text) = canonical_json(&value) else { return 1 };
    let again: T = serde_json::from_slice(&text).expect("the canonical form parses");
    assert_eq!(canonical_json(&again).ok().as_deref(), Some(&*text), "the canonical form is not canonical");
    shape(&(text.len().min(4_000), text == input))
}

fn digest(letter: &str) -> String {
    Digest::of(letter.as_bytes()).to_string()
}

#[test]
fn run_manifest() {
    let seed = canonical_json(&manifest::tests::sample()).unwrap();
    Target::new("runner-manifest", JSON).bytes_max(4_096).executions(500).seed(&seed).check(canonical::<Manifest>);
}

#[test]
fn stage_manifest() {
    let d = digest("a");
    let seed = format!(
        "{{\"development\":true,\"pipeline\":\"{d}\",\"schema\":\"{d}\",\"stages\":[{{\"bytes\":7,\"digest\":\"{d}\",\"name\":\"mine\"}}],\"version\":1}}\n"
    );
    Target::new("runner-stage-manifest", JSON).seed(seed.as_bytes()).check(canonical::<StageManifest>);
}

#[test]
fn store_entry() {
    let key = Digest::of(b"key");
    let file =
        store::StoredFile { name: "clean".into(), kind: 5, file: "clean/a.lmq".into(), digest: key, bytes: 9, records: 1, stat: Default::default() };
    let entry = store::entry(key, "sanitize.apply 0".into(), "2026-01-02-abc".into(), vec![file], StageReport::default(), store::Usage::default());
    let seed = serde_json::to_vec(&entry).unwrap();
    Target::new("runner-store-entry", JSON).bytes_max(1_024).seed(&seed).check(canonical::<store::Entry>);
}

#[test]
fn key_file() {
    Target::new("runner-key-file", JSON).seed(b"{\"version\":1,\"development\":true}").check(canonical::<KeysFile>);
}

/// A log that verifies has as many events as lines.
#[test]
fn audit_log() {
    let dir = folder();
    let log = dir.path().join("audit.jsonl");
    let audit = Audit::of(dir.path());
    for number in 0..3 {
        audit.append(AuditAction::StepRun, details([("step", format!("a.{number}").into())])).unwrap();
    }
    let seed = std::fs::read(&log).unwrap();
    Target::new("runner-audit", JSON).bytes_max(1_024).executions(300).seed(&seed).check(|input| {
        std::fs::write(&log, input).unwrap();
        let verdict = audit.verify();
        if let Ok(count) = verdict {
            assert_eq!(count, input.split_inclusive(|&byte| byte == b'\n').count() as u64);
        }
        shape(&verdict.map_err(|failure| failure.sentence()))
    });
}

/// A signature file of any content beside a sound manifest: it is refused, or it is the sound one (in whatever case its digits are).
#[test]
fn signature() {
    let dir = folder();
    let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
    let key = keys.public().unwrap();
    manifest::tests::sample().write(dir.path(), &keys.signer().unwrap()).unwrap();
    let path = dir.path().join(manifest::SIGNATURE);
    let sound = std::fs::read(&path).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    Target::new("runner-signature", JSON).executions(200).seed(&sound).check(|input| {
        std::fs::write(&path, input).unwrap();
        let read = Manifest::read(dir.path(), &key);
        let says_the_same = || {
            let parsed = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(&bytes.to_ascii_lowercase()).ok();
            parsed(input) == parsed(&sound)
        };
        assert!(read.is_err() || says_the_same(), "another signature file is accepted");
        shape(&read.map(|manifest| manifest.id).map_err(|failure| failure.sentence()))
    });
}

/// A folder in memory where there is one: a file is written for each input.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}
