//! Existing tests through the real binaries: what is missing comes back and nothing else; logs of a test system stay out of every number.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::{Bank, files_below, shown};
use xtask::logminer;

fn ids(text: &str) -> BTreeSet<String> {
    text.split_whitespace().filter_map(|word| word.strip_prefix('@')).filter(|word| word.starts_with("scn-")).map(str::to_owned).collect()
}

fn features(run: &Path) -> BTreeMap<String, String> {
    let files = files_below(&run.join("release/features"));
    files.iter().map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())).collect()
}

fn ids_of(run: &Path) -> BTreeSet<String> {
    features(run).values().flat_map(|text| ids(text)).collect()
}

/// A scenario of a feature: its tags and lines.
struct Scenario {
    text: String,
    id: String,
    name: String,
}

/// What stands before the first scenario, and the scenarios. None for a file of one scenario, which has the id on the feature.
fn parts(text: &str) -> Option<(String, Vec<Scenario>)> {
    let mut parts = text.split("\n\n  @");
    let head = parts.next()?.to_owned();
    let scenarios = parts.map(|part| {
        let text = format!("\n\n  @{}", part.trim_end_matches('\n'));
        let name = text.lines().find_map(|line| line.strip_prefix("  Scenario: ")).unwrap().to_owned();
        Scenario { id: ids(&text).into_iter().next().unwrap(), name, text }
    });
    let scenarios: Vec<Scenario> = scenarios.collect();
    (ids(&head).is_empty()).then_some((head, scenarios))
}

/// Writes the features of a run into a folder without every third scenario; returns the ids that are gone, and feature, name and id of what is left.
fn feed_back(run: &Path, folder: &Path) -> (BTreeSet<String>, Vec<(String, String, String)>) {
    std::fs::create_dir(folder).unwrap();
    let (mut gone, mut left, mut number) = (BTreeSet::new(), Vec::new(), 0);
    for (file, text) in features(run) {
        let Some((head, scenarios)) = parts(&text) else {
            std::fs::write(folder.join(&file), &text).unwrap();
            continue;
        };
        let feature = head.lines().find_map(|line| line.strip_prefix("Feature: ")).unwrap().to_owned();
        let mut kept = head;
        for scenario in scenarios {
            number += 1;
            if number % 3 == 0 {
                gone.insert(scenario.id);
            } else {
                kept.push_str(&scenario.text);
                left.push((feature.clone(), scenario.name, scenario.id));
            }
        }
        std::fs::write(folder.join(&file), kept + "\n").unwrap();
    }
    (gone, left)
}

fn run_with(bank: &Bank, runs: &str, args: &[&str]) -> (u8, String, PathBuf) {
    let (code, out, said) = args.iter().fold(bank.run_into(runs), |call, arg| call.arg(arg)).outcome().unwrap();
    let folder = if code == 0 { bank.latest(runs) } else { PathBuf::new() };
    (code, out + &said, folder)
}

