//! The ledger as a run finds it: once nobody else holds it, with what a dead process left finished.

use schemas::audit::AuditAction;
use schemas::policy::Policy;

use super::spend::staged_report;
use super::{Place, failure};
use crate::audit::{Audit, details};
use crate::failure::Failure;
use crate::ledger::{Ledger, LedgerError, LedgerPolicy, OpenReserve, ReplayOnly, Standing};
use crate::question::staged_answer;
use crate::store::Store;

/// How often a run that finds the ledger in use tries again, and how long it waits in between: another date's run holds it for seconds.
pub(super) const LOCK_TRIES: u32 = 1_200;
pub(super) const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// The ledger of a place, for the promise of a policy, once no other process holds it; with every entry that runs and the audit log name. What
/// a dead process left is finished. A ledger that may be an older copy serves replays alone, which the audit log says.
pub(crate) fn standing(store: &Store, audit: &Audit, place: &Place, policy: &Policy) -> Result<Standing, Failure> {
    let promise = LedgerPolicy::from_report(&policy.report).map_err(|error| Failure::usage(format!("use the policy: {error}")))?;
    let named = place.named();
    let opened = open_waiting(place, &promise, LOCK_TRIES).and_then(|ledger| ledger.require_named(&named).map(|()| ledger));
    let mut ledger = match opened {
        Ok(ledger) => ledger,
        Err(error) if error.may_be_older_copy() => {
            let replay = ReplayOnly::read(&place.ledger, &place.anchor, &named).map_err(failure)?;
            audit.append(AuditAction::BudgetReplayOnly, details([("reason", replay.behind().to_string().into())]))?;
            return Ok(Standing::ReplayOnly(replay));
        }
        Err(error) => return Err(failure(error)),
    };
    let staged = |open: &OpenReserve| staged_report(store, policy, open).or_else(|| staged_answer(&place.runs, open));
    if let Some((reserve, completed)) = ledger.recover(staged).map_err(failure)? {
        let action = if completed { AuditAction::BudgetCommitted } else { AuditAction::BudgetLost };
        audit.append(action, details([("reserve", reserve.sequence.into()), ("recovered", true.into())]))?;
    }
    Ok(Standing::Full(ledger))
}

/// Runs of different dates are independent but for the ledger: the second waits for the first's report to be drawn.
pub(super) fn open_waiting(place: &Place, promise: &LedgerPolicy, tries: u32) -> Result<Ledger, LedgerError> {
    for _ in 1..tries {
        match Ledger::open(&place.ledger, &place.anchor, promise) {
            Err(LedgerError::Locked) => std::thread::sleep(LOCK_PAUSE),
            other => return other,
        }
    }
    Ledger::open(&place.ledger, &place.anchor, promise)
}
