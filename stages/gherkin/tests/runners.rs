//! The generated features in the runners they are for: official parsers, linter, cucumber-js, pytest-bdd and behave, against the demo
//! bank. Needs node, npm and python3; without them, or without the registries' packages, each test says so and passes, except under
//! `CI`, where that is a failure. `FEATURES_DIR` names a folder to be run instead of the fixtures: an unpacked `release/`.

#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "this test starts the runners; it is no stage")]

mod common;
#[path = "runners/run.rs"]
mod run;
#[path = "runners/tools.rs"]
mod tools;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::{Mined, bank};
use run::{Runner, Server, Suite};
use schemas::policy::Policy;
use tools::Tools;

/// Events of the fixtures' journeys that are no calls, for the file adapter.
const EVENTS: [(&str, &str); 7] = [
    ("a", "payment_received"),
    ("b", "payment_received"),
    ("a", "payment_settled"),
    ("c", "payment_received"),
    ("b", "payment_failed \"quoted\" | piped\nScenario: broken"),
    ("c", "queue 7 drained"),
    ("c", "payment_settled"),
];

fn write_files(root: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// The fixtures' release in a folder of this test's own.
fn release(name: &str) -> (PathBuf, Suite) {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&root);
    let (released, internal) = bank().write(&Policy::default(), 2);
    write_files(&root.join("release"), &released);
    write_files(&root.join("internal"), &internal);
    let suite = Suite::new(root.join("release"), &tools::repository().join("testdata/demo-server"));
    (root, suite)
}

fn write_events(path: &Path) {
    let line = |(key, event): &(&str, &str)| format!("{}\n", serde_json::json!({ "event": event, "key": key, "time": "2026-01-01T00:00:00Z" }));
    std::fs::write(path, EVENTS.iter().map(line).collect::<String>()).unwrap();
}

#[test]
fn the_features_run_in_every_runner() {
    let Some(tools) = Tools::find() else { return };
    let (root, mut suite) = release("runners");
    let events = root.join("events.jsonl");
    write_events(&events);
    let server = Server::start(&["--event-log", events.to_str().unwrap()]);
    suite.event_log = Some(events);
    for runner in Runner::ALL {
        let outcome = suite.run(&tools, runner, &server, None);
        assert_eq!((outcome.failed, outcome.undefined), (0, 0), "{runner:?}: {}", outcome.output);
        assert!(outcome.passed > 20, "{runner:?}: {}", outcome.output);
        // Nothing can make the demo bank answer 500, its clock cannot be moved, and no answer is accepted yet.
        assert!(outcome.skipped > 1, "{runner:?}: {}", outcome.output);
    }
}

/// Answers that one runner accepted hold in the others, and a fault shows in what follows a call, not only in its status.
#[test]
fn accepted_answers_hold_in_every_runner() {
    let Some(tools) = Tools::find() else { return };
    let (_root, mut suite) = release("runners-accepted");
    let accepted = |suite: &Suite, server: &Server| Runner::ALL.map(|runner| (runner, suite.run(&tools, runner, server, Some("needs-accepted"))));
    suite.accepts = true;
    let server = Server::start(&[]);
    for _ in 1..=2 {
        let outcome = suite.run(&tools, Runner::PytestBdd, &server, Some("needs-accepted"));
        assert_eq!((outcome.failed, outcome.undefined), (0, 0), "{}", outcome.output);
    }
    suite.accepts = false;
    for (runner, outcome) in accepted(&suite, &server) {
        assert_eq!((outcome.failed, outcome.undefined), (0, 0), "{runner:?}: {}", outcome.output);
        assert!(outcome.passed > 15, "{runner:?}: {}", outcome.output);
    }
    let server = Server::start(&["--fault", "overdraft"]);
    for (runner, outcome) in accepted(&suite, &server) {
        assert!(outcome.failed > 0, "{runner:?}: {}", outcome.output);
    }
}

/// A suite that cannot fail proves nothing.
#[test]
fn a_fault_in_the_bank_fails_the_scenario_about_it() {
    let Some(tools) = Tools::find() else { return };
    let (_root, suite) = release("runners-fault");
    let server = Server::start(&["--fault", "overdraft"]);
    for runner in Runner::ALL {
        let outcome = suite.run(&tools, runner, &server, None);
        // The refused transfer is under test once and a given once.
        assert_eq!((outcome.failed, outcome.undefined), (2, 0), "{runner:?}: {}", outcome.output);
        assert!(outcome.passed >= 10, "{runner:?}: {}", outcome.output);
    }
}

