//! Corruption of every file the runner keeps. `cargo xtask corrupt` runs more cases.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use fuzz::corrupt::{Subject, campaign};
use fuzz::shape;
use schemas::audit::AuditAction;
use schemas::ids::Digest;
use schemas::policy::{Profile, ReportPolicy};
use schemas::privacy::{AttoDelta, NanoRho};
use schemas::report::StageReport;

use crate::audit::{Audit, details};
use crate::keys::Keys;
use crate::ledger::{self, Ledger, LedgerPolicy, Purpose, QueryId, Request, Reserved};
use crate::manifest::{self, Manifest, canonical_json};
use crate::stages::{self, Stages};
use crate::store::{self, Lookup, Store};

/// A folder in memory where there is one: a file is written for each case.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}

/// A file of a folder, read through the folder as a whole. After each case the sound file is back.
fn subject<'r>(kind: &str, path: PathBuf, sibling: &Path, mut read: impl FnMut() -> Option<u64> + 'r) -> Subject<'r> {
    let replace = |path: &Path, bytes: &[u8]| {
        // Published files may not be written to; a new one takes their place.
        std::fs::remove_file(path).expect("the file is there");
        std::fs::write(path, bytes).expect("a file in a temporary folder");
    };
    let sound = std::fs::read(&path).expect("the sound file");
    let sibling = std::fs::read(sibling).expect("the sibling");
    let kept = sound.clone();
    Subject::of_lines(kind, sound, vec![sibling], move |bytes| {
        replace(&path, bytes);
        let found = read();
        replace(&path, &kept);
        found
    })
}

#[test]
fn manifests() {
    let (dir, other) = (folder(), folder());
    let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
    let (key, signer) = (keys.public().unwrap(), keys.signer().unwrap());
    manifest::tests::sample().write(dir.path(), &signer).unwrap();
    Manifest { id: "2026-01-03-def".to_owned(), threads: 7, ..manifest::tests::sample() }.write(other.path(), &signer).unwrap();
    let read = || Some(shape(&canonical_json(&Manifest::read(dir.path(), &key).ok()?).ok()?));
    let of = |kind, name| subject(kind, dir.path().join(name), &other.path().join(name), read);
    campaign(vec![of("manifest", manifest::MANIFEST), of("manifest signature", manifest::SIGNATURE)]);
}

#[test]
fn stage_manifests() {
    let (dir, other) = (folder(), folder());
    let keys = Keys::generate(&dir.path().join("keys"), true).unwrap();
    let program = sealed_program();
    for folder in [dir.path(), other.path()] {
        for (number, name) in stages::BINARIES.iter().enumerate() {
            let length = if folder == dir.path() { 0 } else { number };
            std::fs::write(folder.join(name), [&program[..], &vec![0; length]].concat()).unwrap();
        }
        crate::sealing::sign(folder, &keys.signer().unwrap(), true, 1).unwrap();
    }
    let read = || {
        let stages = Stages::open(dir.path(), None, Profile::Development).ok()?;
        Some(shape(&stages.entries().iter().map(|entry| (entry.name.clone(), entry.digest, entry.bytes)).collect::<Vec<_>>()))
    };
    let of = |kind, name: &str| subject(kind, dir.path().join(name), &other.path().join(name), read);
    campaign(vec![of("stage manifest", "stages.json"), of("stage signature", "stages.sig"), of("stage public key", "stages.pub")]);
}

/// What `seal` takes for a static program.
fn sealed_program() -> Vec<u8> {
    let mut bytes = vec![0; 64 + 56];
    bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
    bytes[16] = 2;
    bytes[18] = if cfg!(target_arch = "x86_64") { 62 } else { 183 };
    bytes[32] = 64;
    bytes[54] = 56;
    bytes[56] = 1;
    bytes[64] = 1;
    bytes
}

/// A ledger with some spends and its anchor.
fn spent(folder: &Path, spends: u8) -> (PathBuf, PathBuf) {
    let (path, anchor) = (folder.join("ledger.jsonl"), folder.join("anchor.json"));
    let policy = LedgerPolicy::from_report(&ReportPolicy::default()).unwrap();
    Ledger::create(&path, &anchor, &policy, 20_000).unwrap();
    let mut ledger = Ledger::open(&path, &anchor, &policy).unwrap();
    for number in 0..spends {
        let query = QueryId { input: Digest::of(&[number]), policy: Digest::of(b"policy"), query: Digest::of(b"query") };
        let request =
            Request { purpose: Purpose::Report, query, logical_day: 20_000, nano_rho: NanoRho(20_000_000), atto_delta: AttoDelta(5_000_000_000_000) };
        if let Ok(Reserved::New(reservation)) = ledger.reserve(&request) {
            ledger.lose(reservation).unwrap();
        }
    }
    (path, anchor)
}

#[test]
fn ledgers() {
    let (dir, other) = (folder(), folder());
    let (path, anchor) = spent(dir.path(), 2);
    let (other_path, other_anchor) = spent(other.path(), 1);
    assert!(std::fs::read_to_string(&path).unwrap().lines().count() > 3, "the ledger holds spends");
    let read = || Some(shape(&serde_json::to_string(&ledger::read(&path, &anchor).ok()?).ok()?));
    campaign(vec![subject("ledger", path.clone(), &other_path, read), subject("ledger anchor", anchor.clone(), &other_anchor, read)]);
}

/// The end of an audit log is anchored by what follows it (the next line, the next manifest), so a log that is accepted may lack lines at its
/// end, and its newest line may be another; everything before must be as it was.
#[test]
fn audit_logs() {
    let (dir, other) = (folder(), folder());
    for (folder, count) in [(dir.path(), 6), (other.path(), 4)] {
        for number in 0..count {
            Audit::of(folder).append(AuditAction::StepRun, details([("step", format!("a.{number}").into())])).unwrap();
        }
    }
    let path = dir.path().join("audit.jsonl");
    let sound = std::fs::read(&path).unwrap();
    let audit = Audit::of(dir.path());
    let read = || {
        audit.verify().ok()?;
        let bytes = std::fs::read(&path).ok()?;
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
        lines.pop();
        let kept = lines.concat();
        Some(if sound.starts_with(&kept) { 0 } else { shape(&kept).max(1) })
    };
    campaign(vec![subject("audit log, up to its end", path.clone(), &other.path().join("audit.jsonl"), read)]);
}

#[test]
fn store_entries() {
    let dir = folder();
    let store = Store::of(dir.path());
    std::fs::create_dir(dir.path().join("home")).unwrap();
    let put = |name: &str| {
        let key = Digest::of(name.as_bytes());
        let file = format!("{name}.lmq");
        std::fs::write(dir.path().join("home").join(&file), name).unwrap();
        let stat = crate::sources::StatId::default();
        let stored = store::StoredFile { name: name.to_owned(), kind: 5, file, digest: key, bytes: name.len() as u64, records: 1, stat };
        let entry = store::entry(key, "a.b".to_owned(), "home".to_owned(), vec![stored], StageReport::default(), store::Usage::default());
        store.put(&entry).unwrap();
        (key, dir.path().join(".store").join(format!("{key}.json")))
    };
    let ((key, path), (_, sibling)) = (put("one"), put("two"));
    let store = RefCell::new(store.clone());
    let read = || match store.borrow().lookup(key) {
        Lookup::Hit(entry, home) => Some(shape(&(serde_json::to_string(&*entry).ok()?, home))),
        Lookup::Miss | Lookup::Damaged(_) => None,
    };
    campaign(vec![subject("store entry", path, &sibling, read)]);
}
