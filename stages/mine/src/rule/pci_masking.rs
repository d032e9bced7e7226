//! A card number reached the logs unmasked: in a message, a field, a number, a path or an object key. The sanitizer replaced it, so its token is the
//! evidence: a number that was masked before (`411111******1111`) is none and gets no token.

use schemas::record::{FindingKind, FindingSeverity};

use super::{Compliance, Observed, Rule};

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "PCIAccountMasking",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Critical,
        clause: "PCI DSS 4.0, 3.4.1 and 3.5.1",
        description: "The system that wrote the log did not mask a card number. It was replaced here, but the original log holds it.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    observed.parts.marks.card
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::Other;

    #[test]
    fn fires_on_a_token_in_message_field_or_key() {
        check_record(&RULE, Other, (Some(1), "", "card [CARD_k1ABCDEF] used"), &[], true);
        check_record(&RULE, Other, (Some(1), "", ""), &[("payload.note", "see [CARD]")], true);
        check_record(&RULE, Other, (Some(1), "", ""), &[("limits.[CARD_k1ABCDEF].day", "500")], true);
    }

    #[test]
    fn does_not_fire_without_one() {
        check_record(&RULE, Other, (Some(1), "", "account [ACCOUNT_k1ABCDEF] used"), &[], false);
    }

    #[test]
    fn near_miss_a_masked_number_and_a_word() {
        check_record(&RULE, Other, (Some(1), "", "card 411111******1111 [CARDHOLDER] ok"), &[], false);
        // A technical name whose digits pass every check of a card.
        check_record(&RULE, Other, (Some(1), "", "Received block blk_-[CARD_k1ABCDEF] of size 67108864"), &[], false);
    }
}
