//! Adding up what the rules found: firings over single records of all shards, rules over sequences over each subject's sightings.

use std::collections::BTreeSet;

use schemas::ids::{RecordRef, TokenKey};
use schemas::limits::EVIDENCE_MAX;
use schemas::policy::Policy;
use schemas::record::{Assessed, AssessedRecord, Contribution, ContributionRecord, Finding, FindingRecord, Metric};
use stage_runtime::{InputBytes, Scratch, StepContext, StepError};

use super::unit::{UNIT_BYTES, UnitCounts, What, for_each_finding, row};
use super::watch::Sightings;
use crate::rule::{self, Rule};
use crate::sort::{Sorted, Sorter};

/// Firings by rule.
pub(super) struct Firings<'p> {
    policy: &'p Policy,
    rules: Vec<Rule<'p>>,
    sums: Vec<Sum>,
}

#[derive(Clone, Default)]
struct Sum {
    count: u64,
    money_minor: u64,
    evidence: BTreeSet<RecordRef>,
}

impl Sum {
    fn add(&mut self, at: RecordRef, amount_minor: Option<i64>) {
        self.count += 1;
        self.money_minor = self.money_minor.saturating_add(amount_minor.map_or(0, i64::unsigned_abs));
        self.evidence.insert(at);
        if self.evidence.len() > EVIDENCE_MAX {
            self.evidence.pop_last();
        }
    }
}

impl<'p> Firings<'p> {
    /// None yet.
    pub(super) fn new(policy: &'p Policy) -> Self {
        let rules = rule::all(policy);
        Self { policy, sums: vec![Sum::default(); rules.len()], rules }
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.id == id)
    }

    /// Adds the firings over single records of all shards.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn read_records(&mut self, inputs: &[InputBytes], units: &mut Sorter<UNIT_BYTES>) -> Result<(), StepError> {
        let mut scratch = Vec::new();
        for input in inputs {
            let container = input.open::<Finding>()?;
            for number in 0..container.block_count() {
                for record in container.block::<Finding>(number, &mut scratch)?.records() {
                    let record = record?;
                    let Some(rule) = self.number(record.rule) else { continue };
                    record.evidence.iter().for_each(|at| self.sums[rule].add(*at, None));
                    record.subject_keys.iter().try_for_each(|unit| units.push(row(What::Finding, rule as u64, *unit)))?;
                }
            }
        }
        Ok(())
    }

    /// Runs the rules over sequences.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn read_sequences(
        &mut self,
        inputs: &[InputBytes],
        (scratch, asking): (Scratch, Scratch),
        units: &mut Sorter<UNIT_BYTES>,
    ) -> Result<(), StepError> {
        let mut sequences = rule::sequences(self.policy);
        let numbers: Vec<Option<usize>> = sequences.iter().map(|sequence| self.number(sequence.rule().id)).collect();
        Sightings::read(inputs, scratch, asking)?.run(&mut sequences, |place, seen| {
            let Some(number) = numbers[place] else { return Ok(()) };
            self.sums[number].add(seen.at, seen.amount_minor);
            seen.unit().map_or(Ok(()), |unit| units.push(row(What::Finding, number as u64, unit)))
        })
    }

    /// The findings: rules that fired, sorted by kind and id.
    pub(super) fn findings(&self, units: &UnitCounts) -> Vec<AssessedRecord<'p>> {
        let fired = self.rules.iter().zip(&self.sums).enumerate().filter(|(_, (_, sum))| sum.count > 0);
        fired
            .map(|(number, (rule, sum))| AssessedRecord {
                rule: rule.id,
                kind: rule.kind,
                severity: rule.severity,
                clause: rule.clause,
                description: rule.description,
                count: sum.count,
                subjects: units.get(What::Finding, number as u64),
                money_minor: sum.money_minor,
                releasable: rule.alone,
                evidence: sum.evidence.iter().copied().collect(),
                subject_keys: units.first(number as u64),
            })
            .collect()
    }

    /// Writes findings and, for the report, whom each concerns. A rule that looks at several customers together has nobody to count there: the
    /// noise covers what one customer can change, and one more customer could change all of them.
    ///
    /// # Errors
    /// When an output cannot be written.
    pub(super) fn write(&self, context: &mut StepContext, findings: &[AssessedRecord<'p>], units: &Sorted<UNIT_BYTES>) -> Result<(), StepError> {
        let mut output = context.output::<Finding>("finding")?;
        findings.iter().try_for_each(|finding| output.push(0, &public(finding), None))?;
        output.finish(context)?;
        let mut output = context.output::<Assessed>("assessed")?;
        findings.iter().try_for_each(|finding| output.push(0, finding, None))?;
        output.finish(context)?;
        let position = |rule: &Rule<'_>| findings.iter().position(|finding| finding.rule == rule.id && finding.releasable);
        let positions: Vec<Option<usize>> = self.rules.iter().map(position).collect();
        let mut output = context.output::<Contribution>("finding_contribution")?;
        for_each_finding(units, |rule, unit: TokenKey| {
            let position = positions.get(rule as usize).copied().flatten();
            position.map_or(Ok(()), |position| output.push(0, &ContributionRecord { unit, metric: Metric::Finding, key: position as u64 }, None))
        })?;
        output.finish(context)
    }
}

/// A finding as the report and the tests are given it.
fn public<'p>(finding: &AssessedRecord<'p>) -> FindingRecord<'p> {
    FindingRecord {
        rule: finding.rule,
        kind: finding.kind,
        severity: finding.severity,
        clause: finding.clause,
        description: finding.description,
        count: finding.count,
        subjects: finding.subjects,
        evidence: finding.evidence.clone(),
        subject_keys: finding.subject_keys.clone(),
    }
}
