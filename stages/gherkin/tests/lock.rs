//! Nights after each other: what was written stays as it is, what is gone is said before it goes.

mod common;

use std::collections::BTreeMap;

use common::{Mined, Night};
use schemas::policy::Policy;
use serde_json::Value;

const DAY: i32 = 20_000;

fn night(mined: &Mined, day: i32, before: Option<&Night>) -> Night {
    mined.night(&Policy::default(), 2, day, before.map(|night| night.known.as_slice()))
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
    let night = common::bank().night(&Policy::default(), 1, DAY + 1, Some(&known));
    assert!(!night.released.values().any(|text| text.contains("forged")));
    assert_eq!(counts(&night)[3..], [0, 1]);
}
