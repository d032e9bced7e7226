//! The probe matrix: every operation of `operation/` in a process of its own, started as steps are, by a runner that is root, by one that is
//! nobody and by one in a pod; and started without the sandbox, which shows that the refusals are the sandbox's.
//!
//! What came of it must be what the operations declare, and `docs/THREATS.md` must say so (`UPDATE=1` writes it).
#![expect(clippy::disallowed_methods, clippy::disallowed_types, clippy::print_stdout, reason = "tests stand on the runner's side")]

#[path = "../common/mod.rs"]
mod common;
mod operation;
mod table;
mod world;

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;

use sandbox::launch::NOBODY;

use operation::{Alone, OPERATIONS, Operation, Refused};
use world::Place;

const NAME: &str = "only_reading_inputs_writing_outputs_and_threads_succeed";

/// What came of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Of its twin, in the sandbox.
    twin: String,
    /// Of itself, in the sandbox.
    inside: String,
    /// Of itself, without the sandbox; nothing where steps would be root.
    alone: String,
}

#[test]
fn only_reading_inputs_writing_outputs_and_threads_succeed() {
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        return print(&Place::new().try_all());
    }
    let mut runners = vec![("nobody", as_nobody()), ("pod", parse(&common::passes(part(common::again_without("pod", NAME)), "in a pod")))];
    if rustix::process::geteuid().is_root() {
        runners.push(("root", Place::new().try_all()));
    } else {
        println!("skipped: this is not root, so what a runner that is root starts is not tried");
    }
    for (runner, seen) in &runners {
        for operation in OPERATIONS {
            check(operation, runner, &seen[operation.name]);
        }
    }
    table::is_current();
}

/// The number of operations a sandbox has to answer for (the reference measured 57).
#[test]
fn every_file_is_an_operation() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probe/operation");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("listed")
        .map(|entry| entry.expect("listed").path().file_stem().expect("named").to_string_lossy().into_owned())
        .filter(|name| name != "mod" && name != "twin")
        .collect();
    let mut names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    files.sort_unstable();
    names.sort_unstable();
    assert_eq!(files, names);
    assert!(names.len() >= 57);
    let allowed: Vec<&str> = OPERATIONS.iter().filter(|operation| operation.refused == Refused::Never).map(|operation| operation.name).collect();
    assert_eq!(allowed, ["read_input", "write_output", "start_thread"]);
    assert!(OPERATIONS.iter().all(|operation| operation.twin.is_some() != (operation.refused == Refused::Never)), "a refusal has a twin");
}

fn check(operation: &Operation, runner: &str, seen: &Seen) {
    let name = operation.name;
    assert_eq!(seen.twin, if operation.twin.is_some() { "works" } else { "" }, "the twin of {name}, the runner being {runner}");
    assert_eq!(seen.inside, table::inside(operation), "{name}, the runner being {runner}");
    let works = match (operation.alone, runner) {
        // Steps are never root, so what root can do alone says nothing.
        (_, "root") | (Alone::DependsOnTheHost(_), _) => return,
        // The test itself may run in a container under that profile.
        (Alone::WorksOutsideAPod | Alone::DependsOnTheHostRefusedInAPod(_), "nobody") => return,
        (Alone::Works, _) => true,
        (Alone::WorksOutsideAPod | Alone::DependsOnTheHostRefusedInAPod(_), _) | (Alone::Refused(_), _) => false,
    };
    assert_eq!(seen.alone == "works", works, "{name} without the sandbox, by {runner}: {}", seen.alone);
}

fn as_nobody() -> BTreeMap<String, Seen> {
    let mut command = part(common::again(NAME));
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY.0).gid(NOBODY.1);
    }
    parse(&common::passes(command, "as nobody"))
}

fn part(mut command: std::process::Command) -> std::process::Command {
    command.env(common::PART_VARIABLE, "runner");
    command
}

fn print(seen: &BTreeMap<String, Seen>) {
    for (name, Seen { twin, inside, alone }) in seen {
        println!("seen\t{name}\t{twin}\t{inside}\t{alone}");
    }
}

fn parse(text: &str) -> BTreeMap<String, Seen> {
    let row = |line: &str| {
        // The test harness may write its own words before the first row.
        let (_, row) = line.split_once("seen\t")?;
        let mut cells = row.split('\t').map(str::to_owned);
        Some((cells.next()?, Seen { twin: cells.next()?, inside: cells.next()?, alone: cells.next()? }))
    };
    let seen: BTreeMap<_, _> = text.lines().filter_map(row).collect();
    assert_eq!(seen.len(), OPERATIONS.len(), "{text}");
    seen
}
