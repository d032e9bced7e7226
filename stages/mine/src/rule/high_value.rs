//! A transaction above the policy's amount.

use schemas::policy::MinePolicy;
use schemas::record::{ActivityKind, ActivityRecord, FindingKind, FindingSeverity};

use super::{Fraud, Rule};

/// The rule under a policy.
pub(super) fn rule(policy: &MinePolicy) -> HighValue {
    HighValue { above_minor: policy.high_value_minor }
}

/// Looks at amounts of transactions alone; any other number of a record is no amount.
pub(super) struct HighValue {
    above_minor: i64,
}

impl Fraud for HighValue {
    fn rule(&self) -> Rule {
        Rule {
            id: "HighValueTransfers",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::Medium,
            clause: "AMLD5, Art. 18: enhanced due diligence",
            description: "A transaction was above the amount from which the policy wants a second look.",
        }
    }

    fn begin(&mut self) {}

    fn fires(&mut self, activity: &ActivityRecord) -> bool {
        activity.kind == ActivityKind::Transaction && activity.amount_minor.is_some_and(|amount| amount > self.above_minor)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::firings;
    use super::*;

    fn check(kind: ActivityKind, amount_minor: i64, expected: usize) {
        assert_eq!(firings(&mut rule(&MinePolicy::default()), kind, &[(0, amount_minor)]), expected);
    }

    #[test]
    fn above_fires_and_the_edge_is_a_near_miss() {
        check(ActivityKind::Transaction, 500_001, 1);
        check(ActivityKind::Transaction, 500_000, 0);
        check(ActivityKind::Transaction, 10, 0);
        check(ActivityKind::LoginFailed, 900_000, 0);
    }
}
