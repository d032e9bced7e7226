//! Audit events of the runner: what was decided, never what was in the data.

/// The kind of an audit event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditAction {
    /// A run began.
    RunStarted,
    /// A run ended.
    RunFinished,
    /// A step was run.
    StepRun,
    /// A step was skipped: a published result has the same key.
    StepSkipped,
    /// A step failed.
    StepFailed,
    /// A step failed in a way that can heal, and is tried again.
    StepRetried,
    /// Files were published.
    Published,
    /// A sandbox property was overridden, with its reason.
    OverrideUsed,
    /// Raw text was revealed by `inspect --reveal-raw`, with its reason.
    RawRevealed,
    /// Budget was reserved.
    BudgetReserved,
    /// A release was committed.
    BudgetCommitted,
    /// The ledger refused.
    BudgetRefused,
    /// Keys were made.
    KeysGenerated,
    /// Raw data that is older than its retention period is shredded; noted before it is.
    RawShredded,
    /// A run, or an unfinished one, that is older than its retention period is removed; noted before it is.
    RunRemoved,
}
