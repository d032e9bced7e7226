//! A payment above the limit without a second factor earlier in its session. Payments of which hardly any has one (at the counter, by card, or where
//! the factor is asked for by a system that logs nothing) are left alone: the first pass over the night says which kinds those are.

use std::collections::{BTreeMap, BTreeSet};

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{Rule, Sequence};

/// Sessions of one customer with a second factor that are held.
const SESSIONS_MAX: usize = 1_024;
/// Payments of one kind with a second factor from which that kind is known to have one.
const KNOWN_MIN: u64 = 3;
/// Of so many of a kind, all but one must have it.
const ONE_OF: u64 = 4;

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> Sca {
    Sca { above_minor: policy.rules.sca_above_minor, stepped_up: BTreeSet::new(), with: BTreeMap::new(), without: BTreeMap::new() }
}

/// Which sessions of the customer had a second factor, and which kinds of payment usually have one.
pub(super) struct Sca {
    above_minor: i64,
    stepped_up: BTreeSet<u128>,
    with: BTreeMap<u32, u64>,
    without: BTreeMap<u32, u64>,
}

impl Sca {
    /// Whether the payment, if it is one with a session, has a second factor before it.
    fn looked_at(&mut self, seen: &SightingRecord) -> Option<bool> {
        let session = seen.session?.0;
        match seen.kind {
            SightingKind::StepUp if self.stepped_up.len() < SESSIONS_MAX => {
                self.stepped_up.insert(session);
                None
            }
            SightingKind::Transaction => Some(self.stepped_up.contains(&session)),
            _ => None,
        }
    }
}

impl<'p> Sequence<'p> for Sca {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "PaymentWithoutSCA",
            kind: FindingKind::Compliance,
            severity: FindingSeverity::High,
            clause: "PSD2, Art. 97(1); RTS (EU) 2018/389, Art. 4 and 10-18",
            description: "A payment above the limit was made without a second factor earlier in its session, though payments of its kind usually have one.",
            // Which kinds usually have one is learned from all customers.
            alone: false,
        }
    }

    fn survey(&mut self, seen: &SightingRecord) {
        if let Some(has) = self.looked_at(seen) {
            *if has { &mut self.with } else { &mut self.without }.entry(seen.event).or_default() += 1;
        }
    }

    fn begin(&mut self) {
        self.stepped_up.clear();
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let large = seen.amount_minor.is_some_and(|amount| amount > self.above_minor);
        let (with, without) = (self.with.get(&seen.event).copied().unwrap_or(0), self.without.get(&seen.event).copied().unwrap_or(0));
        let usual = with >= KNOWN_MIN && without.saturating_mul(ONE_OF) <= with.saturating_add(without);
        self.looked_at(seen) == Some(false) && large && usual
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings, survey};
    use super::*;
    use SightingKind::{StepUp, Transaction};

    fn rows(rows: &[(SightingKind, u64, i64)]) -> Vec<At> {
        rows.iter().map(|(kind, session, amount)| At { session: *session, amount: *amount, ..At::of(*kind, 0) }).collect()
    }

    /// `others` payments of other customers with a second factor come first.
    #[track_caller]
    fn check(others: usize, own: &[(SightingKind, u64, i64)], expected: usize) {
        let mut rule = rule(&Policy::default());
        (0..others).for_each(|_| survey(&mut rule, &rows(&[(StepUp, 1, 0), (Transaction, 1, 10)])));
        survey(&mut rule, &rows(own));
        assert_eq!(firings(&mut rule, &rows(own)), expected, "{own:?}");
    }

    #[test]
    fn fires_without_a_second_factor() {
        check(9, &[(Transaction, 2, 50_001)], 1);
        check(9, &[(Transaction, 2, 60_000), (StepUp, 2, 0), (Transaction, 2, 60_000)], 1);
    }

    #[test]
    fn does_not_fire_with_one_or_where_there_are_none() {
        check(9, &[(StepUp, 2, 0), (Transaction, 2, 60_000)], 0);
        check(0, &[(Transaction, 2, 60_000)], 0);
    }

    #[test]
    fn near_miss_the_limit_and_the_factor_of_another_session() {
        check(9, &[(Transaction, 2, 50_000)], 0);
        check(9, &[(StepUp, 3, 0), (Transaction, 2, 60_000)], 1);
        check(2, &[(Transaction, 2, 60_000)], 0);
    }
}
