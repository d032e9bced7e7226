//! How fast and how large a token vault is: `cargo xtask bench vault` builds this for release and runs it.
//!
//! Nights of a million new tokens each are taken in, tokens of a million customers; then tokens are looked up at random, a night is taken in again and one
//! whose entries are all known, a customer is forgotten and everything is checked. Values are made up. CPU seconds are this process's own.
#![expect(clippy::print_stdout, reason = "it prints a table")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use runner::vault::reveal::Known;
use runner::vault::{Delta, Places, Vault};
use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::ids::Digest;
use schemas::record::{VaultEntry, VaultEntryRecord};
use schemas::vault::VaultKey;

const NIGHT: u64 = 1_000_000;
const CUSTOMERS: u64 = 1_000_000;
const LOOK_UPS: u64 = 10_000;

fn token(class: &str, number: u64) -> String {
    let digest = blake3::hash(&number.to_le_bytes());
    let digits: String =
        digest.as_bytes().iter().take(16).map(|byte| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(byte & 31)])).collect();
    format!("[{class}_ABC{digits}]")
}

/// One token in ten stands for nobody.
fn owner(number: u64) -> String {
    if number.is_multiple_of(10) { String::new() } else { token("CUSTOMER", u64::MAX - number % CUSTOMERS) }
}

fn night(dir: &Path, from: u64, key: &VaultKey) -> Delta {
    let mut writer = ContainerWriter::<_, VaultEntry>::new(Vec::new(), Digest::of(&from.to_le_bytes()), 1).expect("memory");
    let mut block = BlockBuilder::new(0);
    for number in from..from + NIGHT {
        let name = token(["CARD", "EMAIL", "NAME", "ACCOUNT"][number as usize % 4], number);
        let sealed = key.seal(&name, &format!("value-{number:012}")).expect("short");
        block.push(&VaultEntryRecord { token: &name, owner: &owner(number), sealed: &sealed }, None).expect("small");
        if block.is_full() {
            writer.write_out(&mut block).expect("memory");
        }
    }
    writer.write(block).expect("memory");
    let (bytes, summary) = writer.finish().expect("memory");
    let path = dir.join(format!("delta-{from}"));
    std::fs::write(&path, bytes).expect("the delta can be written");
    Delta { path, digest: summary.digest }
}

fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: f64 = stat.rsplit(')').next().unwrap_or("").split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum();
    ticks / 100.0
}

fn memory_mib(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn timed<T>(what: &str, count: u64, work: impl FnOnce() -> T) -> T {
    let (begun, cpu) = (Instant::now(), cpu_s());
    let result = work();
    let (wall, cpu) = (begun.elapsed().as_secs_f64(), cpu_s() - cpu);
    println!("{what:<44} {count:>11} {wall:>9.2} s {cpu:>9.2} s CPU {:>12.0} a CPU second", count as f64 / cpu.max(0.01));
    result
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let entries: u64 = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(10_000_000);
    let home = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = tempfile::tempdir_in(home).expect("a folder");
    let places = Places { vault: dir.path().join("tokens"), erasure: dir.path().join("erasure") };
    places.create().expect("a new vault");
    let key = VaultKey::derive(b"a secret of the bench, good for no vault");
    let nights = entries / NIGHT;
    let (mut taken_cpu, mut taken_wall, mut anon_peak) = (0.0, 0.0, 0);
    for number in 0..nights {
        let delta = night(dir.path(), number * NIGHT, &key);
        let (begun, cpu) = (Instant::now(), cpu_s());
        Vault::write(&places).and_then(|mut vault| vault.append("2026-11-20", std::slice::from_ref(&delta))).expect("taken in");
        taken_cpu += cpu_s() - cpu;
        taken_wall += begun.elapsed().as_secs_f64();
        anon_peak = anon_peak.max(memory_mib("RssAnon:"));
        if number > 0 {
            std::fs::remove_file(&delta.path).expect("removable");
        }
    }
    println!(
        "{:<44} {entries:>11} {taken_wall:>9.2} s {taken_cpu:>9.2} s CPU {:>12.0} a CPU second",
        format!("{nights} nights taken in"),
        entries as f64 / taken_cpu
    );
    let vault = Vault::read(&places).expect("sound");
    println!(
        "{} entries in {} segments, {} bytes, {} an entry",
        vault.entries(),
        vault.state().segments.len(),
        vault.bytes(),
        vault.bytes() / vault.entries()
    );
    println!("peak of resident memory, page cache of maps included: {} MiB; anonymous after a night: {anon_peak} MiB", memory_mib("VmHWM:"));
    timed("looked up at random and opened", LOOK_UPS, || {
        for at in 0..LOOK_UPS {
            let number = at.wrapping_mul(2_654_435_761) % entries;
            let name = token(["CARD", "EMAIL", "NAME", "ACCOUNT"][number as usize % 4], number);
            assert!(matches!(vault.value(&name, &key), Ok(Known::Value(value, _)) if value == format!("value-{number:012}")));
        }
    });
    timed("looked up, and not there", LOOK_UPS, || {
        (0..LOOK_UPS).for_each(|at| assert!(matches!(vault.value(&token("CARD", entries + at), &key), Ok(Known::Nothing))))
    });
    drop(vault);
    let again = night(dir.path(), 0, &key);
    timed("a night that was taken in before", NIGHT, || {
        Vault::write(&places).and_then(|mut vault| vault.append("2026-11-20", &[again])).expect("nothing")
    });
    let mut known = night(dir.path(), NIGHT * 2.min(nights.saturating_sub(1)), &key);
    // The same entries in a container of another name: all of them are known.
    let mut bytes = std::fs::read(&known.path).expect("readable");
    let container = schemas::container::Container::open(&bytes).expect("sound");
    let mut writer = ContainerWriter::<_, VaultEntry>::new(Vec::new(), Digest::of(b"another"), 1).expect("memory");
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        let mut block = BlockBuilder::new(0);
        for entry in container.block::<VaultEntry>(number, &mut scratch).expect("sound").records() {
            block.push(&entry.expect("sound"), None).expect("small");
        }
        writer.write(block).expect("memory");
    }
    let (copy, summary) = writer.finish().expect("memory");
    bytes = copy;
    std::fs::write(&known.path, bytes).expect("writable");
    known.digest = summary.digest;
    timed("a night whose entries are all known", NIGHT, || {
        Vault::write(&places).and_then(|mut vault| vault.append("2026-11-21", &[known])).expect("taken")
    });
    let forgotten = timed("a customer forgotten", 1, || Vault::write(&places).and_then(|mut vault| vault.forget(&[owner(7)])).expect("forgotten"));
    println!("of the customer {} entries, of nobody {}, closed again {}", forgotten.entries, forgotten.entries_of_groups, forgotten.entries_kept);
    let (checked, wait) = timed("everything checked", entries, || {
        std::thread::scope(|scope| {
            let check = scope.spawn(|| Vault::verify(&places));
            std::thread::sleep(std::time::Duration::from_millis(100));
            let begun = Instant::now();
            drop(Vault::write(&places).expect("a writer beside the check"));
            let wait = begun.elapsed();
            assert!(!check.is_finished(), "the check was over before the writer came: take more tokens");
            (check.join().expect("checked").expect("sound"), wait)
        })
    });
    assert!(checked.problems.is_empty());
    println!("a writer that came meanwhile waited for {} ms", wait.as_millis());
    println!("peak of resident memory, page cache of maps included: {} MiB", memory_mib("VmHWM:"));
}
