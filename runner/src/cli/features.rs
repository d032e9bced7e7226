//! `logminer features`: which scenarios are wanted.

use std::collections::BTreeSet;
use std::path::Path;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::policy::Profile;
use serde_json::json;

use super::baseline::{BY_CHARS_MAX, REASON_CHARS_MAX, text};
use super::features_args::{FeaturesCommand, FeaturesDecideOptions, FeaturesListOptions, FeaturesOptions};
use super::features_sync;
use crate::audit::details;
use crate::failure::Failure;
use crate::keys::{Keys, PublicKey};
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::print_line;
use crate::scenarios::{Decided, Decision, Listed, Scenarios, to_decide_on};

/// Digits in a row, blanks and hyphens aside, from which a number in a reason may be somebody's.
const DIGITS_MAX: usize = 8;

pub(super) fn run(options: &FeaturesOptions) -> Result<Exit, Failure> {
    match &options.command {
        FeaturesCommand::Sync(options) => features_sync::run(options),
        FeaturesCommand::Accept(options) => decide(options, Decided::Reviewed),
        FeaturesCommand::Mute(options) => decide(options, Decided::Muted),
        FeaturesCommand::Unmute(options) => decide(options, Decided::Forgotten),
        FeaturesCommand::List(options) => list(options),
    }
}

fn decide(options: &FeaturesDecideOptions, decided: Decided) -> Result<Exit, Failure> {
    let (by, reason) = (text(&options.by, "--by", BY_CHARS_MAX)?, text(&options.reason, "--reason", REASON_CHARS_MAX)?);
    if let Some((flag, _)) = [("--reason", &reason), ("--by", &by)].into_iter().find(|(_, text)| names_somebody(text)) {
        return Err(Failure::usage(format!(
            "read {flag}: it holds an address or a long number, and others read it; name a ticket or a user name instead"
        )));
    }
    let ids: BTreeSet<String> = options.scenarios.iter().map(|given| id(given)).collect::<Result<_, Failure>>()?;
    let runs = &options.places.runs;
    let signer = Keys::open(&options.places.keys, Profile::Development)?.signer()?;
    let folder = options.run.clone().unwrap_or_else(|| runs.join("latest"));
    let manifest = Manifest::read(&folder, &signer.public())?;
    if !lies_in(&folder, runs) {
        return Err(Failure::usage(format!(
            "decide on scenarios of {}: it is no run of {}; name its folder with --runs",
            shown(&folder),
            shown(runs)
        )));
    }
    let scenarios = to_decide_on(&folder, &manifest)?;
    let _lock = Lock::take(&runs.join(".lock-scenarios"), "the decisions on scenarios")?;
    let mut all = Scenarios::read(runs, &signer.public())?;
    let at = jiff::Timestamp::now().to_string();
    let mut made = Vec::new();
    for scenario in ids {
        let name = named(&scenario, decided, &scenarios, &all, &manifest.id)?;
        let (night, run, by, reason, at) = (manifest.date.clone(), manifest.id.clone(), by.clone(), reason.clone(), at.clone());
        made.push(Decision { scenario, decided, night, run, by, reason, at, name });
    }
    all.decisions.extend(made.iter().cloned());
    // The log first: a decision that nobody can find afterwards would be worse than a noted one that was not made.
    for decision in &made {
        let pairs = [
            ("scenario", json!(decision.scenario)),
            ("decided", json!(decided.word())),
            ("run", json!(decision.run)),
            ("by", json!(decision.by)),
            ("reason", json!(decision.reason)),
        ];
        options.places.audit().append(AuditAction::ScenarioDecided, details(pairs))?;
    }
    let digest = all.write(runs, &signer)?;
    if options.json {
        print_line(&json!({ "decisions": made, "scenarios": digest }).to_string());
    } else {
        for decision in &made {
            print_line(&format!("{}  {} from the night after {}: {}", decision.scenario, decided.word(), decision.night, decision.name));
        }
    }
    Ok(Exit::Done)
}

/// Whether a run is one of a runs folder, whatever links lead to it.
fn lies_in(run: &Path, runs: &Path) -> bool {
    match (run.canonicalize(), runs.canonicalize()) {
        (Ok(run), Ok(runs)) => run.parent() == Some(&*runs),
        _ => false,
    }
}

