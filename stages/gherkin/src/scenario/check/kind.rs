//! The kinds of checks: their names, why each exists, and what it would cost if its promise broke.

use schemas::record::EventCategory;

use crate::candidate::Risk;
use crate::vocabulary::Act;

/// What is checked, as its ids and `features.json` name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Check {
    Answer,
    Changes,
    Created,
    Idempotency,
    KeyConflict,
    KeyLater,
    Repetition,
    Edges,
    Pool,
    UnknownId,
    ForeignId,
    SignedOut,
    AfterSignOut,
    Limit,
    Pause,
    Later,
    OtherTime,
    Then,
    Approval,
}

impl Check {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Changes => "changes",
            Self::Created => "created",
            Self::Idempotency => "idempotency",
            Self::KeyConflict => "key-conflict",
            Self::KeyLater => "key-later",
            Self::Repetition => "repetition",
            Self::Edges => "edges",
            Self::Pool => "pool",
            Self::UnknownId => "unknown-id",
            Self::ForeignId => "foreign-id",
            Self::SignedOut => "signed-out",
            Self::AfterSignOut => "after-sign-out",
            Self::Limit => "limit",
            Self::Pause => "pause",
            Self::Later => "later",
            Self::OtherTime => "other-time",
            Self::Then => "then",
            Self::Approval => "approval",
        }
    }

    /// Why the scenario exists.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Answer => "callers rely on every field of this answer, and on what is logged about it.",
            Self::Changes => "what a call changes, and what it must leave alone, shows in what is read after it.",
            Self::Created => "what was made must be there when it is asked for.",
            Self::Idempotency => "a client that lost the answer sends the request again; it must count once.",
            Self::KeyConflict => "an idempotency key stands for one request; with another it is a mistake of the client's.",
            Self::KeyLater => "a client may lose its session before it repeats a request; it must still count once.",
            Self::Repetition => "customers do this several times in a row.",
            Self::Edges => "requests arrive with fields left out, of another type, and with numbers at their limits.",
            Self::Pool => "things of one kind differ in their state; each must be treated as its state demands.",
            Self::UnknownId => "an id that exists nowhere must be answered plainly.",
            Self::ForeignId => "what belongs to somebody else must neither be read nor changed.",
            Self::SignedOut => "without a sign-in nobody's data may be read or changed.",
            Self::AfterSignOut => "a session that was ended must not work any more.",
            Self::Limit => "production refuses after too many of these; without that limit it could be tried for ever.",
            Self::Later => "what was ordered is carried out on its day, once, and not after it was taken back.",
            Self::OtherTime => "what is asked for in the evening or at a weekend is carried out on another day.",
            Self::Pause => "sessions, locks and open requests end after a time, neither sooner nor later.",
            Self::Approval => "an approval holds for one thing, and what needs none must not ask for it.",
            Self::Then => "one change may allow or forbid the next.",
        }
    }

    pub(super) const fn risk(self, act: &Act) -> Risk {
        let is_transaction = matches!(act.category, EventCategory::Transaction);
        match self {
            Self::ForeignId | Self::SignedOut | Self::AfterSignOut | Self::Limit | Self::Pause | Self::Approval => Risk::High,
            Self::Changes | Self::Created | Self::Idempotency | Self::KeyConflict | Self::KeyLater | Self::Repetition | Self::Edges | Self::Then
                if is_transaction =>
            {
                Risk::High
            }
            Self::Later | Self::OtherTime if is_transaction => Risk::High,
            Self::Answer | Self::UnknownId => Risk::Low,
            _ => Risk::Medium,
        }
    }
}
