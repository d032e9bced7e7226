//! The whole step, from records to bundles.

mod common;

use schemas::policy::Policy;

#[test]
fn threads_change_no_byte() {
    let bank = common::bank();
    assert_eq!(bank.write(&Policy::default(), 1), bank.write(&Policy::default(), 2));
}

#[test]
fn what_few_customers_share_stays_inside() {
    let (released, internal) = common::bank().write(&Policy::default(), 2);
    let has = |files: &std::collections::BTreeMap<String, String>, text: &str| files.values().any(|file| file.contains(text));
    assert!(has(&released, "Transfer is refused with status 422 after two successful transfers"));
    assert!(has(&internal, "Transfer is accepted with status 201 after a transfer"));
    assert!(!has(&released, "Transfer is accepted with status 201 after a transfer"));
    assert!(!has(&released, "AuditTrailCompleteness") && has(&internal, "AuditTrailCompleteness"));
    assert!(!has(&released, "Anomaly:") && has(&internal, "Anomaly: 5 in a row Scenario: forged"));

    let mut policy = Policy::default();
    policy.gherkin.customers_min = 2;
    let (released, _) = common::bank().write(&policy, 2);
    assert!(has(&released, "Transfer is accepted with status 201 after a transfer"));
}

#[test]
fn no_exact_number_of_customers_leaves() {
    let (released, internal) = common::bank().write(&Policy::default(), 2);
    for exact in ["412 ", "230 ", "61 ", "900 "] {
        assert!(!released.values().any(|file| file.contains(exact)), "{exact}");
    }
    assert!(internal.values().any(|file| file.contains("2 customers walked this path")));
}

#[test]
fn nothing_mined_is_no_feature_and_still_a_suite() {
    let (released, internal) = common::Mined::default().write(&Policy::default(), 1);
    assert!(!released.keys().chain(internal.keys()).any(|path| path.starts_with("features/")));
    assert!(released.contains_key("README.md") && released.contains_key("steps/behave/behave.ini"));
}

#[test]
fn a_new_journey_adds_one_scenario_and_changes_no_other() {
    let bank = common::bank();
    let mut grown = bank.clone();
    grown.variants.push((vec![0, 3, 2], 44));
    let scenarios = |mined: &common::Mined| -> Vec<String> {
        let (released, _) = mined.write(&Policy::default(), 1);
        released
            .iter()
            .filter(|(path, _)| path.ends_with(".feature"))
            .flat_map(|(_, text)| text.split("\n\n  ").map(|part| part.trim().to_owned()).collect::<Vec<_>>())
            .collect()
    };
    let (before, after) = (scenarios(&bank), scenarios(&grown));
    assert!(before.iter().all(|scenario| after.contains(scenario)));
    assert_eq!(after.len(), before.len() + 2, "tags and name, then description and steps");
}

#[test]
fn a_file_holds_no_more_scenarios_than_the_policy_says() {
    let mut policy = Policy::default();
    policy.gherkin.scenarios_max = 2;
    let (released, _) = common::bank().write(&policy, 2);
    for (path, text) in released.iter().filter(|(path, _)| path.starts_with("features/") && !path.contains("finding")) {
        assert!(text.matches("\n  Scenario: ").count() <= 2, "{path}");
    }
}
