//! The bank's own rules: conditions over one record, looked at where records are; sequences of such records, looked at subject by subject.

use std::collections::VecDeque;

use schemas::policy::Policy;
use schemas::record::{EventCategory, FindingKind, FindingSeverity, Outcome, Scalar, Severity, SightingKind, SightingRecord};
use schemas::rules::condition::{Condition, Derived, Field, Test, Value};
use schemas::rules::{By, OWN_OPEN_MAX, OwnRule};

use super::window::Window;
use super::{Observed, Rule, Sequence};
use crate::event::field::{Role, simplify};

const MINUTE_NS: i64 = 60_000_000_000;
const HOUR_NS: i64 = 3_600_000_000_000;

/// A step of an own rule that a record can meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// `all` and `any`.
    Record = 0,
    /// `then`.
    Then = 1,
    /// `without`.
    Without = 2,
    /// `first`.
    First = 3,
}

/// What own rules are, as findings show them.
pub(crate) fn rule(own: &OwnRule) -> Rule<'_> {
    Rule {
        id: &own.id,
        kind: own.kind.unwrap_or(FindingKind::Compliance),
        severity: own.severity.unwrap_or(FindingSeverity::Medium),
        clause: &own.clause,
        description: if own.description.is_empty() { "A rule of the bank's own." } else { &own.description },
        alone: true,
    }
}

/// All own rules of a policy, ready to look at records.
pub(crate) struct OwnRules<'p> {
    rules: Vec<Compiled<'p>>,
}

struct Compiled<'p> {
    own: &'p OwnRule,
    steps: Vec<(Step, Vec<Condition>, Vec<Condition>)>,
}

/// What one record met.
pub(crate) struct Met {
    /// Number of the rule in the policy.
    pub number: usize,
    /// Step.
    pub step: Step,
    /// Whether that is a finding already.
    pub is_finding: bool,
    /// Whom its sequence is of.
    pub by: By,
}

impl<'p> OwnRules<'p> {
    /// Compiles them. A condition that does not parse was refused when the policy was read; here it meets nothing.
    pub(crate) fn new(policy: &'p Policy) -> Self {
        Self { rules: policy.rules.own.iter().map(Compiled::new).collect() }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Hands over every step that a record meets.
    ///
    /// # Errors
    /// The first error of `sink`.
    pub(crate) fn look<E>(&self, observed: &Observed<'_>, mut sink: impl FnMut(Met) -> Result<(), E>) -> Result<(), E> {
        for (number, rule) in self.rules.iter().enumerate() {
            for (step, all, any) in &rule.steps {
                if all.iter().all(|condition| meets(condition, observed))
                    && (any.is_empty() || any.iter().any(|condition| meets(condition, observed)))
                {
                    sink(Met { number, step: *step, is_finding: !rule.own.is_sequence(), by: rule.own.by })?;
                }
            }
        }
        Ok(())
    }
}

impl<'p> Compiled<'p> {
    fn new(own: &'p OwnRule) -> Self {
        let never = || Condition { field: Field::Named(String::new()), test: Test::Present };
        let parse = |texts: &[String]| texts.iter().map(|text| Condition::parse(text).unwrap_or_else(|_| never())).collect::<Vec<_>>();
        let lists = [
            (Step::Record, &own.all, parse(&own.any)),
            (Step::Then, &own.then, vec![]),
            (Step::Without, &own.without, vec![]),
            (Step::First, &own.first, vec![]),
        ];
        let steps =
            lists.into_iter().filter(|(_, all, any)| !all.is_empty() || !any.is_empty()).map(|(step, all, any)| (step, parse(all), any)).collect();
        Self { own, steps }
    }
}

/// Whether a record meets a condition.
fn meets(condition: &Condition, observed: &Observed<'_>) -> bool {
    let values = values(&condition.field, observed);
    match &condition.test {
        Test::Missing => values.is_empty(),
        Test::NoneOf(_) => !values.is_empty() && values.iter().all(|value| condition.test.meets(value)),
        Test::Same(field) | Test::Differs(field) => {
            let others = self::values(field, observed);
            let same = values.iter().any(|value| others.iter().any(|other| value.equals(other)));
            !values.is_empty() && !others.is_empty() && same == matches!(condition.test, Test::Same(_))
        }
        _ => values.iter().any(|value| condition.test.meets(value)),
    }
}

/// The values of a field that are there.
fn values(field: &Field, observed: &Observed<'_>) -> Vec<Value> {
    match field {
        Field::Named(name) => {
            let fields =
                observed.record.fields.iter().filter(|field| observed.names.get(field.path as usize).is_some_and(|path| is_named(path, name)));
            fields.filter_map(|field| value_of(field.value)).collect()
        }
        Field::Derived(derived) => derived_value(*derived, observed).into_iter().collect(),
    }
}

/// Whether a path is the name, ends with it, or is it once wrapping parts are left out.
fn is_named(path: &str, name: &str) -> bool {
    let path_lower = path.to_lowercase();
    path_lower == name || path_lower.strip_suffix(name).is_some_and(|before| before.ends_with('.')) || simplify(path) == name
}

fn value_of(value: Scalar<'_>) -> Option<Value> {
    match value {
        Scalar::Null => None,
        Scalar::Bool(truth) => Some(Value::of(if truth { "true" } else { "false" })),
        Scalar::Int(number) => Some(Value::of(&number.to_string())),
        Scalar::Float(number) => Some(Value::of(&number.to_string())),
        Scalar::Text(text) => Some(Value::of(text.trim())).filter(|value| !value.text.is_empty()),
    }
}

fn derived_value(derived: Derived, observed: &Observed<'_>) -> Option<Value> {
    let text = |text: &str| Some(Value::of(text)).filter(|value| !value.text.is_empty());
    match derived {
        Derived::Event => text(observed.name),
        Derived::Outcome => text(match observed.outcome {
            Outcome::Unknown => "unknown",
            Outcome::Success => "success",
            Outcome::Failure => "failure",
        }),
        Derived::Category => text(match observed.category {
            EventCategory::Other => "other",
            EventCategory::Login => "login",
            EventCategory::Transaction => "transaction",
            EventCategory::DataAccess => "data_access",
            EventCategory::Error => "error",
        }),
        Derived::Amount => observed.amount_minor.map(|minor| Value { text: String::new(), number: Some(minor as f64 / 100.0) }),
        Derived::Method => text(observed.fields.text(Role::Method)?),
        Derived::Route => text(observed.route),
        Derived::Status => observed.fields.status().map(|status| Value::of(&status.to_string())),
        Derived::Severity => text(match observed.record.severity {
            Severity::Unknown => "",
            Severity::Debug => "debug",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Critical => "critical",
        }),
        Derived::Message => text(observed.record.message),
        Derived::Hour => observed.record.time_ns.map(|time| Value::of(&time.div_euclid(HOUR_NS).rem_euclid(24).to_string())),
    }
}

/// An own rule over a sequence, or over so many records within minutes.
pub(crate) struct OwnSequence<'p> {
    own: &'p OwnRule,
    number: u32,
    window: Option<Window>,
    within_ns: Option<i64>,
    open: VecDeque<Option<i64>>,
    pairs: u32,
}

