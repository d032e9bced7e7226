//! Rules over sequences, run over the sightings of all shards and partitions: subject by subject, each subject's in time order.
//!
//! A record of a session need not name the customer that others of the session name. Where any does not, a first sort by session finds
//! the customer out; the records of a night that names customers throughout are sorted once.

use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::record::{Sighting, SightingKind, SightingRecord};
use stage_runtime::{InputBytes, Scratch, StepError};

use crate::rule::Sequence;
use crate::sort::{RowReader, RowWriter, Sorted, Sorter};

/// Length of a row: subject, time, place, kind, event, customer, session, amount, origin, party, failed.
const ROW_BYTES: usize = 16 + 9 + 4 + 8 + 1 + 4 + 17 + 17 + 9 + 17 + 17 + 1;
/// Length of a row behind its session, those that name a customer first.
const ASKED_BYTES: usize = 16 + 1 + ROW_BYTES;

/// All sightings in the order in which rules see them.
pub(super) struct Sightings(Sorted<ROW_BYTES>);

impl Sightings {
    /// Reads and sorts them.
    ///
    /// # Errors
    /// When an input is damaged or the scratch disk is full.
    pub(super) fn read(inputs: &[InputBytes], scratch: Scratch, asking: Scratch) -> Result<Self, StepError> {
        let mut sorter = Sorter::new(scratch, false);
        let mut asked = 0_u64;
        for_each(inputs, |seen| {
            if is_asked(&seen) {
                asked += 1;
                return Ok(());
            }
            sorter.push(to_row(&seen))
        })?;
        if asked > 0 {
            ask(inputs, asking, &mut sorter)?;
        }
        Ok(Self(sorter.finish()?))
    }

    /// Runs rules over them; `fired` is told the place of the rule in the list and where it fired.
    ///
    /// # Errors
    /// When the scratch file cannot be read, or the first error of `fired`.
    pub(super) fn run<'p>(
        &self,
        rules: &mut [Box<dyn Sequence<'p> + 'p>],
        mut fired: impl FnMut(usize, &SightingRecord) -> Result<(), StepError>,
    ) -> Result<(), StepError> {
        self.walk(rules, |rules, seen| {
            rules.iter_mut().for_each(|rule| rule.survey(seen));
            Ok(())
        })?;
        self.walk(rules, |rules, seen| {
            for (number, rule) in rules.iter_mut().enumerate() {
                if rule.fires(seen) {
                    fired(number, seen)?;
                }
            }
            Ok(())
        })
    }

    fn walk<'p>(
        &self,
        rules: &mut [Box<dyn Sequence<'p> + 'p>],
        mut each: impl FnMut(&mut [Box<dyn Sequence<'p> + 'p>], &SightingRecord) -> Result<(), StepError>,
    ) -> Result<(), StepError> {
        let mut subject = None;
        self.0.for_each(|bytes| {
            let seen = of_row(bytes);
            if subject != Some(seen.subject) {
                subject = Some(seen.subject);
                rules.iter_mut().for_each(|rule| rule.begin());
            }
            each(rules, &seen)
        })
    }
}

/// Whether the subject is a session whose customer another record may name.
fn is_asked(seen: &SightingRecord) -> bool {
    seen.customer.is_none() && seen.session == Some(seen.subject) && !is_of_source(seen.kind)
}

/// Whether a kind is grouped by a source, a transaction or as an own rule says.
fn is_of_source(kind: SightingKind) -> bool {
    matches!(kind, SightingKind::SignIn | SightingKind::Lookup | SightingKind::Initiated | SightingKind::Approved)
}

