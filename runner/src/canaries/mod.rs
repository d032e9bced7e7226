//! Canaries: values of nobody, made from the canary key and the logical date, that go through every run beside the bank's logs as a source of their
//! own. The steps that sanitize do not know which records they are; `sanitize.apply` routes what it made of them out by the number of their source, behind
//! all that it does to any record, and `sanitize.gate` counts the tokens: one that is missing ends the run with exit 62, as a readable value does.
//!
//! [`values`] makes one value of each class, [`carriers`] says in what it stands. Values have forty bits or more wherever the lexicon takes them, and
//! names are no words of any language, so that a canary changes nothing in the records of others. The source is in memory and sealed: there is no
//! file that could be changed or left behind.

mod carriers;
mod values;

use schemas::pii::{Operator, PiiClass};
use schemas::policy::Policy;

use crate::fidelity::prng::Prng;
use carriers::CARRIERS;

/// The key role they are made from.
pub const ROLE: &str = "canary";
/// Parameter of `sanitize.apply`: number of the source.
pub const SOURCE_PARAMETER: &str = "canary_source";
/// Parameter of `sanitize.gate`: how many there are.
pub const COUNT_PARAMETER: &str = "canaries";

/// What is planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canaries {
    /// JSON lines.
    pub content: Vec<u8>,
    /// Their number: records, each with one value.
    pub count: u64,
}

/// The canaries of a date, one for each class in each carrier it fits. What the policy keeps readable is not planted.
#[must_use]
pub fn of(key: &[u8], logical_day: i32, date: &str, policy: &Policy) -> Canaries {
    let key = blake3::derive_key("logminer canaries v1", key);
    let mut canaries = Canaries { content: Vec::new(), count: 0 };
    for &class in PiiClass::ALL {
        let value = values::of(class, &mut Prng::keyed(&key, &[&logical_day.to_string(), class.label()]));
        if policy.sanitize.operator(class) == Operator::Keep || is_kept(policy, value.field) {
            continue;
        }
        for carrier in CARRIERS {
            if (carrier.fits)(class) && !carrier.keys.iter().any(|key| is_kept(policy, key)) {
                let second = canaries.count % 60;
                let body = (carrier.write)(&value);
                let line = format!("{{\"timestamp\":\"{date}T12:00:{second:02}Z\",\"level\":\"INFO\",{body}}}\n");
                canaries.content.extend_from_slice(line.as_bytes());
                canaries.count += 1;
            }
        }
    }
    canaries
}

/// Whether the policy may keep a field of this name, or all below it: then nothing is expected of a canary there. Wider than what the stage does, since
/// it does not look at the rest of a path.
fn is_kept(policy: &Policy, key: &str) -> bool {
    let compact = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let key = compact(key);
    let fits = |part: &str| {
        let name = compact(part);
        match (part.starts_with('*'), part.ends_with('*')) {
            (true, true) => key.contains(&name),
            (true, false) => key.ends_with(&name),
            (false, true) => key.starts_with(&name),
            (false, false) => key == name,
        }
    };
    let own = policy.sanitize.field_operators.iter().filter(|(_, operator)| **operator == Operator::Keep).map(|(name, _)| name);
    policy.sanitize.keep_fields.iter().chain(own).any(|pattern| pattern.split('.').any(fits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const KEY: [u8; 32] = [7; 32];

    fn lines(day: i32, policy: &Policy) -> Vec<String> {
        let canaries = of(&KEY, day, "2026-11-20", policy);
        let lines: Vec<String> = String::from_utf8(canaries.content).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(lines.len() as u64, canaries.count);
        lines
    }

    #[test]
    fn every_class_is_planted_and_every_carrier_is_used() {
        let lines = lines(20_777, &Policy::default());
        assert!(lines.iter().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
        assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len());
        for &class in PiiClass::ALL {
            assert!(CARRIERS.iter().filter(|carrier| (carrier.fits)(class)).count() >= 5, "{}", class.label());
        }
        for carrier in CARRIERS {
            assert!(PiiClass::ALL.iter().any(|class| (carrier.fits)(*class)), "{}", carrier.id);
        }
    }

    #[test]
    fn they_follow_from_key_and_date() {
        let policy = Policy::default();
        assert_eq!(of(&KEY, 1, "1970-01-02", &policy), of(&KEY, 1, "1970-01-02", &policy));
        let all = |key: &[u8], day| String::from_utf8(of(key, day, "1970-01-02", &policy).content).unwrap();
        let (one, other_day, other_key) = (all(&KEY, 1), all(&KEY, 2), all(&[8; 32], 1));
        let same = |a: &str, b: &str| a.lines().filter(|line| b.contains(*line)).count();
        assert_eq!((same(&one, &other_day), same(&one, &other_key)), (0, 0));
    }

    #[test]
    fn what_the_policy_keeps_is_not_planted() {
        let whole = lines(1, &Policy::default()).len();
        let mut policy = Policy::default();
        policy.sanitize.operators.insert(PiiClass::Ip, Operator::Keep);
        assert!(lines(1, &policy).len() < whole && lines(1, &policy).iter().all(|line| !line.contains("203.0.113.")));
        for (pattern, gone) in
            [("customer_name", "customer_name"), ("*Name", "customer_name"), ("payload.*", "payload"), ("request_id", "request_id")]
        {
            let mut policy = Policy::default();
            policy.sanitize.keep_fields.push(pattern.to_owned());
            let left = lines(1, &policy);
            assert!(left.len() < whole && left.iter().all(|line| !line.contains(gone)), "{pattern}");
        }
    }
}
