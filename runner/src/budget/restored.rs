//! A ledger that may be an older copy, or whose anchor is lost: why it serves replays alone, and how it returns to full service.

use schemas::audit::AuditAction;
use schemas::ids::Digest;

use super::{Place, failure};
use crate::audit::{Audit, details};
use crate::charged::{self, ENTRY_DETAIL};
use crate::failure::Failure;
use crate::ledger::{self, Evidence, Ledger, LedgerError, ReplayOnly};
use crate::retention::survey::day_of;

impl Place {
    /// Why the ledger serves replays alone; none when it is in full service, or there is none.
    ///
    /// # Errors
    /// When the ledger cannot be trusted for replays either, or is gone although a report was charged to it.
    pub fn replay_only(&self) -> Result<Option<ledger::Behind>, Failure> {
        if self.is_absent() {
            return self.refuse_anew().map(|()| None);
        }
        let named = self.named();
        match ledger::read_holding(&self.ledger, &self.anchor, &named) {
            Ok(_) => Ok(None),
            Err(error) if error.may_be_older_copy() => {
                ReplayOnly::read(&self.ledger, &self.anchor, &named).map(|replay| Some(replay.behind().clone())).map_err(failure)
            }
            Err(error) => Err(failure(error)),
        }
    }

    /// Returns a restored ledger to full service, which the audit log says before it is: see [`Ledger::prove`].
    ///
    /// # Errors
    /// When the newest entry is not proved, or the ledger cannot be trusted.
    pub fn prove(&self, audit: &Audit, heads: Vec<Digest>) -> Result<ledger::Summary, Failure> {
        let evidence = self.evidence(heads);
        Ledger::prove(&self.ledger, &self.anchor, &evidence, |summary| {
            let labels = details([("sequence", summary.sequence.into()), ("head", summary.head.to_string().into())]);
            audit.append(AuditAction::BudgetProved, labels).map_err(ProveError::Audit)
        })
        .map_err(ProveError::into_failure)
    }

    /// Returns an older copy to full service by a charge of all that it may lack: see [`Ledger::recharge`].
    ///
    /// # Errors
    /// When the charge cannot be known, or the ledger cannot be trusted.
    pub fn recharge(
        &self,
        audit: &Audit,
        heads: Vec<Digest>,
        until: ledger::Until,
        reason: &str,
    ) -> Result<(ledger::Summary, Option<ledger::Recharge>), Failure> {
        let evidence = self.evidence(heads);
        let (summary, charge) = Ledger::recharge(&self.ledger, &self.anchor, &evidence, until, reason).map_err(failure)?;
        let labels = details([("reason", reason.into()), ("sequence", summary.sequence.into()), (ENTRY_DETAIL, summary.head.to_string().into())]);
        audit.append(AuditAction::BudgetRecharged, labels)?;
        Ok((summary, charge))
    }

    fn evidence(&self, heads: Vec<Digest>) -> Evidence {
        let pairs = |found: Vec<charged::Charged>| found.into_iter().map(|charged| (charged.place, charged.entry)).collect();
        let runs = charged::runs_of(&self.runs);
        let newest_run = runs.into_iter().filter_map(|run| Some((day_of(run.get(..10)?)?, format!("the run {run}")))).max();
        Evidence { named: pairs(charged::all(&self.runs)), heads, newest_run, policies: pairs(charged::policies(&self.runs)) }
    }
}

/// What may go wrong while a ledger is proved.
enum ProveError {
    Ledger(LedgerError),
    Audit(Failure),
}

impl From<LedgerError> for ProveError {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl ProveError {
    fn into_failure(self) -> Failure {
        match self {
            Self::Ledger(error) => failure(error),
            Self::Audit(failure) => failure,
        }
    }
}
