//! A plan is what will happen, and making it changes nothing.

mod common;

use std::process::Command;

use common::{Bank, files_below};
use serde_json::Value;
use xtask::{logminer, pipeline, tools, tree};

fn plan_arguments(bank: &Bank, command: &[&str]) -> Vec<String> {
    let mut arguments: Vec<String> = command.iter().map(|&text| text.to_owned()).collect();
    for (flag, name) in [("--input", "logs"), ("--runs", "runs"), ("--keys", "keys")] {
        arguments.extend([flag.to_owned(), bank.path(name).to_string_lossy().into_owned()]);
    }
    arguments.extend(["--json", "--date", pipeline::LOGICAL_DATE].map(str::to_owned));
    arguments
}

/// Tasks that a plan says will be run, in order.
fn planned(bank: &Bank, command: &[&str]) -> Vec<String> {
    let out = logminer::command().args(plan_arguments(bank, command)).output().unwrap();
    let lines = String::from_utf8(out).unwrap();
    let tasks = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    tasks.filter(|task| task["do"] == "run").map(|task| task["task"].as_str().unwrap().to_owned()).collect()
}

/// Tasks that a run really started, in order.
fn executed(bank: &Bank, flags: &[&str]) -> Vec<String> {
    let out = bank.run().args(flags).output().unwrap();
    let lines = String::from_utf8(out).unwrap();
    let events = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["event"] == "step_started").map(|event| event["task"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_plan_is_what_is_executed() {
    let bank = Bank::with_day(300, 21);
    let check = |flags: &[&str], count: std::ops::RangeInclusive<usize>| {
        let plan = planned(&bank, &[&["plan"], flags].concat());
        assert_eq!(planned(&bank, &[&["run", "--dry-run"], flags].concat()), plan);
        assert_eq!(executed(&bank, flags), plan, "{flags:?}");
        assert!(count.contains(&plan.len()), "{plan:?}");
    };
    check(&["--until", "sanitize.apply"], 3..=8);
    check(&[], 5..=40);
    check(&[], 0..=0);
    check(&["--shards", "2"], 5..=60);
}

/// System calls that change a file system, and `openat`, whose flags tell.
const CALLS: &str = "trace=openat,open,openat2,creat,mkdir,mkdirat,mknod,mknodat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,\
     symlink,symlinkat,truncate,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,setxattr,fsetxattr,fsync,fdatasync,\
     write,writev,pwrite64,pwritev,sendfile,copy_file_range,memfd_create,execve,execveat";

/// Lines of a trace that are a write: an open for writing, a write to anything but standard output and error, or any other call of the list.
fn writes(trace: &str) -> Vec<&str> {
    let is_write = |line: &&str| {
        let Some((call, rest)) = line.split_once('(') else { return false };
        let name = call.rsplit(' ').next().unwrap_or(call);
        match name {
            "openat" | "open" | "openat2" => ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"].iter().any(|flag| rest.contains(flag)),
            "write" | "writev" => !(rest.starts_with("1,") || rest.starts_with("2,")),
            // The program itself; a second one would be a stage.
            "execve" => !rest.contains("/logminer\""),
            _ => !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
        }
    };
    trace.lines().filter(is_write).collect()
}

fn traced(strace: &std::path::Path, bank: &Bank, arguments: &[String]) -> String {
    let log = bank.path("trace");
    let output = Command::new(strace)
        .args(["-f", "-qq", "-e", CALLS, "-e", "signal=none", "-o"])
        .arg(&log)
        .arg(tree::sealed().join("logminer"))
        .args(arguments)
        .env_remove("LOGMINER_HASH_SECRET")
        .env_remove("LOGMINER_HASH_SECRET_FILE")
        .env_remove("LOGMINER_CONFIG")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read_to_string(&log).unwrap()
}

#[test]
fn planning_writes_nothing() {
    let Some(strace) = tools::find("strace", "strace") else { return };
    let bank = Bank::with_day(300, 22);
    // A host that forbids tracing (a restricted container) cannot tell.
    if !Command::new(&strace).args(["-qq", "true"]).output().is_ok_and(|output| output.status.success()) {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "skipped: this host does not let strace trace");
        return;
    }
    for prepared in [false, true] {
        if prepared {
            bank.run().args(["--until", "mine.templates"]).run_quietly().unwrap();
        }
        let before = files_below(&bank.path(""));
        for command in [&["plan"][..], &["run", "--dry-run"], &["resume", "--dry-run"]] {
            let trace = traced(&strace, &bank, &plan_arguments(&bank, command));
            assert!(trace.contains("openat("), "the trace is empty");
            assert_eq!(writes(&trace), [""; 0], "{command:?}");
        }
        assert_eq!(bank.path("runs").exists(), prepared);
        let after: Vec<_> = files_below(&bank.path("")).into_iter().filter(|path| !path.ends_with("trace")).collect();
        let before: Vec<_> = before.into_iter().filter(|path| !path.ends_with("trace")).collect();
        assert_eq!(after, before);
    }
    // The check itself can fail: a run does write.
    let trace = traced(&strace, &bank, &plan_arguments(&bank, &["run"]));
    assert!(writes(&trace).len() > 20);
}
