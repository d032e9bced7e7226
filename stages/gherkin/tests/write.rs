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
    assert!(internal["features.json"].contains("\"2 customers\""));
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

/// The features of the fixtures, as they are: a change of names, ids or files shows here first.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads and writes its golden files")]
fn golden_features() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gherkin/bank");
    let (released, internal) = common::bank().write(&Policy::default(), 2);
    let is_golden = |path: &str| path.contains("/features/") || path.ends_with(".json") && !path.contains("cucumber-js");
    let files = released
        .iter()
        .map(|(path, text)| (format!("out.release/{path}"), text))
        .chain(internal.iter().map(|(path, text)| (format!("out.internal/{path}"), text)));
    let files: std::collections::BTreeMap<String, &String> = files.filter(|(path, _)| is_golden(path)).collect();
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        for (path, text) in &files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }
    for (path, text) in &files {
        let golden = std::fs::read_to_string(folder.join(path)).unwrap_or_default();
        assert!(golden == **text, "{path} differs: see the diff after `cargo xtask golden`");
    }
    let count = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
    let features = |root: &str| count(&format!("{}/{root}/features", folder.display()));
    let expected = |root: &str| files.keys().filter(|path| path.starts_with(&format!("{root}/features/"))).count();
    assert_eq!((features("out.release"), features("out.internal")), (expected("out.release"), expected("out.internal")));
}

/// One call may have a common and a rare name: the hash of the rare one could be guessed.
#[test]
fn rare_names_of_a_shared_call_leave_no_id() {
    let mut mined = common::bank();
    let rare = common::Event { name: "manual_override_by_j_smith".to_owned(), ..mined.events[7].clone() };
    mined.variants.push((vec![0, mined.events.len() as u32], 2));
    mined.events.push(rare);
    let id = schemas::ids::StableId::of(b"manual_override_by_j_smith").to_string();
    let (released, internal) = mined.write(&Policy::default(), 2);
    assert!(!released.values().any(|file| file.contains(&id)));
    assert!(internal["features.json"].contains(&id));
}

/// A call that answers 200 and 201 cannot be asked for both with the same data: what it usually answers needs none, if that is clear.
#[test]
fn the_rarer_success_of_a_call_needs_data() {
    for (times, data_for_usual) in [(1, true), (3, false)] {
        let mut mined = common::bank();
        let other = common::Event { status: 200, name: "transfer_replayed".to_owned(), ..mined.events[5].clone() };
        mined.variants.push((vec![0, mined.events.len() as u32], 40));
        mined.events.push(other);
        // Each event type was seen once: further names of the call answered 201 make that the usual answer.
        for name in 1..times {
            mined.events.push(common::Event { name: format!("transfer_{name}"), ..mined.events[5].clone() });
        }
        let (released, _) = mined.write(&Policy::default(), 2);
        let text: String = released.values().cloned().collect();
        assert!(text.contains("with data \"post-accounts-transfers-200\""));
        assert_eq!(text.contains("with data \"post-accounts-transfers-201\""), data_for_usual);
    }
}

/// What goes before a call now and then is not what it needs, though no other changing call goes before it.
#[test]
fn a_call_needs_what_goes_before_most_of_it() {
    use schemas::record::EventCategory::Other;
    for (times, needs_it) in [(60, true), (120, false)] {
        let mut mined = common::bank();
        mined.findings.clear();
        let check = mined.events.len() as u32;
        // Each event type was seen once: so many names are so many calls, and 44 of them follow a transfer.
        for name in 0..times {
            mined.events.push(common::Event { name: format!("check_{name}"), ..common::call(Other, "POST", "/api/v1/payees/check", 200) });
        }
        mined.edges.push((5, check, 44));
        mined.variants.push((vec![0, check], 40));
        let checks: Vec<String> =
            step_blocks(&mined).iter().map(|steps| steps.join("\n")).filter(|steps| steps.contains("/payees/check\"")).collect();
        let with_transfer = checks.iter().filter(|steps| steps.contains("I have received 201 from a POST request to")).count();
        assert!(!checks.is_empty());
        assert_eq!(with_transfer, if needs_it { checks.len() } else { 0 }, "{checks:#?}");
    }
}

