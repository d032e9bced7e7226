//! Limits of the host, and what a run does not depend on: each limit ends in a documented code, and neither time zone nor mask nor
//! working directory changes a byte.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Output;
use std::sync::OnceLock;

use xtask::chaos::place::{Place, code, files_below};
use xtask::chaos::syscalls;
use xtask::tools;

fn day() -> &'static Place {
    static DAY: OnceLock<Place> = OnceLock::new();
    DAY.get_or_init(|| {
        common::sealed();
        Place::with_day(2_000, 6).unwrap()
    })
}

fn limited(runs: &str, limits: &[&str]) -> Output {
    let output = day().run(runs).under(["prlimit"].iter().chain(limits)).ended().unwrap();
    day().check_readers(&day().runs(runs)).unwrap();
    output
}

#[test]
fn too_little_memory_is_51_and_resumable() {
    let bank = common::Bank::new();
    // Records near their limit, so that eight threads hold some megabytes each.
    let words: String = (0..110_000_u32).map(|word| format!(" w{}", word.wrapping_mul(2_654_435_761) >> 12)).collect();
    let record = |number: u32| format!("{{\"timestamp\":\"2026-11-20T08:00:00Z\",\"message\":\"{number}{words}\",\"session_id\":\"s{number}\"}}\n");
    bank.log("large.jsonl", (0..60).map(record).collect::<String>().as_bytes());
    // A second try would have fewer threads, and may heal.
    let output = bank.run().args(["--threads", "8", "--retries", "0"]).under(["prlimit", "--data=33554432"]).ended().unwrap();
    assert_eq!(code(&output).unwrap(), 51, "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!bank.path("runs/latest").exists());
    bank.run().args(["--threads", "1"]).run_quietly().unwrap();
    // So little that not even the proof of the sandbox runs: fail closed.
    let code = code(&limited("memory", &["--data=8388608"])).unwrap();
    assert!(matches!(code, 30 | 50 | 51), "{code}");
    day().run("memory").run_quietly().unwrap();
    day().check_done(&day().runs("memory")).unwrap();
}

#[test]
fn threads_that_cannot_start_are_50_and_resumable() {
    // 32 stacks are more memory than there is.
    let output = day().run("stacks").args(["--threads", "32"]).under(["prlimit", "--data=33554432"]).ended().unwrap();
    assert!(matches!(code(&output).unwrap(), 50 | 51), "{}", String::from_utf8_lossy(&output.stderr));
    day().run("stacks").run_quietly().unwrap();
    day().check_done(&day().runs("stacks")).unwrap();
}

#[test]
fn too_few_threads_are_50_or_41_and_resumable() {
    // A step's user has other processes, perhaps, so whether its start or its threads fail is open; as root the runner itself has no limit.
    let output = limited("threads", &["--nproc=1"]);
    let code = code(&output).unwrap();
    assert!(matches!(code, 41 | 50 | 30), "{code}: {}", String::from_utf8_lossy(&output.stderr));
    day().run("threads").run_quietly().unwrap();
    day().check_done(&day().runs("threads")).unwrap();
}

#[test]
fn too_few_open_files_are_a_documented_code() {
    let output = limited("files", &["--nofile=16"]);
    let code = code(&output).unwrap();
    assert!(matches!(code, 0 | 2 | 30 | 41), "{code}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn time_zone_locale_host_mask_and_folder_do_not_change_a_byte() {
    let runs = day().runs("elsewhere");
    let script = "umask 0777; cd / && exec \"$@\"";
    let call = day().run_into(&runs).env("TZ", "Pacific/Kiritimati").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "tr_TR.UTF-8").env("HOSTNAME", "other");
    call.env("HOME", "/nowhere").env("TMPDIR", "/nowhere").under(["sh", "-c", script, "sh"]).run_quietly().unwrap();
    day().check_done(&runs).unwrap();
    let modes = |runs: &Path| {
        let run = runs.join("latest");
        let mode = |path: &Path| fs::metadata(path).unwrap().mode();
        files_below(&run).unwrap().iter().map(|path| (path.strip_prefix(&run).unwrap().to_owned(), mode(path))).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(modes(&runs), modes(&day().runs("reference")));
}

/// Every entry below a folder with its identity and times.
fn identities(dir: &Path) -> BTreeMap<std::path::PathBuf, (u64, u64, i64, i64)> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(path) = open.pop() {
        let meta = fs::symlink_metadata(&path).unwrap();
        // The record of the asking itself, and the folder it lies in.
        if path == dir || path.file_name().is_some_and(|name| name == "audit.jsonl" || name == "audit.head" || name == "metrics.prom") {
            if path == dir {
                open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
            continue;
        }
        if meta.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        found.insert(
            path,
            (meta.ino(), meta.len(), meta.mtime() * 1_000_000_000 + meta.mtime_nsec(), meta.ctime() * 1_000_000_000 + meta.ctime_nsec()),
        );
    }
    found
}

#[test]
fn a_second_run_writes_nothing_but_its_own_record() {
    let runs = day().runs("reference");
    day().run_into(&runs).run_quietly().unwrap();
    let before = identities(&runs);
    if tools::have("strace", "strace") {
        // That it was asked and found all done is a decision, so it is in the audit log and in the metrics.
        let folder = format!("/{}>) = 0", runs.file_name().unwrap().to_str().unwrap());
        let record = |change: &String| {
            change.contains("/audit.jsonl") || change.contains("metrics") || change.starts_with("fsync(") && change.ends_with(&folder)
        };
        let changes = syscalls::changes(day(), &runs).unwrap();
        assert_eq!(changes.into_iter().filter(|change| !record(change) && !change.contains(" = -1 ")).collect::<Vec<_>>(), Vec::<String>::new());
    } else {
        day().run_into(&runs).run_quietly().unwrap();
    }
    assert_eq!(identities(&runs), before);
}

/// Tasks by what happened to them.
fn tasks(output: &[u8], event: &str) -> BTreeSet<String> {
    let events = String::from_utf8_lossy(output).into_owned();
    let task = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        (value["event"] == event).then(|| value["task"].as_str().unwrap_or_default().to_owned())
    };
    events.lines().filter_map(task).collect()
}

#[test]
fn one_changed_byte_redoes_exactly_what_depends_on_it() {
    let bank = common::Bank::with_day(2_000, 8);
    bank.run().args(["--shards", "3"]).run_quietly().unwrap();
    let path = bank.path("logs/payments.log");
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.iter().rposition(u8::is_ascii_digit).unwrap();
    bytes[at] = if bytes[at] == b'1' { b'2' } else { b'1' };
    fs::write(&path, bytes).unwrap();
    let out = bank.run().args(["--shards", "3"]).output().unwrap();
    // The last file is the third shard's. What joins all shards, and what reads the joined, is done again.
    let kept = ["ingest.read[0]", "ingest.read[1]", "sanitize.collect[0]", "sanitize.collect[1]"].map(str::to_owned);
    assert_eq!(tasks(&out, "step_skipped"), BTreeSet::from(kept));
    assert!(tasks(&out, "step_started").contains("ingest.read[2]"));
}
