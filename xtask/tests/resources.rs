//! The real stages side by side: the same bytes whatever is in flight, a refused budget says what works, a signal leaves no process.

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Bank, files_below};
use xtask::{logminer, pipeline::LOGICAL_DATE};

/// No test waits longer for anything; only a broken runner comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of all published files whose bytes do not hold noise, times or what was used.
fn published(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let named = files_below(run).into_iter().map(|path| (path.strip_prefix(run).unwrap().to_string_lossy().into_owned(), path));
    let noisy = ["manifest", "attestation.", "release/report.", "mined/release", "mined/report", "mined/verdict_release"];
    named.filter(|(name, _)| !noisy.iter().any(|start| name.starts_with(start))).map(|(name, path)| (name, std::fs::read(path).unwrap())).collect()
}

fn manifest(run: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(run.join("manifest.json")).unwrap()).unwrap()
}

/// Tasks in the order they were noted.
fn audited(runs: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(runs.join("audit.jsonl")).unwrap();
    text.lines().filter_map(|line| line.split_once("\"task\":\"")?.1.split_once('"')).map(|(task, _)| task.to_owned()).collect()
}

#[test]
fn seven_shards_write_the_same_with_one_or_four_in_flight() {
    let bank = Bank::with_day(20_000, 21);
    for (runs, threads, memory) in [("one", "1", "1GiB"), ("four", "4", "2GiB")] {
        bank.run_into(runs).args(["--shards", "7", "--threads", threads, "--memory", memory]).run_quietly().unwrap();
    }
    let (one, four) = (bank.latest("one"), bank.latest("four"));
    let (left, right) = (published(&one), published(&four));
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (name, bytes) in &left {
        assert!(bytes == &right[name], "{name} differs");
    }
    let tasks = |run: &Path| -> Vec<String> {
        manifest(run)["tasks"].as_array().unwrap().iter().map(|task| format!("{}[{}]", task["step"], task["index"])).collect()
    };
    assert_eq!(tasks(&one), tasks(&four));
    assert_eq!(audited(&bank.path("one")), audited(&bank.path("four")));
    for (run, threads, memory) in [(&one, 1, 1_u64 << 30), (&four, 4, 2 << 30)] {
        for task in manifest(run)["tasks"].as_array().unwrap() {
            let usage = &task["usage"];
            assert!(usage["threads"].as_u64().unwrap() <= threads && usage["memory_limit_bytes"].as_u64().unwrap() <= memory, "{usage}");
            assert!(usage["wall_us"].as_u64().unwrap() > 0 && usage["attempts"] == 1, "{usage}");
        }
    }
    let reads: Vec<_> = manifest(&four)["tasks"].as_array().unwrap().iter().filter(|task| task["step"] == "ingest.read").cloned().collect();
    assert!(reads.iter().any(|task| task["usage"]["threads"] == 1), "four in flight have a thread each");
}

#[test]
fn a_budget_too_small_for_one_step_is_refused_with_the_least_that_works() {
    let bank = Bank::new();
    bank.log("app.log", b"2026-11-20T08:00:00Z INFO signed in\n");
    let (code, _, said) = bank.run().args(["--memory", "8MiB"]).outcome().unwrap();
    assert_eq!(code, 2, "{said}");
    let least = said.split_once("(--memory ").unwrap().1.split_once(')').unwrap().0.to_owned();
    assert!(!bank.path("runs").exists(), "nothing was written");
    bank.run().args(["--memory", &least]).run_quietly().unwrap();
    for wrong in ["1GB", "much", "0"] {
        assert_eq!(bank.run().args(["--memory", wrong]).outcome().unwrap().0, 2);
    }
}

/// Children of a process that work under the steps' filters.
fn steps_of(runner: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(|rest| rest.trim().to_owned());
        if field("PPid:") == Some(runner.to_string())
            && field("Seccomp:").as_deref() == Some("2")
            && field("State:").is_some_and(|it| !it.starts_with('Z'))
        {
            found.push(pid);
        }
    }
    found
}

fn is_running(pid: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

#[test]
fn a_signal_while_three_shards_are_in_flight_leaves_no_process_and_the_run_goes_on() {
    let bank = Bank::with_day(60_000, 22);
    let args = ["--shards", "3", "--threads", "3", "--memory", "2GiB"];
    for signal in ["-TERM", "-HUP"] {
        let runs = format!("runs{signal}");
        let mut runner = bank.run_into(&runs).args(args).spawn().unwrap();
        let begun = Instant::now();
        let steps = loop {
            let steps = steps_of(runner.id());
            // Early in the run: a signal that comes while the last step ends finds nothing to stop.
            let mined = bank.path(&runs).join(format!(".building-{LOGICAL_DATE}/mined"));
            if steps.len() == 3 && (!mined.is_dir() || files_below(&mined).is_empty()) {
                break steps;
            }
            assert!(begun.elapsed() < PATIENCE && runner.try_wait().unwrap().is_none(), "three shards never were in flight");
            std::thread::sleep(Duration::from_millis(1));
        };
        assert!(std::process::Command::new("kill").args([signal, &runner.id().to_string()]).status().unwrap().success());
        let told = Instant::now();
        assert_eq!(runner.wait().unwrap().code(), Some(143));
        assert!(told.elapsed() < Duration::from_secs(20));
        assert!(!steps.iter().any(|&pid| is_running(pid)), "a step outlives the runner");
        let parts: Vec<_> = files_below(&bank.path(&runs)).into_iter().filter(|path| path.to_string_lossy().ends_with(".part")).collect();
        assert!(parts.is_empty(), "{parts:?}");
        let (code, _, said) = logminer::command()
            .args(["doctor", "--runs"])
            .arg(bank.path(&runs))
            .arg("--keys")
            .arg(bank.path("keys"))
            .outcome()
            .map(|(code, out, said)| (code, said, out))
            .unwrap();
        assert!(code == 0 && said.contains("1 abandoned: 2026-11-20"), "{said}");
        bank.run_into(&runs).args(args).run_quietly().unwrap();
    }
}