/// The steps of the scenario of one more variant.
fn steps_of(events: &[u32]) -> Vec<String> {
    use schemas::record::EventCategory::{Login, Other};
    let mut mined = common::bank();
    mined.events.push(common::call(Other, "POST", "/api/v1/auth/logout", 204)); // 14
    mined.events.push(common::call(Other, "GET", "/api/v1/config", 200)); // 15
    mined.events.push(common::call(Login, "POST", "/api/v1/auth/login", 423)); // 16
    // Findings are checked on shared calls: not what is asked here.
    mined.findings.clear();
    let known = step_blocks(&mined);
    mined.variants.push((events.to_vec(), 5_000));
    let mut new = step_blocks(&mined).into_iter().filter(|steps| !known.contains(steps));
    new.next().expect("the variant has a scenario")
}

/// The steps of every released scenario, without keywords.
fn step_blocks(mined: &common::Mined) -> Vec<Vec<String>> {
    let (released, _) = mined.write(&Policy::default(), 1);
    let is_path = |path: &str| path.ends_with(".feature") && path.starts_with("features/") && !path.contains("/check-");
    let texts = released.into_iter().filter(|(path, _)| is_path(path));
    let blocks = texts.flat_map(|(_, text)| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>());
    let steps = blocks.filter(|block| block.starts_with("    Given "));
    steps.map(|block| block.lines().filter_map(|line| line.trim().split_once(' ')).map(|(_, step)| step.to_owned()).collect()).collect()
}

#[test]
fn who_is_signed_in_follows_the_path() {
    let (api, user, nobody) = ("the API is available", "I am signed in as \"customer\"", "I am not signed in");
    let balance = "request to \"/api/v1/accounts/${account}/balance\"";
    let received = |text: &str| format!("I have received {text}");
    let logout = received("204 from a POST request to \"/api/v1/auth/logout\"");
    let sent = |text: &str| format!("I send a {text}");
    let check = |events: &[u32], expected: &[&str]| {
        let steps = steps_of(events);
        assert_eq!(steps.split_last().unwrap().1, expected, "{events:?}");
    };
    let (reads, read) = (sent(&format!("GET {balance}")), received(&format!("200 from a GET {balance}")));
    let locked = sent("POST request to \"/api/v1/auth/login\" with data \"post-auth-login-423\"");
    let config = received("200 from a GET request to \"/api/v1/config\"");
    // Who signs in again after signing out begins a new session.
    check(&[0, 14, 0, 3], &[api, user, &logout, user, &reads]);
    // A path over the end of a session needs a new one.
    check(&[14, 3], &[api, user, &logout, user, &reads]);
    // A path may begin in the middle of a session, and a public call needs none.
    check(&[3, 14, 0, 3], &[api, user, &read, &logout, user, &reads]);
    check(&[15, 0, 3], &[api, &config, user, &reads]);
    // A sign-in is sent by nobody, whatever was before it.
    check(&[3, 14, 16], &[api, user, &read, &logout, nobody, &locked]);
    check(&[15, 16], &[api, nobody, &config, &locked]);
}

