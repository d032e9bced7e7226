//! Existing tests in, scenarios that they make unnecessary out.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Mined, Night, Tests};
use schemas::container::Container;
use schemas::metric::Counter;
use schemas::policy::Policy;
use schemas::record::{RecordKind, TestFile, TestFileKind, TestFileProblem, TestFileRecord, TestOutcome, Tested, TestedRecord};
use serde_json::Value;
use stage_runtime::testing::Harness;

const DAY: i32 = 20_000;

/// Files by extension and content.
fn tests_of(bank: &Mined, files: &[(&str, &str)], run: Option<&Mined>) -> Tests {
    let mut harness = Harness::new("gherkin.tests").input("event_type", bank.event_types());
    if let Some(run) = run {
        let inputs = [("tests_event_type", run.event_types()), ("tests_variant", run.variants()), ("tests_edge", run.edges())];
        harness = inputs.into_iter().fold(harness, |harness, (name, bytes)| harness.input(name, bytes));
    }
    for (extension, text) in files {
        harness = harness.source(text.as_bytes(), extension);
    }
    let outcome = harness.output("test_file", RecordKind::TestFile).output("tested", RecordKind::Tested).run(stage_gherkin::process);
    assert_eq!(outcome.report.error, "");
    Tests { files: outcome.outputs["test_file"].clone(), tested: outcome.outputs["tested"].clone(), report: outcome.report }
}

fn files_of(tests: &Tests) -> Vec<TestFileRecord> {
    let container = Container::open(&tests.files).unwrap();
    let mut scratch = Vec::new();
    (0..container.block_count())
        .flat_map(|number| container.block::<TestFile>(number, &mut scratch).unwrap().records().map(Result::unwrap).collect::<Vec<_>>())
        .collect()
}

fn tested_of(tests: &Tests) -> Vec<TestedRecord> {
    let container = Container::open(&tests.tested).unwrap();
    let mut scratch = Vec::new();
    (0..container.block_count())
        .flat_map(|number| container.block::<Tested>(number, &mut scratch).unwrap().records().map(Result::unwrap).collect::<Vec<_>>())
        .collect()
}

/// The walk of the only scenario of a feature, as numbers of events.
#[track_caller]
fn check_walk(steps: &str, expected: &[u32]) {
    let bank = common::bank();
    let tests = tests_of(&bank, &[("feature", &format!("Feature: x\n  Scenario: y\n{steps}"))], None);
    assert_eq!(tested_of(&tests)[0].events, expected, "{steps}");
}

fn ids(text: &str) -> BTreeSet<String> {
    text.split_whitespace().filter_map(|word| word.strip_prefix('@')).filter(|word| word.starts_with("scn-")).map(str::to_owned).collect()
}

fn features(night: &Night) -> BTreeMap<&str, &str> {
    night.released.iter().filter(|(path, _)| path.starts_with("features/")).map(|(path, text)| (path.as_str(), text.as_str())).collect()
}

/// Scenarios of a feature, each with its tags, as blocks of text; what stands before the first is apart.
fn blocks(text: &str) -> (String, Vec<String>) {
    let mut parts = text.split("\n\n  @").map(str::to_owned);
    let head = parts.next().unwrap();
    (head, parts.map(|part| format!("\n\n  @{}", part.trim_end_matches('\n'))).collect())
}

/// Takes every third scenario out of released features: the text of what is left, and the ids of what is gone.
fn a_third_removed(night: &Night) -> (Vec<String>, BTreeSet<String>) {
    let (mut left, mut gone, mut number) = (Vec::new(), BTreeSet::new(), 0);
    for text in features(night).values() {
        let (head, scenarios) = blocks(text);
        let (mut kept, of_head) = (String::new(), ids(&head));
        for scenario in &scenarios {
            number += 1;
            if number % 3 == 0 && of_head.is_empty() {
                gone.extend(ids(scenario));
            } else {
                kept.push_str(scenario);
            }
        }
        // A file of one scenario has its id on the feature, and its only scenario without tags of its own.
        if of_head.is_empty() && kept.is_empty() {
            continue;
        }
        left.push(format!("{head}{kept}\n"));
    }
    (left, gone)
}

