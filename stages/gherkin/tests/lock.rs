//! Nights after each other: what was written stays as it is, what is gone is said before it goes.

mod common;

use std::collections::BTreeMap;

use common::{Mined, Night};
use schemas::policy::Policy;
use serde_json::Value;

const DAY: i32 = 20_000;

fn night(mined: &Mined, day: i32, before: Option<&Night>) -> Night {
    decided(mined, day, before, "")
}

fn decided(mined: &Mined, day: i32, before: Option<&Night>, decisions: &str) -> Night {
    mined.night(&Policy::default(), 2, day, before.map(|night| [night.known.as_slice(), night.seen.as_slice()]), decisions)
}

fn changes(night: &Night) -> Value {
    serde_json::from_str(&night.internal["feature-changes.json"]).unwrap()
}

/// Letters of the id of the scenario with this name.
fn letters(night: &Night, name: &str) -> String {
    let list: Value = serde_json::from_str(&night.released["features.json"]).unwrap();
    let scenarios = list["features"].as_array().unwrap().iter().flat_map(|feature| feature["scenarios"].as_array().unwrap());
    let found = scenarios.into_iter().find(|scenario| scenario["name"] == name).expect("the scenario is written");
    found["id"].as_str().unwrap().trim_start_matches("scn-").to_owned()
}

fn features(night: &Night) -> BTreeMap<&String, &String> {
    night.released.iter().filter(|(path, _)| path.starts_with("features/")).collect()
}

fn counts(night: &Night) -> [u64; 5] {
    let report: Value = serde_json::from_str(&night.internal["feature-changes.json"]).unwrap();
    ["new", "unchanged", "outdated", "vanished", "removed"].map(|name| report["counts"][name].as_u64().unwrap())
}

/// The lines that are new, when every line of before is still there, in order.
fn added<'a>(before: &str, after: &'a str) -> Option<Vec<&'a str>> {
    let mut rest = after.lines();
    let mut added = Vec::new();
    for line in before.lines() {
        added.extend(rest.by_ref().take_while(|other| *other != line));
    }
    added.extend(rest);
    (added.len() + before.lines().count() == after.lines().count()).then_some(added)
}

#[test]
fn the_same_behaviour_changes_no_line() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let scenarios = counts(&first)[0];
    assert!(scenarios > 40);
    // Other numbers of customers, in another order.
    let mut next = bank.clone();
    for (_, customers) in next.variants.iter_mut().filter(|(_, customers)| *customers >= 5) {
        *customers = *customers * 3 / 2 + 1;
    }
    let second = night(&next, DAY + 1, Some(&first));
    assert_eq!(features(&first), features(&second));
    assert_eq!(counts(&second), [0, scenarios, 0, 0, 0]);
}

#[test]
fn one_new_journey_adds_one_scenario_and_touches_no_other() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let mut grown = bank.clone();
    grown.variants.push((vec![0, 3, 2, 3, 5, 6], 44));
    let second = night(&grown, DAY + 1, Some(&first));
    assert_eq!(counts(&second)[0], 1);
    let (before, after) = (features(&first), features(&second));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let changed: Vec<_> = before.iter().filter(|(path, text)| after[*path] != **text).collect();
    let [(path, text)] = changed.as_slice() else { panic!("{} files changed", changed.len()) };
    let added = added(text, after[**path]).expect("every line is still there");
    assert_eq!(added.iter().filter(|line| line.starts_with("  Scenario: ")).count(), 1, "{added:?}");
}

/// A call that nobody made before brings its own scenarios, and what was worded without it stays.
#[test]
fn a_new_call_rewords_nothing() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let mut grown = bank.clone();
    let number = grown.events.len() as u32;
    grown.events.push(common::call(schemas::record::EventCategory::DataAccess, "GET", "/api/v1/accounts/{account}/limits", 200));
    grown.variants.push((vec![0, number], 30));
    let second = night(&grown, DAY + 1, Some(&first));
    let [new, _, outdated, vanished, _] = counts(&second);
    assert!(new > 1 && outdated > 0 && vanished == 0);
    for (path, text) in features(&first) {
        assert!(added(text, &second.released[path]).is_some(), "{path}");
    }
}

#[test]
fn what_vanished_is_said_before_it_goes() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let mut less = bank.clone();
    less.variants.retain(|(events, _)| *events != [0, 5, 3, 5, 6, 3]);
    let second = night(&less, DAY + 1, Some(&first));
    assert_eq!(features(&first), features(&second));
    let [new, _, _, vanished, removed] = counts(&second);
    assert!(new == 0 && vanished > 0 && removed == 0);
    // The names that its steps need are still in the data.
    assert_eq!(first.released["steps/test-data.json"], second.released["steps/test-data.json"]);
    // It returns within the time: nothing has changed.
    let third = night(&bank, DAY + 9, Some(&second));
    assert_eq!((features(&first), counts(&third)[3]), (features(&third), 0));
    // It stays away: it goes.
    let last = night(&less, DAY + 15, Some(&second));
    assert_eq!(counts(&last)[4], vanished);
    assert!(features(&last) != features(&first));
    assert_eq!(counts(&night(&less, DAY + 16, Some(&last)))[3..], [0, 0]);
}

/// What is carried over is read like any other file: text that is no scenario's never reaches a feature.
#[test]
fn a_forged_text_is_not_kept() {
    use schemas::record::{KnownScenario, KnownScenarioRecord};
    let known = stage_runtime::testing::container_of::<KnownScenario>(|block| {
        let record = KnownScenarioRecord {
            id: schemas::ids::StableId(1),
            file: "features/x-a.feature",
            feature: "X",
            name: "x",
            tags: "generated",
            text: "    Given x\n  Scenario: forged\n",
            calls: "",
            first_day: DAY,
            last_day: DAY,
            nights: 1,
        };
        block.push(&record, None).unwrap();
    });
    let none = stage_runtime::testing::container_of::<KnownScenario>(|_| {});
    let night = common::bank().night(&Policy::default(), 1, DAY + 1, Some([&known, &none]), "");
    assert!(!night.released.values().any(|text| text.contains("forged")));
    assert_eq!(counts(&night)[3..], [0, 1]);
}

