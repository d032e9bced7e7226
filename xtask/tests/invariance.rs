//! Same input, keys, policy and date: same records, whatever the threads and shards; a second run runs no step.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{Bank, files_below, records, shown};

/// Everything published, by relative path, without what may differ: manifest and attestation (times, resource use) and the released noise.
fn published(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in files_below(run) {
        let name = path.strip_prefix(run).unwrap().to_string_lossy().into_owned();
        let may_differ = name.starts_with("manifest.")
            || name.starts_with("attestation.")
            || name.starts_with("release/report.")
            || name.starts_with("mined/release")
            || name.starts_with("mined/report")
            || name.starts_with("mined/verdict_release");
        if !may_differ {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
    files
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    // Many blocks a step, so that workers meet the same keys and values in different orders.
    let bank = Bank::with_day(60_000, 11);
    bank.run_into("1").args(["--threads", "1"]).run_quietly().unwrap();
    let (one, one_counted) = (published(&bank.latest("1")), counted(&bank.latest("1")));
    assert!(one.len() > 20, "{:?}", one.keys());
    for (runs, threads) in [("2a", "2"), ("2b", "2"), ("8", "8")] {
        bank.run_into(runs).args(["--threads", threads]).run_quietly().unwrap();
        let other = published(&bank.latest(runs));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        for (name, bytes) in &one {
            assert!(bytes == &other[name], "{name} differs between 1 and {threads} threads");
        }
        assert_eq!(one_counted, counted(&bank.latest(runs)), "counters differ between 1 and {threads} threads");
        std::fs::remove_dir_all(bank.path(runs)).unwrap();
    }
}

/// Counters and rejects of every task of the manifest, those of the noisy release left out.
fn counted(run: &Path) -> Vec<String> {
    let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(run.join("manifest.json")).unwrap()).unwrap();
    let tasks = manifest["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|task| !["dp-report.release", "sanitize.gate_release"].contains(&task["step"].as_str().unwrap()));
    tasks.map(|task| format!("{} {} {} {}", task["step"], task["index"], task["counters"], task["rejects"])).collect()
}

#[test]
fn one_three_and_seven_shards_mine_the_same_records() {
    // Large enough that seven shards of 1 MiB units have something to divide.
    let bank = Bank::with_day(30_000, 12);
    for shards in ["1", "3", "7"] {
        bank.run_into(shards).args(["--shards", shards]).run_quietly().unwrap();
    }
    let one = bank.latest("1");
    for shards in ["3", "7"] {
        let other = bank.latest(shards);
        for name in [
            "template",
            "event_type",
            "event",
            "journey",
            "activity",
            "sighting",
            "contribution",
            "variant",
            "edge",
            "anomaly",
            "anomaly_group",
            "finding",
            "assessed",
            "finding_contribution",
            "journey_score",
            "known_template",
            "known_finding",
            "known_subject",
            "attribute",
            "body",
            "event_values",
            "event_cause",
            "event_anomaly",
            "template_place",
            "journey_steps",
            "open_journey",
            "open_type",
            "sequence",
            "known_scenario",
            "seen_scenario",
        ] {
            let (expected, actual) = (records(&one, "mined", name), records(&other, "mined", name));
            assert!(
                !expected.is_empty()
                    || matches!(
                        name,
                        "anomaly"
                            | "anomaly_group"
                            | "event_anomaly"
                            | "finding_contribution"
                            | "sequence"
                            | "open_journey"
                            | "open_type"
                            | "event_cause"
                    ),
                "no records of {name}"
            );
            assert_eq!(expected.len(), actual.len(), "{name} with {shards} shards");
            assert!(expected == actual, "{name} differs with {shards} shards");
        }
        assert!(records(&one, "clean", "clean") == records(&other, "clean", "clean"), "clean records differ with {shards} shards");
        for path in files_below(&one.join("internal")) {
            let name = path.strip_prefix(&one).unwrap();
            assert!(shown(&path) == shown(&other.join(name)), "{} differs with {shards} shards", name.display());
        }
    }
}

#[test]
fn a_second_run_runs_no_step_and_changes_no_byte() {
    let bank = Bank::with_day(2_000, 13);
    bank.run().run_quietly().unwrap();
    let run = bank.latest("runs");
    let everything = |run: &Path| files_below(run).into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect::<BTreeMap<_, _>>();
    let before = everything(&run);
    let (code, out, said) = bank.run().outcome().unwrap();
    assert_eq!(code, 0, "{said}");
    assert!(out.contains("\"steps_run\":0"), "{out}");
    assert_eq!(bank.latest("runs"), run);
    assert!(everything(&run) == before, "a published byte changed");
}
