//! The unit files: systemd understands them, they are as tight as they say, and a real run needs nothing that they forbid.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Bank;
use xtask::{pipeline, tools, tree};

/// Exposure by `systemd-analyze security`, 0 to 10, in tenths.
const EXPOSURE_TENTHS_MAX: u32 = 8;

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

#[test]
fn the_shells_that_are_here_take_the_completions() {
    common::sealed();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().to_string_lossy().into_owned();
    for (shell, file, script) in [
        ("bash", "logminer.bash", "source \"$0\" && complete -p logminer"),
        ("zsh", "_logminer", "autoload -U compinit && compinit -D && source \"$0\" && whence -w _logminer"),
        ("fish", "logminer.fish", "source $argv[1]; complete -C 'logminer st' | string match -q 'status*'"),
    ] {
        xtask::logminer::command().args(["completions", shell, "--out", &out]).run_quietly().unwrap();
        let file = dir.path().join(file);
        assert!(std::fs::metadata(&file).unwrap().len() > 1_000, "{shell}");
        // Debian has bash; the others are tried where somebody uses them.
        match Command::new(shell).arg("-c").arg(script).arg(&file).output() {
            Ok(output) => assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => assert_ne!(shell, "bash"),
        }
    }
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

/// System calls that succeeded in a trace. What fails has another way round it; the last call of a process that did not exit by itself is
/// the one it was killed for (the canary does that on purpose), and shows its own number as a result.
fn succeeded(trace: &str) -> BTreeSet<String> {
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    let mut calls = BTreeSet::new();
    for line in trace.lines() {
        let Some((process, line)) = line.split_once(' ').map(|(process, line)| (process, line.trim_start())) else { continue };
        let Some((_, result)) = line.rsplit_once(" = ") else { continue };
        let name = match line.strip_prefix("<... ") {
            Some(resumed) => resumed.split(' ').next(),
            None => line.split('(').next(),
        };
        if let Some(name) = name.filter(|_| !result.starts_with('-')) {
            calls.extend(last.insert(process, name).map(str::to_owned));
        }
    }
    calls.extend(last.into_values().filter(|name| name.starts_with("exit")).map(str::to_owned));
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
        .env_remove("LOGMINER_CONFIG")
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
