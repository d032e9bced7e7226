//! A stage that has been taken over, run by the real `logminer`: it is ended, bounded and reported, and nothing of it is published.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::common::Bank;
use super::support::{children, run_hostile, runs, within};

/// The run ends with this code and sentence; what the stage wrote to standard error is nowhere.
fn check(mode: &str, arguments: &[&str], code: u8, says: &str) {
    let bank = Bank::new();
    let (actual, _, said) = run_hostile(&bank, mode).args(arguments).outcome().unwrap();
    assert_eq!(actual, code, "{mode}: {said}");
    assert!(said.contains(says) && said.len() < 4096, "{mode}: {said}");
    assert!(!said.contains("xxxx"), "{mode}: {said}");
    assert!(!bank.path("runs/latest").exists(), "{mode}");
}

/// The shortest there is.
const SOON: [&str; 2] = ["--step-timeout-minutes", "1"];

#[test]
fn a_forbidden_call_ends_the_stage() {
    check("fork", &[], 50, "forbids");
    check("socket", &[], 50, "forbids");
}

#[test]
fn a_flood_of_messages_is_cut_and_ended() {
    check("flood", &SOON, 52, "did not end in its time");
}

#[test]
fn a_deaf_stage_is_killed() {
    check("deaf", &SOON, 52, "did not end in its time");
}

#[test]
fn a_stage_that_closes_everything_or_lies_is_not_believed() {
    check("close", &[], 50, "without a report");
    check("lie", &[], 50, "without a report");
}

#[test]
fn bombs_of_threads_and_memory_end_the_stage_alone() {
    check("threads", &[], 50, "unknown code");
    check("memory", &["--memory", "2GiB"], 51, "memory");
}

/// A disk quota stands in for the limit of a file, which is too large to be reached in a test.
#[test]
fn endless_output_is_capped() {
    let bank = Bank::new();
    let quota = "ulimit -f 16384; exec \"$@\"";
    let call = run_hostile(&bank, "endless").through(Path::new("/bin/sh"), &["-c", quota, "sh"]);
    let (code, _, said) = call.outcome().unwrap();
    assert_eq!(code, 42, "{said}");
    assert!(said.contains("grew over its limit"), "{said}");
    let left: u64 = super::common::files_below(&bank.path("runs")).iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    assert!(left < 1 << 20, "{left} bytes are left behind");
}

/// What a running step of a real run is, as the kernel sees it.
#[test]
fn a_step_is_what_the_documentation_declares() {
    let bank = Bank::new();
    let mut runner = run_hostile(&bank, "park").env("LOGMINER_TEST_SECRET", "4111111111111111").spawn().unwrap();
    let mut step = 0;
    within(Duration::from_secs(20), "the step starts", || {
        let is_step = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| line == "ingest\0");
        step = children(runner.id()).into_iter().find(is_step).unwrap_or(0);
        // Its own lock-down adds the second set of filters.
        step != 0 && field(step, "Seccomp_filters").parse().unwrap_or(0) >= 6
    });
    let root = fs::metadata("/proc/self").unwrap().uid() == 0;
    for (name, expected) in [("NoNewPrivs", "1"), ("Seccomp", "2"), ("Umask", "0077"), ("CapPrm", "0000000000000000"), ("CapEff", "0000000000000000")]
    {
        assert_eq!(field(step, name), expected, "{name}");
    }
    if root {
        assert_eq!(field(step, "Uid"), ["65534"; 4].join(" "));
        assert_eq!((field(step, "Gid"), field(step, "Groups")), (["65534"; 4].join(" "), String::new()));
        let environment = fs::read(format!("/proc/{step}/environ")).unwrap();
        assert!(environment.is_empty(), "the environment is empty");
        assert_eq!(fs::read_link(format!("/proc/{step}/cwd")).unwrap(), Path::new("/"));
    }
    runner.kill().unwrap();
    runner.wait().unwrap();
    within(Duration::from_secs(1), "the step ends with its runner", || !runs(step));
}

fn field(pid: u32, name: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default();
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
