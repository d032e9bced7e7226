//! Reading customer data must leave a trace of whose data it was, or why.

use schemas::record::{EventCategory, FindingKind, FindingSeverity, Scalar};

use super::{Compliance, Observed, Rule};
use crate::event::field::Role;

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "GDPRAccessLogging",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Medium,
        clause: "GDPR, Art. 30 and 32",
        description: "Customer data was read or exported, and the log names neither the customer concerned nor a purpose.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    let record = observed.record;
    let named = || !record.customer.is_empty() || names_subject(record.message) || observed.fields.has(Role::Purpose);
    let in_field = || record.fields.iter().any(|field| matches!(field.value, Scalar::Text(text) if names_subject(text)));
    observed.category == EventCategory::DataAccess && observed.is_business() && !named() && !in_field()
}

/// Whether a token of a customer or an account is in the text.
pub(super) fn names_subject(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'[', bytes).any(|at| [&b"[CUSTOMER_"[..], b"[ACCOUNT_", b"[IBAN_"].iter().any(|mark| bytes[at..].starts_with(mark)))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::{DataAccess, Other};

    #[test]
    fn fires_on_access_to_nobody_knows_whose_data() {
        check_record(&RULE, DataAccess, (Some(1), "", "data access: export finished"), &[("event", "data_export"), ("rows", "400")], true);
    }

    #[test]
    fn does_not_fire_with_customer_or_on_other_events() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "record viewed"), &[], false);
        check_record(&RULE, Other, (Some(1), "", "cache refreshed"), &[], false);
        check_record(&RULE, DataAccess, (Some(1), "", "read 1926 bytes of data from stdin"), &[], false);
    }

    #[test]
    fn near_miss_a_purpose_or_an_account_is_enough() {
        check_record(&RULE, DataAccess, (Some(1), "", "export"), &[("event", "export"), ("purpose", "audit")], false);
        check_record(&RULE, DataAccess, (Some(1), "", "statement of [ACCOUNT_k1B] downloaded"), &[], false);
    }
}
