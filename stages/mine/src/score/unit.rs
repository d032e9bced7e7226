//! Distinct customers (sessions where there is no customer) of everything that is counted by them: one sort of small rows.

use std::collections::BTreeMap;

use schemas::ids::TokenKey;
use schemas::limits::EVIDENCE_MAX;
use stage_runtime::StepError;

use super::census::Census;
use crate::sort::{RowReader, RowWriter, Sorted};

/// Length of a row: what, key, unit.
pub(super) const UNIT_BYTES: usize = 1 + 8 + 16;

/// What a row counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum What {
    /// A variant; key: its id.
    Variant = 0,
    /// Flagged journeys of a profile; key: its id.
    Flagged = 1,
    /// An edge; key: `from << 32 | to`.
    Edge = 2,
    /// A finding; key: number of its rule.
    Finding = 3,
}

/// The row of a unit.
pub(super) fn row(what: What, key: u64, unit: TokenKey) -> [u8; UNIT_BYTES] {
    let mut row = [0; UNIT_BYTES];
    RowWriter::new(&mut row).u8(what as u8).u64(key).u128(unit.0);
    row
}

/// Hands rule number and unit of every finding to `sink`, in order.
///
/// # Errors
/// The first error.
pub(super) fn for_each_finding(units: &Sorted<UNIT_BYTES>, mut sink: impl FnMut(u64, TokenKey) -> Result<(), StepError>) -> Result<(), StepError> {
    // They come last.
    units.for_each_distinct_from(&row(What::Finding, 0, TokenKey(0)), |bytes| {
        let mut row = RowReader::new(bytes);
        let _ = row.u8();
        sink(row.u64(), TokenKey(row.u128()))
    })
}

/// Distinct units by variant, flagged profile, edge and rule; of rules also the first units.
#[derive(Default)]
pub(super) struct UnitCounts {
    counts: BTreeMap<(u8, u64), u64>,
    first: BTreeMap<u64, Vec<TokenKey>>,
}

impl UnitCounts {
    /// Counts what the census keeps.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn of(units: &Sorted<UNIT_BYTES>, census: &Census) -> Result<Self, StepError> {
        let mut counts = Self::default();
        let mut last = (u8::MAX, 0, false);
        units.for_each_distinct_from(&[0; UNIT_BYTES], |bytes| {
            let mut row = RowReader::new(bytes);
            let (what, key) = (row.u8(), row.u64());
            if (last.0, last.1) != (what, key) {
                last = (what, key, census.keeps(what, key));
            }
            if last.2 {
                *counts.counts.entry((what, key)).or_default() += 1;
                if what == What::Finding as u8 {
                    let first = counts.first.entry(key).or_default();
                    if first.len() < EVIDENCE_MAX {
                        first.push(TokenKey(row.u128()));
                    }
                }
            }
            Ok(())
        })?;
        Ok(counts)
    }

    /// Distinct units.
    pub(super) fn get(&self, what: What, key: u64) -> u64 {
        self.counts.get(&(what as u8, key)).copied().unwrap_or(0)
    }

    /// The first units of a rule.
    pub(super) fn first(&self, rule: u64) -> Vec<TokenKey> {
        self.first.get(&rule).cloned().unwrap_or_default()
    }
}