/// The acceptance of issue 9: a third removed, the rest fed back, exactly the third comes back; with results beside them too.
#[test]
fn exactly_what_was_removed_comes_back() {
    let bank = Bank::with_day(20_000, 21);
    bank.run().run_quietly().unwrap();
    let first = bank.latest("runs");
    let tests = bank.path("existing");
    let (gone, left) = feed_back(&first, &tests);
    assert!(gone.len() > 30, "{}", gone.len());
    let tests = tests.to_string_lossy().into_owned();

    let (code, said, second) = run_with(&bank, "missing", &["--tests", &tests, "--missing-only"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(ids_of(&second), gone);
    // Each of them as it was, under the name it had.
    let lines: BTreeSet<String> = features(&first).values().flat_map(|text| text.lines().map(str::to_owned)).collect();
    for (file, text) in features(&second) {
        let strange: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('@') && !lines.contains(*line)).collect();
        assert!(strange.is_empty(), "{file}: {strange:?}");
    }
    let coverage: serde_json::Value = serde_json::from_slice(&std::fs::read(second.join("internal/coverage.json")).unwrap()).unwrap();
    assert_eq!(coverage["tests"]["broken"], 0);
    assert!(coverage["scenarios"]["left_out"].as_u64().unwrap() >= left.len() as u64);
    assert!(std::fs::read_to_string(second.join("internal/coverage.html")).unwrap().contains("Production paths that no test walks"));
    assert!(said.contains("\"coverage\":{"), "{said}");
    // What was left out can be decided on; what no night has cannot.
    let decide = |id: &str| {
        let call =
            logminer::command().args(["features", "accept", id, "--by", "a.lead", "--reason", "ticket 4711", "--runs"]).arg(bank.path("missing"));
        call.arg("--keys").arg(bank.path("keys")).outcome().unwrap()
    };
    let (code, out, said) = decide(&left[0].2);
    assert!(code == 0 && out.contains(&left[0].1), "{out}{said}");
    assert_eq!(decide("scn-aaaaaaaaaaaaaaaa").0, 2);
    // What existing tests lack is not all that there is: taken for that, it would take these tests away.
    let sync = logminer::command().args(["features", "sync"]).arg(&second).arg("--into").arg(&tests).arg("--keys").arg(bank.path("keys"));
    let sync = sync.outcome().unwrap();
    assert!(sync.0 == 2 && sync.2.contains("--missing-only"), "{sync:?}");

    // Results: one was skipped, one is undefined, all others passed.
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;");
    let cases: Vec<String> = left
        .iter()
        .enumerate()
        .map(|(number, (feature, name, _))| {
            let inside = if number == 1 { "<skipped/>" } else { "" };
            format!("<testcase classname='{}' name='{}'>{inside}</testcase>", escaped(feature), escaped(name))
        })
        .collect();
    std::fs::write(Path::new(&tests).join("results.xml"), format!("<testsuites><testsuite name='all'>{}</testsuite></testsuites>", cases.concat()))
        .unwrap();
    let element = serde_json::json!([{ "name": left[4].0, "elements": [{
        "name": left[4].1, "type": "scenario", "tags": [{ "name": format!("@{}", left[4].2) }],
        "steps": [{ "name": "the API is available", "result": { "status": "undefined" } }],
    }]}]);
    std::fs::write(Path::new(&tests).join("results.json"), element.to_string()).unwrap();
    let (code, said, third) = run_with(&bank, "missing-results", &["--tests", &tests, "--missing-only"]);
    assert_eq!(code, 0, "{said}");
    let expected: BTreeSet<String> = gone.iter().cloned().chain([left[1].2.clone(), left[4].2.clone()]).collect();
    assert_eq!(ids_of(&third), expected);

    // Broken and hostile files are counted, and no message holds a word of them.
    std::fs::write(Path::new(&tests).join("broken.feature"), "Feature: x\nFeature: secret-4711\n").unwrap();
    std::fs::write(Path::new(&tests).join("binary.feature"), b"\xff\xfe\0secret-4711").unwrap();
    std::fs::write(Path::new(&tests).join("deep.json"), "[".repeat(100_000) + "\"elements\"").unwrap();
    let (code, said, fourth) = run_with(&bank, "missing-results", &["--tests", &tests]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("\"test_files_broken\":3") && !said.contains("secret-4711"), "{said}");
    assert_eq!(ids_of(&fourth), ids_of(&first), "without the flag all are written");
    let leaked = files_below(&fourth).into_iter().find(|path| shown(path).contains("secret-4711"));
    assert_eq!(leaked, None);
}

/// What a run over a test system's logs walked is tested; not one of its events is in what is mined of production.
#[test]
fn a_test_run_covers_and_changes_no_number() {
    let bank = Bank::with_day(6_000, 21);
    bank.run().run_quietly().unwrap();
    let (production, test) = (bank.latest("runs"), Bank::with_day(1_500, 4));
    // The test system has the same keys, and a runs folder of its own.
    let keys = bank.path("keys").to_string_lossy().into_owned();
    logminer::command()
        .args(["run", "--json", "--date", xtask::pipeline::LOGICAL_DATE, "--input"])
        .arg(test.path("logs"))
        .arg("--runs")
        .arg(test.path("runs"))
        .args(["--keys", &keys])
        .run_quietly()
        .unwrap();
    let tests_run = test.path("runs/latest").to_string_lossy().into_owned();

    let (code, said, compared) = run_with(&bank, "compared", &["--tests-run", &tests_run]);
    assert_eq!(code, 0, "{said}");
    let coverage: serde_json::Value = serde_json::from_slice(&std::fs::read(compared.join("internal/coverage.json")).unwrap()).unwrap();
    assert_eq!(coverage["tests"]["test_runs"], 1);
    assert!(coverage["calls"]["tested"].as_u64() > Some(3) && coverage["paths"]["levels"]["whole"].as_u64() > Some(0), "{coverage}");
    for name in ["variant", "edge", "event_type", "template", "anomaly", "finding"] {
        let file = format!("mined/{name}.lmq");
        assert_eq!(shown(&production.join(&file)), shown(&compared.join(&file)), "{name}");
    }
    assert_eq!(features(&production), features(&compared));
    let manifest = std::fs::read_to_string(compared.join("manifest.json")).unwrap();
    assert!(manifest.contains("\"tests:2026-") && !manifest.contains(&tests_run), "the manifest names the test run without its place");
    let verify = logminer::command().args(["verify"]).arg(&compared).args(["--keys", &keys]);
    let (code, out, said) = verify.outcome().unwrap();
    assert_eq!(code, 0, "{out}{said}");

    // A night of the bank's own is no test run, a changed run is none, and without tests nothing can be missing.
    let own = production.to_string_lossy().into_owned();
    let (code, said, _) = run_with(&bank, "runs", &["--tests-run", &own]);
    assert!(code == 2 && said.contains("its own runs folder") | said.contains("own runs folder"), "{said}");
    assert_eq!(run_with(&bank, "runs", &["--missing-only"]).0, 2);
    let variants = std::fs::canonicalize(&tests_run).unwrap().join("mined/variant.lmq");
    let mut bytes = std::fs::read(&variants).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&variants, bytes).unwrap();
    assert_eq!(run_with(&bank, "changed", &["--tests-run", &tests_run]).0, 31);
}