fn rest(bank: &Mined, files: &[(&str, &str)], before: Option<&Night>) -> Night {
    let tests = tests_of(bank, files, None);
    bank.night_with(&Policy::default(), 2, DAY + 1, before.map(|night| [night.known.as_slice(), night.seen.as_slice()]), "", Some((&tests, true)))
}

fn all_ids(night: &Night) -> BTreeSet<String> {
    features(night).values().flat_map(|text| ids(text)).collect()
}

#[test]
fn our_own_features_are_read_whole() {
    let bank = common::bank();
    let first = bank.night(&Policy::default(), 2, DAY, None, "");
    let all = features(&first);
    let files: Vec<(&str, &str)> = all.values().map(|text| ("feature", *text)).collect();
    let tests = tests_of(&bank, &files, None);
    let read: BTreeSet<String> = tested_of(&tests).iter().flat_map(|test| &test.ids).map(|id| format!("scn-{}", id.letters())).collect();
    assert_eq!(read, all_ids(&first));
    assert!(files_of(&tests).iter().all(|file| file.problem.is_none() && file.kind == TestFileKind::Feature && file.tests > 0));
    let night = bank.night_with(&Policy::default(), 2, DAY, None, "", Some((&tests, true)));
    assert!(features(&night).is_empty(), "nothing is missing");
    let coverage: Value = serde_json::from_str(&night.internal["coverage.json"]).unwrap();
    assert!(coverage["scenarios"]["left_out"].as_u64().unwrap() >= read.len() as u64, "a suspect may be one of them");
    assert!(coverage["calls"]["tested"].as_u64() > Some(5));
}

/// A tag alone tests nothing; and what a tagged test walks is what it does.
#[test]
fn a_tag_without_steps_covers_nothing() {
    let bank = common::bank();
    let first = bank.night(&Policy::default(), 2, DAY, None, "");
    let all = all_ids(&first);
    let tagged = |steps: &str| all.iter().map(|id| format!("  @{id}\n  Scenario: {id}\n{steps}")).collect::<String>();
    for (background, steps, left) in [("", "", all.len()), ("  Background:\n    Given x\n", "", all.len()), ("", "    Given x\n", 0)] {
        let text = format!("Feature: x\n{background}{}", tagged(steps));
        let night = rest(&bank, &[("feature", &text)], None);
        assert_eq!(all_ids(&night).len(), left, "{background}{steps}");
        let coverage: Value = serde_json::from_str(&night.internal["coverage.json"]).unwrap();
        assert_eq!((&coverage["calls"]["tested"], &coverage["paths"]["levels"]["whole"]), (&0.into(), &0.into()));
    }
}

