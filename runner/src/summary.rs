//! The last words of a run: where everything is, what it found, and what to look at first.

use std::path::Path;
use std::time::Duration;

use schemas::exit::Exit;
use schemas::metric::Counter;
use schemas::record::RejectReason;
use serde_json::json;

use crate::budget::Place;
use crate::describe::overrides;
use crate::failure::Failure;
use crate::intoto::ATTESTATION;
use crate::manifest::{Manifest, Override};
use crate::names::shown;
use crate::publish::{Published, SOURCE_MAP, TESTS_MAP};
use crate::report::{grouped, print_line, spoken};
use crate::run::Results;
use crate::session::Session;
use crate::tally::Tally;

/// What a finished run amounts to.
struct Numbers {
    events: u64,
    templates: u64,
    journeys: u64,
    variants: u64,
    anomalies: u64,
    findings: u64,
    findings_high: u64,
    scenarios: u64,
    features: u64,
    released: u64,
    tests: u64,
    tests_not_run: u64,
    test_files_broken: u64,
    scenarios_tested: u64,
    variants_untested: u64,
    calls_untested: u64,
}

impl Numbers {
    fn of(manifest: &Manifest) -> Self {
        let count = |step, counter| manifest.counter(step, counter);
        Self {
            events: manifest.counts.clean,
            templates: count("mine.templates", Counter::Templates),
            journeys: count("mine.journeys", Counter::Journeys),
            variants: count("mine.score", Counter::Variants),
            anomalies: count("mine.score", Counter::AnomalyGroups),
            findings: count("mine.rank", Counter::Findings),
            findings_high: count("mine.rank", Counter::FindingsHigh),
            scenarios: count("gherkin.write", Counter::Scenarios),
            features: count("gherkin.write", Counter::Features),
            released: count("dp-report.release", Counter::NumbersReleased),
            tests: count("gherkin.tests", Counter::Tests),
            tests_not_run: count("gherkin.tests", Counter::TestsNotRun),
            test_files_broken: count("gherkin.tests", Counter::TestFilesBroken),
            scenarios_tested: count("gherkin.write", Counter::ScenariosTested),
            variants_untested: count("gherkin.write", Counter::VariantsUntested),
            calls_untested: count("gherkin.write", Counter::CallsUntested),
        }
    }
}

impl Numbers {
    /// What existing tests cover; nothing when the run was given none.
    fn coverage(&self, session: &Session) -> serde_json::Value {
        if session.tests.is_empty() {
            return serde_json::Value::Null;
        }
        json!({
            "tests": self.tests, "tests_not_run": self.tests_not_run, "test_files_broken": self.test_files_broken, "scenarios_left_out": self.scenarios_tested,
            "missing_only": session.tests.missing_only, "paths_untested": self.variants_untested, "calls_untested": self.calls_untested,
        })
    }

    /// The same as lines.
    fn coverage_lines(&self, session: &Session, latest: &Path) -> Vec<String> {
        if session.tests.is_empty() {
            return Vec::new();
        }
        let left_out = if session.tests.missing_only { format!("; {} scenarios left out", grouped(self.scenarios_tested)) } else { String::new() };
        let mut lines = vec![format!(
            "  coverage   {} tests; {} paths and {} calls of production that none of them walks{left_out}: {}",
            grouped(self.tests),
            grouped(self.variants_untested),
            grouped(self.calls_untested),
            shown(&latest.join("internal/coverage.html"))
        )];
        if self.tests_not_run + self.test_files_broken > 0 {
            lines.push(format!(
                "  not tests  {} tests were skipped or are undefined; {} files could not be read to their end ({} names them)",
                grouped(self.tests_not_run),
                grouped(self.test_files_broken),
                shown(&latest.join(TESTS_MAP))
            ));
        }
        lines
    }
}

/// Reasons for which one reject stands for a source or the rest of it.
const CUT_SHORT: [RejectReason; 3] = [RejectReason::Binary, RejectReason::CorruptStream, RejectReason::DecompressionLimit];

fn rejected(manifest: &Manifest, reason: RejectReason) -> u64 {
    manifest.tasks.iter().filter_map(|task| task.rejects.get(reason.name())).sum()
}

