//! The faults of this bank. They were chosen before a miner of failure sequences existed.

use serde_json::json;

use super::act::Act;
use super::clause::{Clause, Comparison, Condition, How, Outcome};
use super::client::{Client, VERSION_8_2, VERSIONS_MOBILE};

/// What is known when a step is about to happen: all that a fault can hang on.
pub(super) struct Moment<'a> {
    pub(super) act: Act,
    /// Milliseconds since the day began.
    pub(super) at: u32,
    /// Steps before this one, with their times.
    pub(super) past: &'a [(Act, u32)],
    pub(super) client: &'a Client,
    pub(super) amount: u32,
    pub(super) currency: u8,
    /// Another journey of the customer is open.
    pub(super) concurrent: bool,
}

impl Moment<'_> {
    fn count(&self, act: Act) -> usize {
        self.past.iter().filter(|(past, _)| *past == act).count() + usize::from(self.act == act)
    }

    fn place(&self, act: Act) -> Option<usize> {
        self.past.iter().position(|(past, _)| *past == act)
    }
}

/// A planted fault.
pub(super) struct Fault {
    pub(super) id: &'static str,
    /// What it is about.
    pub(super) kind: &'static str,
    pub(super) sentence: &'static str,
    /// The step it happens at; of a missing event, the step that should bring it.
    pub(super) act: Act,
    pub(super) how: How,
    /// How often it happens when its condition holds, of 1,000.
    pub(super) per_mille: u32,
    /// The event that never comes, or by which the step is taken back.
    pub(super) other: Option<Act>,
    /// Whether its condition holds; for a missing event, at the step that should bring it.
    pub(super) holds: fn(&Moment<'_>) -> bool,
    /// The same in the language of conditions.
    pub(super) clauses: fn() -> Vec<Clause>,
}

impl Fault {
    pub(super) fn condition(&self) -> Condition {
        Condition { all: (self.clauses)() }
    }

    pub(super) fn outcome(&self) -> Outcome {
        let event = if self.how == How::Missing { self.other.unwrap_or(self.act) } else { self.act };
        Outcome { event: event.name().to_owned(), how: self.how }
    }