/// A third is taken away, the rest fed back: exactly the third comes back, each scenario as it was.
#[test]
fn what_is_missing_comes_back_and_nothing_else() {
    let bank = common::bank();
    let first = bank.night(&Policy::default(), 2, DAY, None, "");
    let (left, gone) = a_third_removed(&first);
    assert!(gone.len() > 10, "{}", gone.len());
    let files: Vec<(&str, &str)> = left.iter().map(|text| ("feature", text.as_str())).collect();
    for before in [None, Some(&first)] {
        let second = rest(&bank, &files, before);
        assert_eq!(all_ids(&second), gone);
        // Names and steps are those of the whole night.
        let whole: BTreeSet<&str> = features(&first).values().flat_map(|text| text.lines()).collect();
        for (path, text) in features(&second) {
            let strange: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('@') && !whole.contains(line)).collect();
            assert!(strange.is_empty(), "{path}: {strange:?}");
        }
        // Those that were left out can be decided on all the same: they stand in the list for the team.
        let list: Value = serde_json::from_str(&second.internal["features.json"]).unwrap();
        let mut left_out: BTreeMap<&str, &Value> = BTreeMap::new();
        for entry in list["left_out"].as_array().unwrap() {
            // A suspect may be a released path, which comes first.
            left_out.entry(entry["id"].as_str().unwrap()).or_insert(entry);
        }
        let (told, covered): (BTreeSet<String>, BTreeSet<String>) =
            (left_out.keys().map(|id| (*id).to_owned()).collect(), all_ids(&first).difference(&gone).cloned().collect());
        assert!(told.is_superset(&covered) && told.is_disjoint(&gone));
        assert!(!second.released["features.json"].contains("left_out"), "what the team tests is nobody else's");
        let whole_list: Value = serde_json::from_str(&first.released["features.json"]).unwrap();
        for feature in whole_list["features"].as_array().unwrap() {
            for scenario in feature["scenarios"].as_array().unwrap().iter().filter(|scenario| covered.contains(scenario["id"].as_str().unwrap())) {
                let entry = left_out[scenario["id"].as_str().unwrap()];
                assert_eq!(["name", "risk", "kind"].map(|field| &entry[field]), ["name", "risk", "kind"].map(|field| &scenario[field]));
                assert_eq!(entry["file"], format!("release/{}", feature["file"].as_str().unwrap()));
            }
        }
        // What is told of the night is told of what it wrote.
        let changes: Value = serde_json::from_str(&second.internal["feature-changes.json"]).unwrap();
        let released = second.released.iter().filter(|(path, _)| path.ends_with(".feature"));
        let written = released.map(|(_, text)| text.matches("@scn-").count()).sum::<usize>();
        let new = if before.is_some() { 0 } else { written };
        assert_eq!((&changes["counts"]["scenarios"], &changes["counts"]["new"]), (&written.into(), &new.into()));
        assert!(
            changes["counts"]["left_out"].as_u64().unwrap() > 0 && second.released["feature-changes.md"].contains("as existing tests do the same")
        );
        // The lock knows all of them: the night after is not another because of the flag.
        let third = bank.night(&Policy::default(), 2, DAY + 2, Some([&second.known, &second.seen]), "");
        assert_eq!(features(&third), features(&first));
        let changes: Value = serde_json::from_str(&third.internal["feature-changes.json"]).unwrap();
        assert_eq!((&changes["counts"]["new"], &changes["counts"]["vanished"], &changes["counts"]["removed"]), (&0.into(), &0.into(), &0.into()));
    }
}