#[test]
fn the_manifest_counts_what_scenarios_wait_for() {
    let (released, _) = common::bank().write(&Policy::default(), 1);
    let manifest: serde_json::Value = serde_json::from_str(&released["features.json"]).unwrap();
    let scenarios: Vec<&serde_json::Value> =
        manifest["features"].as_array().unwrap().iter().flat_map(|feature| feature["scenarios"].as_array().unwrap()).collect();
    let with = |tag: &str| scenarios.iter().filter(|scenario| scenario["tags"].as_array().unwrap().iter().any(|known| known == tag)).count();
    for (need, tag, told) in [
        ("scenarios", "generated", "of # scenarios"),
        ("data", "needs-data", "| # | need data sets"),
        ("event_log", "needs-event-log", "| # | need the log"),
        ("accepted", "needs-accepted", "| # | compare with accepted answers"),
        ("control_missing", "control-missing", "| # | assert a control"),
        ("failure_sequence", "failure-sequence", "| # | walk into a failure"),
    ] {
        let count = with(tag);
        assert!(count > 0, "{tag}");
        assert_eq!(manifest["needs"][need], count, "{need}");
        assert!(released["README.md"].contains(&told.replace('#', &count.to_string())), "{need}");
    }
    let texts = released.iter().filter(|(path, _)| path.ends_with(".feature"));
    let lines: Vec<&str> = texts.flat_map(|(_, text)| text.lines()).filter_map(|line| line.trim().strip_prefix("Needs: the data set ")).collect();
    let names = lines.iter().filter_map(|line| line.split_once(" in test-data.json")).flat_map(|(names, _)| names.split(", "));
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for name in names {
        *counts.entry(name.to_owned()).or_default() += 1;
    }
    assert_eq!(manifest["needs"]["data_sets"], serde_json::json!(counts));
}

/// Linters allow 100 characters, with `Suspect: ` and the letters that tell two scenarios of one name apart.
#[test]
fn names_fit_whatever_came_before() {
    let mut mined = common::bank();
    // Two ways to one end that are told the same, at length: each name gets its letters.
    for variant in [vec![2, 3, 5], vec![2, 0, 3, 5]] {
        mined.anomalies.push((mined.variants.len(), "odd".to_owned()));
        mined.variants.push((variant, 1));
    }
    let (released, internal) = mined.write(&Policy::default(), 1);
    let texts = released.iter().chain(&internal).filter(|(path, _)| path.ends_with(".feature"));
    let names: Vec<&str> = texts.flat_map(|(_, text)| text.lines()).filter_map(|line| line.strip_prefix("  Scenario: ")).collect();
    assert!(names.iter().filter(|name| name.starts_with("Suspect: ")).count() > 2);
    assert!(names.iter().any(|name| name.starts_with("Suspect: ") && name.ends_with(')')));
    for name in names {
        assert!(name.chars().count() <= 100, "{name}");
    }
}

/// The scenario with a name: its tags, and its lines without blanks at the ends.
fn scenario<'a>(files: &'a std::collections::BTreeMap<String, String>, name: &str) -> Option<(&'a str, String, Vec<&'a str>)> {
    let title = format!("Scenario: {name}");
    files.iter().filter(|(path, _)| path.ends_with(".feature")).find_map(|(path, text)| {
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| *line == title)?;
        let body = lines[at + 1..].iter().take_while(|line| !line.starts_with('@') && !line.starts_with("Scenario:"));
        let tags: Vec<&str> = lines[..at].iter().filter(|line| line.starts_with('@')).copied().collect();
        Some((path.as_str(), tags.join(" "), body.filter(|line| !line.is_empty()).copied().collect()))
    })
}