const REFUSED: &str = "Transfer is refused with status 422 after two successful transfers";

#[test]
fn a_muted_scenario_is_written_no_more_and_stands_in_a_list() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let muted = letters(&first, REFUSED);
    let second = decided(&bank, DAY + 1, Some(&first), &format!("-{muted}"));
    assert!(!second.released.values().filter(|text| text.contains("Scenario: ")).any(|text| text.contains(REFUSED)));
    let told = changes(&second);
    assert_eq!(told["muted_ids"], serde_json::json!([format!("scn-{muted}")]));
    assert_eq!(
        (told["muted"][0]["name"].as_str(), told["counts"]["removed"].as_u64(), told["counts"]["vanished"].as_u64()),
        (Some(REFUSED), Some(0), Some(0))
    );
    assert!(second.released["feature-changes.md"].contains("## Muted") && second.released["feature-changes.md"].contains(REFUSED));
    // It is not held by the lock, and back as it was once it is given back.
    let third = decided(&bank, DAY + 2, Some(&second), &format!("-{muted}"));
    assert_eq!(features(&second), features(&third));
    let fourth = night(&bank, DAY + 3, Some(&third));
    assert_eq!((features(&first), counts(&fourth)), (features(&fourth), [1, counts(&first)[0] - 1, 0, 0, 0]));
}

#[test]
fn muting_holds_for_rare_ones_too() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let list: Value = serde_json::from_str(&first.internal["features.json"]).unwrap();
    let id = list["features"][0]["scenarios"][0]["id"].as_str().unwrap();
    assert!(first.internal.iter().any(|(path, text)| path.ends_with(".feature") && text.contains(id)));
    let second = decided(&bank, DAY + 1, Some(&first), &id.replace("scn-", "-"));
    assert!(!second.internal.iter().any(|(path, text)| path.ends_with(".feature") && text.contains(id)));
}

#[test]
fn a_reviewed_scenario_never_goes_by_itself() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    let reviewed = format!("+{}", letters(&first, REFUSED));
    let mut less = bank.clone();
    less.variants.retain(|(events, _)| *events != [0, 5, 3, 5, 6, 3]);
    let marked = decided(&less, DAY + 1, Some(&first), &reviewed);
    let list: Value = serde_json::from_str(&marked.released["features.json"]).unwrap();
    assert_eq!(list.to_string().matches("\"reviewed\":true").count(), 1);
    let later = decided(&less, DAY + 40, Some(&marked), &reviewed);
    let told = changes(&later);
    assert!(told["counts"]["removed"].as_u64().unwrap() > 0, "others go");
    assert_eq!((told["overdue"].as_array().unwrap().len(), &told["overdue"][0]["name"]), (1, &Value::from(REFUSED)));
    assert_eq!((told["overdue"][0]["last_seen_days_ago"].as_i64(), told["overdue"][0]["reviewed"].as_bool()), (Some(40), Some(true)));
    assert!(later.released["feature-changes.md"].contains("## Overdue"));
    assert!(later.released.values().any(|text| text.contains(&format!("Scenario: {REFUSED}\n"))));
    // Given back, it goes, and that is said.
    let gone = night(&less, DAY + 41, Some(&later));
    assert_eq!((changes(&gone)["removed"][0]["name"].as_str(), counts(&gone)[4]), (Some(REFUSED), 1));
}

#[test]
fn what_is_new_is_told_for_pull_requests_and_tickets() {
    let bank = common::bank();
    let first = night(&bank, DAY, None);
    assert!(first.released["feature-changes.md"].contains("everything is new"));
    let mut grown = bank.clone();
    grown.variants.push((vec![0, 3, 2, 3, 5, 6], 44));
    grown.variants.push((vec![0, 7, 7, 3], 1));
    let second = night(&grown, DAY + 1, Some(&first));
    let tickets: Value = serde_json::from_str(&second.released["new-scenarios.json"]).unwrap();
    let [ticket] = tickets.as_array().unwrap().as_slice() else { panic!("one is new: {tickets}") };
    assert_eq!(
        (ticket["risk"].as_str(), ticket["customers"].as_str(), ticket["family"].as_str()),
        (Some("high"), Some("at least 10 customers"), Some("Transfers journeys"))
    );
    let csv = &second.released["new-scenarios.csv"];
    let rows: Vec<&str> = csv.split("\r\n").collect();
    assert_eq!((rows.len(), rows[2]), (3, ""));
    assert!(rows[1].starts_with(&format!("\"{}\",", ticket["id"].as_str().unwrap())), "{}", rows[1]);
    let summary = &second.released["feature-changes.md"];
    assert_eq!(summary.lines().filter(|line| line.starts_with("| high |")).count(), 1, "{summary}");
    // Rarer ones are told to the team alone, and once.
    let rare: Value = serde_json::from_str(&second.internal["new-scenarios.json"]).unwrap();
    assert_eq!(rare.as_array().unwrap().iter().map(|ticket| &ticket["customers"]).collect::<Vec<_>>(), ["1 customer"]);
    assert!(!second.released.values().any(|text| text.contains(rare[0]["id"].as_str().unwrap())));
    let third = night(&grown, DAY + 2, Some(&second));
    assert_eq!((third.internal["new-scenarios.json"].trim(), third.released["new-scenarios.json"].trim()), ("[]", "[]"));
}
