//! A session while it runs: who, from where, and the steps still to be written.

use crate::acts::Act;
use crate::customer::Kind;
use crate::ledger::SessionCarriers;

/// A record to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Milliseconds since midnight, true time.
    pub(crate) at: u64,
    pub(crate) act: Act,
    /// Event name of a teller's step.
    pub(crate) name: &'static str,
    /// HTTP status.
    pub(crate) status: u16,
    pub(crate) latency_ms: u32,
    /// Index in the session's payments.
    pub(crate) payment: u16,
    pub(crate) attempt: u8,
    /// The request that the record belongs to: records of one request share a trace id.
    pub(crate) request: u16,
}

/// A payment of the session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Payment {
    pub(crate) cents: u64,
    pub(crate) currency: &'static str,
    pub(crate) payee: u32,
    pub(crate) transfer: u32,
    pub(crate) order: u32,
    pub(crate) idempotency: u128,
}

/// What is planted in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plant {
    MissingAuth,
    SkipVerification,
    DoubleDebit,
    OutOfOrder,
    VaultWithoutVerify,
    UnauthorizedAccess,
    Velocity,
    HighValue,
    FailedLogins,
}

impl Plant {
    /// Anomalies, in the order in which they are planted.
    pub(crate) const ANOMALIES: [Self; 6] =
        [Self::MissingAuth, Self::SkipVerification, Self::DoubleDebit, Self::OutOfOrder, Self::VaultWithoutVerify, Self::UnauthorizedAccess];

    /// The name in the truth.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::MissingAuth => "MISSING_AUTH",
            Self::SkipVerification => "SKIP_VERIFICATION",
            Self::DoubleDebit => "DOUBLE_DEBIT",
            Self::OutOfOrder => "OUT_OF_ORDER",
            Self::VaultWithoutVerify => "VAULT_WITHOUT_VERIFY",
            Self::UnauthorizedAccess => "UNAUTHORIZED_ACCESS",
            Self::Velocity => "VelocityCheck",
            Self::HighValue => "HighValueTransfers",
            Self::FailedLogins => "FailedLoginVelocity",
        }
    }
}

/// A session.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) customer: u32,
    pub(crate) mobile: bool,
    /// Journey and ending, for the truth.
    pub(crate) variant: String,
    pub(crate) planted: Option<Plant>,
    /// Which of the customer's addresses it uses.
    pub(crate) network: Kind,
    /// App version and pod (mobile), or branch, teller and terminal.
    pub(crate) build: u8,
    pub(crate) pod: u8,
    pub(crate) branch: u8,
    pub(crate) transaction: &'static str,
    pub(crate) trace: u128,
    pub(crate) payments: Vec<Payment>,
    /// In order of time; written from the front.
    pub(crate) steps: Vec<Step>,
    pub(crate) next: usize,
    /// Occurrences of the id so far.
    pub(crate) mentions: u32,
    pub(crate) carriers: SessionCarriers,
    /// Status of the third transfer when the sequence fault struck.
    pub(crate) third_failed: Option<u16>,
    pub(crate) earlier_tried: u32,
    pub(crate) earlier_failed: u32,
}

impl Session {
    /// The trace id of a request.
    pub(crate) fn trace(&self, request: u16) -> u128 {
        let mix = |mut word: u64| {
            // The finaliser of SplitMix64: ids of neighbouring requests share no digits.
            word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            word ^ (word >> 31)
        };
        let step = u64::from(request).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        u128::from(mix((self.trace >> 64) as u64 ^ step)) << 64 | u128::from(mix(self.trace as u64 ^ step))
    }
}
