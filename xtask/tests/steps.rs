//! `logminer step`: its decisions are in the audit log of the runs folder, whichever way it ends.

mod common;

use std::fs;

use common::Bank;
use xtask::logminer::{self, Call};

/// A step over files of the published run, noted in the log of the runs folder.
fn step(bank: &Bank, name: &str, arguments: &[String]) -> Call {
    let call = logminer::command().args(["step", name, "--date", xtask::pipeline::LOGICAL_DATE]);
    call.args(arguments).arg("--keys").arg(bank.path("keys")).arg("--runs").arg(bank.path("runs"))
}

fn file(flag: &str, name: &str, path: &std::path::Path) -> [String; 2] {
    [flag.to_owned(), format!("{name}={}", path.display())]
}

/// The newest events that came from `logminer step`: action, exit and task.
fn noted(bank: &Bank, after: usize) -> Vec<(String, String, String)> {
    let log = fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap();
    let events = log.lines().skip(after).map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    events
        .inspect(|event| assert_eq!(event["labels"]["command"], "step"))
        .map(|event| (text(&event["event"]["action"]), text(&event["labels"]["exit"]), text(&event["labels"]["task"])))
        .collect()
}

fn lines(bank: &Bank) -> usize {
    fs::read_to_string(bank.path("runs/audit.jsonl")).unwrap().lines().count()
}

fn event(action: &str, exit: &str, task: &str) -> (String, String, String) {
    (action.to_owned(), exit.to_owned(), task.to_owned())
}

#[test]
fn every_decision_of_a_single_step_is_audited() {
    let bank = Bank::with_day(300, 41);
    bank.run().run_quietly().unwrap();
    let run = bank.latest("runs");
    let before = lines(&bank);
    let written = [
        ("skeleton", "s.lmq"),
        ("rare_shape", "r.lmq"),
        ("shape_place", "p.lmq"),
        ("event_type_part", "e.lmq"),
        ("attribute_part", "a.lmq"),
        ("body_part", "b.lmq"),
    ];
    let outputs = written.map(|(name, path)| file("--out", name, &bank.path(path))).concat();
    let clean = file("--in", "clean", &run.join("clean/clean-shard00.lmq"));
    step(&bank, "mine.skeleton", &[clean.as_slice(), &outputs].concat()).run_quietly().unwrap();
    let proven = [event("seal_verified", "", ""), event("sandbox_proven", "0", "")];
    assert_eq!(noted(&bank, before), [proven.as_slice(), &[event("step_run", "0", "mine.skeleton")]].concat());

    // A file of another kind is refused before the sandbox is looked at.
    let before = lines(&bank);
    let wrong = file("--in", "clean", &run.join("mined/template.lmq"));
    assert_eq!(step(&bank, "mine.skeleton", &[wrong.as_slice(), &outputs].concat()).outcome().unwrap().0, 21);
    assert_eq!(noted(&bank, before), [event("seal_verified", "", ""), event("step_failed", "21", "mine.skeleton")]);

    // A step with keys says which.
    let before = lines(&bank);
    let raw = [file("--in", "raw", &run.join("raw/raw-shard00.lmq")), file("--out", "lexicon_part", &bank.path("l.lmq"))].concat();
    step(&bank, "sanitize.collect", &raw).run_quietly().unwrap();
    let last = noted(&bank, before);
    assert_eq!((last[0].0.as_str(), last.last().unwrap()), ("key_loaded", &event("step_run", "0", "sanitize.collect")));

    // The chain holds, and `verify` still finds its run in it.
    logminer::command().arg("verify").arg(&run).arg("--keys").arg(bank.path("keys")).run_quietly().unwrap();
}

#[test]
fn a_step_that_cannot_be_noted_is_not_run() {
    let bank = Bank::with_day(100, 42);
    bank.run().run_quietly().unwrap();
    let clean = file("--in", "clean", &bank.latest("runs").join("clean/clean-shard00.lmq"));
    let written = [
        ("skeleton", "s.lmq"),
        ("rare_shape", "r.lmq"),
        ("shape_place", "p.lmq"),
        ("event_type_part", "e.lmq"),
        ("attribute_part", "a.lmq"),
        ("body_part", "b.lmq"),
    ];
    let outputs = written.map(|(name, path)| file("--out", name, &bank.path(path))).concat();
    // A folder in its place cannot be appended to, by root neither.
    fs::rename(bank.path("runs/audit.jsonl"), bank.path("log")).unwrap();
    fs::create_dir(bank.path("runs/audit.jsonl")).unwrap();
    let (code, _, said) = step(&bank, "mine.skeleton", &[clean.as_slice(), &outputs].concat()).outcome().unwrap();
    assert!(code != 0 && said.contains("audit.jsonl"), "{code}: {said}");
    assert!(!bank.path("s.lmq").exists());
}