/// What to say of sources that were not read to their end, by the number of rejects of a reason; nothing when there is none.
#[must_use]
pub fn cut_short(rejects: impl Fn(RejectReason) -> u64) -> Option<String> {
    let counts = CUT_SHORT.map(|reason| (rejects(reason), reason.name().replace('_', " ")));
    let cut: u64 = counts.iter().map(|(count, _)| count).sum();
    let what = counts.map(|(count, name)| format!("{} {name}", grouped(count))).join(", ");
    (cut > 0).then(|| format!("{} sources were not read to their end ({what}): `logminer inspect` raw/reject_read*", grouped(cut)))
}

/// A run stopped by `--until`.
pub fn stopped(json: bool, step: &str, session: &Session, results: &Results, steps_run: usize) {
    let folder = session.runs.join(session.building());
    // The report is drawn by its step, not by publishing: stopping behind it has its price.
    let spent = session.plan.tasks.iter().any(|&task| session.plan.step(task).budget);
    if json {
        let value = json!({
            "event": "summary", "exit": 0, "until": step, "folder": folder.to_string_lossy(), "steps_run": steps_run,
            "steps_skipped": results.len() - steps_run, "published": false, "degraded": !overrides(results).is_empty(),
            "budget_spent": spent,
        });
        return print_line(&value.to_string());
    }
    print_line(&format!("stopped after {step}: {steps_run} of {} steps run, the others were up to date; nothing is published", results.len()));
    overrides(results).iter().for_each(|given_up| print_line(&degraded(given_up)));
    print_line(&format!("  so far     {}/", shown(&folder)));
    if spent {
        print_line("  budget     the report is drawn and charged; going on publishes it and costs nothing more");
    }
    print_line("  go on      logminer resume (or run) with the same flags");
}

/// A run that failed: what of it is kept, and what to do. Why it failed is said by the error itself.
pub fn failed(json: bool, failure: &Failure, session: &Session, tally: &Tally) {
    let folder = session.runs.join(session.building());
    let kept = tally.tasks.len();
    let latest = std::fs::read_link(session.runs.join("latest")).ok().map(|run| shown(&run));
    let advice = what_to_do(failure.exit);
    if json {
        let value = json!({
            "event": "summary", "exit": failure.exit.code(), "published": false, "folder": folder.to_string_lossy(), "steps_kept": kept,
            "steps": session.plan.tasks.len(), "latest": latest, "what_to_do": advice,
        });
        return print_line(&value.to_string());
    }
    let run = tally.tasks.iter().filter(|task| !task.reused).count();
    print_line(&format!("run of {}: nothing was published, exit {}", session.date, failure.exit.code()));
    let of = session.plan.tasks.len();
    print_line(&format!("  kept       {kept} of {of} steps are done ({run} by this run); the next run takes over what is still right"));
    if folder.is_dir() {
        print_line(&format!("  so far     {}/", shown(&folder)));
    }
    print_line(&format!("  latest     {}", latest.unwrap_or_else(|| "nothing was published before either".to_owned())));
    print_line(&format!("  what to do {advice}"));
}

/// The first thing to do about an exit code, as in `docs/OPERATING.md`.
#[must_use]
pub fn what_to_do(exit: Exit) -> &'static str {
    match exit {
        Exit::Done => "nothing",
        Exit::Usage => "set right what the sentence names, and run again",
        Exit::CorruptInput => "look at the input it names: it is damaged, or was cut or replaced while it was read; then run again",
        Exit::SchemaMismatch => "use the version of `logminer` that wrote the file",
        Exit::TooManyQuarantined => "`logminer inspect` the reject files so far; mend the input or raise ingest.quarantine_ppm_max",
        Exit::SandboxRefused => "`logminer doctor` on this host; no step was run without its sandbox",
        Exit::DigestMismatch => "find out who changed what it names, and restore it; `logminer verify` lists all",
        Exit::KeyRefused => "mount the right secret, or make keys with `logminer keygen`",
        Exit::Locked => "wait for the other run to end",
        Exit::TransientIo => "run again",
        Exit::DiskFull => "make room, and run again",
        Exit::Interrupted | Exit::Terminated => "`logminer resume` with the same flags goes on from here",
        Exit::StageCrashed => "report it, with the place it names and the digest of the binary",
        Exit::OutOfMemory => "run again with more memory or more --shards",
        Exit::Timeout => "run again with more --shards or a larger --step-timeout-minutes",
        Exit::BudgetRefused => "`logminer budget show`; never edit the ledger, restore its newest copy",
        Exit::FindingsOverThreshold => "read internal/ of the published run",
        Exit::GateFailed => "nothing may leave: read what the gate found",
        Exit::WouldChange => "the same command without --check does it",
        Exit::Internal => "report it: this is a bug in `logminer`",
    }
}