/// Results beside the features: what was skipped or is undefined tests nothing, what failed is a test.
#[test]
fn what_did_not_run_is_missing_too() {
    let bank = common::bank();
    let first = bank.night(&Policy::default(), 2, DAY, None, "");
    let (left, gone) = a_third_removed(&first);
    let name = |text: &str| {
        let (_, scenarios) = blocks(text);
        let scenario = scenarios.iter().find(|scenario| ids(scenario).len() == 1).unwrap().clone();
        let named = scenario.lines().find_map(|line| line.strip_prefix("  Scenario: ")).unwrap().to_owned();
        (text.lines().find_map(|line| line.strip_prefix("Feature: ")).unwrap().to_owned(), named, ids(&scenario).into_iter().next().unwrap())
    };
    let named: Vec<_> = left.iter().filter(|text| !blocks(text).1.is_empty()).map(|text| name(text)).collect();
    let (skipped, undefined, failed) = (&named[0], &named[1], &named[2]);
    let junit =
        format!("<testsuite name=\"{}\"><testcase classname=\"{}\" name=\"{}\"><skipped/></testcase></testsuite>", skipped.0, skipped.0, skipped.1);
    let step = |status: &str| format!(r#"{{"name":"x","result":{{"status":"{status}"}}}}"#);
    let element = |(_, name, id): &(String, String, String), status: &str| {
        format!(r#"{{"name":"{name}","type":"scenario","tags":[{{"name":"@{id}"}}],"steps":[{}]}}"#, step(status))
    };
    let cucumber = format!(r#"[{{"name":"F","elements":[{},{}]}}]"#, element(undefined, "undefined"), element(failed, "failed"));
    let mut files: Vec<(&str, &str)> = left.iter().map(|text| ("feature", text.as_str())).collect();
    files.extend([("xml", junit.as_str()), ("json", cucumber.as_str()), ("json", "{\"name\": \"package\"}")]);
    let missing = all_ids(&rest(&bank, &files, Some(&first)));
    let expected: BTreeSet<String> = gone.into_iter().chain([skipped.2.clone(), undefined.2.clone()]).collect();
    assert_eq!(missing, expected);
    assert!(!missing.contains(&failed.2));
}

#[test]
fn a_byte_order_mark_makes_no_other_file() {
    let bank = common::bank();
    let json = r#"[{"name":"F","elements":[{"name":"S","type":"scenario","steps":[{"name":"x","result":{"status":"skipped"}}]}]}]"#;
    let files =
        [("json", json), ("xml", "<?xml version='1.0'?><testsuite><testcase name='S'/></testsuite>"), ("feature", "Feature: G\n  Scenario: T\n")];
    let marked: Vec<(&str, String)> = files.iter().map(|(extension, text)| (*extension, format!("\u{feff}{text}"))).collect();
    let marked: Vec<(&str, &str)> = marked.iter().map(|(extension, text)| (*extension, text.as_str())).collect();
    let (with, without) = (tests_of(&bank, &marked, None), tests_of(&bank, &files, None));
    assert_eq!((files_of(&with), tested_of(&with)), (files_of(&without), tested_of(&without)));
    assert_eq!(
        files_of(&with).iter().map(|file| file.kind).collect::<Vec<_>>(),
        [TestFileKind::CucumberJson, TestFileKind::Junit, TestFileKind::Feature]
    );
}

/// Rows whose name holds a cell, beside results that name them with it.
#[test]
fn a_row_of_an_outline_counts_once_and_meets_its_result() {
    let bank = common::bank();
    let feature = "Feature: F\n  Scenario Outline: see <a>\n    When I GET /api/v1/accounts/<a>/balance\n    Then status 200\n    Examples:\n      | a |\n      | 1 |\n      | 2 |\n";
    let element =
        |name: &str, status: &str| format!(r#"{{"name":"{name}","type":"scenario","steps":[{{"name":"x","result":{{"status":"{status}"}}}}]}}"#);
    let json = format!(r#"[{{"name":"F","elements":[{},{}]}}]"#, element("see 1", "passed"), element("see 2", "skipped"));
    let tests = tests_of(&bank, &[("feature", feature), ("json", &json)], None);
    let outcomes: Vec<TestOutcome> = tested_of(&tests).iter().map(|test| test.outcome).collect();
    assert_eq!(outcomes, [TestOutcome::Passed, TestOutcome::NotRun]);
}

#[test]
fn steps_of_others_are_understood() {
    check_walk("    Given x\n    When I GET \"/api/v1/accounts/42/balance\"\n    Then the status code is 200\n", &[3]);
    check_walk("    Given url 'https://test.bank/api/v1/accounts/42/transfers?dry=1'\n    When method post\n    Then status 422\n", &[6]);
    check_walk("    * I am logged in as \"x\"\n    * I have received 404 from a GET request to \"/api/v1/accounts/<id>/balance\"\n", &[0, 4]);
    check_walk("    When I GET /api/v1/accounts/1/balance\n    And I GET /api/v1/cards/1\n    Then the status is 200\n", &[7]);
    check_walk("    Given event \"payment_received\" was observed\n    Then event \"payment_settled\" follows within 60 s\n", &[10, 11]);
    check_walk("    When I GET /api/v1/accounts/1/limits\n    Then the status is 200\n    Then the status is 201\n", &[]);
}

/// A test that names no scenario of ours stands for every path it walks.
#[test]
fn a_test_of_others_makes_a_scenario_unnecessary() {
    let bank = common::bank();
    let text = "Feature: ours\n  Background:\n    Given I am logged in as \"ada\"\n\n  Scenario Outline: look\n    When I GET \"/api/v1/customers/<c>/accounts\"\n    Then the status is 200\n    \
                When I GET \"/api/v1/accounts/<a>/balance\"\n    Then the status is <status>\n\n    Examples:\n      | c | a | status |\n      | 1 | 2 | 200    |\n      | 1 | 2 | 418    |\n";
    let tests = tests_of(&bank, &[("feature", text)], None);
    assert_eq!(files_of(&tests)[0].calls_unknown, 1);
    let whole = bank.night(&Policy::default(), 2, DAY, None, "");
    let night = bank.night_with(&Policy::default(), 2, DAY, None, "", Some((&tests, true)));
    let left_out: Vec<String> = all_ids(&whole).difference(&all_ids(&night)).cloned().collect();
    let manifest: Value = serde_json::from_str(&whole.released["features.json"]).unwrap();
    let scenarios = manifest["features"].as_array().unwrap().iter().flat_map(|feature| feature["scenarios"].as_array().unwrap());
    let names: Vec<&str> =
        scenarios.filter(|entry| left_out.contains(&entry["id"].as_str().unwrap().to_owned())).map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Reading account balance succeeds with status 200 after reading accounts", "Sign-in succeeds with status 200"]);
    // Without the flag nothing is left out, and the coverage is told.
    let night = bank.night_with(&Policy::default(), 2, DAY, None, "", Some((&tests, false)));
    assert_eq!(features(&night), features(&whole));
    let coverage: Value = serde_json::from_str(&night.internal["coverage.json"]).unwrap();
    assert_eq!(coverage["calls"]["tested"], 3);
    assert_eq!(coverage["paths"]["levels"]["whole"], 1);
    let worst = &coverage["untested_paths"][0];
    assert_eq!(worst["weight"], 3 * 412);
    assert_eq!((worst["risk"].as_str(), worst["customers_at_least"].as_u64()), (Some("medium"), Some(412)));
}

#[test]
fn a_run_over_a_test_systems_logs_is_a_test() {
    let bank = common::bank();
    // Other numbers, another class of token in the route, and a call that production does not have.
    let events = vec![
        common::call(schemas::record::EventCategory::Other, "GET", "/health", 200),
        common::call(schemas::record::EventCategory::Transaction, "POST", "/api/v1/accounts/{account}/transfers", 201),
        bank.events[0].clone(),
        bank.events[3].clone(),
        bank.events[2].clone(),
    ];
    let (variants, edges) = (vec![(vec![2, 4, 3, 1], 3), (vec![2, 0, 3], 1)], vec![(3, 2, 1), (u32::MAX, 2, 9)]);
    let run = Mined { events, variants, edges, ..Mined::default() };
    let tests = tests_of(&bank, &[], Some(&run));
    let walks: Vec<Vec<u32>> = tested_of(&tests).into_iter().map(|test| test.events).collect();
    assert_eq!(walks, [vec![0, 2, 3, 5], vec![0], vec![3], vec![3, 0]]);
    let file = files_of(&tests)[0];
    assert_eq!((file.kind, file.tests, file.calls_unknown), (TestFileKind::Run, 4, 1));
    let night = bank.night_with(&Policy::default(), 2, DAY, None, "", Some((&tests, true)));
    let whole = bank.night(&Policy::default(), 2, DAY, None, "");
    assert!(all_ids(&night).len() < all_ids(&whole).len());
    let coverage: Value = serde_json::from_str(&night.internal["coverage.json"]).unwrap();
    assert_eq!((&coverage["tests"]["test_runs"], &coverage["paths"]["levels"]["whole"]), (&1.into(), &2.into()));
}

/// A test run over the very same logs leaves nothing untested: not an event that only stands beside calls, nor a route logged with tokens of two classes.
#[test]
fn a_run_over_the_same_logs_tests_everything() {
    use schemas::record::EventCategory::{DataAccess, Other};
    let mut bank = common::bank();
    bank.events.push(common::event(Other, "ledger written"));
    bank.events.push(common::call(DataAccess, "GET", "/api/v1/accounts/{iban}/balance", 200));
    bank.variants.push((vec![0, 14, 2, 15], 8));
    bank.edges.extend([(0, 14, 8), (14, 2, 8), (2, 15, 8)]);
    let tests = tests_of(&bank, &[], Some(&bank));
    let night = bank.night_with(&Policy::default(), 2, DAY, None, "", Some((&tests, false)));
    let coverage: Value = serde_json::from_str(&night.internal["coverage.json"]).unwrap();
    for level in ["partly", "pieces", "untested"] {
        assert_eq!(coverage["paths"]["levels"][level], 0, "{level}");
    }
    for part in ["calls", "transitions"] {
        assert!(coverage[part]["all"].as_u64() > Some(10), "{part}");
        assert_eq!(coverage[part]["tested"], coverage[part]["all"], "{part}");
    }
}

#[test]
fn broken_files_are_counted_with_a_reason_and_test_nothing() {
    use TestFileProblem::{Grammar, Json, UnknownLanguage, Xml};
    let bank = common::bank();
    let sound = "Feature: x\n  @scn-aaaaaaaaaaaaaaab\n  Scenario: y\n    When I GET /api/v1/cards/1\n    Then status 200\n";
    let cases: [(&str, String, Option<TestFileProblem>); 8] = [
        ("feature", sound.to_owned(), None),
        ("feature", format!("{sound}Feature: secret-4711\n"), Some(Grammar)),
        ("feature", format!("# language: none\n{sound}"), Some(UnknownLanguage)),
        ("xml", "<testsuite><testcase name='secret-4711'".to_owned(), Some(Xml)),
        ("json", "[{\"elements\": [secret-4711".to_owned(), Some(Json)),
        ("json", "[1, 2]".to_owned(), None),
        ("xml", "<project/>".to_owned(), None),
        ("txt", sound.to_owned(), None),
    ];
    let files: Vec<(&str, &str)> = cases.iter().map(|(extension, text, _)| (*extension, text.as_str())).collect();
    let tests = tests_of(&bank, &files, None);
    let problems: Vec<_> = files_of(&tests).iter().map(|file| file.problem).collect();
    assert_eq!(problems, cases[..7].iter().map(|case| case.2).collect::<Vec<_>>(), "a file of another kind is none");
    assert_eq!(tested_of(&tests).len(), 1);
    assert_eq!((tests.report.counters[&Counter::TestFilesBroken], tests.report.counters[&Counter::Tests]), (4, 1));
    let written = [tests.files.as_slice(), &tests.tested].concat();
    assert!(!written.windows(6).any(|bytes| bytes == b"secret"));
    let coverage = bank.night_with(&Policy::default(), 1, DAY, None, "", Some((&tests, false))).internal["coverage.json"].clone();
    assert!(coverage.contains("\"unknown_language\"") && !coverage.contains("secret"));
}

/// The same files in any number of threads give the same bytes.
#[test]
fn coverage_does_not_depend_on_threads() {
    let bank = common::bank();
    let whole = bank.night(&Policy::default(), 2, DAY, None, "");
    let files: Vec<(&str, &str)> = features(&whole).values().take(3).map(|text| ("feature", *text)).collect();
    let tests = tests_of(&bank, &files, None);
    let of = |threads| bank.night_with(&Policy::default(), threads, DAY, None, "", Some((&tests, true))).internal["coverage.json"].clone();
    assert_eq!(of(1), of(4));
    assert!(tested_of(&tests).iter().all(|test| test.outcome == TestOutcome::NotReported));
}
