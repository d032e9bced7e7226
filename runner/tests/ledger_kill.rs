//! A program of its own, since a child that is being started shares the locks of the tests beside it for a moment.
//!
//! Real deaths: a child process reserves, draws, stages, commits and publishes in a loop until it is killed at a random moment. Whatever is
//! readable afterwards was paid for, the chain verifies, and recovery is done once.

mod deaths;

use std::path::{Path, PathBuf};

use runner::ledger::{Ledger, LedgerPolicy, OpenReserve, Purpose, QueryId, Request, Reserved, read};
use schemas::ids::Digest;
use schemas::policy::ReportPolicy;
use schemas::privacy::{AttoDelta, Charge, Keys, NanoRho, charge_of};
use schemas::record::Metric;

const DAY: i32 = 20_000;

fn bench_at(dir: &Path) -> (PathBuf, PathBuf) {
    (dir.join("ledger.jsonl"), dir.join("anchor.json"))
}

fn policy() -> LedgerPolicy {
    LedgerPolicy::from_report(&ReportPolicy::default()).unwrap()
}

const PRICE: (u64, u64) = (1_000, 1_000_000);

fn charges() -> Vec<Charge> {
    vec![charge_of(Metric::EventType, 1, Keys::Discovered, NanoRho(PRICE.0), AttoDelta(PRICE.1)).unwrap()]
}

fn request(number: u32) -> Request {
    let query = QueryId { input: Digest::of(&number.to_le_bytes()), policy: Digest::of(b"policy"), query: Digest::of(b"query") };
    Request { purpose: Purpose::Report, query, logical_day: DAY, nano_rho: NanoRho(PRICE.0), atto_delta: AttoDelta(PRICE.1) }
}

/// A staged report: named by its reserve, whole or not there.
fn staged(dir: &Path, open: &OpenReserve) -> Option<(Digest, Vec<Charge>)> {
    let bytes = std::fs::read(dir.join(format!("staged-{}", open.entry))).ok()?;
    (bytes.len() == 64).then(|| (Digest::of(&bytes), charges()))
}

/// Committed reports are published by rename, as the runner does on its next start.
fn publish(dir: &Path, entry: Digest) {
    let (from, to) = (dir.join(format!("staged-{entry}")), dir.join(format!("release-{entry}")));
    if from.exists() {
        std::fs::rename(from, to).unwrap();
    }
}

/// Not a test by itself: what the killed process does.
#[test]
fn child_of_the_kill_test() {
    let Some(dir) = deaths::of_child() else { return };
    let (ledger, anchor) = bench_at(&dir);
    for number in u32::from(std::process::id() as u16) * 1_000.. {
        let mut ledger = Ledger::open(&ledger, &anchor, &policy()).unwrap();
        if let Some((open, true)) = ledger.recover(|open| staged(&dir, open)).unwrap() {
            publish(&dir, open.entry);
        }
        let Reserved::New(reservation) = ledger.reserve(&request(number)).unwrap() else { continue };
        let entry = reservation.reserve().entry;
        // Noise is drawn only now; what is written may be seen by anybody who reads the disk.
        std::fs::write(dir.join(format!("staged-{entry}")), entry.to_string()).unwrap();
        ledger.commit(reservation, Digest::of(entry.to_string().as_bytes()), &charges()).unwrap();
        publish(&dir, entry);
    }
}

#[test]
fn two_hundred_deaths_at_random_moments() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, anchor) = bench_at(dir.path());
    Ledger::create(&ledger, &anchor, &policy(), DAY).unwrap();
    let (mut completed, mut lost) = (0, 0);
    deaths::two_hundred(dir.path(), 6_000..18_000, |kill, _| {
        // Everything that can be read, finished or not, was reserved before it was written.
        let readable = std::fs::read_dir(dir.path()).unwrap().flatten().filter(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            name.starts_with("staged-") || name.starts_with("release-")
        });
        let readable = readable.count() as u64;
        let spent = |what: &str| read(&ledger, &anchor).unwrap_or_else(|error| panic!("death {kill}, {what}: {error}")).spent_nano_rho.0;
        assert!(spent("before recovery") >= readable * PRICE.0, "death {kill}: {readable} reports are readable");
        let mut opened = Ledger::open(&ledger, &anchor, &policy()).unwrap();
        match opened.recover(|open| staged(dir.path(), open)).unwrap() {
            Some((open, true)) => {
                completed += 1;
                publish(dir.path(), open.entry);
            }
            Some((_, false)) => lost += 1,
            None => {}
        }
        let bytes = std::fs::read(&ledger).unwrap();
        assert_eq!(opened.recover(|_| None).unwrap(), None);
        assert_eq!(std::fs::read(&ledger).unwrap(), bytes, "a second recovery changes nothing");
        drop(opened);
        assert!(spent("after recovery") >= readable * PRICE.0);
    });
    let summary = read(&ledger, &anchor).unwrap();
    assert!(summary.committed > 20, "the child gets somewhere: {} committed, {completed} completed, {lost} lost", summary.committed);
    assert!(completed + lost > 5, "and dies in the middle: {completed} completed, {lost} lost");
    assert_eq!(summary.spent_nano_rho.0, (summary.committed + summary.lost) * PRICE.0, "every reserve is charged, no more");
}
