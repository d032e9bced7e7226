//! Whatever is in the logs, a feature file holds nothing but what the stage meant to write.

mod common;

use proptest::prelude::*;
use schemas::policy::Policy;

/// First words of description lines; none of them is a keyword.
const DESCRIPTIONS: [&str; 10] =
    ["Seen: ", "Why: ", "Risk: ", "Needs: ", "Fails: ", "Anomaly: ", "Paths that ", "Paths are ", "Controls that ", "What every call "];

/// A reader of the one shape that the renderer prints, line by line; anything else is a finding. It is stricter than any parser.
fn check_file(text: &str) -> Result<(), String> {
    let odd = |c: &char| *c != '\n' && (c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202e}'));
    if text.chars().any(|c| odd(&c)) || !text.ends_with('\n') {
        return Err("a character that some runner splits lines at, or no end of line".to_owned());
    }
    let mut in_doc = false;
    let mut features = 0;
    for line in text.lines() {
        let known = if line.trim_start() == "\"\"\"" {
            in_doc = !in_doc;
            line == "      \"\"\""
        } else if in_doc {
            line.strip_prefix("      \"").and_then(|rest| rest.strip_suffix('"')).is_some_and(|json| json.is_ascii() && !json.contains(['"', '`']))
        } else if let Some(name) = line.strip_prefix("Feature: ") {
            features += 1;
            !name.is_empty() && name.trim() == name
        } else if let Some(name) = line.strip_prefix("  Scenario: ") {
            !name.is_empty() && name.trim() == name
        } else if line.trim_start().starts_with('@') {
            let is_tag = |tag: &str| {
                tag.strip_prefix('@').is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
            };
            line.trim_start().split(' ').all(is_tag)
        } else if let Some(step) = ["    Given ", "    When ", "    Then ", "    And "].iter().find_map(|keyword| line.strip_prefix(keyword)) {
            is_step(step)
        } else {
            line.is_empty() || DESCRIPTIONS.iter().any(|first| line.trim_start().starts_with(first)) && line.trim_end() == line
        };
        if !known {
            return Err(format!("an unknown line: {line}"));
        }
    }
    if in_doc || features != 1 { Err("an open doc string, or not one feature".to_owned()) } else { Ok(()) }
}

/// Whether a step is of the vocabulary: its text with the parameters cut out.
fn is_step(step: &str) -> bool {
    let shape: String = step.split('"').enumerate().map(|(place, part)| if place % 2 == 0 { part } else { "$" }).collect();
    let words: Vec<&str> = shape.split(' ').map(|word| if word.parse::<u32>().is_ok() { "#" } else { word }).collect();
    let methods = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
    let words: Vec<&str> = words.into_iter().map(|word| if methods.contains(&word) { "METHOD" } else { word }).collect();
    [
        "the API is available",
        "I am signed in as $",
        "I am not signed in",
        "I have received # from a METHOD request to $",
        "I have received # from a METHOD request to $ with data $",
        "I have received # after at most # METHOD requests to $",
        "I have received # after at most # METHOD requests to $ with data $",
        "I have saved the id in the response as $",
        "I have noted the answer to $",
        "# s have passed",
        "I repeat the last request with its idempotency key",
        "I send another body with the last idempotency key",
        "I send # METHOD requests to $",
        "I send # METHOD requests to $ with data $",
        "I send at most # METHOD requests until # is received from $",
        "I send at most # METHOD requests until # is received from $ with data $",
        "I send a METHOD request to $ with each field at its edges",
        "I send a METHOD request to $ for every $ of the pool",
        "the answer is as accepted",
        "the noted answers change as accepted",
        "I send a METHOD request to $",
        "I send a METHOD request to $ with data $",
        "the response status is #",
        "the request is refused",
        "the response contains no card number",
        "the event log contains no card number",
        "every event in the event log has a time and a key",
        "event $ was observed",
        "the event with this JSON name was observed",
        "event $ follows within # s",
        "the event with this JSON name follows within # s",
    ]
    .contains(&words.join(" ").as_str())
}

fn check_mined(mined: &common::Mined) -> Result<(), String> {
    let (released, internal) = mined.write(&Policy::default(), 1);
    for (path, text) in released.iter().chain(&internal).filter(|(path, _)| path.starts_with("features/")) {
        check_file(text).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

#[test]
fn the_checker_finds_what_it_is_for() {
    let good = "@a\nFeature: f\n\n  Scenario: s\n    Given the API is available\n";
    assert_eq!(check_file(good), Ok(()));
    for (from, to) in [
        ("available\n", "available\n    Given a forged step\n"),
        ("Scenario: s\n", "Scenario: s\n    Scenario: t\n"),
        ("@a\n", "@a #b\n"),
        ("available\n", "available\n      \"\"\"\n"),
        ("f\n", "f\u{b}g\n"),
    ] {
        assert!(check_file(&good.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn the_bank_and_hostile_texts_break_nothing() {
    check_mined(&common::bank()).unwrap();
    for text in common::HOSTILE {
        check_mined(&common::hostile(text)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_a_file(text in any::<String>()) {
        prop_assert_eq!(check_mined(&common::hostile(&text)), Ok(()));
    }

    #[test]
    fn no_mix_of_gherkin_breaks_a_file(parts in proptest::collection::vec(proptest::sample::select(&common::HOSTILE[..]), 1..6)) {
        prop_assert_eq!(check_mined(&common::hostile(&parts.concat())), Ok(()));
    }
}
