//! `pulse[run]`: unusual templates. Four kinds, each with its reason in words:
//!
//! - **new**: on no earlier night, and no part of one that was ([`crate::drift`] tells them apart); on a first night nothing is new;
//! - **rare**: severe, and so rare that a line of the night is hardly ever one: surprise in bits times the weight of the severity;
//! - **burst**: in one hour far more lines than the night's other hours lead to expect. What is expected is the median share of the template in all
//!   lines of an hour, times the lines of this hour, so that a busy hour alone is none; what is far is measured by the median deviation of these
//!   shares (MAD, Hampel 1974) and is at least what counting alone would give (Poisson);
//! - **parameter**: at a place whose values are nearly all of one class stands one of another ([`parameter`]).
//!
//! In: `template`, `template_place`, `template_rate` of all shards, `known` of the night before. Out: `event_anomaly`, worst first, at most
//! [`EVENT_ANOMALIES_MAX`]. Nothing is reported as a fixed share of the night: a quiet night has an empty list.

mod parameter;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::{RecordRef, StableId};
use schemas::limits::{EVENT_ANOMALIES_MAX, TEMPLATE_HOURS_MAX};
use schemas::metric::Counter;
use schemas::record::{EventAnomaly, EventAnomalyKind, EventAnomalyRecord, Severity, Template, TemplateRate};
use stage_runtime::{StepContext, StepError};

use crate::bounded::{Bounded, Merge};
use crate::drift;
use crate::score::grouped;
use crate::score::log2;
use crate::shape::{THROWN, prefix};

/// Bits from which a severe template is rare: one line in 4,096.
const RARE_BITS: f64 = 12.0;
/// Lines of an hour below which nothing is a burst.
const BURST_LINES_MIN: u64 = 20;
/// Deviations from which on, and times what is expected.
const BURST_DEVIATIONS: f64 = 8.0;
const BURST_TIMES: f64 = 3.0;
/// Hours with lines that a night must have to say what is usual.
const BURST_HOURS_MIN: usize = 6;
/// MAD of a normal distribution in standard deviations, inverted.
const MAD_TO_DEVIATION: f64 = 1.4826;
/// Bytes of a template's text in a sentence.
const TEXT_BYTES_MAX: usize = 300;
const HOURS_A_DAY: i64 = 24;

/// Lines of a template in an hour.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lines(pub u64);

impl Merge for Lines {
    fn merge(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// The key under which lines of a template and an hour are counted.
pub(crate) fn rate_key(template: StableId, hour: i64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&template.0.to_be_bytes());
    key[8..].copy_from_slice(&hour.to_be_bytes());
    key
}

/// Template and hour of a key.
pub(crate) fn of_rate_key(key: &[u8]) -> (StableId, i64) {
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let (template, hour) = key.split_at(key.len().min(8));
    (StableId(number(template)), number(hour).cast_signed())
}

/// A template of the night.
struct Known {
    text: String,
    count: u64,
    severity: Severity,
    first: RecordRef,
    /// Of a stack trace the template that its first line is by itself.
    first_line: Option<StableId>,
}

/// One unusual template.
struct Found {
    template: StableId,
    kind: EventAnomalyKind,
    severity: Severity,
    count: u64,
    score_milli: u64,
    first: RecordRef,
    explanation: String,
}

/// Runs the step.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let templates = read_templates(context)?;
    let new = drift::new_templates(context)?;
    let mut found = unusual(&templates, &new);
    found.extend(bursts(&templates, &read_rates(context)?));
    found.extend(parameter::unusual(context, &templates)?);
    found.sort_by_key(|found| (Reverse(found.score_milli), found.kind, found.template));
    context.report.add(Counter::EventAnomalies, found.len() as u64);
    let mut output = context.output::<EventAnomaly>("event_anomaly")?;
    for found in found.iter().take(EVENT_ANOMALIES_MAX) {
        let Found { template, kind, severity, count, score_milli, first, ref explanation } = *found;
        output.push(0, &EventAnomalyRecord { template, kind, severity, count, score_milli, first, explanation }, None)?;
    }
    output.finish(context)
}

fn read_templates(context: &StepContext) -> Result<BTreeMap<StableId, Known>, StepError> {
    let (mut templates, mut scratch) = (BTreeMap::new(), Vec::new());
    let input = context.input("template")?;
    let container = input.open::<Template>()?;
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch)?.records() {
            let record = record?;
            let text = prefix(record.text, TEXT_BYTES_MAX).to_owned();
            let first_line = record.text.split_once(THROWN).map(|(line, _)| StableId::of(line.trim_end().as_bytes()));
            templates.insert(record.id, Known { text, count: record.count, severity: record.severity, first: record.first, first_line });
        }
    }
    Ok(templates)
}

/// Lines by template and hour.
type Rates = BTreeMap<StableId, BTreeMap<i64, u64>>;

