//! `logminer run` and `logminer resume`.

use std::cell::RefCell;

use schemas::audit::AuditAction;
use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::policy::{CiPolicy, Policy, Profile};

use super::args::RunOptions;
use super::ended::Begun;
use super::prepare;
use crate::audit::details;
use crate::budget::Place;
use crate::disk;
use crate::failure::Failure;
use crate::keys::Signer;
use crate::last_look;
use crate::prove;
use crate::publish::{Circumstances, Published};
use crate::report::{Reporter, Warning, start_logging};
use crate::retention::survey::distrusted;
use crate::retention::{self, Rules};
use crate::run::{Results, Runner};
use crate::run_lock::RunLock;
use crate::session::Session;
use crate::store::Store;
use crate::summary;
use crate::until;

pub(super) fn run(options: &RunOptions, resume: bool) -> Result<Exit, Failure> {
    let begun = Begun::now(options);
    start_logging();
    let (session, signer, lock) = prepared(options, resume).inspect_err(|failure| begun.refused(failure))?;
    let reporter = Reporter::choose(options.json, options.log_bytes_max);
    reporter.planned(session.plan.tasks.len(), session.sources.given().count(), session.sources.bytes());
    for (name, reason) in &session.sources.skipped {
        reporter.warn_of(Warning::PassedOver, &format!("{name} is {reason} and is passed over"));
    }
    for (name, reason) in &session.tests.files.skipped {
        reporter.warn_of(Warning::PassedOver, &format!("{name} of the tests is {reason} and is passed over"));
    }
    let ledger = begun.ledger.clone();
    let runner = Runner {
        session: &session,
        store: Store::of(&session.runs),
        audit: begun.audit.clone(),
        ledger: ledger.clone(),
        reporter: &reporter,
        tally: RefCell::default(),
        lock: Some(lock),
    };
    let mut circumstances = circumstances(signer, &begun);
    let outcome = night(&runner, options, &mut circumstances, &begun);
    reporter.close();
    let tally = runner.tally.borrow();
    let exit = match &outcome {
        Ok(night) => night.exit,
        Err(failure) => failure.exit,
    };
    for warning in begun.ended(exit, Some((&session, &tally)), &circumstances) {
        reporter.warn(&warning.sentence());
    }
    match outcome {
        Ok(Night { published: None, steps_run, results, .. }) => {
            let step = options.until.as_deref().unwrap_or_default();
            summary::stopped(options.json, step, &session, &results, steps_run);
        }
        Ok(Night { published: Some(published), steps_run, .. }) => {
            summary::done(options.json, &published, steps_run, begun.took(), exit, &session, &ledger);
        }
        Err(failure) => {
            summary::failed(options.json, &failure, &session, &tally);
            return Err(failure);
        }
    }
    Ok(exit)
}

/// The same run for a command that only wants its results: no progress, no summary, no log line.
pub(super) fn silently(options: &RunOptions, policy: Policy) -> Result<(Session, Results), Failure> {
    let begun = Begun::now(options);
    let (session, signer, lock) = made_ready(prepare::session_under(options, policy)?, false)?;
    // Without `start_logging` its lines go nowhere.
    let reporter = Reporter::log();
    let runner = Runner {
        session: &session,
        store: Store::of(&session.runs),
        audit: begun.audit.clone(),
        ledger: begun.ledger.clone(),
        reporter: &reporter,
        tally: RefCell::default(),
        lock: Some(lock),
    };
    let mut circumstances = circumstances(signer, &begun);
    let results = night(&runner, options, &mut circumstances, &begun)?.results;
    drop(runner);
    Ok((session, results))
}

fn circumstances(signer: Signer, begun: &Begun) -> Circumstances {
    let search = Box::new(last_look::search);
    Circumstances { signer, sandbox: serde_json::json!({}), started_at: begun.at, metrics: String::new(), search }
}