fn ask(inputs: &[InputBytes], scratch: Scratch, sorter: &mut Sorter<ROW_BYTES>) -> Result<(), StepError> {
    let mut by_session = Sorter::new(scratch, false);
    for_each(inputs, |seen| match seen.session {
        Some(session) if seen.customer.is_some() || is_asked(&seen) => {
            let mut row = [0; ASKED_BYTES];
            RowWriter::new(&mut row).u128(session.0).u8(u8::from(seen.customer.is_none()));
            row[17..].copy_from_slice(&to_row(&seen));
            by_session.push(row)
        }
        _ => Ok(()),
    })?;
    let mut known: Option<(u128, TokenKey)> = None;
    by_session.finish()?.for_each(|bytes| {
        let mut head = RowReader::new(bytes);
        let (session, asked) = (head.u128(), head.u8() == 1);
        let mut row = [0; ROW_BYTES];
        row.copy_from_slice(&bytes[17..]);
        let mut seen = of_row(&row);
        if !asked {
            // Of several customers of one session the first in order.
            if known.is_none_or(|(of, _)| of != session) {
                known = seen.customer.map(|customer| (session, customer));
            }
            return Ok(());
        }
        if let Some((_, customer)) = known.filter(|(of, _)| *of == session) {
            (seen.subject, seen.customer) = (customer, Some(customer));
        }
        sorter.push(to_row(&seen))
    })
}

/// Hands over every sighting of the inputs, in their order.
///
/// # Errors
/// When an input is damaged, or the first error of `sink`.
pub(crate) fn for_each(inputs: &[InputBytes], mut sink: impl FnMut(SightingRecord) -> Result<(), StepError>) -> Result<(), StepError> {
    let mut scratch = Vec::new();
    for input in inputs {
        let container = input.open::<Sighting>()?;
        for number in 0..container.block_count() {
            for record in container.block::<Sighting>(number, &mut scratch)?.records() {
                sink(record?)?;
            }
        }
    }
    Ok(())
}

fn to_row(seen: &SightingRecord) -> [u8; ROW_BYTES] {
    let mut row = [0; ROW_BYTES];
    let wide = |id: Option<StableId>| id.map(|id| u128::from(id.0));
    RowWriter::new(&mut row)
        .u128(seen.subject.0)
        .option_i64(seen.time_ns)
        .u32(seen.at.source)
        .u64(seen.at.offset)
        .u8(KINDS.iter().position(|kind| *kind == seen.kind).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX))
        .u32(seen.event)
        .option_u128(seen.customer.map(|key| key.0))
        .option_u128(seen.session.map(|key| key.0))
        .option_i64(seen.amount_minor)
        .option_u128(wide(seen.origin))
        .option_u128(wide(seen.party))
        .u8(u8::from(seen.failed));
    row
}

fn of_row(bytes: &[u8; ROW_BYTES]) -> SightingRecord {
    let mut row = RowReader::new(bytes);
    let narrow = |id: Option<u128>| id.map(|id| StableId(id as u64));
    SightingRecord {
        subject: TokenKey(row.u128()),
        time_ns: row.option_i64(),
        at: RecordRef { source: row.u32(), offset: row.u64() },
        kind: KINDS.get(usize::from(row.u8())).copied().unwrap_or(SightingKind::Acted),
        event: row.u32(),
        customer: row.option_u128().map(TokenKey),
        session: row.option_u128().map(TokenKey),
        amount_minor: row.option_i64(),
        origin: narrow(row.option_u128()),
        party: narrow(row.option_u128()),
        failed: row.u8() == 1,
    }
}

/// Kinds in the order in which those of one record are seen: what opens a door before what goes through it.
const KINDS: [SightingKind; 13] = [
    SightingKind::LoginFailed,
    SightingKind::LoginSucceeded,
    SightingKind::StepUp,
    SightingKind::CredentialChanged,
    SightingKind::PayeeAdded,
    SightingKind::Transaction,
    SightingKind::Acted,
    SightingKind::Woken,
    SightingKind::SignIn,
    SightingKind::Lookup,
    SightingKind::Initiated,
    SightingKind::Approved,
    SightingKind::Own,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_round_trip_and_sort_by_subject_and_time() {
        for kind in KINDS {
            let seen = SightingRecord {
                subject: TokenKey(7 << 100),
                customer: Some(TokenKey(9)),
                session: None,
                time_ns: Some(-5),
                at: RecordRef { source: 3, offset: 1 << 40 },
                kind,
                event: 9,
                amount_minor: Some(-4),
                origin: Some(StableId(u64::MAX)),
                party: None,
                failed: true,
            };
            assert_eq!(of_row(&to_row(&seen)), seen);
            let later = SightingRecord { time_ns: Some(4), at: RecordRef { source: 0, offset: 0 }, ..seen };
            assert!(to_row(&seen) < to_row(&later));
        }
    }
}
