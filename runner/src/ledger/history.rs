//! The ledger as a list of spends, for people: what each reserve was for, what became of it, what was spent after it.

use std::path::Path;

use schemas::ids::Digest;
use schemas::privacy::{AttoDelta, Charge, NanoRho};

use super::day::date;
use super::writer::verify;
use super::{Body, Entry, LedgerError, LostReason, Share, Summary, file};

/// One spend, or one change of the promise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// Sequence of the entry.
    pub sequence: u64,
    /// Hash of the entry.
    pub entry: Digest,
    /// Logical day that is charged, days since 1970-01-01.
    pub logical_day: i32,
    /// The same as a date.
    pub date: String,
    /// What happened.
    #[serde(flatten)]
    pub what: What,
    /// rho spent in the period after it.
    pub spent_nano_rho: NanoRho,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// The ledger, or a new period, began.
    Began {
        /// The operator's words; empty for the first.
        reason: String,
    },
    /// The promise was changed.
    PolicyChanged {
        /// The operator's words.
        reason: String,
    },
    /// A spend.
    Spend {
        /// Share it was taken from.
        share: Share,
        /// rho.
        nano_rho: NanoRho,
        /// Delta of thresholds.
        atto_delta: AttoDelta,
        /// `committed`, `lost` or `open`.
        became: &'static str,
        /// Digest of the report, when it was committed.
        report: Option<Digest>,
        /// Noise and price of each metric, when it was committed.
        charges: Vec<Charge>,
    },
    /// Entries of a newer copy are gone; what they may have spent was charged.
    Recharged {
        /// rho.
        nano_rho: NanoRho,
        /// Delta of thresholds.
        atto_delta: AttoDelta,
        /// The operator's words.
        reason: String,
    },
    /// A torn append was cut off.
    Torn,
}

/// Reads and verifies a ledger, and lists it. Needs no write permission.
///
/// # Errors
/// [`LedgerError`].
pub fn history(path: &Path, anchor_path: &Path, named: &[(String, Digest)]) -> Result<(Summary, Vec<Row>), LedgerError> {
    let mut opened = file::open_checked(path, "ledger", false)?.ok_or(LedgerError::Missing("ledger"))?;
    let anchor = file::read_anchor(anchor_path)?.ok_or(LedgerError::Missing("anchor"))?;
    let bytes = file::read_all(&mut opened)?;
    let verified = verify(&bytes, anchor)?;
    super::writer::check_named(&verified.state, named)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut spent = NanoRho(0);
    for (sequence, line) in bytes[..verified.length].split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
        let (entry, hash) = Entry::from_line(line, sequence as u64)?;
        let what = match entry.body {
            Body::Commit { reserve, report, charges } => {
                end(&mut rows, reserve, "committed", Some(report), charges);
                continue;
            }
            Body::Lost { reserve, reason } => {
                end(&mut rows, reserve, lost(reason), None, Vec::new());
                continue;
            }
            Body::Genesis { .. } => What::Began { reason: String::new() },
            Body::Policy { renew: true, reason, .. } => {
                spent = NanoRho(0);
                What::Began { reason }
            }
            Body::Policy { reason, .. } => What::PolicyChanged { reason },
            Body::Torn { .. } => What::Torn,
            Body::Recharged { nano_rho, atto_delta, reason, .. } => {
                spent = spent.checked_add(nano_rho).ok_or(LedgerError::Damaged { sequence: entry.sequence, why: "its spend overflows" })?;
                What::Recharged { nano_rho, atto_delta, reason }
            }
            Body::Reserve { share, nano_rho, atto_delta, .. } => {
                spent = spent.checked_add(nano_rho).ok_or(LedgerError::Damaged { sequence: entry.sequence, why: "its spend overflows" })?;
                What::Spend { share, nano_rho, atto_delta, became: "open", report: None, charges: Vec::new() }
            }
        };
        rows.push(Row {
            sequence: entry.sequence,
            entry: hash,
            logical_day: entry.logical_day,
            date: date(entry.logical_day),
            what,
            spent_nano_rho: spent,
        });
    }
    Ok((Summary::of(&verified.state), rows))
}

const fn lost(reason: LostReason) -> &'static str {
    match reason {
        LostReason::NoStagedReport => "lost (died before a report was staged)",
        LostReason::StepFailed => "lost (the step failed)",
    }
}

fn end(rows: &mut [Row], reserve: u64, how: &'static str, digest: Option<Digest>, noise: Vec<Charge>) {
    let row = rows.iter_mut().rev().find(|row| row.sequence == reserve);
    if let Some(Row { what: What::Spend { became, report, charges, .. }, .. }) = row {
        (*became, *report, *charges) = (how, digest, noise);
    }
}
