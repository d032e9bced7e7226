//! `[rules]` of the policy: which compliance and fraud rules look, with which thresholds, and the bank's own rules.
//!
//! An own rule looks at one record (`all`, `any`), at so many such records within minutes, or at a sequence (`first`, `then`, `without`). It is
//! checked when the policy is read ([`RulesPolicy::refusals`]) and compiled where records are looked at ([`condition`]).

pub mod condition;
mod refuse;

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{FindingKind, FindingSeverity};

/// The built-in rules, by id. `mine` has a file for each; a test there holds the two together.
pub const BUILT_IN: [&str; 19] = [
    "AccessWithoutPurpose",
    "AccountEnumeration",
    "AccountTakeover",
    "AuditFieldsMissing",
    "AuditTrailCompleteness",
    "DormantAccountReactivation",
    "FailedLoginVelocity",
    "FourEyesViolation",
    "GDPRAccessLogging",
    "HighValueTransfers",
    "ImpossibleTravel",
    "NationalIdInLogs",
    "NewPayeeLargeTransfer",
    "PCIAccountMasking",
    "PaymentWithoutSCA",
    "SecretsInLogs",
    "SensitiveAuthenticationData",
    "Structuring",
    "VelocityCheck",
];

/// Own rules of one policy.
pub const OWN_RULES_MAX: usize = 100;
/// Conditions of one list of an own rule.
pub const CONDITIONS_MAX: usize = 20;
/// Bytes of a text of an own rule.
pub const OWN_TEXT_BYTES_MAX: usize = 400;
/// Matches of one subject that an own rule holds at a moment; the oldest are forgotten.
pub const OWN_OPEN_MAX: usize = 1_024;

/// Compliance and fraud rules.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct RulesPolicy {
    /// Built-in rules that do not look.
    pub off: BTreeSet<String>,
    /// Severity of built-in rules, where it is not the usual one.
    pub severity: BTreeMap<String, FindingSeverity>,
    /// Hundredths of the currency unit from which a payment is reported to the authority.
    pub reporting_edge_minor: i64,
    /// Percent of the edge from which a payment is just under it.
    pub structuring_percent: u32,
    /// Payments of one customer just under the edge, within a day, that are too many.
    pub structuring_count: u32,
    /// Hundredths of the currency unit above which a payment needs strong customer authentication.
    pub sca_above_minor: i64,
    /// Hundredths of the currency unit above which a payment after a new payee is large.
    pub new_payee_above_minor: i64,
    /// Minutes for which a payee is new.
    pub new_payee_minutes: u32,
    /// Minutes within which two places are too far apart.
    pub travel_minutes: u32,
    /// Failed sign-ins that begin an account takeover.
    pub takeover_failed_count: u32,
    /// Minutes from the first failed sign-in to the payment of an account takeover.
    pub takeover_minutes: u32,
    /// Distinct names or accounts that one source tries in vain that are too many.
    pub enumeration_count: u32,
    /// Window of the enumeration rule in minutes.
    pub enumeration_minutes: u32,
    /// Days without a sign-in or payment after which an account is dormant.
    pub dormant_days: u32,
    /// The bank's own rules.
    pub own: Vec<OwnRule>,
}

impl Default for RulesPolicy {
    fn default() -> Self {
        Self {
            off: BTreeSet::new(),
            severity: BTreeMap::new(),
            reporting_edge_minor: 1_000_000,
            structuring_percent: 90,
            structuring_count: 3,
            sca_above_minor: 50_000,
            new_payee_above_minor: 300_000,
            new_payee_minutes: 60,
            travel_minutes: 10,
            takeover_failed_count: 3,
            takeover_minutes: 60,
            enumeration_count: 10,
            enumeration_minutes: 10,
            dormant_days: 180,
            own: Vec::new(),
        }
    }
}

impl RulesPolicy {
    /// Whether a rule looks. Own rules are switched off by leaving them out.
    #[must_use]
    pub fn is_on(&self, id: &str) -> bool {
        !self.off.contains(id)
    }

    /// The severity of a built-in rule whose usual one is given.
    #[must_use]
    pub fn severity(&self, id: &str, usual: FindingSeverity) -> FindingSeverity {
        self.severity.get(id).copied().unwrap_or(usual)
    }
}

/// Whom the records of an own rule must have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The customer, else the session.
    #[default]
    Customer,
    /// The session.
    Session,
}

/// A rule of the bank's own. Conditions are written `FIELD OPERATOR VALUE`, see [`condition`].
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[serde(deny_unknown_fields, default)]
pub struct OwnRule {
    /// Id in findings, of its own.
    pub id: String,
    /// Family; not set: compliance.
    pub kind: Option<FindingKind>,
    /// Severity; not set: medium.
    pub severity: Option<FindingSeverity>,
    /// Clause or source.
    pub clause: String,
    /// What it means, in a sentence.
    pub description: String,
    /// A record must meet all of these ...
    pub all: Vec<String>,
    /// ... and one of these.
    pub any: Vec<String>,
    /// A sequence begins with a record that meets all of these ...
    pub first: Vec<String>,
    /// ... ends with one that meets all of these ...
    pub then: Vec<String>,
    /// ... and has none between that meets all of these.
    pub without: Vec<String>,
    /// Minutes from the first to the last; not set: as long as the night's records go.
    pub within_minutes: Option<u32>,
    /// So many records (or sequences) of one subject; not set: 1.
    pub at_least: Option<u32>,
    /// Whom they have in common.
    pub by: By,
}

impl OwnRule {
    /// Whether it looks at more than one record.
    #[must_use]
    pub fn is_sequence(&self) -> bool {
        !self.then.is_empty() || self.at_least.unwrap_or(1) > 1
    }
}
