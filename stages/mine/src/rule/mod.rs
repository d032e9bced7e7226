//! Compliance rules look at one record, fraud rules at one subject's activities in time order. One file a rule; to add one, write
//! the file and a line in [`COMPLIANCE`] or [`fraud`].

mod audit_trail;
mod failed_login;
mod gdpr_access;
mod high_value;
mod pci_masking;
mod velocity;
mod window;

use schemas::ids::TokenKey;
use schemas::policy::MinePolicy;
use schemas::record::{ActivityRecord, CleanRecord, EventCategory, FindingKind, FindingSeverity};

use crate::event::field::{Fields, Role};

/// What a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// Id, as in `docs/PARITY.md`.
    pub id: &'static str,
    /// Family.
    pub kind: FindingKind,
    /// Severity.
    pub severity: FindingSeverity,
    /// Clause or source.
    pub clause: &'static str,
    /// What it means.
    pub description: &'static str,
}

/// A record as compliance rules see it.
pub(crate) struct Observed<'a> {
    /// The record.
    pub record: &'a CleanRecord<'a>,
    /// Its fields by role.
    pub fields: &'a Fields<'a>,
    /// What its event is about.
    pub category: EventCategory,
}

impl Observed<'_> {
    /// Whether the record is about business at all: it names an event, a transaction, an amount or a call, or somebody's number stands in it. The
    /// words of a system's own messages (`transfer block`, `wire 491253 pages`, `read 1926 bytes`) are those of banking too.
    pub(crate) fn is_business(&self) -> bool {
        const ROLES: [Role; 7] =
            [Role::Event, Role::TransactionType, Role::TransactionId, Role::Method, Role::Amount, Role::AmountMinor, Role::Actor];
        !self.record.customer.is_empty() || ROLES.into_iter().any(|role| self.fields.has(role)) || holds_number(self.record.message)
    }
}

/// Whether a token of a customer, an account or a card stands in a text, not glued to another word.
fn holds_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let marks = [&b"[ACCOUNT"[..], b"[IBAN", b"[CUSTOMER", b"[CARD"];
    memchr::memchr_iter(b'[', bytes).any(|at| is_free(bytes, at) && marks.iter().any(|mark| bytes[at..].starts_with(mark)))
}

/// Whether the token at `at` stands for itself: what is glued to a word (`blk_[CARD_...]`) is a part of a technical name that looks like a number.
pub(crate) fn is_free(bytes: &[u8], at: usize) -> bool {
    let sign = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let word = at.checked_sub(2).map_or(b' ', |before| bytes[before]);
    !(sign.is_ascii_alphanumeric() || (matches!(sign, b'_' | b'-') && (word.is_ascii_alphanumeric() || word == b'_')))
}

/// A compliance rule.
pub(crate) struct Compliance {
    /// What it is.
    pub rule: Rule,
    /// Whether it fires on a record.
    pub fires: fn(&Observed<'_>) -> bool,
}

/// All compliance rules.
pub(crate) const COMPLIANCE: [Compliance; 3] = [audit_trail::RULE, gdpr_access::RULE, pci_masking::RULE];

/// A fraud rule: fed with the activities of one subject after the other, each subject's in time order.
pub(crate) trait Fraud {
    /// What it is.
    fn rule(&self) -> Rule;
    /// A new subject begins.
    fn begin(&mut self);
    /// Whether the rule fires at this activity.
    fn fires(&mut self, activity: &ActivityRecord) -> bool;
}

/// All fraud rules under a policy.
pub(crate) fn fraud(policy: &MinePolicy) -> Vec<Box<dyn Fraud>> {
    vec![Box::new(failed_login::rule(policy)), Box::new(high_value::rule(policy)), Box::new(velocity::rule(policy))]
}

/// All rules, sorted by kind and id.
pub(crate) fn all(policy: &MinePolicy) -> Vec<Rule> {
    let mut rules: Vec<Rule> = COMPLIANCE.iter().map(|compliance| compliance.rule).chain(fraud(policy).iter().map(|fraud| fraud.rule())).collect();
    rules.sort_by_key(|rule| (rule.kind, rule.id));
    rules
}

/// Whom a record is about: the customer, else the session.
pub(crate) fn subject(record: &CleanRecord<'_>) -> Option<TokenKey> {
    [record.customer, record.session].into_iter().find(|token| !token.is_empty()).map(TokenKey::of_token)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::event::field::Roles;
    use schemas::ids::RecordRef;
    use schemas::record::{ActivityKind, Field, Scalar, Severity};

    /// A record of one message and some fields, of a customer when `customer` is not empty.
    #[track_caller]
    pub(crate) fn check_record(
        rule: &Compliance,
        category: EventCategory,
        (time_ns, customer, message): (Option<i64>, &str, &str),
        fields: &[(&str, &str)],
        expected: bool,
    ) {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let values = fields.iter().zip(0..).map(|((_, value), path)| Field { path, value: Scalar::Text(value) }).collect();
        let at = RecordRef { source: 0, offset: 0 };
        let record = CleanRecord { at, time_ns, severity: Severity::Info, session: "", customer, trace: "", message, fields: values };
        let fields = Roles::of_names(&names).fields(&record);
        assert_eq!((rule.fires)(&Observed { record: &record, fields: &fields, category }), expected, "{}", rule.rule.id);
    }

    /// Activities at the given minutes; returns how often the rule fires.
    pub(crate) fn firings(rule: &mut dyn Fraud, kind: ActivityKind, minutes_and_amounts: &[(i64, i64)]) -> usize {
        rule.begin();
        let activity = |(number, (minute, amount)): (u64, &(i64, i64))| ActivityRecord {
            subject: TokenKey(1),
            time_ns: Some(minute * 60_000_000_000),
            at: RecordRef { source: 0, offset: number },
            kind,
            amount_minor: Some(*amount),
        };
        (0..).zip(minutes_and_amounts).map(activity).filter(|activity| rule.fires(activity)).count()
    }

    #[test]
    fn ids_are_unique_and_every_rule_is_described() {
        let rules = all(&MinePolicy::default());
        assert_eq!(rules.len(), 6);
        assert!(rules.windows(2).all(|two| (two[0].kind, two[0].id) < (two[1].kind, two[1].id)));
        assert!(rules.iter().all(|rule| rule.description.len() > 20 && !rule.clause.is_empty()));
    }
}
