//! Adding up what the rules found: compliance firings of all shards, fraud rules over each subject's activities.

use std::collections::BTreeSet;

use schemas::ids::{RecordRef, TokenKey};
use schemas::limits::EVIDENCE_MAX;
use schemas::policy::MinePolicy;
use schemas::record::{Activity, ActivityKind, ActivityRecord, Contribution, ContributionRecord, Finding, FindingRecord, Metric};
use stage_runtime::{InputBytes, Scratch, StepContext, StepError};

use super::unit::{UNIT_BYTES, UnitCounts, What, for_each_finding, row};
use crate::rule::{self, Rule};
use crate::sort::{RowReader, RowWriter, Sorted, Sorter};

/// Length of an activity's row: subject, time, place, kind, amount.
const ROW_BYTES: usize = 16 + 9 + 4 + 8 + 1 + 9;

/// Firings by rule.
pub(super) struct Firings {
    policy: MinePolicy,
    rules: Vec<Rule>,
    counts: Vec<u64>,
    evidence: Vec<BTreeSet<RecordRef>>,
}

impl Firings {
    /// None yet.
    pub(super) fn new(policy: &MinePolicy) -> Self {
        let rules = rule::all(policy);
        Self { policy: policy.clone(), counts: vec![0; rules.len()], evidence: vec![BTreeSet::new(); rules.len()], rules }
    }

    fn add(&mut self, rule: usize, at: RecordRef) {
        self.counts[rule] += 1;
        self.evidence[rule].insert(at);
        if self.evidence[rule].len() > EVIDENCE_MAX {
            self.evidence[rule].pop_last();
        }
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.id == id)
    }

    /// Adds the compliance firings of all shards.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn read_compliance(&mut self, inputs: &[InputBytes], units: &mut Sorter<UNIT_BYTES>) -> Result<(), StepError> {
        let mut scratch = Vec::new();
        for input in inputs {
            let container = input.open::<Finding>()?;
            for number in 0..container.block_count() {
                for record in container.block::<Finding>(number, &mut scratch)?.records() {
                    let record = record?;
                    let Some(rule) = self.number(record.rule) else { continue };
                    record.evidence.iter().for_each(|at| self.add(rule, *at));
                    record.subject_keys.iter().try_for_each(|unit| units.push(row(What::Finding, rule as u64, *unit)))?;
                }
            }
        }
        Ok(())
    }

    /// Runs the fraud rules over all activities, subject by subject in time order.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn read_fraud(&mut self, inputs: &[InputBytes], scratch: Scratch, units: &mut Sorter<UNIT_BYTES>) -> Result<(), StepError> {
        let mut sorter = Sorter::new(scratch, false);
        let mut buffer = Vec::new();
        for input in inputs {
            let container = input.open::<Activity>()?;
            for number in 0..container.block_count() {
                for record in container.block::<Activity>(number, &mut buffer)?.records() {
                    sorter.push(activity_row(&record?))?;
                }
            }
        }
        let mut rules: Vec<(usize, Box<dyn rule::Fraud>)> =
            rule::fraud(&self.policy).into_iter().filter_map(|fraud| Some((self.number(fraud.rule().id)?, fraud))).collect();
        let mut subject = None;
        sorter.finish()?.for_each(|bytes| {
            let activity = read_activity(bytes);
            if subject != Some(activity.subject) {
                subject = Some(activity.subject);
                rules.iter_mut().for_each(|(_, fraud)| fraud.begin());
            }
            for (number, fraud) in &mut rules {
                if fraud.fires(&activity) {
                    self.add(*number, activity.at);
                    units.push(row(What::Finding, *number as u64, activity.subject))?;
                }
            }
            Ok(())
        })
    }

    /// The findings: rules that fired, sorted by kind and id.
    pub(super) fn findings(&self, units: &UnitCounts) -> Vec<FindingRecord<'static>> {
        let fired = self.rules.iter().enumerate().filter(|(number, _)| self.counts[*number] > 0);
        fired
            .map(|(number, rule)| FindingRecord {
                rule: rule.id,
                kind: rule.kind,
                severity: rule.severity,
                clause: rule.clause,
                description: rule.description,
                count: self.counts[number],
                subjects: units.get(What::Finding, number as u64),
                evidence: self.evidence[number].iter().copied().collect(),
                subject_keys: units.first(number as u64),
            })
            .collect()
    }
}

/// Writes findings and, for the report, whom each concerns.
///
/// # Errors
/// When an output cannot be written.
pub(super) fn write(context: &mut StepContext, findings: &[FindingRecord<'static>], units: &Sorted<UNIT_BYTES>) -> Result<(), StepError> {
    let mut output = context.output::<Finding>("finding")?;
    findings.iter().try_for_each(|finding| output.push(0, finding, None))?;
    output.finish(context)?;
    let rules = rule::all(&context.job().policy.mine);
    let positions: Vec<Option<usize>> = rules.iter().map(|rule| findings.iter().position(|finding| finding.rule == rule.id)).collect();
    let mut output = context.output::<Contribution>("finding_contribution")?;
    for_each_finding(units, |rule, unit: TokenKey| {
        let position = positions.get(rule as usize).copied().flatten();
        position.map_or(Ok(()), |position| output.push(0, &ContributionRecord { unit, metric: Metric::Finding, key: position as u64 }, None))
    })?;
    output.finish(context)
}

fn activity_row(activity: &ActivityRecord) -> [u8; ROW_BYTES] {
    let mut row = [0; ROW_BYTES];
    RowWriter::new(&mut row)
        .u128(activity.subject.0)
        .option_i64(activity.time_ns)
        .u32(activity.at.source)
        .u64(activity.at.offset)
        .u8(u8::from(activity.kind == ActivityKind::LoginFailed))
        .option_i64(activity.amount_minor);
    row
}

fn read_activity(bytes: &[u8; ROW_BYTES]) -> ActivityRecord {
    let mut row = RowReader::new(bytes);
    ActivityRecord {
        subject: TokenKey(row.u128()),
        time_ns: row.option_i64(),
        at: RecordRef { source: row.u32(), offset: row.u64() },
        kind: if row.u8() == 1 { ActivityKind::LoginFailed } else { ActivityKind::Transaction },
        amount_minor: row.option_i64(),
    }
}