/// Controls that findings ask for: red on a bank without them, green on one that has them.
#[test]
fn missing_controls_are_red_until_they_exist() {
    let Some(tools) = Tools::find() else { return };
    let (_root, suite) = release("runners-controls");
    for (arguments, expected) in [(&[][..], (0, 2)), (&["--controls"][..], (2, 0))] {
        for runner in Runner::ALL {
            // A server each: locked users stay locked.
            let server = Server::start(arguments);
            let outcome = suite.run(&tools, runner, &server, Some("control-missing"));
            assert_eq!((outcome.passed, outcome.failed), expected, "{runner:?}: {}", outcome.output);
        }
    }
}

/// A suite with names made to break files still parses, and has the scenarios and steps that were meant.
#[test]
fn official_parsers_and_linter_accept_every_file() {
    let Some(tools) = Tools::find() else { return };
    let (root, _) = release("parsers");
    for (number, text) in common::HOSTILE.iter().enumerate() {
        let hostile: Mined = common::hostile(text);
        let (released, internal) = hostile.write(&Policy::default(), 1);
        write_files(&root.join(format!("hostile-{number}")), &released);
        write_files(&root.join(format!("hostile-internal-{number}")), &internal);
    }
    let mut folders: Vec<PathBuf> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path().join("features")).collect();
    folders.sort();
    let mut files = 0;
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let expected = run::counted_by_hand(folder);
        assert_eq!(tools.parse_with_node(folder), expected, "{}", folder.display());
        assert_eq!(tools.parse_with_python(folder), expected, "{}", folder.display());
        tools.lint(folder);
        files += expected.len();
    }
    assert!(files > 20, "{files} files");
}

/// Every step of the libraries, also those that only people write.
#[test]
fn every_step_of_the_libraries_works() {
    let Some(tools) = Tools::find() else { return };
    let (root, mut suite) = release("vocabulary");
    let features = root.join("release/features");
    std::fs::remove_dir_all(&features).unwrap();
    std::fs::create_dir_all(&features).unwrap();
    let vocabulary = tools::repository().join("testdata/gherkin/vocabulary.feature");
    std::fs::copy(&vocabulary, features.join("vocabulary.feature")).unwrap();
    let events = root.join("events.jsonl");
    write_events(&events);
    let server = Server::start(&["--event-log", events.to_str().unwrap()]);
    suite.event_log = Some(events);
    suite.accepts = true;
    for runner in Runner::ALL {
        let outcome = suite.run(&tools, runner, &server, None);
        // The demo bank's clock cannot be moved.
        assert_eq!((outcome.passed, outcome.failed, outcome.undefined, outcome.skipped), (13, 0, 0, 1), "{runner:?}: {}", outcome.output);
    }
}

#[test]
fn production_is_refused_as_a_target() {
    let Some(tools) = Tools::find() else { return };
    let (_root, suite) = release("runners-guard");
    for runner in Runner::ALL {
        let output = suite.output_against(&tools, runner, "https://bank.example");
        assert!(output.contains("refused BASE_URL"), "{runner:?}: {output}");
    }
}

/// Scenarios of a given release that at least pass: one where everything is skipped proves nothing.
const GIVEN_PASSED_MIN: usize = 50;

/// What `cargo xtask test` runs on the release of a real pipeline.
#[test]
fn a_given_release_has_no_undefined_step_and_none_that_fails() {
    let Some(folder) = std::env::var_os("FEATURES_DIR").map(PathBuf::from) else { return };
    let Some(tools) = Tools::find() else { return };
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("runners-given");
    let _ = std::fs::remove_dir_all(&root);
    run::copy_tree(&folder, &root.join("release"));
    let suite = Suite::new(root.join("release"), &tools::repository().join("testdata/demo-server"));
    let features = root.join("release/features");
    let expected = run::counted_by_hand(&features);
    assert!(!expected.is_empty(), "{} has no features", folder.display());
    assert_eq!(tools.parse_with_node(&features), expected);
    assert_eq!(tools.parse_with_python(&features), expected);
    tools.lint(&features);
    let server = Server::start(&[]);
    for runner in Runner::ALL {
        let outcome = suite.run(&tools, runner, &server, None);
        tools::say(format_args!("{runner:?}: {} passed, {} failed, {} skipped", outcome.passed, outcome.failed, outcome.skipped));
        assert_eq!((outcome.failed, outcome.undefined), (0, 0), "{runner:?}: {}", outcome.output);
        assert!(outcome.passed > GIVEN_PASSED_MIN, "{runner:?}: {}", outcome.output);
    }
}
