//! A program of its own, since a child that is being started shares the locks of the tests beside it for a moment.
//!
//! Real deaths: a child takes deltas into a vault, one after the other, each twice, and now and then forgets somebody, until it is killed at a random moment.
//! Whatever it was told was taken in is there, once; nothing is there twice, and nothing half.

mod deaths;

use std::path::Path;

use runner::vault::erasure::Leaf;
use runner::vault::reveal::Known;
use runner::vault::{Delta, Places, Vault};
use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::ids::Digest;
use schemas::record::{VaultEntry, VaultEntryRecord};
use schemas::vault::VaultKey;

/// Entries of a delta; every tenth is somebody's who is forgotten with the next delta.
const ENTRIES: u64 = 60;
const SECRET: &[u8] = b"v4ult#Lq2!vXz7@Wm4$Rt6^Yb8&Nc1*(";

fn places(dir: &Path) -> Places {
    Places { vault: dir.join("tokens"), erasure: dir.join("erasure") }
}

fn name(class: &str, mut number: u64) -> String {
    let mut digits = String::new();
    for _ in 0..16 {
        digits.push(char::from(b'A' + (number % 26) as u8));
        number /= 26;
    }
    format!("[{class}_ABC{digits}]")
}

fn owner(delta: u64, at: u64) -> String {
    match at % 10 {
        0 => name("CUSTOMER", 1_000_000 + delta),
        1..5 => String::new(),
        _ => name("CUSTOMER", at),
    }
}

fn delta(dir: &Path, number: u64, key: &VaultKey) -> Delta {
    let mut writer = ContainerWriter::<_, VaultEntry>::new(Vec::new(), Digest::of(&number.to_le_bytes()), 1).unwrap();
    let mut block = BlockBuilder::new(0);
    for at in 0..ENTRIES {
        let token = name("CARD", number * ENTRIES + at);
        let sealed = key.seal(&token, &format!("4539{number:06}{at:06}")).unwrap();
        block.push(&VaultEntryRecord { token: &token, owner: &owner(number, at), sealed: &sealed }, None).unwrap();
    }
    writer.write(block).unwrap();
    let (bytes, summary) = writer.finish().unwrap();
    let path = dir.join(format!("delta-{number}"));
    let part = dir.join(format!("delta-{number}-{}", std::process::id()));
    std::fs::write(&part, bytes).unwrap();
    std::fs::rename(part, &path).unwrap();
    Delta { path, digest: summary.digest }
}

/// Not a test by itself: what the killed process does.
#[test]
fn child_of_the_kill_test() {
    let Some(dir) = deaths::of_child() else { return };
    let (places, key) = (places(&dir), VaultKey::derive(SECRET));
    loop {
        let number = Vault::read(&places).unwrap().state().applied.len() as u64;
        let delta = delta(&dir, number, &key);
        for _ in 0..2 {
            Vault::write(&places).unwrap().append("2026-11-20", std::slice::from_ref(&delta)).unwrap();
            std::fs::write(dir.join(format!("done-{number}")), b"").unwrap();
        }
        if number % 4 == 3 {
            Vault::write(&places).unwrap().forget(&[owner(number - 1, 0)]).unwrap();
            std::fs::write(dir.join(format!("forgotten-{}", number - 1)), b"").unwrap();
        }
    }
}

#[test]
fn two_hundred_deaths_at_random_moments() {
    let dir = tempfile::tempdir().unwrap();
    let (places, key) = (places(dir.path()), VaultKey::derive(SECRET));
    places.create().unwrap();
    let mut cut_short = 0;
    deaths::two_hundred(dir.path(), 8_000..98_000, |kill, random| {
        let told = |begin: &str| -> Vec<u64> {
            let files = std::fs::read_dir(dir.path()).unwrap().flatten();
            files.filter_map(|file| file.file_name().to_str()?.strip_prefix(begin)?.parse().ok()).collect()
        };
        // Readable at once, whatever was cut short; what a writer finds half done, it finishes.
        let read = Vault::read(&places).unwrap_or_else(|failure| panic!("death {kill}: {}", failure.sentence()));
        let applied = read.state().applied.len() as u64;
        let files = std::fs::read_dir(places.vault.join("segments")).map_or(0, Iterator::count);
        cut_short += u32::from(files != read.state().segments.len());
        drop(read);
        assert!(told("done-").iter().all(|&number| number < applied), "death {kill}: a delta that was taken in is gone");
        let vault = Vault::write(&places).unwrap();
        if kill % 10 == 9 {
            assert_eq!(vault.check().unwrap().problems, Vec::<String>::new(), "death {kill}");
        }
        // Each delta's entries once; those of the forgotten are gone.
        let is_forgotten = |&number: &u64| vault.state().forgotten.contains(&Leaf::of(&owner(number, 0)));
        let forgotten = (0..applied).filter(is_forgotten).count() as u64;
        assert_eq!(vault.entries(), applied * ENTRIES - forgotten * ENTRIES / 10, "death {kill}");
        for number in told("forgotten-") {
            assert!(matches!(vault.value(&name("CARD", number * ENTRIES), &key).unwrap(), Known::Forgotten | Known::Nothing), "death {kill}");
        }
        for number in [0, applied.saturating_sub(1), random % applied.max(1)].into_iter().filter(|&number| number < applied) {
            for at in [1, 7, ENTRIES - 1] {
                let Known::Value(value, owners) = vault.value(&name("CARD", number * ENTRIES + at), &key).unwrap() else {
                    panic!("death {kill}: entry {at} of delta {number} is gone")
                };
                assert_eq!((value, owners.len()), (format!("4539{number:06}{at:06}"), 1), "death {kill}");
            }
        }
    });
    let state = Vault::read(&places).unwrap().state().clone();
    assert!(state.applied.len() > 10, "the child gets somewhere: {} deltas", state.applied.len());
    assert!(cut_short > 2, "and dies in the middle: {cut_short} times");
}