fn read_rates(context: &StepContext) -> Result<Rates, StepError> {
    let (mut counted, mut scratch) = (Bounded::<Lines>::new(TEMPLATE_HOURS_MAX), Vec::new());
    for input in context.inputs("template_rate") {
        let container = input.open::<TemplateRate>()?;
        for number in 0..container.block_count() {
            for record in container.block::<TemplateRate>(number, &mut scratch)?.records() {
                let record = record?;
                counted.add(&rate_key(record.template, record.hour), Lines(record.count));
            }
        }
    }
    let mut rates = Rates::new();
    for (key, Lines(count)) in counted.finish().0 {
        let (template, hour) = of_rate_key(&key);
        rates.entry(template).or_default().insert(hour, count);
    }
    Ok(rates)
}

fn weight(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 4.0,
        Severity::Error => 3.0,
        Severity::Warning => 2.0,
        _ => 1.0,
    }
}

/// The word of a severity.
pub(crate) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "information",
        Severity::Debug => "debug",
        Severity::Unknown => "unknown",
    }
}

/// New templates, and rare ones that are severe. An error that is listed with its stack trace and without is one, with both counted.
fn unusual(templates: &BTreeMap<StableId, Known>, new: &BTreeSet<StableId>) -> Vec<Found> {
    let total: u64 = templates.values().map(|known| known.count).sum();
    let kind = |(id, known): (&StableId, &Known)| {
        let is_rare = known.severity >= Severity::Error && bits(known.count, total) >= RARE_BITS;
        let kind = if new.contains(id) { Some(EventAnomalyKind::New) } else { is_rare.then_some(EventAnomalyKind::Rare) };
        kind.map(|kind| (*id, kind))
    };
    let kinds: BTreeMap<StableId, EventAnomalyKind> = templates.iter().filter_map(kind).collect();
    let without_trace = without_trace(templates, &kinds);
    let told_with_it: BTreeSet<StableId> = without_trace.values().copied().collect();
    let found = |(id, kind): (&StableId, &EventAnomalyKind)| {
        let known = templates.get(id)?;
        let alone = without_trace.get(id).and_then(|id| templates.get(id));
        let count = known.count + alone.map_or(0, |alone| alone.count);
        let severity = alone.map_or(known.severity, |alone| alone.severity.max(known.severity));
        let (text, word) = (&known.text, word(severity));
        let of_them = alone.map_or_else(String::new, |alone| format!(", {} of them without its stack trace", grouped(alone.count)));
        let explanation = match kind {
            EventAnomalyKind::New => format!("`{text}` was on no earlier night: {}{of_them}, greatest severity {word}", lines(count)),
            _ => format!("`{text}` is rare and severe: {} of {} lines{of_them}, greatest severity {word}", grouped(count), grouped(total)),
        };
        let score_milli = (bits(count, total) * weight(severity) * 1_000.0) as u64;
        Some(Found { template: *id, kind: *kind, severity, count, score_milli, first: known.first, explanation })
    };
    kinds.iter().filter(|(id, _)| !told_with_it.contains(id)).filter_map(found).collect()
}

/// By template of an error with its stack trace that of the same error without, where both are unusual in the same way. Behind a line that begins several
/// traces stand several errors, and which of them it was without one is not known: these stay apart.
fn without_trace(templates: &BTreeMap<StableId, Known>, kinds: &BTreeMap<StableId, EventAnomalyKind>) -> BTreeMap<StableId, StableId> {
    let mut traces: BTreeMap<StableId, Vec<StableId>> = BTreeMap::new();
    for (id, kind) in kinds {
        let first_line = templates.get(id).and_then(|known| known.first_line);
        if let Some(first_line) = first_line.filter(|first_line| kinds.get(first_line) == Some(kind)) {
            traces.entry(first_line).or_default().push(*id);
        }
    }
    traces.into_iter().filter_map(|(alone, traces)| if let [only] = traces[..] { Some((only, alone)) } else { None }).collect()
}

fn bits(count: u64, total: u64) -> f64 {
    log2(total as f64 / count.max(1) as f64)
}

fn lines(count: u64) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{} lines", grouped(count)) }
}

/// Templates with an hour of far too many lines: the worst hour of each.
fn bursts(templates: &BTreeMap<StableId, Known>, rates: &Rates) -> Vec<Found> {
    let mut totals: BTreeMap<i64, u64> = BTreeMap::new();
    rates.values().flatten().for_each(|(hour, count)| *totals.entry(*hour).or_default() += count);
    if totals.len() < BURST_HOURS_MIN {
        return Vec::new();
    }
    let burst = |(id, hours): (&StableId, &BTreeMap<i64, u64>)| {
        let known = templates.get(id)?;
        let (deviations, hour, count, expected) = worst_hour(hours, &totals)?;
        let explanation = format!(
            "`{}` has {} from {:02}:00 UTC on, where {} are usual for an hour so busy",
            known.text,
            lines(count),
            hour.rem_euclid(HOURS_A_DAY),
            grouped(expected.round() as u64),
        );
        let score_milli = (deviations.min(1_000.0) * weight(known.severity) * 1_000.0) as u64;
        Some(Found { template: *id, kind: EventAnomalyKind::Burst, severity: known.severity, count, score_milli, first: known.first, explanation })
    };
    rates.iter().filter_map(burst).collect()
}

