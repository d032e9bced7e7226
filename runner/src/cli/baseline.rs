//! `logminer baseline`: which groups of anomalies are ordinary, and which are anomalies indeed.

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::policy::Profile;
use serde_json::json;

use super::args::{BaselineCommand, BaselineDecideOptions, BaselineListOptions, BaselineOptions};
use crate::audit::details;
use crate::baseline::{Baseline, Decided, Decision, Group, groups};
use crate::failure::Failure;
use crate::keys::{Keys, PublicKey};
use crate::lock::Lock;
use crate::manifest::Manifest;
use crate::names::shown;
use crate::report::{grouped, print_line};

/// Characters of a name and of a reason.
pub(super) const BY_CHARS_MAX: usize = 128;
pub(super) const REASON_CHARS_MAX: usize = 1_024;

pub(super) fn run(options: &BaselineOptions) -> Result<Exit, Failure> {
    match &options.command {
        BaselineCommand::Accept(options) => decide(options, Decided::Accepted),
        BaselineCommand::Reject(options) => decide(options, Decided::Rejected),
        BaselineCommand::Forget(options) => decide(options, Decided::Forgotten),
        BaselineCommand::List(options) => list(options),
    }
}

fn decide(options: &BaselineDecideOptions, decided: Decided) -> Result<Exit, Failure> {
    let (by, reason) = (text(&options.by, "--by", BY_CHARS_MAX)?, text(&options.reason, "--reason", REASON_CHARS_MAX)?);
    let runs = &options.places.runs;
    let lock = runs.join(".lock-baseline");
    let signer = Keys::open(&options.places.keys, Profile::Development)?.signer()?;
    let folder = options.run.clone().unwrap_or_else(|| runs.join("latest"));
    let manifest = Manifest::read(&folder, &signer.public())?;
    let listed = groups(&folder, &manifest)?;
    let _lock = Lock::take(&lock, "the decisions on anomalies")?;
    let mut baseline = Baseline::read(runs, &signer.public())?;
    let at = jiff::Timestamp::now().to_string();
    let mut made = Vec::new();
    for profile in &options.profiles {
        let explanation = explained(profile, decided, &listed, &baseline, &manifest.id)?;
        made.push(Decision {
            profile: profile.clone(),
            decided,
            night: manifest.date.clone(),
            run: manifest.id.clone(),
            by: by.clone(),
            reason: reason.clone(),
            at: at.clone(),
            explanation,
        });
    }
    baseline.decisions.extend(made.iter().cloned());
    // The log first: a decision that nobody can find afterwards would be worse than a noted one that was not made.
    for decision in &made {
        let pairs = [
            ("profile", json!(decision.profile)),
            ("decided", json!(decided.word())),
            ("run", json!(decision.run)),
            ("by", json!(decision.by)),
            ("reason", json!(decision.reason)),
        ];
        options.places.audit().append(AuditAction::AnomalyDecided, details(pairs))?;
    }
    let digest = baseline.write(runs, &signer)?;
    if options.json {
        print_line(&json!({ "decisions": made, "baseline": digest }).to_string());
    } else {
        for decision in &made {
            print_line(&format!("{}  {} from the night after {}: {}", decision.profile, decided.word(), decision.night, decision.explanation));
        }
    }
    Ok(Exit::Done)
}

/// What the run says of the profile. One that is not in the run's list can only be forgotten: accepted ones are in no list.
fn explained(profile: &str, decided: Decided, listed: &[Group], baseline: &Baseline, run: &str) -> Result<String, Failure> {
    if let Some(group) = listed.iter().find(|group| group.profile == profile) {
        return Ok(group.explanation.clone());
    }
    let before = baseline.holding(None);
    match before.get(profile) {
        Some(before) if decided == Decided::Forgotten => Ok(before.explanation.clone()),
        _ => Err(Failure::usage(format!(
            "decide on the profile {}: the run {run} lists no such group of anomalies; `logminer baseline list` shows them",
            profile.chars().filter(char::is_ascii_hexdigit).take(16).collect::<String>()
        ))),
    }
}

/// A name or a reason: one line, not empty.
pub(super) fn text(given: &str, flag: &str, chars_max: usize) -> Result<String, Failure> {
    let text = given.trim();
    if text.is_empty() || text.chars().count() > chars_max || text.chars().any(char::is_control) {
        return Err(Failure::usage(format!("read {flag}: it is empty, longer than {chars_max} characters, or has more than one line")));
    }
    Ok(text.to_owned())
}

fn list(options: &BaselineListOptions) -> Result<Exit, Failure> {
    let runs = &options.places.runs;
    let key = PublicKey::read(&options.places.keys.join("signing.pub"))?;
    let baseline = Baseline::read(runs, &key)?;
    let folder = options.run.clone().unwrap_or_else(|| runs.join("latest"));
    let manifest = Manifest::read(&folder, &key)?;
    let listed = groups(&folder, &manifest)?;
    let holding = baseline.holding(None);
    if options.json {
        let decisions: Vec<&Decision> = if options.all { baseline.decisions.iter().collect() } else { holding.into_values().collect() };
        print_line(&json!({ "run": manifest.id, "groups": listed, "decisions": decisions }).to_string());
        return Ok(Exit::Done);
    }
    print_line(&format!("groups of anomalies of {}:", shown(&folder)));
    for group in &listed {
        let decided = holding.get(group.profile.as_str()).map_or("open", |decision| decision.decided.word());
        print_line(&format!(
            "{}  {decided}  {} journeys of {} customers: {}",
            group.profile,
            grouped(group.journeys),
            grouped(group.customers),
            group.explanation
        ));
    }
    print_line("decisions:");
    let decisions: Vec<&Decision> = if options.all { baseline.decisions.iter().collect() } else { holding.into_values().collect() };
    for decision in decisions {
        print_line(&format!(
            "{}  {} by {} after {}: {} ({})",
            decision.profile,
            decision.decided.word(),
            decision.by,
            decision.night,
            decision.reason,
            decision.explanation
        ));
    }
    Ok(Exit::Done)
}
