//! A transaction above the policy's amount.

use schemas::policy::MinePolicy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{Rule, Sequence};

/// The rule under a policy.
pub(super) fn rule(policy: &MinePolicy) -> HighValue {
    HighValue { above_minor: policy.high_value_minor }
}

/// Looks at amounts of transactions alone; any other number of a record is no amount.
pub(super) struct HighValue {
    above_minor: i64,
}

impl<'p> Sequence<'p> for HighValue {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "HighValueTransfers",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::Medium,
            clause: "AMLD5, Art. 18: enhanced due diligence",
            description: "A transaction was above the amount from which the policy wants a second look.",
            alone: true,
        }
    }

    fn begin(&mut self) {}

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        seen.kind == SightingKind::Transaction && seen.amount_minor.is_some_and(|amount| amount > self.above_minor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::firings_of;
    use super::*;

    fn check(kind: SightingKind, amount_minor: i64, expected: usize) {
        assert_eq!(firings_of(&mut rule(&MinePolicy::default()), kind, &[(0, amount_minor)]), expected);
    }

    #[test]
    fn above_fires_and_the_edge_is_a_near_miss() {
        check(SightingKind::Transaction, 500_001, 1);
        check(SightingKind::Transaction, 500_000, 0);
        check(SightingKind::Transaction, 10, 0);
        check(SightingKind::LoginFailed, 900_000, 0);
    }
}
