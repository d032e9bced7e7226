//! A payee was added, and a large payment followed soon. Whether it went to that payee the lines of a payment seldom say: it is not asked.

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{MINUTE_NS, Rule, Sequence};

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> NewPayee {
    NewPayee { above_minor: policy.rules.new_payee_above_minor, within_ns: i64::from(policy.rules.new_payee_minutes) * MINUTE_NS, added_ns: None }
}

/// Remembers when the last payee was added.
pub(super) struct NewPayee {
    above_minor: i64,
    within_ns: i64,
    added_ns: Option<i64>,
}

impl<'p> Sequence<'p> for NewPayee {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "NewPayeeLargeTransfer",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::High,
            clause: "PSD2 RTS, Art. 2 and 18(2)(c): transaction monitoring",
            description: "A customer added a payee and made a large payment soon after.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.added_ns = None;
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let Some(time) = seen.time_ns else { return false };
        match seen.kind {
            SightingKind::PayeeAdded => {
                self.added_ns = Some(time);
                false
            }
            SightingKind::Transaction => {
                let large = seen.amount_minor.is_some_and(|amount| amount > self.above_minor);
                large && self.added_ns.is_some_and(|added| time.saturating_sub(added) <= self.within_ns)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings};
    use super::*;
    use SightingKind::{PayeeAdded, Transaction};

    #[track_caller]
    fn check(rows: &[(SightingKind, i64, i64)], expected: usize) {
        let rows: Vec<At> = rows.iter().map(|(kind, minute, amount)| At { amount: *amount, ..At::of(*kind, *minute) }).collect();
        assert_eq!(firings(&mut rule(&Policy::default()), &rows), expected, "{rows:?}");
    }

    #[test]
    fn a_large_payment_after_a_new_payee_fires() {
        check(&[(PayeeAdded, 0, 0), (Transaction, 60, 300_001)], 1);
    }

    #[test]
    fn near_miss_the_edge_the_time_and_the_order() {
        check(&[(PayeeAdded, 0, 0), (Transaction, 10, 300_000)], 0);
        check(&[(PayeeAdded, 0, 0), (Transaction, 61, 900_000)], 0);
        check(&[(Transaction, 0, 900_000), (PayeeAdded, 1, 0)], 0);
        check(&[(Transaction, 0, 900_000)], 0);
    }
}
