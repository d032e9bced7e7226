//! The unit files: systemd understands them, they are as tight as they say, and a real run needs nothing that they forbid.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Bank;
use xtask::{pipeline, tools, tree};

/// Exposure by `systemd-analyze security`, 0 to 10, in tenths.
const EXPOSURE_TENTHS_MAX: u32 = 10;

fn units() -> PathBuf {
    tree::root().join("runner/deploy/systemd")
}

fn text(program: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(arguments).env("SYSTEMD_COLORS", "0").output().unwrap();
    (output.status.success(), [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat())
}

#[test]
fn systemd_accepts_the_units_and_finds_them_tight() {
    let Some(analyze) = tools::find("systemd-analyze", "systemd") else { return };
    common::sealed();
    // The program is not installed on the machine that checks.
    let dir = tempfile::tempdir().unwrap();
    let logminer = tree::sealed().join("logminer").to_string_lossy().into_owned();
    for name in ["logminer.service", "logminer.timer"] {
        let unit = std::fs::read_to_string(units().join(name)).unwrap();
        std::fs::write(dir.path().join(name), unit.replace("/opt/logminer/logminer", &logminer)).unwrap();
    }
    let service = dir.path().join("logminer.service").to_string_lossy().into_owned();
    let timer = dir.path().join("logminer.timer").to_string_lossy().into_owned();
    let (sound, said) = text(&analyze, &["verify", &service, &timer]);
    assert!(sound && said.trim().is_empty(), "{said}");
    let (_, said) = text(&analyze, &["security", "--offline=true", "--no-pager", &service]);
    let level = said.split("Overall exposure level for logminer.service: ").nth(1).and_then(|rest| rest.split_whitespace().next());
    let tenths: u32 = level.unwrap_or_else(|| panic!("{said}")).replace('.', "").parse().unwrap();
    assert!(tenths <= EXPOSURE_TENTHS_MAX, "{said}");
}

/// The system calls that the service's filter lets through.
fn allowed(analyze: &Path) -> BTreeSet<String> {
    let unit = std::fs::read_to_string(units().join("logminer.service")).unwrap();
    let mut allowed = BTreeSet::new();
    for line in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (names, remove) = line.strip_prefix('~').map_or((line, false), |names| (names, true));
        for name in names.split_whitespace() {
            for call in expand(analyze, name) {
                if remove {
                    allowed.remove(&call)
                } else {
                    allowed.insert(call)
                };
            }
        }
    }
    allowed
}

fn expand(analyze: &Path, name: &str) -> BTreeSet<String> {
    if !name.starts_with('@') {
        return BTreeSet::from([name.to_owned()]);
    }
    let (sound, listed) = text(analyze, &["syscall-filter", "--no-pager", name]);
    assert!(sound, "{name}: {listed}");
    let inner = listed.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    inner.flat_map(|inner| expand(analyze, inner)).collect()
}

/// System calls that succeeded in a trace. The canary tries much more, and is refused; and what fails has another way round it.
fn succeeded(trace: &str) -> BTreeSet<String> {
    let mut calls = BTreeSet::new();
    for line in trace.lines() {
        let line = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let Some((_, result)) = line.rsplit_once(" = ") else { continue };
        let name = match line.strip_prefix("<... ") {
            Some(resumed) => resumed.split(' ').next(),
            None => line.split('(').next(),
        };
        if !result.starts_with('-') && !result.starts_with('?') {
            calls.extend(name.map(str::to_owned));
        }
    }
    calls
}

#[test]
fn a_run_gets_through_the_filter_of_the_service() {
    let (Some(strace), Some(analyze)) = (tools::find("strace", "strace"), tools::find("systemd-analyze", "systemd")) else { return };
    if !Command::new(&strace).args(["-qq", "true"]).output().is_ok_and(|output| output.status.success()) {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "skipped: this host does not let strace trace");
        return;
    }
    let bank = Bank::with_day(200, 31);
    let log = bank.path("trace");
    let output = Command::new(&strace)
        .args(["-f", "-qq", "-e", "signal=none", "-s", "0", "-o"])
        .arg(&log)
        .arg(tree::sealed().join("logminer"))
        .args(["run", "--date", pipeline::LOGICAL_DATE, "--input", "logs", "--runs", "runs", "--keys", "keys", "--threads", "2"])
        .current_dir(bank.path(""))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let allowed = allowed(&analyze);
    assert!(allowed.contains("execveat") && !allowed.contains("mount") && !allowed.contains("socket"), "{allowed:?}");
    let used = succeeded(&std::fs::read_to_string(&log).unwrap());
    assert!(used.len() > 40 && used.contains("execveat") && used.contains("seccomp"), "{used:?}");
    // As root the runner drops to nobody, which the service does not need; strace knows two names of one call.
    let as_root = ["setgroups", "setresuid", "setresgid", "setuid", "setgid", "chown", "fchown", "pread", "pwrite"];
    let missing: Vec<&String> = used.difference(&allowed).filter(|call| !as_root.contains(&call.as_str())).collect();
    assert_eq!(missing, [""; 0], "the service forbids what a run needs");
}
