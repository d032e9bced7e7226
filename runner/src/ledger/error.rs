//! Why the ledger refuses.

use schemas::exit::Exit;
use schemas::privacy::PrivacyError;

use super::Behind;
use super::day::date;

/// A spend that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("spend {requested} {unit} of the {of}: {spent} of {cap} are spent, {left} are left")]
pub struct OverBudget {
    /// `rho` or `delta`.
    pub unit: &'static str,
    /// The period's cap, or one of its shares.
    pub of: &'static str,
    /// Asked for.
    pub requested: String,
    /// Spent so far.
    pub spent: String,
    /// The cap.
    pub cap: String,
    /// Cap less spent.
    pub left: String,
}

/// A refusal. Each is a lowercase fragment that completes "failed to ..." and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// A file is not there.
    #[error(
        "open the budget {0}: it is missing; restore it, or create a ledger explicitly where there was none; for a lost anchor see `logminer budget prove`"
    )]
    Missing(&'static str),
    /// A ledger or anchor is already there.
    #[error("create the budget ledger: its {0} exists already")]
    Exists(&'static str),
    /// A file could be changed or swapped by somebody else.
    #[error("trust the budget {file}: {why}")]
    Unsafe {
        /// `ledger` or `anchor`.
        file: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// Another process holds the ledger.
    #[error("lock the budget ledger: another run holds it; try again when it is done")]
    Locked,
    /// An entry is not what this program wrote.
    #[error("read entry {sequence} of the budget ledger: {why}; restore the newest copy")]
    Damaged {
        /// Position of the entry.
        sequence: u64,
        /// What is wrong.
        why: &'static str,
    },
    /// The ledger lacks the entry its anchor, or an earlier report, names.
    #[error(
        "trust the budget ledger: entry {0} is missing or another one; it was cut, replaced or restored from an old copy; `logminer budget prove` says how to go on"
    )]
    RolledBack(u64),
    /// A report was charged to an entry that is not in this ledger.
    #[error(
        "trust the budget ledger: it lacks the entry that {0} names; it was cut, replaced or begun anew: restore the newest copy and its anchor; `logminer budget prove` says how to go on"
    )]
    Lacks(String),
    /// Something new was asked of a ledger that may be an older copy.
    #[error(
        "draw anything new: the budget ledger is replay-only, for {0}; its committed reports are released again, and nothing else until `logminer budget prove` has seen the newest entry"
    )]
    ReplayOnly(Behind),
    /// Entries that are known elsewhere are not in the ledger, so it is an older copy.
    #[error(
        "prove the budget ledger: {0}, so this is an older copy; restore a newer one, or charge what may have been spent since with `logminer budget prove --charge --reason TEXT`"
    )]
    NotProved(Behind),
    /// No entry was given, or only ones before the newest spend.
    #[error(
        "prove the budget ledger: its newest spend is entry {0}; give the hash of that entry or a later one, as the newest report's header, the last run's manifest or the SIEM has it"
    )]
    ProofTooOld(u64),
    /// A copy of a period that is over cannot be charged for the one after it.
    #[error(
        "charge what may have been spent: the copy's period ended before {}, and what was spent in the one after it is unknown; restore a newer copy",
        date(*.0)
    )]
    CopyOfEarlierPeriod(i32),
    /// The promise was changed after the copy was made.
    #[error("charge what may have been spent: {0} names a change of the promise that the copy lacks; restore a newer copy")]
    CopyOfEarlierPolicy(String),
    /// A charge that would leave days out that were run.
    #[error("charge what may have been spent until {}: {place} is of {}; give --date that day or a later one", date(*.day), date(*.known))]
    ChargeTooEarly {
        /// Asked for.
        day: i32,
        /// Day of a run or entry.
        known: i32,
        /// What is of that day.
        place: String,
    },
    /// The anchor is unreadable.
    #[error("read the budget anchor: it is damaged; restore it from the last report's header")]
    AnchorDamaged,
    /// A reserve is open, or the last line is torn.
    #[error("spend budget: entry {0} was never finished; recovery must come first")]
    NeedsRecovery(u64),
    /// The policy is not the one in the ledger.
    #[error("spend budget: the policy's unit, bounds, cap or schedule differ from the ledger's; record the change with a policy entry")]
    PolicyDiffers,
    /// A renewal before the period's end.
    #[error("renew the budget: the period ends on {}", date(*.0))]
    PeriodNotOver(i64),
    /// A spend for a day before the period.
    #[error(
        "spend budget on the logs of {}: the ledger's period began on {}, and an earlier day is never charged to it; give --date a later day, or `logminer budget create` the first day whose logs will be run",
        date(*.day),
        date(*.start)
    )]
    BeforePeriod {
        /// Asked for.
        day: i32,
        /// First day of the period.
        start: i32,
    },
    /// A policy entry that would reach back behind days that are charged.
    #[error("change the budget's policy on {}: the ledger holds entries of {}", date(*.day), date(*.last))]
    PolicyBackdated {
        /// Asked for.
        day: i32,
        /// Greatest day of an entry.
        last: i32,
    },
    /// Over the cap, or over a share of it.
    #[error("{0}")]
    OverBudget(Box<OverBudget>),
    /// A scheduled report that asks for more than one night's part.
    #[error("spend more than one night's part of the schedule: at most {0} rho a night")]
    OverNight(String),
    /// The same release is reserved or was lost: a rerun is a new spend that must be asked for.
    #[error("finish entry {0}: it is not an open reserve")]
    NotOpen(u64),
    /// Zero spend, bad policy numbers, or charges that do not match.
    #[error(transparent)]
    Privacy(#[from] PrivacyError),
    /// An earlier operation failed half-way; only a fresh open knows what is on disk.
    #[error("use the budget ledger: an earlier write failed; open it again")]
    Poisoned,
    /// The ledger is larger than its bound.
    #[error("read the budget ledger: it is larger than {0} bytes")]
    TooLarge(u64),
    /// The disk failed.
    #[error("{action}: {kind}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Kind of error.
        kind: std::io::ErrorKind,
    },
}

impl LedgerError {
    /// The exit code of a run that ends here.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Locked => Exit::Locked,
            Self::Io { kind: std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded, .. } => Exit::DiskFull,
            Self::Io { .. } => Exit::TransientIo,
            _ => Exit::BudgetRefused,
        }
    }

    /// Whether the chain may be sound and merely not the newest: then it can still be read for replays.
    #[must_use]
    pub fn may_be_older_copy(&self) -> bool {
        matches!(self, Self::RolledBack(_) | Self::Lacks(_) | Self::Missing("anchor") | Self::AnchorDamaged)
    }

    pub(super) fn io(action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Io { action, kind: error.kind() }
    }
}
