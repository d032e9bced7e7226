//! A card number reached the logs unmasked. The sanitizer replaced it, so its token is the evidence: a masked number
//! (`411111******1111`) is none and gets no token of this class from free text.

use schemas::record::{FindingKind, FindingSeverity, Scalar};

use super::{Compliance, Observed, Rule, is_free};

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "PCIAccountMasking",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Critical,
        clause: "PCI DSS 4.0, 3.4.1",
        description: "The system that wrote the log did not mask a card number. It was replaced here, but the original log holds it.",
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    let record = observed.record;
    holds_card(record.message) || record.fields.iter().any(|field| matches!(field.value, Scalar::Text(text) if holds_card(text)))
}

fn holds_card(text: &str) -> bool {
    const MARK: &[u8] = b"[CARD";
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'[', bytes)
        .any(|at| is_free(bytes, at) && bytes[at..].strip_prefix(MARK).is_some_and(|rest| matches!(rest.first(), Some(b'_' | b']'))))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::Other;

    #[test]
    fn fires_on_a_token_in_message_or_field() {
        check_record(&RULE, Other, (Some(1), "", "card [CARD_k1ABCDEF] used"), &[], true);
        check_record(&RULE, Other, (Some(1), "", ""), &[("payload.note", "see [CARD]")], true);
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
