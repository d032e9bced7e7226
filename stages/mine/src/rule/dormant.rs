//! An account that was asleep for long is used to pay. Here by what the record says of itself (`dormant`, `account_status`, `last_login`); `mine.rank`
//! adds customers that earlier nights knew and had not seen for so long.

use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{Rule, Sequence};

/// The rule.
pub(crate) const RULE: Rule<'static> = Rule {
    id: "DormantAccountReactivation",
    kind: FindingKind::Fraud,
    severity: FindingSeverity::Medium,
    clause: "AMLD5, Art. 13(1)(d); FFIEC BSA/AML manual, appendix F",
    description: "An account that nobody had used for long was used to pay.",
    alone: true,
};

/// Fires once a customer.
#[derive(Default)]
pub(super) struct Dormant {
    fired: bool,
}

impl<'p> Sequence<'p> for Dormant {
    fn rule(&self) -> Rule<'p> {
        RULE
    }

    fn begin(&mut self) {
        self.fired = false;
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let fires = seen.kind == SightingKind::Woken && !self.fired;
        self.fired |= fires;
        fires
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings, seen};
    use super::*;
    use schemas::record::EventCategory::{Login, Transaction};

    #[test]
    fn once_a_customer() {
        assert_eq!(firings(&mut Dormant::default(), &[At::of(SightingKind::Woken, 0), At::of(SightingKind::Woken, 1)]), 1);
        assert_eq!(firings(&mut Dormant::default(), &[At::of(SightingKind::Transaction, 0)]), 0);
    }

    #[test]
    fn what_a_record_says_of_itself() {
        let check = |category, fields: &[(&str, &str)], expected: bool| {
            // 21 November 2026.
            let kinds = seen(category, (Some(1_795_219_200_000_000_000), "[CUSTOMER_k1A]", ""), fields);
            assert_eq!(kinds.contains(&SightingKind::Woken), expected, "{fields:?}");
        };
        check(Transaction, &[("account_status", "DORMANT")], true);
        check(Transaction, &[("last_login", "2026-01-02T10:00:00Z")], true);
        check(Transaction, &[("last_login", "2026-11-02")], false);
        check(Transaction, &[("account_status", "active")], false);
        check(Login, &[("account_status", "DORMANT")], false);
    }
}