/// An id as it is kept.
fn id(given: &str) -> Result<String, Failure> {
    let id = given.trim_start_matches('@');
    let letters = id.strip_prefix("scn-").unwrap_or_default();
    if letters.len() == 16 && letters.bytes().all(|byte| (b'a'..=b'p').contains(&byte)) {
        return Ok(id.to_owned());
    }
    Err(Failure::usage("read the id of a scenario: it is `scn-` and 16 letters, as the scenario's tag shows it"))
}

/// What the run calls the scenario. One that does not stand in the run can only be given back: muted ones are in no file.
fn named(id: &str, decided: Decided, scenarios: &[Listed], all: &Scenarios, run: &str) -> Result<String, Failure> {
    let before = all.holding(None).get(id).copied();
    if decided == Decided::Forgotten && before.is_none() {
        return Err(Failure::usage(format!("give the scenario {id} back: nobody decided on it; `logminer features list` shows what was decided")));
    }
    if let Some(scenario) = scenarios.iter().find(|scenario| scenario.id == id) {
        return Ok(scenario.name.clone());
    }
    match before {
        Some(before) if decided == Decided::Forgotten => Ok(before.name.clone()),
        _ => Err(Failure::usage(format!(
            "decide on the scenario {id}: the run {run} has none of this id; `logminer features list --scenarios` shows them"
        ))),
    }
}

/// Whether a reason may say who somebody is: an address, or a number as long as those of accounts and customers.
fn names_somebody(reason: &str) -> bool {
    let is_address = |word: &str| word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    // Whatever stands between digits, letters apart: numbers are written with dots, lines, brackets and blanks.
    let long_number = reason.split(char::is_alphabetic).any(|part| part.chars().filter(|c| c.is_numeric()).count() > DIGITS_MAX);
    long_number || reason.split_whitespace().any(is_address)
}

fn list(options: &FeaturesListOptions) -> Result<Exit, Failure> {
    let runs = &options.places.runs;
    let key = PublicKey::read(&options.places.keys.join("signing.pub"))?;
    let all = Scenarios::read(runs, &key)?;
    let holding = all.holding(None);
    let decisions: Vec<&Decision> = if options.all { all.decisions.iter().collect() } else { holding.values().copied().collect() };
    let scenarios = if options.scenarios || options.run.is_some() {
        let folder = options.run.clone().unwrap_or_else(|| runs.join("latest"));
        let manifest = Manifest::read(&folder, &key)?;
        Some((shown(&folder), to_decide_on(&folder, &manifest)?))
    } else {
        None
    };
    if options.json {
        let scenarios = scenarios.map(|(_, scenarios)| scenarios);
        print_line(&json!({ "decisions": decisions, "scenarios": scenarios }).to_string());
        return Ok(Exit::Done);
    }
    if let Some((folder, scenarios)) = scenarios {
        print_line(&format!("scenarios of {folder}:"));
        for Listed { id, name, file, risk, left_out, .. } in scenarios {
            let decided = holding.get(id.as_str()).map_or("open", |decision| decision.decided.word());
            let remark = if left_out { " (not written: an existing test covers it)" } else { "" };
            print_line(&format!("{id}  {decided}  {risk}  {file}: {name}{remark}"));
        }
    }
    print_line("decisions:");
    for Decision { scenario, decided, night, by, reason, at, name, .. } in decisions {
        print_line(&format!("{scenario}  {} by {by} on {at}, after {night}: {reason} ({name})", decided.word()));
    }
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_name_tickets_and_nobody() {
        for fine in ["ticket 4711", "batch only, see PAY-20261120", "2 of 3 @ noon", "since 2026-11-20: gone"] {
            assert!(!names_somebody(fine), "{fine}");
        }
        for wrong in [
            "customer 123456789",
            "card 4111 1111 1111 1111",
            "DE44-5001-0517-5407-3249-31",
            "card 4111.1111.1111.1111",
            "4111_1111_1111",
            "+49 (151) 2345 6789",
            "asked j.smith@example.com",
        ] {
            assert!(names_somebody(wrong), "{wrong}");
        }
    }

    #[test]
    fn ids_are_letters() {
        assert_eq!(id("@scn-aaaabbbbccccdddd").unwrap(), "scn-aaaabbbbccccdddd");
        for wrong in ["aaaabbbbccccdddd", "scn-aaaa", "scn-aaaabbbbccccdddq", "scn-../../../../etc"] {
            assert_eq!(id(wrong).unwrap_err().exit, Exit::Usage, "{wrong}");
        }
    }
}