impl<'p> OwnSequence<'p> {
    /// The rule with this number in the policy.
    pub(crate) fn new(number: usize, own: &'p OwnRule) -> Self {
        let at_least = own.at_least.unwrap_or(1);
        let window = (own.then.is_empty()).then(|| Window::new(at_least, own.within_minutes.unwrap_or(u32::MAX)));
        let within_ns = own.within_minutes.map(|minutes| i64::from(minutes) * MINUTE_NS);
        Self { own, number: u32::try_from(number).unwrap_or(u32::MAX), window, within_ns, open: VecDeque::new(), pairs: 0 }
    }

    /// Whether an open beginning is near enough to `time`.
    fn is_near(&self, begun: Option<i64>, time: Option<i64>) -> bool {
        match (self.within_ns, begun, time) {
            (None, ..) => true,
            (Some(within), Some(begun), Some(time)) => time.saturating_sub(begun) <= within,
            _ => false,
        }
    }

    fn ends(&mut self, time: Option<i64>) -> bool {
        if self.within_ns.is_some() && time.is_none() {
            return false;
        }
        while self.open.front().is_some_and(|begun| !self.is_near(*begun, time)) {
            self.open.pop_front();
        }
        let paired = self.open.pop_front().is_some();
        self.pairs += u32::from(paired);
        paired && self.pairs >= self.own.at_least.unwrap_or(1)
    }
}