    /// Of a missing event: where it was to be expected.
    pub(super) fn among(&self) -> Option<Condition> {
        (self.how == How::Missing).then(|| Condition { all: vec![after(self.act)] })
    }
}

fn name(act: Act) -> String {
    act.name().to_owned()
}

fn after(act: Act) -> Clause {
    Clause::After { event: name(act) }
}

fn field(field: &str, op: Comparison, value: serde_json::Value) -> Clause {
    Clause::Field { name: field.to_owned(), op, value }
}

/// Hundredths from which a deposit fails.
const DEPOSIT_EDGE: u32 = 500_000;

/// All of them.
pub(super) const FAULTS: [Fault; 11] = [
    Fault {
        id: "wallet-before-limit",
        kind: "order",
        sentence: "A card payment fails when the card was added to the wallet first and its limit changed afterwards; in the other order it succeeds.",
        act: Act::CardPayment,
        how: How::Failure,
        per_mille: 800,
        other: None,
        holds: |moment| {
            let added = moment.place(Act::WalletAdd);
            added.is_some_and(|added| moment.past[added..].iter().any(|(act, _)| *act == Act::LimitChange))
        },
        clauses: || vec![Clause::Sequence { events: [Act::WalletAdd, Act::LimitChange, Act::CardPayment].map(name).to_vec() }],
    },
    Fault {
        id: "third-code",
        kind: "repetition",
        sentence: "The second factor is rejected when three or more one-time codes were sent in the session.",
        act: Act::MfaVerify,
        how: How::Failure,
        per_mille: 900,
        other: None,
        holds: |moment| moment.count(Act::MfaChallenge) >= 3,
        clauses: || vec![Clause::Count { event: name(Act::MfaChallenge), at_least: 3 }],
    },
    Fault {
        id: "profile-in-two-sessions",
        kind: "concurrency",
        sentence: "A profile update fails while another session of the same customer is open.",
        act: Act::ProfileUpdate,
        how: How::Failure,
        per_mille: 600,
        other: None,
        holds: |moment| moment.concurrent,
        clauses: || vec![Clause::Concurrent],
    },
    Fault {
        id: "bill-in-crowns-on-the-web",
        kind: "attribute interaction",
        sentence: "A bill in SEK cannot be paid on the web; on other channels, or in other currencies, it can.",
        act: Act::BillPayment,
        how: How::Failure,
        per_mille: 750,
        other: None,
        // The place of SEK in the list of currencies.
        holds: |moment| moment.client.is_web() && moment.currency == 1,
        clauses: || vec![field("channel", Comparison::Equal, json!("web")), field("currency", Comparison::Equal, json!("SEK"))],
    },
    Fault {
        id: "archive-at-night",
        kind: "time of day",
        sentence: "A statement times out from 22 to 1 o'clock UTC.",
        act: Act::StatementDownload,
        how: How::Timeout,
        per_mille: 550,
        other: None,
        holds: |moment| matches!(moment.at / 3_600_000 % 24, 22 | 23 | 0),
        clauses: || vec![Clause::Hour { from: 22, to: 1 }],
    },
    Fault {
        id: "payee-in-new-app",
        kind: "version",
        sentence: "A beneficiary cannot be added from version 8.2.0 of the app on; most who have it use iOS, and it is newer in the afternoon, but neither is the reason.",
        act: Act::BeneficiaryAdd,
        how: How::Failure,
        per_mille: 500,
        other: None,
        holds: |moment| (VERSION_8_2..VERSIONS_MOBILE).contains(&moment.client.version),
        clauses: || vec![field("app_version", Comparison::AtLeast, json!("8.2.0"))],
    },
    Fault {
        id: "loan-without-income-check",
        kind: "missing step",
        sentence: "A loan application that was submitted without an income check is never confirmed, and nothing says so.",
        act: Act::LoanSubmit,
        how: How::Missing,
        per_mille: 900,
        other: Some(Act::LoanConfirmed),
        holds: |moment| moment.place(Act::IncomeCheck).is_none(),
        clauses: || vec![after(Act::LoanSubmit), Clause::NotAfter { event: name(Act::IncomeCheck) }],
    },
    Fault {
        id: "reversal-after-unblocking",
        kind: "wrong compensation",
        sentence: "A card payment directly after the card was unblocked succeeds and is reversed all the same.",
        act: Act::CardPayment,
        how: How::Reversed,
        per_mille: 850,
        other: Some(Act::CardPaymentReversed),
        holds: |moment| {
            let before = moment.past.iter().rev().map(|(act, _)| *act).find(|act| *act != moment.act);
            before == Some(Act::CardUnblock)
        },
        clauses: || vec![Clause::DirectlyAfter { event: name(Act::CardUnblock) }],
    },
    Fault {
        id: "transfer-right-after-payee",
        kind: "within minutes",
        sentence: "A transfer fails within a minute of a beneficiary being added.",
        act: Act::TransferSubmit,
        how: How::Failure,
        per_mille: 650,
        other: None,
        holds: |moment| {
            let added = moment.past.iter().rev().find(|(act, _)| *act == Act::BeneficiaryAdd);
            added.is_some_and(|(_, at)| moment.at - at <= 60_000)
        },
        clauses: || vec![Clause::Within { event: name(Act::BeneficiaryAdd), seconds: 60 }],
    },
    Fault {
        id: "large-deposit",
        kind: "amount edge",
        sentence: "A deposit to savings of 5,000.00 or more always fails, in any currency.",
        act: Act::SavingsDeposit,
        how: How::Failure,
        per_mille: 1000,
        other: None,
        holds: |moment| moment.amount >= DEPOSIT_EDGE,
        clauses: || vec![field("amount_minor", Comparison::AtLeast, json!(DEPOSIT_EDGE))],
    },
    Fault {
        id: "third-transfer",
        kind: "repetition",
        sentence: "The third transfer of a session fails, and so do later ones.",
        act: Act::TransferSubmit,
        how: How::Failure,
        per_mille: 700,
        other: None,
        holds: |moment| moment.count(Act::TransferSubmit) >= 3,
        clauses: || vec![Clause::Count { event: name(Act::TransferSubmit), at_least: 3 }],
    },
];