/// A published run.
pub fn done(json: bool, published: &Published, steps_run: usize, took: Duration, exit: Exit, session: &Session, ledger: &Place) {
    let manifest = &published.manifest;
    let numbers = Numbers::of(manifest);
    let budget = ledger.summary().ok().flatten();
    // `latest` does not lead to a run for auditors.
    let latest = if session.plan.is_for_auditors() { published.folder.clone() } else { session.runs.join("latest") };
    if json {
        let counts = &manifest.counts;
        let value = json!({
            "event": "summary",
            "exit": exit.code(),
            "run": manifest.id,
            "folder": published.folder.to_string_lossy(),
            "latest": latest.to_string_lossy(),
            "release": latest.join("release").to_string_lossy(),
            "internal": latest.join("internal").to_string_lossy(),
            "manifest": latest.join("manifest.json").to_string_lossy(),
            "attestation": latest.join(ATTESTATION).to_string_lossy(),
            "steps_run": steps_run,
            "steps_skipped": manifest.tasks.len() - steps_run.min(manifest.tasks.len()),
            "sources_cut_short": CUT_SHORT.iter().map(|reason| rejected(manifest, *reason)).sum::<u64>(),
            "unchanged": published.unchanged,
            "development": manifest.development,
            "degraded": !manifest.overrides.is_empty(),
            "overrides": manifest.overrides,
            "records_in": counts.records_in,
            "clean": counts.clean,
            "quarantined": counts.quarantined,
            "records_without_time": without_time(manifest).0,
            "dropped": counts.dropped,
            "templates": numbers.templates,
            "journeys": numbers.journeys,
            "variants": numbers.variants,
            "anomaly_groups": numbers.anomalies,
            "findings": numbers.findings,
            "findings_high": numbers.findings_high,
            "features": numbers.features,
            "scenarios": numbers.scenarios,
            "numbers_released": numbers.released,
            "passed_over": session.sources.skipped.len(),
            "coverage": numbers.coverage(session),
            "budget": budget,
        });
        return print_line(&value.to_string());
    }
    for line in lines(manifest, &numbers, published, steps_run, took, session, &latest) {
        print_line(&line);
    }
    manifest.overrides.iter().for_each(|given_up| print_line(&degraded(given_up)));
    if let Some(budget) = budget {
        print_line(&format!(
            "  budget     epsilon {} of {} is spent; {} nano-rho are left",
            millionths(budget.spent_epsilon.0),
            millionths(budget.cap_epsilon.0),
            grouped(budget.left_nano_rho.0)
        ));
    }
    if exit == Exit::FindingsOverThreshold {
        print_line("  ci         over the policy's thresholds: exit 61");
    }
}

/// The line of a sandbox property that was given up.
fn degraded(given_up: &Override) -> String {
    format!("  degraded   the sandbox property {} was given up: {}", given_up.property, given_up.reason)
}