/// Deviations, hour, lines and expected lines of the hour that stands out most; none when none does.
fn worst_hour(hours: &BTreeMap<i64, u64>, totals: &BTreeMap<i64, u64>) -> Option<(f64, i64, u64, f64)> {
    if hours.values().all(|count| *count < BURST_LINES_MIN) {
        return None;
    }
    let own = |hour: &i64| hours.get(hour).copied().unwrap_or(0);
    // The share of the other templates' lines, so that a burst does not make its own hour busy.
    let others = |hour: &i64, total: u64| total.saturating_sub(own(hour)).max(1) as f64;
    let shares: Vec<f64> = totals.iter().map(|(hour, total)| own(hour) as f64 / others(hour, *total)).collect();
    let usual = median(shares.clone());
    let spread = median(shares.iter().map(|share| (share - usual).abs()).collect());
    let judged = hours.iter().filter(|(_, count)| **count >= BURST_LINES_MIN).filter_map(|(hour, count)| {
        let busy = others(hour, *totals.get(hour)?);
        let (expected, lines) = (usual * busy, *count as f64);
        let deviation = (MAD_TO_DEVIATION * spread * busy).max(expected.sqrt()).max(1.0);
        let deviations = (lines - expected) / deviation;
        (deviations >= BURST_DEVIATIONS && lines >= BURST_TIMES * expected).then_some((deviations, *hour, *count, expected))
    });
    judged.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
}

/// The lower median.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str, count: u64, severity: Severity) -> Known {
        Known { text: text.to_owned(), count, severity, first: RecordRef { source: 0, offset: 0 }, first_line: None }
    }

    #[test]
    fn new_and_rare_are_told_with_their_reasons() {
        let templates = BTreeMap::from([
            (StableId(1), known("usual", 1_000_000, Severity::Info)),
            (StableId(2), known("ledger lost", 3, Severity::Error)),
            (StableId(3), known("rare and harmless", 3, Severity::Info)),
            (StableId(4), known("first seen", 1, Severity::Critical)),
        ]);
        let mut found = unusual(&templates, &BTreeSet::from([StableId(4)]));
        found.sort_by_key(|found| Reverse(found.score_milli));
        let told: Vec<&str> = found.iter().map(|found| found.explanation.as_str()).collect();
        assert_eq!(
            told,
            [
                "`first seen` was on no earlier night: 1 line, greatest severity critical",
                "`ledger lost` is rare and severe: 3 of 1,000,007 lines, greatest severity error",
            ]
        );
    }

    /// Lines of the template and of all others by hour.
    fn judge(own: &[u64], others: &[u64]) -> Option<(i64, u64)> {
        let hours: BTreeMap<i64, u64> = (0..).zip(own.iter().copied()).filter(|(_, count)| *count > 0).collect();
        let totals: BTreeMap<i64, u64> = (0..).zip(own.iter().zip(others).map(|(own, others)| own + others)).collect();
        worst_hour(&hours, &totals).map(|(_, hour, count, _)| (hour, count))
    }

    #[test]
    fn a_burst_is_more_than_a_busy_hour() {
        let day = [200, 100, 50, 50, 100, 400, 2_000, 6_000, 9_000, 9_500, 9_000, 4_000];
        let share = |day: &[u64]| day.iter().map(|lines| lines / 50).collect::<Vec<u64>>();
        assert_eq!(judge(&share(&day), &day), None, "it goes with the day");
        let mut burst = share(&day);
        burst[3] = 60;
        assert_eq!(judge(&burst, &day), Some((3, 60)), "at night sixty are many");
        let mut noon = share(&day);
        noon[8] += 60;
        assert_eq!(judge(&noon, &day), None, "at noon they are not");
        let mut outage = [0; 12];
        outage[9] = 5_000;
        assert_eq!(judge(&outage, &day), Some((9, 5_000)), "what is there in one hour alone");
        outage[9] = 19;
        assert_eq!(judge(&outage, &day), None, "few lines are no burst");
    }

    #[test]
    fn keys_round_trip() {
        for (template, hour) in [(StableId(7), 480_000), (StableId(u64::MAX), -3)] {
            assert_eq!(of_rate_key(&rate_key(template, hour)), (template, hour));
        }
    }
}
