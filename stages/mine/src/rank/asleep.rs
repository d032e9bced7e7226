//! Customers whom earlier nights knew, who were not seen for long, and who pay tonight. A merge of two sorted lists: memory does not follow the
//! number of customers. Also writes whom the next night knows.

use std::cmp::Ordering;

use schemas::exit::Exit;
use schemas::ids::{RecordRef, TokenKey};
use schemas::limits::{EVIDENCE_MAX, KNOWN_SUBJECT_DAYS_MAX};
use schemas::record::{AssessedRecord, KnownSubject, KnownSubjectRecord, SightingKind, SightingRecord};
use stage_runtime::{InputBytes, Output, StepContext, StepError};

use super::risk::Entry;
use crate::rule::dormant::RULE;
use crate::score::watch::for_each;
use crate::sort::{RowReader, RowWriter, Sorter};

/// Length of a row: customer, whether it is no payment, place, amount.
const ROW_BYTES: usize = 16 + 1 + 4 + 8 + 9;

/// A customer tonight.
struct Tonight {
    customer: TokenKey,
    payment: Option<(RecordRef, Option<i64>)>,
}

/// Finds them; none when the rule is off or nobody was asleep.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(super) fn find(context: &mut StepContext, day: i32) -> Result<Option<Entry>, StepError> {
    let policy = context.job().policy.rules.clone();
    let mut sorter = Sorter::new(context.take_scratch()?, true);
    for_each(&[context.inputs("activity"), context.inputs("sighting")].concat(), |seen| {
        seen.customer.map_or(Ok(()), |customer| sorter.push(to_row(customer, &seen)))
    })?;
    let before = context.inputs("seen_before");
    let mut merge = Merge { known: Reader::new(&before), output: context.output::<KnownSubject>("known_subject")?, day };
    merge.known.next()?;
    let days_min = i32::try_from(policy.dormant_days).unwrap_or(i32::MAX);
    let mut last: Option<TokenKey> = None;
    let mut found = Found::default();
    sorter.finish()?.for_each(|bytes| {
        let tonight = of_row(bytes);
        // The first row of a customer is a payment if there is any.
        if last == Some(tonight.customer) {
            return Ok(());
        }
        last = Some(tonight.customer);
        let was = merge.take(tonight.customer)?;
        let asleep = was.is_some_and(|was| day.saturating_sub(was.last_day) >= days_min);
        if let Some((at, amount)) = tonight.payment.filter(|_| asleep) {
            found.add(tonight.customer, at, amount);
        }
        Ok(())
    })?;
    merge.finish(context)?;
    Ok(found.entry().filter(|_| policy.is_on(RULE.id)).map(|entry| Entry { severity: policy.severity(RULE.id, RULE.severity), ..entry }))
}

/// Whom it fired on.
#[derive(Default)]
struct Found {
    count: u64,
    money_minor: u64,
    evidence: Vec<RecordRef>,
    customers: Vec<TokenKey>,
}

impl Found {
    fn add(&mut self, customer: TokenKey, at: RecordRef, amount: Option<i64>) {
        self.count += 1;
        self.money_minor = self.money_minor.saturating_add(amount.map_or(0, i64::unsigned_abs));
        if self.customers.len() < EVIDENCE_MAX {
            self.customers.push(customer);
            self.evidence.push(at);
        }
    }

    fn entry(self) -> Option<Entry> {
        let finding = AssessedRecord {
            rule: RULE.id,
            kind: RULE.kind,
            severity: RULE.severity,
            clause: RULE.clause,
            description: "A customer whom earlier nights knew, and had not seen for as long as the policy says, paid tonight.",
            count: self.count,
            subjects: self.count,
            money_minor: self.money_minor,
            releasable: false,
            evidence: self.evidence,
            subject_keys: self.customers,
        };
        let name = format!("rule {} of earlier nights", RULE.id);
        (self.count > 0).then(|| Entry { name, ..Entry::of_finding(&finding) })
    }
}

/// Walks the known customers along with tonight's, and writes both.
struct Merge<'i> {
    known: Reader<'i>,
    output: Output<KnownSubject>,
    day: i32,
}

impl Merge<'_> {
    /// Comes to a customer of tonight; returns what was known.
    fn take(&mut self, customer: TokenKey) -> Result<Option<KnownSubjectRecord>, StepError> {
        while let Some(known) = self.known.current {
            match known.subject.cmp(&customer) {
                Ordering::Less => self.keep(known)?,
                Ordering::Equal => {
                    self.output.push(0, &KnownSubjectRecord { last_day: self.day, ..known }, None)?;
                    self.known.next()?;
                    return Ok(Some(known));
                }
                Ordering::Greater => break,
            }
        }
        self.output.push(0, &KnownSubjectRecord { subject: customer, first_day: self.day, last_day: self.day }, None)?;
        Ok(None)
    }

    fn keep(&mut self, known: KnownSubjectRecord) -> Result<(), StepError> {
        if self.day.saturating_sub(known.last_day) <= KNOWN_SUBJECT_DAYS_MAX {
            self.output.push(0, &known, None)?;
        }
        self.known.next()
    }

    fn finish(mut self, context: &mut StepContext) -> Result<(), StepError> {
        while let Some(known) = self.known.current {
            self.keep(known)?;
        }
        self.output.finish(context)
    }
}

/// Reads known customers one after the other, a block at a time.
struct Reader<'i> {
    inputs: &'i [InputBytes],
    input: usize,
    block: usize,
    held: std::vec::IntoIter<KnownSubjectRecord>,
    current: Option<KnownSubjectRecord>,
}

impl<'i> Reader<'i> {
    fn new(inputs: &'i [InputBytes]) -> Self {
        Self { inputs, input: 0, block: 0, held: Vec::new().into_iter(), current: None }
    }

    fn next(&mut self) -> Result<(), StepError> {
        let before = self.current.map(|known| known.subject);
        self.current = loop {
            if let Some(known) = self.held.next() {
                break Some(known);
            }
            let Some(input) = self.inputs.get(self.input) else { break None };
            let container = input.open::<KnownSubject>()?;
            if self.block == container.block_count() {
                (self.input, self.block) = (self.input + 1, 0);
                continue;
            }
            let mut scratch = Vec::new();
            let block = container.block::<KnownSubject>(self.block, &mut scratch)?;
            self.held = block.records().collect::<Result<Vec<_>, _>>()?.into_iter();
            self.block += 1;
        };
        match (before, self.current) {
            (Some(before), Some(known)) if known.subject <= before => {
                Err(StepError::new(Exit::CorruptInput, "read the known customers: they are not in order"))
            }
            _ => Ok(()),
        }
    }
}

fn to_row(customer: TokenKey, seen: &SightingRecord) -> [u8; ROW_BYTES] {
    let mut row = [0; ROW_BYTES];
    let pays = seen.kind == SightingKind::Transaction;
    let (source, offset, amount) = if pays { (seen.at.source, seen.at.offset, seen.amount_minor) } else { (0, 0, None) };
    RowWriter::new(&mut row).u128(customer.0).u8(u8::from(!pays)).u32(source).u64(offset).option_i64(amount);
    row
}

fn of_row(bytes: &[u8; ROW_BYTES]) -> Tonight {
    let mut row = RowReader::new(bytes);
    let (customer, pays) = (TokenKey(row.u128()), row.u8() == 0);
    let (at, amount) = (RecordRef { source: row.u32(), offset: row.u64() }, row.option_i64());
    Tonight { customer, payment: pays.then_some((at, amount)) }
}
