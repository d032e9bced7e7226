//! Where the ledger and its anchor lie, how a ledger begins, and what it says.

use std::path::{Path, PathBuf};

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::{Policy, Profile};

use super::failure;
use crate::charged;
use crate::disk;
use crate::failure::Failure;
use crate::ledger::{self, Ledger, LedgerPolicy};

/// Days before its first run on which the period of a ledger that a development run makes begins, so that earlier days can still be run.
pub(super) const DEVELOPMENT_BACKFILL_DAYS: i32 = 31;

/// Where the ledger and its anchor lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The ledger.
    pub ledger: PathBuf,
    /// Its anchor, on another volume if there is one.
    pub anchor: PathBuf,
    /// The runs folder, whose manifests and audit log name entries of the ledger.
    pub(super) runs: PathBuf,
}

impl Place {
    /// The given paths, or `ledger/` in the runs folder and `ledger.anchor` in the folder that holds the runs folder.
    #[must_use]
    pub fn of(runs: &Path, ledger: Option<&Path>, anchor: Option<&Path>) -> Self {
        Self {
            ledger: ledger.map_or_else(|| runs.join(".ledger/ledger.jsonl"), Path::to_owned),
            anchor: anchor.map_or_else(|| runs.join(".anchor/ledger.anchor"), Path::to_owned),
            runs: runs.to_owned(),
        }
    }

    /// What is spent and left; none when there is no ledger yet.
    ///
    /// # Errors
    /// When the ledger cannot be trusted, or is gone although a report was charged to it.
    pub fn summary(&self) -> Result<Option<ledger::Summary>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        // Read first: what is named now was in the ledger before.
        let named = self.named();
        ledger::read_holding(&self.ledger, &self.anchor, &named).map(Some).map_err(failure)
    }

    /// The ledger as a list of spends; none when there is no ledger yet.
    ///
    /// # Errors
    /// As [`Place::summary`].
    pub fn history(&self) -> Result<Option<(ledger::Summary, Vec<ledger::Row>)>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        let named = self.named();
        ledger::history(&self.ledger, &self.anchor, &named).map(Some).map_err(failure)
    }

    /// Records a changed promise, or begins a new period, with the operator's reason.
    ///
    /// # Errors
    /// When the ledger cannot be trusted, a spend is open, or the period is not over.
    pub fn change_policy(&self, policy: &Policy, renew: bool, reason: &str, logical_day: i32) -> Result<ledger::Summary, Failure> {
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        let mut ledger = Ledger::open_any_policy(&self.ledger, &self.anchor).map_err(failure)?;
        ledger.require_named(&self.named()).map_err(failure)?;
        ledger.change_policy(&promise, renew, reason, logical_day).map_err(failure)?;
        Ok(ledger.summary())
    }

    /// Completes a ledger whose maker died before it wrote the anchor; does nothing to any other.
    pub fn complete(&self, policy: &Policy, logical_day: i32) {
        if self.ledger.exists() && !self.anchor.exists() {
            // A ledger that holds more than its beginning is left alone: then the anchor is lost, and opening it says so. One that a
            // development run began has an earlier first day than one that was told to begin on this.
            let days = if policy.profile == Profile::Development { &[development_start(logical_day), logical_day][..] } else { &[logical_day] };
            let _ = days.iter().any(|&day| self.create(policy, day).is_ok());
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        !self.ledger.exists() && !self.anchor.exists()
    }

    pub(super) fn named(&self) -> Vec<(String, Digest)> {
        charged::newest(&self.runs).into_iter().map(|charged| (charged.place, charged.entry)).collect()
    }

    /// A ledger must not begin anew, with a full budget, beside reports that were charged to an earlier one.
    pub(super) fn refuse_anew(&self) -> Result<(), Failure> {
        match charged::any(&self.runs) {
            None => Ok(()),
            Some(charged) => Err(Failure::new(
                Exit::BudgetRefused,
                format!(
                    "find the budget ledger: {} names an entry of one; restore it and its anchor (to begin anew takes an empty runs folder)",
                    charged.place
                ),
            )),
        }
    }

    /// Makes a new ledger. Both files must be absent, and no report may have been charged to an earlier one.
    ///
    /// # Errors
    /// When one is there, was there, or cannot be written.
    pub fn create(&self, policy: &Policy, logical_day: i32) -> Result<(), Failure> {
        self.refuse_anew()?;
        for path in [&self.ledger, &self.anchor] {
            path.parent().map_or(Ok(()), |folder| disk::make_dir(folder, disk::RAW_DIR_MODE))?;
        }
        let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
        Ledger::create(&self.ledger, &self.anchor, &promise, logical_day).map_err(failure)
    }
}

/// First day of a ledger that a development run makes.
pub(super) fn development_start(logical_day: i32) -> i32 {
    (logical_day - DEVELOPMENT_BACKFILL_DAYS).max(0)
}
