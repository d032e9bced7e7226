//! Compliance rules look at one record, rules over sequences at one subject's sightings in time order. One file a rule; to add one, write
//! the file, a line in [`COMPLIANCE`] or [`sequences`], and its id in `schemas::rules::BUILT_IN`.

mod access_purpose;
mod audit_fields;
mod audit_trail;
pub(crate) mod dormant;
mod enumeration;
mod failed_login;
mod four_eyes;
mod gdpr_access;
mod high_value;
mod mark;
mod national_id;
pub(crate) mod nature;
mod new_payee;
pub(crate) mod own;
pub(crate) mod part;
mod pci_masking;
mod sca;
mod secrets_in_logs;
mod sensitive_authentication;
pub(crate) mod sight;
mod structuring;
mod takeover;
mod travel;
mod velocity;
mod window;

use schemas::ids::TokenKey;
use schemas::policy::Policy;
use schemas::record::{CleanRecord, EventCategory, FindingKind, FindingSeverity, Outcome, SightingRecord};

use crate::event::field::{Fields, Role};
use mark::is_free;
use nature::Nature;
use part::Played;

const MINUTE_NS: i64 = 60_000_000_000;

/// What a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule<'p> {
    /// Id, as in `docs/RULES.md`.
    pub id: &'p str,
    /// Family.
    pub kind: FindingKind,
    /// Severity, where the policy gives no other.
    pub severity: FindingSeverity,
    /// Clause or source.
    pub clause: &'p str,
    /// What it means.
    pub description: &'p str,
    /// Whether it fires on a customer (or session) by that one's records alone. Only then may the private report count customers by it:
    /// otherwise one customer more or less could change the count by many.
    pub alone: bool,
}

/// A record as rules see it.
pub(crate) struct Observed<'a> {
    /// The record.
    pub record: &'a CleanRecord<'a>,
    /// Paths of its fields.
    pub names: &'a [&'a str],
    /// Its fields by role.
    pub fields: &'a Fields<'a>,
    /// Its fields by the parts that rules look at, and what was replaced.
    pub parts: &'a Played<'a>,
    /// What its event is about.
    pub category: EventCategory,
    /// How it ended.
    pub outcome: Outcome,
    /// What its event does.
    pub nature: Nature,
    /// Name of its event type.
    pub name: &'a str,
    /// Route of its event type.
    pub route: &'a str,
    /// Amount in hundredths of the currency unit.
    pub amount_minor: Option<i64>,
    /// Days without use after which an account is dormant.
    pub dormant_days: i64,
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

/// A rule over one record.
pub(crate) struct Compliance {
    /// What it is.
    pub rule: Rule<'static>,
    /// Whether it fires on a record.
    pub fires: fn(&Observed<'_>) -> bool,
}

/// All rules over one record.
pub(crate) const COMPLIANCE: [Compliance; 9] = [
    access_purpose::RULE,
    audit_fields::RULE,
    audit_trail::RULE,
    four_eyes::RULE,
    gdpr_access::RULE,
    national_id::RULE,
    pci_masking::RULE,
    secrets_in_logs::RULE,
    sensitive_authentication::RULE,
];

/// A rule over sequences: fed with the sightings of one subject after the other, each subject's in time order.
pub(crate) trait Sequence<'p> {
    /// What it is.
    fn rule(&self) -> Rule<'p>;
    /// Sees everything once before the first [`Sequence::fires`], for what must be known of the whole night.
    fn survey(&mut self, _seen: &SightingRecord) {}
    /// A new subject begins.
    fn begin(&mut self);
    /// Whether the rule fires at this sighting.
    fn fires(&mut self, seen: &SightingRecord) -> bool;
}

/// All rules over sequences that a policy leaves on.
pub(crate) fn sequences(policy: &Policy) -> Vec<Box<dyn Sequence<'_> + '_>> {
    let built_in: [Box<dyn Sequence<'_> + '_>; 11] = [
        Box::new(dormant::Dormant::default()),
        Box::new(enumeration::rule(policy)),
        Box::new(failed_login::rule(&policy.mine)),
        Box::new(four_eyes::FourEyes::default()),
        Box::new(high_value::rule(&policy.mine)),
        Box::new(new_payee::rule(policy)),
        Box::new(sca::rule(policy)),
        Box::new(structuring::rule(policy)),
        Box::new(takeover::rule(policy)),
        Box::new(travel::rule(policy)),
        Box::new(velocity::rule(&policy.mine)),
    ];
    let mut rules: Vec<Box<dyn Sequence<'_> + '_>> = built_in.into_iter().filter(|rule| policy.rules.is_on(rule.rule().id)).collect();
    for (number, own) in policy.rules.own.iter().enumerate().filter(|(_, own)| own.is_sequence()) {
        rules.push(Box::new(own::OwnSequence::new(number, own)));
    }
    rules
}

