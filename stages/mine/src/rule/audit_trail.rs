//! A transaction must say when it was and who acted.

use schemas::record::{EventCategory, FindingKind, FindingSeverity};

use super::{Compliance, Observed, Rule};
use crate::event::field::Role;

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "AuditTrailCompleteness",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::High,
        clause: "SOX 404; PCI DSS 4.0, 10.2.2",
        description: "A transaction was logged without a time, or without any customer, session or acting user: it cannot be audited.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    let record = observed.record;
    let nobody = record.customer.is_empty() && record.session.is_empty() && !observed.fields.has(Role::Actor);
    observed.category == EventCategory::Transaction && observed.is_business() && (record.time_ns.is_none() || nobody)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;

    #[test]
    fn fires_without_time_or_without_anybody() {
        check_record(&RULE, EventCategory::Transaction, (None, "[CUSTOMER_k1A]", "paid"), &[], true);
        check_record(&RULE, EventCategory::Transaction, (Some(1), "", "paid"), &[("branch", "7"), ("amount", "12.00")], true);
        check_record(&RULE, EventCategory::Transaction, (None, "", "debit of [ACCOUNT_k1A]"), &[], true);
    }

    #[test]
    fn does_not_fire_on_complete_or_other_events() {
        check_record(&RULE, EventCategory::Transaction, (Some(1), "[CUSTOMER_k1A]", "paid"), &[], false);
        check_record(&RULE, EventCategory::Login, (None, "", "hello"), &[], false);
    }

    #[test]
    fn systems_that_transfer_blocks_are_no_banks() {
        check_record(&RULE, EventCategory::Transaction, (Some(1), "", "10.0.0.1 starting thread to transfer block blk_[CARD_k1A]"), &[], false);
        check_record(&RULE, EventCategory::Transaction, (None, "", "pages 1471315, wire 491253"), &[], false);
    }

    #[test]
    fn near_miss_an_acting_user_is_enough() {
        check_record(&RULE, EventCategory::Transaction, (Some(1), "", "paid"), &[("teller_id", "[USER_k1A]")], false);
    }
}
