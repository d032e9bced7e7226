//! One source tries many names, or one session asks for many accounts, and mostly in vain: somebody is finding out which exist.

use std::collections::{BTreeMap, VecDeque};

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{MINUTE_NS, Rule, Sequence};

/// Tries of one source that are held.
const HELD_MAX: usize = 4_096;

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> Enumeration {
    Enumeration {
        count: policy.rules.enumeration_count.max(1) as usize,
        within_ns: i64::from(policy.rules.enumeration_minutes) * MINUTE_NS,
        held: VecDeque::new(),
        failed: BTreeMap::new(),
        succeeded: 0,
        in_burst: false,
    }
}

/// The tries of one source within the window.
pub(super) struct Enumeration {
    count: usize,
    within_ns: i64,
    held: VecDeque<(i64, u64, bool)>,
    failed: BTreeMap<u64, u32>,
    succeeded: usize,
    in_burst: bool,
}

impl Enumeration {
    fn forget(&mut self) {
        let Some((_, party, failed)) = self.held.pop_front() else { return };
        if !failed {
            self.succeeded -= 1;
        } else if let Some(count) = self.failed.get_mut(&party) {
            *count -= 1;
            if *count == 0 {
                self.failed.remove(&party);
            }
        }
    }
}

impl<'p> Sequence<'p> for Enumeration {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "AccountEnumeration",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::High,
            clause: "OWASP ASVS 4.0, 2.2.1; PCI DSS 4.0, 10.4.1",
            description: "One source tried many different sign-in names, or one session asked for many different accounts, within minutes and mostly in vain.",
            // It takes several customers to make one.
            alone: false,
        }
    }

    fn begin(&mut self) {
        self.held.clear();
        self.failed.clear();
        (self.succeeded, self.in_burst) = (0, false);
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        if !matches!(seen.kind, SightingKind::SignIn | SightingKind::Lookup) {
            return false;
        }
        let (Some(time), Some(party)) = (seen.time_ns, seen.party) else { return false };
        while self.held.front().is_some_and(|(begun, ..)| time.saturating_sub(*begun) > self.within_ns) || self.held.len() == HELD_MAX {
            self.forget();
        }
        self.held.push_back((time, party.0, seen.failed));
        if seen.failed {
            *self.failed.entry(party.0).or_default() += 1;
        } else {
            self.succeeded += 1;
        }
        // A shared gateway has many names too, but most of them sign in.
        let full = self.failed.len() >= self.count && self.failed.len() > self.succeeded;
        let fires = full && !self.in_burst;
        self.in_burst = full;
        fires
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings};
    use super::*;

    #[track_caller]
    fn check(rows: impl Iterator<Item = (i64, u64, bool)>, expected: usize) {
        let rows: Vec<At> = rows.map(|(minute, party, failed)| At { party, failed, ..At::of(SightingKind::SignIn, minute) }).collect();
        assert_eq!(firings(&mut rule(&Policy::default()), &rows), expected);
    }

    #[test]
    fn many_names_in_vain_fire_once() {
        check((0..10).map(|name| (0, name, true)), 1);
        check((0..40).map(|name| (name as i64 / 20, name, true)), 1);
        check((0..15).map(|name| (0, name, name % 4 != 0)), 1);
    }

    #[test]
    fn near_miss_nine_one_name_a_gateway_and_a_long_time() {
        check((0..9).map(|name| (0, name, true)), 0);
        check((0..30).map(|_| (0, 1, true)), 0);
        check((0..60).map(|name| (0, name, name % 3 == 0)), 0);
        check((0..30).map(|name| (name as i64 * 2, name, true)), 0);
    }
}