/// Everything that can be refused before a decision is made.
fn prepared(options: &RunOptions, resume: bool) -> Result<(Session, Signer, RunLock), Failure> {
    made_ready(prepare::session(options)?, resume)
}

fn made_ready(session: Session, resume: bool) -> Result<(Session, Signer, RunLock), Failure> {
    let signer = session.keys.signer()?;
    disk::make_dir(&session.runs, disk::DIR_MODE)?;
    let lock = RunLock::take(&session.runs, &session.date, &session.building())?;
    if resume && !session.runs.join(session.building()).is_dir() {
        return Err(Failure::usage(format!("resume the run of {}: none was interrupted; begin one with `logminer run`", session.date)));
    }
    until::forget(&session.runs.join(session.building()))?;
    Ok((session, signer, lock))
}

/// What came of a run that did not fail.
struct Night {
    exit: Exit,
    results: Results,
    steps_run: usize,
    /// None when it was told to stop early.
    published: Option<Published>,
}

fn night(runner: &Runner<'_>, options: &RunOptions, circumstances: &mut Circumstances, begun: &Begun) -> Result<Night, Failure> {
    let (session, audit) = (runner.session, &runner.audit);
    begun.started(session, &circumstances.signer)?;
    if session.plan.is_for_auditors() {
        audit.append(AuditAction::ExactReport, details([("date", session.date.clone().into())]))?;
        runner.reporter.warn("the numbers of this run are exact (--no-dp): they are for auditors, stay in internal/, and are no release");
    }
    let mut results = runner.run(|| {
        for given_up in session.engine.overrides() {
            let (date, property, reason) = (session.date.clone(), given_up.property.clone(), given_up.reason.clone());
            let labels = details([("date", date.into()), ("property", property.into()), ("reason", reason.into())]);
            audit.append(AuditAction::OverrideUsed, labels)?;
            runner.reporter.warn(&format!("the sandbox property {} is given up: {}", given_up.property, given_up.reason));
        }
        let proof = prove::sandbox(&session.engine);
        let exit = proof.as_ref().map_or_else(|failure| failure.exit, |_| Exit::Done);
        audit.append(AuditAction::SandboxProven, details([("exit", exit.code().into())]))?;
        circumstances.sandbox = proof?;
        budget_can_be_spent(session, &runner.ledger, runner.reporter)
    })?;
    let steps_run = results.values().filter(|done| !done.reused).count();
    if let Some(step) = &options.until {
        until::note(&session.runs.join(session.building()), step)?;
        return Ok(Night { exit: Exit::Done, results, steps_run, published: None });
    }
    budget_still_stands(session, &runner.ledger, steps_run)?;
    circumstances.metrics = begun.metrics_text(session, &runner.tally.borrow(), circumstances);
    let published = runner.publish(&mut results, circumstances)?;
    if let Err(failure) = shred_old_raw(options, session, &circumstances.signer) {
        runner.reporter.warn(&failure.sentence());
    }
    let manifest = &published.manifest;
    let exit = match options.ci {
        true => ci_verdict(&session.policy.ci, |counter| {
            manifest.counter(if counter == Counter::AnomalyGroups { "mine.score" } else { "mine.rank" }, counter)
        }),
        false => Exit::Done,
    };
    Ok(Night { exit, results, steps_run, published: Some(published) })
}

/// A ledger that refuses at the end of the night has wasted the night, so it is looked at first.
fn budget_can_be_spent(session: &Session, ledger: &Place, reporter: &Reporter) -> Result<(), Failure> {
    if !session.plan.tasks.iter().any(|&task| session.plan.step(task).budget) {
        return Ok(());
    }
    if session.policy.profile == Profile::Development {
        ledger.complete(&session.policy, session.logical_day);
    }
    // A ledger that may be an older copy still serves a replay, and whether this is one shows at its end.
    if let Some(behind) = ledger.replay_only()? {
        reporter.warn(&format!("the budget ledger is replay-only, for {behind}: only a committed report can be released (`logminer budget prove`)"));
        return Ok(());
    }
    if ledger.summary()?.is_none() && session.policy.profile == Profile::Production {
        return Err(Failure::new(Exit::BudgetRefused, "find the budget ledger: there is none; make it with `logminer budget create`"));
    }
    Ok(())
}

