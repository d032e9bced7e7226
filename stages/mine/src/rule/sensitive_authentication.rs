//! A card's verification value, PIN or stripe data was logged. The sanitizer dropped it; the key it stood at, or the word before it, says what it was.

use schemas::record::{FindingKind, FindingSeverity};

use super::{Compliance, Observed, Rule};

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "SensitiveAuthenticationData",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Critical,
        clause: "PCI DSS 4.0, 3.3.1",
        description: "A verification value, PIN or stripe data was logged. It must not be kept after authorisation, not even encrypted.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    observed.parts.marks.authentication
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::Transaction;

    #[test]
    fn fires_on_what_was_dropped() {
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("card.cvv", "[SECRET]")], true);
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("pin_reset.pin", "[SECRET]")], true);
        check_record(&RULE, Transaction, (Some(1), "", "pan=[CARD_k1A] cvv=[SECRET] ok"), &[], true);
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("payload", "{\"cvv2\":\"[SECRET]\"}")], true);
    }

    #[test]
    fn near_miss_another_secret_and_a_result() {
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("password", "[SECRET]")], false);
        check_record(&RULE, Transaction, (Some(1), "", "cvv check passed"), &[("cvv_result", "match")], false);
    }
}