fn lines(
    manifest: &Manifest,
    numbers: &Numbers,
    published: &Published,
    steps_run: usize,
    took: Duration,
    session: &Session,
    latest: &Path,
) -> Vec<String> {
    let counts = &manifest.counts;
    let mut lines = vec![match (published.unchanged, steps_run) {
        (true, 0) => format!("run {}: up to date; no step was run and no published byte was changed", manifest.id),
        (_, 0) => format!("run {}: published from earlier results; no step was run", manifest.id),
        _ => format!("run {}: {} of {} steps run in {}", manifest.id, steps_run, manifest.tasks.len(), spoken(took)),
    }];
    lines.push(format!(
        "  records    {} in = {} clean + {} quarantined + {} dropped",
        grouped(counts.records_in),
        grouped(counts.clean),
        grouped(counts.quarantined),
        grouped(counts.dropped)
    ));
    if counts.records_in == 0 {
        lines.push("             the inputs hold no record: all outputs are empty".to_owned());
    }
    lines.extend(no_time(without_time(manifest)));
    // One reject can stand for a whole source or the rest of one, so the sum above does not show how much is missing.
    lines.extend(cut_short(|reason| rejected(manifest, reason)).map(|warning| format!("  WARNING    {warning}")));
    if !session.sources.skipped.is_empty() {
        lines.push(format!("             {} entries of the input are not regular files and were passed over", session.sources.skipped.len()));
    }
    lines.push(format!(
        "  mined      {} templates, {} journeys in {} variants, {} anomaly groups, {} findings ({} high or critical)",
        grouped(numbers.templates),
        grouped(numbers.journeys),
        grouped(numbers.variants),
        grouped(numbers.anomalies),
        grouped(numbers.findings),
        grouped(numbers.findings_high)
    ));
    lines.push(format!(
        "  made       {} scenarios in {} features, {} private numbers, {} clean events",
        grouped(numbers.scenarios),
        grouped(numbers.features),
        grouped(numbers.released),
        grouped(numbers.events)
    ));
    lines.extend(numbers.coverage_lines(session, latest));
    lines.push(format!("  release/   {}/   may leave the team", shown(&latest.join("release"))));
    lines.push(format!("  internal/  {}/   exact and sanitized, for the analysis team", shown(&latest.join("internal"))));
    lines.push(format!(
        "  manifest   {}   signed{}",
        shown(&latest.join("manifest.json")),
        if manifest.development { ", development keys" } else { "" }
    ));
    if numbers.findings + numbers.anomalies > 0 {
        lines.push(format!("  evidence   names sources by number; {} says which file each is", shown(&latest.join(SOURCE_MAP))));
    }
    lines.push(format!("  provenance {}   `logminer verify` and `logminer explain` read it", shown(&latest.join(ATTESTATION))));
    lines.push(format!("  look first {}", look_first(manifest, numbers, &published.folder, latest)));
    lines
}

/// Records that were sanitized without a time, and all that were sanitized.
fn without_time(manifest: &Manifest) -> (u64, u64) {
    (manifest.counter("sanitize.apply", Counter::RecordsWithoutTime), manifest.counter("sanitize.apply", Counter::RecordsIn))
}

/// Without times there are no hours, no order within a journey and no rule that looks at a window: a wrong field name must not pass for a quiet day.
fn no_time((without, all): (u64, u64)) -> Option<String> {
    let line = format!("  no time    {} of {} records: if a field holds it, name it with --timestamp-field", grouped(without), grouped(all));
    (without > 0).then_some(line)
}

/// The first thing worth opening, of what is there.
fn look_first(manifest: &Manifest, numbers: &Numbers, folder: &Path, latest: &Path) -> String {
    let quarantined = manifest.counts.quarantined * 100 > manifest.counts.records_in;
    let candidates = [
        (quarantined, "raw/reject_read-shard00.lmq", "over 1 % of the records were quarantined; `logminer inspect` says why"),
        (numbers.findings_high > 0, "internal/findings.html", "findings of high or critical severity, worst first, in a browser"),
        (numbers.anomalies > 0, "internal/anomalies.json", "journeys unlike the others"),
        (true, "internal/exact-report.audit.html", "exact numbers, for auditors alone: no release"),
        (true, "release/report.html", "the report, in a browser"),
        (true, "internal/ci-summary.json", "the counts"),
    ];
    let found = candidates.into_iter().find(|(applies, file, _)| *applies && folder.join(file).exists());
    found.map_or_else(|| shown(latest), |(_, file, why)| format!("{}   {why}", shown(&latest.join(file))))
}

fn millionths(number: u64) -> String {
    if number == u64::MAX { "unbounded".to_owned() } else { format!("{}.{:03}", number / 1_000_000, number % 1_000_000 / 1_000) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finding 13 of the review of issue 2: 895 of 965 records had no time and nobody said so.
    #[test]
    fn records_without_a_time_are_said() {
        assert_eq!(no_time((0, 965)), None);
        let line = no_time((895, 965)).unwrap();
        assert!(line.contains("895 of 965 records") && line.contains("--timestamp-field"), "{line}");
    }

    #[test]
    fn sources_that_were_cut_short_are_said_with_the_reason() {
        assert_eq!(cut_short(|_| 0), None);
        let warning = cut_short(|reason| u64::from(reason == RejectReason::CorruptStream)).unwrap();
        assert!(warning.starts_with("1 sources were not read to their end") && warning.contains("1 corrupt stream"), "{warning}");
    }
}