/// All rules that a policy leaves on, sorted by kind and id, with the severities it gives.
pub(crate) fn all(policy: &Policy) -> Vec<Rule<'_>> {
    let records = COMPLIANCE.iter().map(|compliance| compliance.rule).filter(|rule| policy.rules.is_on(rule.id));
    let own = policy.rules.own.iter().map(own::rule);
    let mut rules: Vec<Rule<'_>> = records.chain(sequences(policy).iter().map(|sequence| sequence.rule())).chain(own).collect();
    rules.iter_mut().for_each(|rule| rule.severity = policy.rules.severity(rule.id, rule.severity));
    rules.sort_by_key(|rule| (rule.kind, rule.id));
    rules.dedup_by_key(|rule| (rule.kind, rule.id));
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
    use part::Parts;
    use schemas::ids::{RecordRef, StableId};
    use schemas::record::{EventTypeRecord, Field, Scalar, Severity, SightingKind};

    type Told<'a> = (Option<i64>, &'a str, &'a str);

    /// Looks at a record of one message and some fields, of a customer when that is not empty.
    fn look<T>(
        (category, outcome): (EventCategory, Outcome),
        (time_ns, customer, message): Told<'_>,
        fields: &[(&str, &str)],
        with: impl FnOnce(&Observed<'_>) -> T,
    ) -> T {
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let values = fields.iter().zip(0..).map(|((_, value), path)| Field { path, value: Scalar::Text(value) }).collect();
        let at = RecordRef { source: 0, offset: 0 };
        let record = CleanRecord { at, time_ns, severity: Severity::Info, session: "", customer, trace: "", message, fields: values };
        let roles = Roles::of_names(&names, &mut Default::default()).fields(&record);
        let name = roles.text(Role::Event).unwrap_or("").to_lowercase();
        let known = EventTypeRecord {
            number: 0,
            id: StableId(0),
            name: &name,
            category,
            method: "",
            route: "",
            status: 0,
            severity: Severity::Info,
            outcome,
            count: 1,
        };
        with(&Observed {
            record: &record,
            names: &names,
            fields: &roles,
            parts: &Parts::of_names(&names, &mut Default::default()).of_record(&record),
            category,
            outcome,
            nature: Nature::of(&known),
            name: &name,
            route: "",
            amount_minor: crate::event::amount::amount_minor(&roles, message),
            dormant_days: 180,
        })
    }

    /// Whether a rule fires on a record that states no outcome.
    #[track_caller]
    pub(crate) fn check_record(rule: &Compliance, category: EventCategory, told: Told<'_>, fields: &[(&str, &str)], expected: bool) {
        let fires = look((category, Outcome::Unknown), told, fields, |observed| (rule.fires)(observed));
        assert_eq!(fires, expected, "{}", rule.rule.id);
    }

    /// The same for a record that states success.
    #[track_caller]
    pub(crate) fn check_ended(rule: &Compliance, category: EventCategory, told: Told<'_>, fields: &[(&str, &str)], expected: bool) {
        let fires = look((category, Outcome::Success), told, fields, |observed| (rule.fires)(observed));
        assert_eq!(fires, expected, "{}", rule.rule.id);
    }

    /// What is seen in a record.
    pub(crate) fn seen(category: EventCategory, told: Told<'_>, fields: &[(&str, &str)]) -> Vec<SightingKind> {
        look((category, Outcome::Success), told, fields, |observed| {
            let key = |token: &str| (!token.is_empty()).then(|| TokenKey::of_token(token));
            let (customer, origin) = (key(observed.record.customer), observed.origin(&mut Default::default()));
            let keys = sight::Keys { at: observed.record.at, customer, session: None, origin, event: 0, amount_minor: observed.amount_minor };
            let mut kinds = Vec::new();
            let taken: Result<(), ()> = sight::sightings(observed, keys, |sighting| {
                kinds.push(sighting.kind);
                Ok(())
            });
            assert!(taken.is_ok());
            kinds
        })
    }

    /// Numbers of own rules and steps that a record meets.
    pub(crate) fn met(policy: &Policy, category: EventCategory, told: Told<'_>, fields: &[(&str, &str)]) -> Vec<(usize, own::Step)> {
        look((category, Outcome::Success), told, fields, |observed| {
            let mut met = Vec::new();
            let taken: Result<(), ()> = own::OwnRules::new(policy).look(observed, |step| {
                met.push((step.number, step.step));
                Ok(())
            });
            assert!(taken.is_ok());
            met
        })
    }

    /// A sighting of a test.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct At {
        pub kind: SightingKind,
        pub minute: i64,
        pub amount: i64,
        pub session: u64,
        pub origin: u64,
        pub party: u64,
        pub event: u32,
        pub failed: bool,
    }

    impl At {
        pub(crate) fn of(kind: SightingKind, minute: i64) -> Self {
            Self { kind, minute, amount: 1, session: 1, origin: 1, party: 1, event: 0, failed: false }
        }

        fn record(&self, number: u64) -> SightingRecord {
            SightingRecord {
                subject: TokenKey(1),
                customer: Some(TokenKey(1)),
                session: Some(TokenKey(self.session.into())),
                time_ns: Some(self.minute * MINUTE_NS),
                at: RecordRef { source: 0, offset: number },
                kind: self.kind,
                event: self.event,
                amount_minor: Some(self.amount),
                origin: Some(StableId(self.origin)),
                party: Some(StableId(self.party)),
                failed: self.failed,
            }
        }
    }

    /// Shows a rule what goes before.
    pub(crate) fn survey<'p>(rule: &mut dyn Sequence<'p>, rows: &[At]) {
        rule.begin();
        (0..).zip(rows).for_each(|(number, row)| rule.survey(&row.record(number)));
    }

    /// How often the rule fires on these.
    pub(crate) fn firings<'p>(rule: &mut dyn Sequence<'p>, rows: &[At]) -> usize {
        rule.begin();
        (0..).zip(rows).filter(|(number, row)| rule.fires(&row.record(*number))).count()
    }

    /// How often the rule fires on sightings of one kind at the given minutes and amounts.
    pub(crate) fn firings_of<'p>(rule: &mut dyn Sequence<'p>, kind: SightingKind, minutes_and_amounts: &[(i64, i64)]) -> usize {
        let rows: Vec<At> = minutes_and_amounts.iter().map(|(minute, amount)| At { amount: *amount, ..At::of(kind, *minute) }).collect();
        firings(rule, &rows)
    }

    #[test]
    fn ids_are_unique_and_every_rule_is_described() {
        let policy = Policy::default();
        let rules = all(&policy);
        assert!(rules.windows(2).all(|two| (two[0].kind, two[0].id) < (two[1].kind, two[1].id)));
        assert!(rules.iter().all(|rule| rule.description.len() > 20 && !rule.clause.is_empty()));
        let mut ids: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, schemas::rules::BUILT_IN);
    }

    /// Clause, severity and id of every rule stand in one row of the page for people.
    #[test]
    fn the_page_names_every_rule_as_it_is() {
        let page = include_str!("../../../../docs/RULES.md");
        for rule in all(&Policy::default()) {
            let row = page.lines().find(|line| line.starts_with(&format!("| {} |", rule.id))).unwrap_or_else(|| panic!("{} has no row", rule.id));
            let severity = serde_json::to_value(rule.severity).unwrap();
            let begins = format!("| {} | {} | {} |", rule.id, rule.clause, severity.as_str().unwrap());
            assert!(row.starts_with(&begins), "{begins}");
        }
        for id in ["AccountEnumeration", "FourEyesViolation", "PaymentWithoutSCA"] {
            assert!(all(&Policy::default()).iter().any(|rule| rule.id == id && !rule.alone));
        }
    }

    #[test]
    fn rules_are_switched_off_and_weighed_by_the_policy() {
        let mut policy = Policy::default();
        for id in schemas::rules::BUILT_IN {
            policy.rules.off = [id.to_owned()].into();
            assert!(all(&policy).iter().all(|rule| rule.id != id) && all(&policy).len() + 1 == schemas::rules::BUILT_IN.len(), "{id}");
        }
        policy.rules.severity.insert("VelocityCheck".to_owned(), FindingSeverity::Low);
        policy.rules.off.clear();
        assert!(all(&policy).iter().all(|rule| (rule.id == "VelocityCheck") == (rule.severity == FindingSeverity::Low)));
    }
}