/// A report that is taken over as it is needs its ledger too: a cut, damaged or missing one shows on the first run after it.
fn budget_still_stands(session: &Session, ledger: &Place, steps_run: usize) -> Result<(), Failure> {
    let spends = session.plan.tasks.iter().any(|&task| session.plan.step(task).budget);
    if spends && ledger.replay_only()?.is_none() && ledger.summary()?.is_none() && steps_run == 0 {
        return Err(Failure::new(Exit::BudgetRefused, "find the budget ledger: a released report was charged to it, so restore it and its anchor"));
    }
    Ok(())
}

/// Retention after a successful run, counted from its logical date: a replay of an old night does not reach into the nights after it.
fn shred_old_raw(options: &RunOptions, session: &Session, signer: &Signer) -> Result<(), Failure> {
    let Some(days) = options.retention_raw_days else { return Ok(()) };
    let rules = Rules { today: session.logical_day, raw_days: Some(days), ..Rules::default() };
    let items = retention::survey(&session.runs, &signer.public(), &rules)?;
    retention::apply(&session.runs, &options.places.audit(), signer, &rules, &items)?;
    distrusted(&items).map_or(Ok(()), Err)
}

/// A gate without thresholds would let everything through, so the one for findings is there without a policy too.
fn ci_verdict(ci: &CiPolicy, found: impl Fn(Counter) -> u64) -> Exit {
    let limits = [
        (Counter::FindingsCritical, ci.critical_findings_max),
        (Counter::FindingsHigh, Some(ci.high_findings_max.unwrap_or(0))),
        (Counter::FindingsMedium, ci.medium_findings_max),
        (Counter::FindingsNew, ci.new_findings_max),
        (Counter::AnomalyGroups, ci.anomalies_max),
    ];
    let over = limits.into_iter().any(|(counter, max)| max.is_some_and(|max| found(counter) > max));
    if over { Exit::FindingsOverThreshold } else { Exit::Done }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ci: CiPolicy, numbers: &[(Counter, u64)], exit: Exit) {
        let found = |counter| numbers.iter().find(|(known, _)| *known == counter).map_or(0, |(_, number)| *number);
        assert_eq!(ci_verdict(&ci, found), exit, "{ci:?} {numbers:?}");
    }

    /// Finding 8 of the review of issue 2: `--ci` without a policy never failed.
    #[test]
    fn ci_without_thresholds_allows_no_high_finding_and_any_number_of_anomalies() {
        check(CiPolicy::default(), &[(Counter::AnomalyGroups, 1_000), (Counter::FindingsMedium, 9)], Exit::Done);
        check(CiPolicy::default(), &[(Counter::FindingsHigh, 1)], Exit::FindingsOverThreshold);
    }

    #[test]
    fn thresholds_of_the_policy_decide() {
        use Exit::{Done, FindingsOverThreshold};
        type Set = fn(&mut CiPolicy, Option<u64>);
        let limits: [(Counter, Set); 5] = [
            (Counter::FindingsCritical, |ci, max| ci.critical_findings_max = max),
            (Counter::FindingsHigh, |ci, max| ci.high_findings_max = max),
            (Counter::FindingsMedium, |ci, max| ci.medium_findings_max = max),
            (Counter::FindingsNew, |ci, max| ci.new_findings_max = max),
            (Counter::AnomalyGroups, |ci, max| ci.anomalies_max = max),
        ];
        for (counter, set) in limits {
            let mut ci = CiPolicy::default();
            set(&mut ci, Some(2));
            check(ci.clone(), &[(counter, 2)], Done);
            check(ci, &[(counter, 3)], FindingsOverThreshold);
        }
    }
}
