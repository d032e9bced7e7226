//! A social security, tax or passport number stood in free text, where no access control of a field protects it.

use schemas::record::{FindingKind, FindingSeverity};

use super::{Compliance, Observed, Rule};

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "NationalIdInLogs",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::High,
        clause: "GDPR, Art. 5(1)(c) and 87; GLBA, 16 CFR 314.4(c)",
        description: "A number that a government gave a person stood in the free text of a log. It was replaced here, but the original log holds it.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    observed.parts.marks.national_id
}

#[cfg(test)]
mod tests {
    use super::super::tests::check_record;
    use super::*;
    use schemas::record::EventCategory::Other;

    #[test]
    fn fires_in_free_text() {
        check_record(&RULE, Other, (Some(1), "", "customer gave ssn [SSN_k1ABC]"), &[], true);
        check_record(&RULE, Other, (Some(1), "", "passport [NATIONAL_ID_k1ABC] seen"), &[], true);
    }

    #[test]
    fn near_miss_a_field_of_its_own_and_a_technical_name() {
        check_record(&RULE, Other, (Some(1), "", "file checked"), &[("kyc.ssn", "[SSN_k1ABC]")], false);
        check_record(&RULE, Other, (Some(1), "", "blk_[SSN_k1ABC] removed"), &[], false);
    }
}
