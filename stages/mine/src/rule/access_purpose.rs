//! A member of staff read a customer's data, and the record names no purpose, case, ticket or reason.

use schemas::record::{EventCategory, FindingKind, FindingSeverity, Outcome};

use super::gdpr_access::names_subject;
use super::part::Part;
use super::{Compliance, Observed, Rule};
use crate::event::field::Role;
use crate::event::words::each_word;

/// Words of a message that name a purpose.
const PURPOSES: [&str; 13] = [
    "case",
    "ticket",
    "purpose",
    "reason",
    "incident",
    "complaint",
    "dispute",
    "justification",
    "because",
    "mandate",
    "investigation",
    "kyc",
    "warrant",
];
/// Words of a message that name a member of staff.
const STAFF: [&str; 12] =
    ["operator", "teller", "employee", "agent", "clerk", "officer", "advisor", "staff", "analyst", "banker", "admin", "administrator"];

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "AccessWithoutPurpose",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Medium,
        clause: "GDPR, Art. 5(1)(b) and 30; GLBA, 16 CFR 314.4(c)(8)",
        description: "A member of staff opened a customer's data, and the log names no purpose, case or reason.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    let record = observed.record;
    if observed.category != EventCategory::DataAccess || observed.outcome == Outcome::Failure || observed.fields.has(Role::Purpose) {
        return false;
    }
    // Whoever serves a transaction looks the account up for it.
    if [Role::TransactionId, Role::TransactionType].into_iter().any(|role| observed.fields.has(role)) {
        return false;
    }
    if record.customer.is_empty() && !observed.parts.has(Part::Account) && !names_subject(record.message) {
        return false;
    }
    let (mut of_staff, mut has_purpose) = (observed.parts.has(Part::Staff), false);
    each_word(record.message, |word| {
        of_staff |= STAFF.contains(&word);
        has_purpose |= PURPOSES.contains(&word);
    });
    of_staff && !has_purpose
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::{DataAccess, Transaction};

    #[test]
    fn fires_on_staff_without_purpose() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "record viewed"), &[("event", "record_viewed"), ("operator_id", "T17")], true);
        check_record(&RULE, DataAccess, (Some(1), "", "Operator T17 opened the file of [CUSTOMER_k1A]"), &[], true);
    }

    #[test]
    fn does_not_fire_on_customers_and_payments() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "statement viewed"), &[("event", "statement_viewed")], false);
        check_record(&RULE, Transaction, (Some(1), "[CUSTOMER_k1A]", "paid by operator T17"), &[], false);
    }

    #[test]
    fn near_miss_a_purpose_or_nobodys_data() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "viewed"), &[("operator_id", "T17"), ("case_id", "C1")], false);
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "viewed by operator T17, case C1"), &[], false);
        let fields = [("event", "account_lookup"), ("teller_id", "T17"), ("transaction_type", "CASH_DEPOSIT")];
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", ""), &fields, false);
        // Nobody is named at all: that is the rule on access logging.
        check_record(&RULE, DataAccess, (Some(1), "", "table exported by operator T17"), &[], false);
    }
}
