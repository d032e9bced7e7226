//! How a restored ledger comes back into full service: by proof that it is the newest, or by a charge for all that it may lack.
//!
//! Both end with the anchor, which one rename puts in place: killed before it, the ledger is replay-only as it was; killed after it, it is in service.
//! Either can be called again.

use std::path::Path;

use schemas::ids::Digest;

use super::file;
use super::recharge::Elapsed;
use super::replay::{Behind, anchor_if_readable};
use super::writer::{Verified, chain, two_paths};
use super::{Body, Ledger, LedgerError, Summary};

/// What is known of the ledger outside of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Entries that runs and the audit log name, with the place that does.
    pub named: Vec<(String, Digest)>,
    /// Entries that the operator brings from elsewhere, as the newest that are known there.
    pub heads: Vec<Digest>,
    /// Greatest day of a run that is known, with its name.
    pub newest_run: Option<(i32, String)>,
    /// A place that names a change of the promise which the ledger may lack.
    pub policies: Vec<(String, Digest)>,
}

/// Until when what may have been spent is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Until {
    /// The last logical day.
    pub day: i32,
    /// That no later night was served is the operator's word alone: the host's clock is ahead of it.
    pub is_past: bool,
}

/// What a charge was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Recharge {
    /// Entries that the anchor knows beyond the copy; none where no anchor can be read, or names none.
    pub lost_entries: Option<u64>,
    /// Nights until the day that were charged; under `once` 0, since all that is left is charged.
    pub nights: u64,
    /// Nights charged beside them, for the lost entries may be of later days.
    pub more_nights: u64,
}

impl Evidence {
    fn all(&self) -> Vec<(String, Digest)> {
        let heads = self.heads.iter().map(|head| ("the entry that was given".to_owned(), *head));
        self.named.iter().cloned().chain(heads).collect()
    }
}

impl Ledger {
    /// Returns a ledger to full service whose newest spend is among the given heads and which lacks nothing that is known elsewhere: its anchor
    /// is written anew. `before_effect` is called when that is certain and nothing was written yet. A ledger that is in order is left as it is.
    ///
    /// # Errors
    /// [`LedgerError::NotProved`], [`LedgerError::ProofTooOld`], or whatever makes a chain unsound; then nothing has changed.
    pub fn prove<E: From<LedgerError>>(
        path: &Path,
        anchor_path: &Path,
        evidence: &Evidence,
        before_effect: impl FnOnce(&Summary) -> Result<(), E>,
    ) -> Result<Summary, E> {
        let ledger = Self::open_restored(path, anchor_path)?;
        match Behind::of(&ledger.state, anchor_if_readable(anchor_path)?, &evidence.all())? {
            None => return Ok(ledger.summary()),
            Some(Behind::NoAnchor) => {}
            Some(behind) => return Err(LedgerError::NotProved(behind).into()),
        }
        let newest = evidence.heads.iter().filter_map(|head| ledger.state.heads.iter().position(|known| known == head)).max();
        if newest.is_none_or(|newest| (newest as u64) < ledger.state.newest_spend) {
            return Err(LedgerError::ProofTooOld(ledger.state.newest_spend).into());
        }
        before_effect(&ledger.summary())?;
        ledger.write_anchor()?;
        Ok(ledger.summary())
    }

    /// Returns an older copy to full service: whatever the entries that it lacks may have spent until a day is charged in full.
    /// A ledger that is in order is left as it is; then there is no charge.
    ///
    /// # Errors
    /// [`LedgerError`] when the charge cannot be known, or the chain is unsound; then nothing has changed.
    pub fn recharge(
        path: &Path,
        anchor_path: &Path,
        evidence: &Evidence,
        until: Until,
        reason: &str,
    ) -> Result<(Summary, Option<Recharge>), LedgerError> {
        let Until { day, is_past } = until;
        let mut ledger = Self::open_restored(path, anchor_path)?;
        let anchor = anchor_if_readable(anchor_path)?;
        if Behind::of(&ledger.state, anchor, &evidence.all())?.is_none() {
            return Ok((ledger.summary(), None));
        }
        if let Some((place, _)) = evidence.policies.iter().find(|(_, entry)| !ledger.state.holds(entry)) {
            return Err(LedgerError::CopyOfEarlierPolicy(place.clone()));
        }
        if let Some((known, place)) = evidence.newest_run.clone().filter(|(known, _)| *known > day) {
            return Err(LedgerError::ChargeTooEarly { day, known, place });
        }
        let anchored = anchor.map(|anchor| anchor.head);
        let known = evidence.all().into_iter().map(|(_, entry)| entry).chain(anchored);
        let mut lacks: Vec<Digest> = known.filter(|entry| !ledger.state.holds(entry)).collect();
        lacks.sort_unstable();
        lacks.dedup();
        let lost_entries = anchor.and_then(|anchor| (anchor.sequence + 1).checked_sub(ledger.state.next_sequence)).filter(|&lost| lost > 0);
        // Only one spend is open at a time, so every second entry is a RESERVE at most.
        let spends = if is_past { lost_entries.unwrap_or(0).div_ceil(2) } else { 0 };
        let elapsed = Elapsed::of(&ledger.state, day, spends)?;
        let charge = Recharge { lost_entries, nights: elapsed.nights(), more_nights: elapsed.more };
        let Elapsed { nano_rho, atto_delta, .. } = elapsed;
        let body = Body::Recharged { lacks, nano_rho, atto_delta, spends, reason: reason.to_owned() };
        #[cfg(test)]
        (ledger.fail_at = FAIL_AT.get());
        ledger.drop_torn()?;
        ledger.append(body, day)?;
        Ok((ledger.summary(), Some(charge)))
    }

    /// Opens and locks a ledger whose chain is sound, whatever its anchor says.
    fn open_restored(path: &Path, anchor_path: &Path) -> Result<Self, LedgerError> {
        two_paths(path, anchor_path)?;
        let mut opened = file::open_checked(path, "ledger", true)?.ok_or(LedgerError::Missing("ledger"))?;
        file::check_owner(&opened)?;
        file::lock(&opened)?;
        let bytes = file::read_all(&mut opened)?;
        let verified: Verified = chain(&bytes)?.ok_or(LedgerError::Missing("ledger"))?;
        Ok(Self::of(opened, anchor_path, &bytes, verified))
    }
}

#[cfg(test)]
thread_local! {
    static FAIL_AT: std::cell::Cell<Option<super::writer::Point>> = const { std::cell::Cell::new(None) };
}

/// Makes a charge of this thread fail at a point, as if the process had died there.
#[cfg(test)]
pub(super) fn failing_at(point: Option<super::writer::Point>) {
    FAIL_AT.set(point);
}
