//! A password, key, credential or token was logged. The sanitizer dropped it; the original log holds it, and whoever reads that can use it.

use schemas::record::{FindingKind, FindingSeverity};

use super::{Compliance, Observed, Rule};

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "SecretsInLogs",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Critical,
        clause: "PCI DSS 4.0, 8.3.2; GDPR, Art. 32(1)",
        description: "A password, key or session credential was logged in clear. Change it, and stop writing it: the original log holds it.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    observed.parts.marks.secret
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::Login;

    #[test]
    fn fires_on_what_was_dropped() {
        check_record(&RULE, Login, (Some(1), "", ""), &[("password", "[SECRET]")], true);
        check_record(&RULE, Login, (Some(1), "", "Authorization: [SECRET]"), &[], true);
    }

    #[test]
    fn near_miss_a_word_and_authentication_data() {
        check_record(&RULE, Login, (Some(1), "", "wrong password, secret question asked"), &[], false);
        // Another rule's: it weighs more.
        check_record(&RULE, Login, (Some(1), "", ""), &[("cvv", "[SECRET]")], false);
        check_record(&RULE, Login, (Some(1), "", "[SECRETARY] called"), &[], false);
    }
}
