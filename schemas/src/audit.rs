//! Audit events of the runner: what was decided, never what was in the data.
//!
//! One table is the source of all: the names in the log, their fields of the Elastic Common Schema (ECS 8.17) and the table in
//! `docs/OPERATING.md`. A new decision is one entry here; a test fails until it is emitted somewhere.

macro_rules! names {
    ($(#[$enum_doc:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $text:literal,)* }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// The value in the log.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

names! {
    /// `event.category` of ECS.
    EventCategory {
        /// Settings and what they allow.
        Configuration = "configuration",
        /// The ledger.
        Database = "database",
        /// Files that are published, read or checked.
        File = "file",
        /// Keys.
        Iam = "iam",
        /// Runs and steps.
        Process = "process",
    }
}

names! {
    /// `event.type` of ECS.
    EventType {
        /// Something was read.
        Access = "access",
        /// Something was changed.
        Change = "change",
        /// Something was made.
        Creation = "creation",
        /// Something ended.
        End = "end",
        /// Something was found.
        Info = "info",
        /// Something began.
        Start = "start",
    }
}

names! {
    /// `event.outcome` of ECS.
    EventOutcome {
        /// It was done or allowed.
        Success = "success",
        /// It failed or was refused.
        Failure = "failure",
    }
}

macro_rules! actions {
    ($($name:ident = $text:literal, $category:ident, $type:ident, $outcome:ident, $about:literal;)*) => {
        /// The kind of an audit event: `event.action` of ECS.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AuditAction { $(#[doc = $about] $name,)* }
        impl AuditAction {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The name in the log.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// The name in code.
            #[must_use]
            pub const fn identifier(self) -> &'static str { match self { $(Self::$name => stringify!($name),)* } }
            /// Its category.
            #[must_use]
            pub const fn category(self) -> EventCategory { match self { $(Self::$name => EventCategory::$category,)* } }
            /// Its type.
            #[must_use]
            pub const fn event_type(self) -> EventType { match self { $(Self::$name => EventType::$type,)* } }
            /// How it ended, unless the event names an exit code, which then decides.
            #[must_use]
            pub const fn outcome(self) -> EventOutcome { match self { $(Self::$name => EventOutcome::$outcome,)* } }
            /// What it says, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str { match self { $(Self::$name => $about,)* } }
        }
    };
}

actions! {
    RunStarted = "run_started", Process, Start, Success, "A run began.";
    RunRefused = "run_refused", Process, Info, Failure, "A run was refused before its first step: a key, the stages, the policy, a flag, or a lock.";
    RunFinished = "run_finished", Process, End, Success, "A run ended, well or not.";
    Unchanged = "unchanged", File, Info, Success, "An equal run was published before; no byte was changed.";
    Publishing = "publishing", File, Change, Success, "A manifest with this digest is about to become visible; written before the rename.";
    Published = "published", File, Creation, Success, "The rename was done: readers see the run.";
    Verified = "verified", File, Info, Success, "`logminer verify` checked a run; left out where the log cannot be written.";
    StepRun = "step_run", Process, End, Success, "A step was run.";
    StepSkipped = "step_skipped", Process, Info, Success, "A step was skipped: a result with the same key was taken over.";
    StepRetried = "step_retried", Process, Info, Failure, "A step failed in a way that may heal and is tried again.";
    StepFailed = "step_failed", Process, End, Failure, "A step failed for good.";
    SealVerified = "seal_verified", Configuration, Info, Success, "The signature over the stages was checked.";
    SandboxProven = "sandbox_proven", Process, Info, Success, "The canary's verdict on the sandbox.";
    OverrideUsed = "override_used", Configuration, Change, Success, "A sandbox property was overridden, with its reason.";
    KeyLoaded = "key_loaded", Iam, Info, Success, "A key was loaded: its role and its id, which says nothing about the key.";
    RawRevealed = "raw_revealed", File, Access, Success, "Raw text was revealed by `inspect --reveal-raw`, with its reason.";
    VaultCreated = "vault_created", Database, Creation, Success, "A token vault was made.";
    VaultChangeBegun = "vault_change_begun", Database, Change, Success, "A token vault is about to be changed: a night, an erasure, an older copy adopted, a rotation; noted before it is.";
    VaultAppended = "vault_appended", Database, Change, Success, "A night's tokens are in the vault: digests of its deltas, entries that were new.";
    VaultVerified = "vault_verified", Database, Info, Success, "`logminer token verify` checked the vault.";
    VaultAdopted = "vault_adopted", Database, Change, Success, "A vault restored from a copy was taken as the newest, with the reason.";
    VaultApprovers = "vault_approvers", Iam, Change, Success, "Who may approve a reveal was changed: their public keys, with the reason.";
    TokenApproved = "token_approved", Iam, Creation, Success, "An approval of one reveal was signed: token, reason, expiry, key.";
    TokenRevealed = "token_revealed", File, Access, Success, "A token's value is about to be printed: token, reason, keys that approved.";
    TokenRevealRefused = "token_reveal_refused", File, Access, Failure, "A reveal was refused, and why; no value was opened.";
    TokenForgotten = "token_forgotten", Database, Change, Success, "The keys of an owner's values were destroyed.";
    TokenRotated = "token_rotated", Iam, Change, Success, "The token key was replaced; the mapping's digest and number of links.";
    BudgetCreated = "budget_created", Database, Change, Success, "A budget ledger was made.";
    BudgetPolicyChanged = "budget_policy_changed", Database, Change, Success, "The promise of the budget ledger was changed, or a new period began, with the reason.";
    BudgetReserved = "budget_reserved", Database, Change, Success, "Budget was reserved for a release.";
    BudgetCommitted = "budget_committed", Database, Change, Success, "A release was committed; its spend stands.";
    BudgetLost = "budget_lost", Database, Change, Failure, "A reserve ended without a report; its spend stands.";
    BudgetRefused = "budget_refused", Database, Info, Failure, "The ledger refused a spend.";
    BudgetReplayOnly = "budget_replay_only", Database, Info, Failure, "A run found a ledger that may be an older copy: only committed reports are released.";
    BudgetProved = "budget_proved", Database, Change, Success, "A restored ledger is shown to be the newest and returns to full service; noted before it does.";
    BudgetRecharged = "budget_recharged", Database, Change, Success, "What may have been spent since an older copy of the ledger was charged in full, with the reason; the ledger is in full service.";
    ExactReport = "exact_report", Database, Access, Success, "A run was asked for exact numbers (`run --no-dp`); noted before they are counted. Nothing is released or spent.";
    AnomalyDecided = "anomaly_decided", Configuration, Change, Success, "A group of anomalies was accepted, rejected or forgotten, by whom and why; noted before it is.";
    ScenarioDecided = "scenario_decided", Configuration, Change, Success, "A generated scenario was accepted, muted or given back, by whom and why; noted before it is.";
    RawShredded = "raw_shredded", File, Change, Success, "Raw data that is older than its retention period is shredded; noted before it is.";
    RunRemoved = "run_removed", File, Change, Success, "A run, or an unfinished one, that is older than its retention period is removed; noted before it is.";
    LogRotated = "log_rotated", File, Change, Success, "The log goes on in a new file; the one before is named, with its last digest.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_say_what_they_are() {
        let names: std::collections::BTreeSet<&str> = AuditAction::ALL.iter().map(|action| action.name()).collect();
        assert_eq!(names.len(), AuditAction::ALL.len());
        for action in AuditAction::ALL {
            let snake = action.identifier().chars().fold(String::new(), |mut text, c| {
                if c.is_ascii_uppercase() && !text.is_empty() {
                    text.push('_');
                }
                text.push(c.to_ascii_lowercase());
                text
            });
            assert_eq!(snake, action.name());
            assert!(action.about().ends_with('.'));
        }
    }
}
