//! `rank[run]`: one list of what the night found, worst first, with the reasons in words.
//!
//! In: `assessed`, `sequence`, `anomaly_group` and `event_anomaly` of this night, what customers did (`activity`, `sighting`), and of the night before `before` (what it listed) and
//! `seen_before` (which customers it knew); none on the first. Out: `ranked` (`findings.json`, `findings.html`), `known_finding` and
//! `known_subject`, which the next night is given. It is a step of its own because it looks at earlier nights: those must not change
//! the key of a release. What it finds in them (accounts that were asleep) is on the list and not in the report.

mod asleep;
mod html;
mod known;
mod risk;

use schemas::limits::RANKED_SHOWN_MAX;
use schemas::metric::Counter;
use schemas::record::{AnomalyGroup, Assessed, Bundle, BundleFile, EventAnomaly, FindingSeverity, Sequence};
use serde::Serializer as _;
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use known::Known;
use risk::{Entry, Novelty};

/// The entries of all records of an input.
macro_rules! entries {
    ($context:ident, $name:literal, $kind:ty, $entry:path) => {{
        let (mut entries, mut scratch) = (Vec::new(), Vec::new());
        for input in $context.inputs($name) {
            let container = input.open::<$kind>()?;
            for number in 0..container.block_count() {
                for record in container.block::<$kind>(number, &mut scratch)?.records() {
                    entries.push($entry(&record?));
                }
            }
        }
        entries
    }};
}
/// Runs the step.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let day = context.job().logical_day;
    let known = Known::read(context)?;
    let mut entries: Vec<Entry> = entries!(context, "assessed", Assessed, Entry::of_finding);
    entries.extend(asleep::find(context, day)?);
    let of_rules = entries.len() as u64;
    entries.extend(entries!(context, "sequence", Sequence, Entry::of_sequence));
    entries.extend(entries!(context, "anomaly_group", AnomalyGroup, Entry::of_anomaly));
    entries.extend(entries!(context, "event_anomaly", EventAnomaly, Entry::of_event));
    for entry in &mut entries {
        entry.novelty = known.novelty(&entry.name, entry.count, day);
    }
    entries.sort_by(Entry::worst_first);
    count(context, &entries, of_rules);
    known.after(&entries, day).write(context)?;
    let mut output = context.output::<Bundle>("ranked")?;
    output.push(0, &BundleFile { path: "findings.html", bytes: html::page(&entries, day).as_bytes() }, None)?;
    output.push(0, &BundleFile { path: "findings.json", bytes: &list(&entries) }, None)?;
    output.finish(context)
}

/// The text of `findings.json`. An entry at a time: all of them as values would take several times the memory of the text.
fn list(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let shown = entries.iter().zip(1_u64..).map(|(entry, rank)| shown(entry, rank)).take(RANKED_SHOWN_MAX);
    // Writing to memory does not fail.
    _ = serde_json::Serializer::pretty(&mut bytes).collect_seq(shown);
    bytes.push(b'\n');
    bytes
}

fn count(context: &mut StepContext, entries: &[Entry], of_rules: u64) {
    let rules = || entries.iter().filter(|entry| entry.source.family().is_some());
    let of = |severity| rules().filter(|entry| entry.severity == severity).count() as u64;
    let new = rules().filter(|entry| entry.novelty.is_new()).count() as u64;
    for (counter, value) in [
        (Counter::Findings, of_rules),
        (Counter::FindingsHigh, of(FindingSeverity::High) + of(FindingSeverity::Critical)),
        (Counter::FindingsCritical, of(FindingSeverity::Critical)),
        (Counter::FindingsMedium, of(FindingSeverity::Medium)),
        (Counter::FindingsNew, new),
    ] {
        context.report.add(counter, value);
    }
}

/// An entry of `findings.json`.
fn shown(entry: &Entry, rank: u64) -> Value {
    let novelty = match entry.novelty {
        Novelty::FirstNight => "no_earlier_night",
        Novelty::New => "new",
        Novelty::Returned(_) => "returned",
        Novelty::Grown(..) => "grown",
        Novelty::Known(_) => "known",
    };
    json!({
        "rank": rank,
        "risk": entry.risk(),
        "why": entry.why(),
        "rule": entry.rule,
        "source": entry.source.word(),
        "kind": entry.source.family(),
        "severity": entry.severity,
        "clause": entry.clause,
        "description": entry.description,
        "count": entry.count,
        "subjects": entry.customers,
        "money_minor": entry.money_minor,
        "novelty": novelty,
        "evidence": entry.evidence,
        "first_subjects": entry.subject_keys,
    })
}
