//! What an own rule may not say, each with its place in the file.

use std::collections::BTreeSet;

use super::condition::Condition;
use super::{BUILT_IN, CONDITIONS_MAX, OWN_RULES_MAX, OWN_TEXT_BYTES_MAX, OwnRule, RulesPolicy};
use crate::policy::Refusal;

impl RulesPolicy {
    /// What this section may not say.
    #[must_use]
    pub fn refusals(&self) -> Vec<Refusal> {
        let mut found = Vec::new();
        if self.own.len() > OWN_RULES_MAX {
            found.push(refusal(&["rules", "own"], format!("there are more than {OWN_RULES_MAX} rules")));
        }
        let mut ids = BTreeSet::new();
        for (number, rule) in self.own.iter().enumerate().take(OWN_RULES_MAX) {
            let number = number.to_string();
            let mut refuse = |key: &str, why: String| found.push(refusal(&["rules", "own", &number, key], why));
            if BUILT_IN.contains(&rule.id.as_str()) {
                refuse("id", "a built-in rule has this id".to_owned());
            } else if !ids.insert(rule.id.as_str()) {
                refuse("id", "a rule before it has this id".to_owned());
            }
            shape(rule, &mut refuse);
            conditions(rule, &number, &mut found);
        }
        found
    }
}

/// Conditions that cannot be read.
fn conditions(rule: &OwnRule, number: &str, found: &mut Vec<Refusal>) {
    for (key, conditions) in lists(rule) {
        if conditions.len() > CONDITIONS_MAX {
            found.push(refusal(&["rules", "own", number, key], format!("it has more than {CONDITIONS_MAX} conditions")));
        }
        for (at, text) in conditions.iter().enumerate() {
            if let Err(why) = Condition::parse(text) {
                found.push(refusal(&["rules", "own", number, key, &at.to_string()], why));
            }
        }
    }
}

/// The lists of conditions, by key.
fn lists(rule: &OwnRule) -> [(&'static str, &[String]); 5] {
    [("all", &rule.all), ("any", &rule.any), ("first", &rule.first), ("then", &rule.then), ("without", &rule.without)]
}

/// Which keys go together.
fn shape(rule: &OwnRule, refuse: &mut impl FnMut(&str, String)) {
    let record = !rule.all.is_empty() || !rule.any.is_empty();
    let sequence = !rule.first.is_empty() || !rule.then.is_empty() || !rule.without.is_empty();
    if !record && !sequence {
        refuse("id", "it has no condition: all or any for one record, first and then for a sequence".to_owned());
    }
    if record && sequence {
        let key = if rule.first.is_empty() { "then" } else { "first" };
        refuse(key, "a rule looks at records (all, any) or at a sequence (first, then, without), not at both".to_owned());
    }
    if sequence && rule.first.is_empty() {
        refuse("then", "a sequence begins with first".to_owned());
    }
    if sequence && rule.then.is_empty() {
        refuse(if rule.first.is_empty() { "without" } else { "first" }, "a sequence ends with then".to_owned());
    }
    let repeated = rule.at_least.unwrap_or(1) > 1;
    if rule.within_minutes.is_some() && record && !repeated {
        refuse("within_minutes", "one record has no distance: say at_least, or first and then".to_owned());
    }
    for (key, text) in [("clause", &rule.clause), ("description", &rule.description)] {
        if text.len() > OWN_TEXT_BYTES_MAX {
            refuse(key, format!("it is longer than {OWN_TEXT_BYTES_MAX} bytes"));
        }
    }
}

fn refusal(place: &[&str], why: impl Into<String>) -> Refusal {
    Refusal { place: place.iter().map(|part| (*part).to_owned()).collect(), why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl Fn(&mut OwnRule), expected: &[&str]) {
        let mut rule = OwnRule { id: "x".to_owned(), all: vec!["a = 1".to_owned()], ..OwnRule::default() };
        change(&mut rule);
        let policy = RulesPolicy { own: vec![rule], ..RulesPolicy::default() };
        let places: Vec<String> = policy.refusals().into_iter().map(|refusal| refusal.place.join(".")).collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn sound_rules_pass() {
        check(|_| (), &[]);
        check(|rule| (rule.at_least, rule.within_minutes) = (Some(3), Some(10)), &[]);
        check(|rule| (rule.all, rule.first, rule.then) = (vec![], vec!["@event = a".to_owned()], vec!["@event = b".to_owned()]), &[]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_its_place() {
        check(|rule| rule.all.clear(), &["rules.own.0.id"]);
        check(|rule| rule.id = "VelocityCheck".to_owned(), &["rules.own.0.id"]);
        check(|rule| rule.first.push("a present".to_owned()), &["rules.own.0.first", "rules.own.0.first"]);
        check(|rule| rule.within_minutes = Some(5), &["rules.own.0.within_minutes"]);
        check(|rule| rule.all.push("amount >".to_owned()), &["rules.own.0.all.1"]);
        check(|rule| rule.description = "x".repeat(500), &["rules.own.0.description"]);
    }

    #[test]
    fn ids_are_unique() {
        let rule = OwnRule { id: "x".to_owned(), all: vec!["a = 1".to_owned()], ..OwnRule::default() };
        let policy = RulesPolicy { own: vec![rule.clone(), rule], ..RulesPolicy::default() };
        assert_eq!(policy.refusals()[0].place.join("."), "rules.own.1.id");
    }
}