#[test]
fn a_failure_sequence_is_walked_and_the_right_answer_expected() {
    let (released, internal) = common::bank().write(&Policy::default(), 2);
    let (path, tags, lines) = scenario(&released, "Third transfer is accepted with status 201 after two transfers").unwrap();
    assert!(path.starts_with("features/failure-transfers-"), "{path}");
    assert!(["@failure-sequence", "@suspect", "@risk-high"].iter().all(|tag| tags.contains(tag)), "{tags}");
    let steps: Vec<&str> =
        lines.iter().filter(|line| ["Given ", "And ", "When ", "Then "].iter().any(|word| line.starts_with(word))).copied().collect();
    let transfer = "from a POST request to \"/api/v1/accounts/${iban}/transfers\"";
    assert_eq!(
        steps,
        [
            "Given the API is available",
            "And I am signed in as \"customer\"",
            &format!("And I have received 201 {transfer}"),
            &format!("And I have received 201 {transfer}"),
            "When I send a POST request to \"/api/v1/accounts/${iban}/transfers\"",
            "Then the response status is 201",
        ]
    );
    assert!(lines.iter().any(|line| line.starts_with("Seen: ") && line.ends_with("with status 422.")), "{lines:?}");
    // What no call brings about, and its values, stay inside.
    assert!(!released.values().any(|text| text.contains("9.1.7") || text.contains("The third transfer fails")));
    let suspects = internal.iter().find(|(path, _)| path.starts_with("features/rare-failure-")).unwrap().1;
    assert!(suspects.contains("with data \"sequence-") && suspects.contains("Seen: Cards time out when `app_version` is `9.1.7`."), "{suspects}");
    // An event that does not come.
    let (_, _, lines) = scenario(&released, "Event 'payment_settled' follows after event 'payment_received' (elmjkh)")
        .or_else(|| scenario(&released, "Event 'payment_settled' follows after event 'payment_received'"))
        .unwrap();
    assert!(lines.contains(&"Then event \"payment_settled\" follows within 60 s"), "{lines:?}");
    let list: serde_json::Value = serde_json::from_str(&internal["features.json"]).unwrap();
    assert_eq!(list["sequences_without_scenario"], serde_json::json!(["`queue` fails."]));
    for runner in ["steps/behave/behave.ini", "steps/cucumber-js/cucumber.mjs", "steps/pytest-bdd/pytest.ini"] {
        let left_out = released[runner].lines().any(|line| line.contains("not ") && line.contains("failure-sequence"));
        assert!(left_out, "{runner}");
    }
}

/// `mine` says from which repetition on a step fails more often; the variants say at which one it breaks.
#[test]
fn a_sequence_breaks_where_the_variants_break() {
    let mut mined = common::bank();
    mined.sequences.truncate(1);
    mined.sequences[0].condition = mined.sequences[0].condition.replace("\"at_least\":3", "\"at_least\":2");
    mined.sequences[0].customers = 200;
    // Few fail at the second and the third, all at the fourth.
    mined.variants.extend([(vec![0, 5, 3, 5, 3, 5], 300), (vec![0, 5, 3, 9], 1), (vec![0, 5, 3, 5, 3, 5, 3, 9], 55)]);
    let name = "Fourth transfer is accepted with status 201 after three transfers";
    let (released, _) = mined.write(&Policy::default(), 2);
    assert!(scenario(&released, name).is_some());
    // Hardly more customers than journeys that failed elsewhere: nobody knows whether enough share it.
    mined.sequences[0].customers = 140;
    let (released, internal) = mined.write(&Policy::default(), 2);
    assert!(scenario(&released, name).is_none() && scenario(&internal, name).is_some());
}

#[test]
fn what_few_customers_failed_at_stays_inside() {
    let mut mined = common::bank();
    mined.sequences[0].customers = 4;
    let name = "Third transfer is accepted with status 201 after two transfers";
    let (released, internal) = mined.write(&Policy::default(), 2);
    assert!(scenario(&released, name).is_none());
    let (_, _, lines) = scenario(&internal, name).unwrap();
    assert!(lines.contains(&"Seen: The third transfer fails."), "{lines:?}");
}

/// Amounts come from policy edges, never from what customers sent.
#[test]
fn limits_begin_with_the_edge_of_the_policy() {
    for (minor, amount) in [(500_000, serde_json::json!(5000)), (1_234_550, serde_json::json!(12_345.5))] {
        let mut policy = Policy::default();
        policy.mine.high_value_minor = minor;
        let mut mined = common::bank();
        mined.events.push(common::call(schemas::record::EventCategory::Other, "POST", "/api/v1/notes", 201));
        mined.variants.push((vec![0, mined.events.len() as u32 - 1], 50));
        let (released, _) = mined.write(&policy, 1);
        let data: serde_json::Value = serde_json::from_str(&released["steps/test-data.json"]).unwrap();
        let transfers = &data["limits"]["POST /api/v1/accounts/${iban}/transfers"];
        assert_eq!(*transfers, serde_json::json!({ "amount": [amount], "amount_minor": [minor] }), "{}", data["limits"]);
        assert_eq!(data["limits"]["POST /api/v1/notes"], serde_json::json!({}));
    }
}