impl<'p> Sequence<'p> for OwnSequence<'p> {
    fn rule(&self) -> Rule<'p> {
        rule(self.own)
    }

    fn begin(&mut self) {
        self.open.clear();
        self.pairs = 0;
        self.window.iter_mut().for_each(Window::clear);
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        if seen.kind != SightingKind::Own || seen.event / 4 != self.number {
            return false;
        }
        match (seen.event % 4, &mut self.window) {
            (0, Some(window)) => seen.time_ns.is_some_and(|time| window.push(time)),
            (1, _) => self.ends(seen.time_ns),
            (2, _) => {
                self.open.clear();
                false
            }
            (3, _) => {
                if self.open.len() == OWN_OPEN_MAX {
                    self.open.pop_front();
                }
                self.open.push_back(seen.time_ns);
                false
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings, met};
    use super::*;
    use schemas::record::EventCategory::{DataAccess, Transaction};

    fn own(change: impl FnOnce(&mut OwnRule)) -> OwnRule {
        let mut own = OwnRule { id: "own".to_owned(), ..OwnRule::default() };
        change(&mut own);
        own
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    const TOLD: (Option<i64>, &str, &str) = (Some(3 * HOUR_NS), "[CUSTOMER_k1A]", "wire sent");
    const FIELDS: [(&str, &str); 5] =
        [("event", "wire_sent"), ("amount", "6000.50"), ("payment.country", "XY"), ("maker_id", "T1"), ("checker_id", "t1")];

    #[track_caller]
    fn check(all: &[&str], any: &[&str], expected: bool) {
        let mut policy = Policy::default();
        policy.rules.own.push(own(|own| (own.all, own.any) = (texts(all), texts(any))));
        assert!(policy.rules.refusals().is_empty());
        assert_eq!(!met(&policy, Transaction, TOLD, &FIELDS).is_empty(), expected, "{all:?} {any:?}");
    }

    #[test]
    fn conditions_over_one_record() {
        check(&["@event = wire_sent", "@amount > 6000", "country in xy|yz"], &[], true);
        check(&["payment.country = xy", "@category = transaction", "@outcome = success", "@hour = 3", "@message contains wire"], &[], true);
        check(&["maker_id same checker_id", "reason missing", "amount >= 6000.5"], &[], true);
        check(&[], &["country = zz", "country = xy"], true);
        check(&["@event = wire_sent", "@amount > 6001"], &[], false);
        check(&["maker_id differs checker_id"], &[], false);
        check(&["reason differs checker_id"], &[], false);
        check(&["@event = wire_sent"], &["country = zz", "country missing"], false);
        check(&["country != xy"], &[], false);
        check(&["reason != xy"], &[], false);
    }

    #[test]
    fn steps_of_a_sequence_are_met_alone() {
        let mut policy = Policy::default();
        policy.rules.own.push(own(|own| {
            (own.first, own.then, own.without) = (texts(&["@event = record_viewed"]), texts(&["@event = wire_sent"]), texts(&["@event = call"]));
        }));
        assert_eq!(met(&policy, Transaction, TOLD, &FIELDS), [(0, Step::Then)]);
        assert_eq!(met(&policy, DataAccess, TOLD, &[("event", "record_viewed")]), [(0, Step::First)]);
        assert_eq!(met(&policy, DataAccess, TOLD, &[("event", "call")]), [(0, Step::Without)]);
    }

    #[track_caller]
    fn check_sequence(own: &OwnRule, steps: &[(Step, i64)], expected: usize) {
        let rows: Vec<At> = steps.iter().map(|(step, minute)| At { event: 4 * 2 + *step as u32, ..At::of(SightingKind::Own, *minute) }).collect();
        assert_eq!(firings(&mut OwnSequence::new(2, own), &rows), expected, "{steps:?}");
    }

    #[test]
    fn first_then_without_within() {
        use Step::{First, Then, Without};
        let rule = own(|own| (own.then, own.within_minutes) = (texts(&["x present"]), Some(10)));
        check_sequence(&rule, &[(First, 0), (Then, 10)], 1);
        check_sequence(&rule, &[(First, 0), (Then, 1), (Then, 2)], 1);
        check_sequence(&rule, &[(First, 0), (Then, 11)], 0);
        check_sequence(&rule, &[(First, 0), (Without, 1), (Then, 2)], 0);
        check_sequence(&rule, &[(Then, 0), (First, 1)], 0);
        check_sequence(&rule, &[(First, 0), (Without, 1), (First, 2), (Then, 3)], 1);
    }

    #[test]
    fn so_many_of_one_subject() {
        use Step::{First, Record, Then};
        let twice = own(|own| (own.then, own.at_least) = (texts(&["x present"]), Some(2)));
        check_sequence(&twice, &[(First, 0), (Then, 1)], 0);
        check_sequence(&twice, &[(First, 0), (Then, 1), (First, 500), (Then, 501)], 1);
        let burst = own(|own| (own.all, own.at_least, own.within_minutes) = (texts(&["x present"]), Some(3), Some(10)));
        check_sequence(&burst, &[(Record, 0), (Record, 5), (Record, 10)], 1);
        check_sequence(&burst, &[(Record, 0), (Record, 5), (Record, 11)], 0);
        let ever = own(|own| (own.all, own.at_least) = (texts(&["x present"]), Some(2)));
        check_sequence(&ever, &[(Record, 0), (Record, 1_000_000)], 1);
    }
}
