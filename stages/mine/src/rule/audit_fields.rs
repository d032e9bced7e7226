//! A sign-in or an access to customer data must say who, what, when, where and how it ended. What it was is always known here: the event type. Where
//! and the outcome may each be kept elsewhere (the host by the collector, a success by silence), so one of them alone is no finding.

use schemas::record::{EventCategory, FindingKind, FindingSeverity, Outcome};

use super::part::Part;
use super::{Compliance, Observed, Rule};
use crate::event::field::Role;

/// The rule.
pub(super) const RULE: Compliance = Compliance {
    rule: Rule {
        id: "AuditFieldsMissing",
        kind: FindingKind::Compliance,
        severity: FindingSeverity::Medium,
        clause: "PCI DSS 4.0, 10.2.2",
        description: "A sign-in or an access to customer data was logged without who or when, or with neither where nor how it ended.",
        alone: true,
    },
    fires,
};

fn fires(observed: &Observed<'_>) -> bool {
    let (record, parts) = (observed.record, observed.parts);
    let audited = matches!(observed.category, EventCategory::Login | EventCategory::DataAccess) && observed.is_business();
    if !audited {
        return false;
    }
    let who = [record.customer, record.session].iter().any(|token| !token.is_empty())
        || observed.fields.has(Role::Actor)
        || [Part::Staff, Part::SignInName].into_iter().any(|part| parts.has(part))
        || ["[USER", "[CUSTOMER", "[EMAIL", "[NAME"].into_iter().any(|mark| record.message.contains(mark));
    let place = || parts.has(Part::Place) || parts.has(Part::Origin) || record.message.contains("[IP");
    // A line of plain text has its place in a frame that is not taken apart here.
    let plain = record.fields.is_empty();
    let ended = observed.outcome != Outcome::Unknown;
    !who || record.time_ns.is_none() || !(ended || plain || place())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check_ended, check_record};
    use super::*;
    use schemas::record::EventCategory::{DataAccess, Login, Other};

    #[test]
    fn fires_without_who_when_or_both_of_the_rest() {
        check_record(&RULE, Login, (Some(1), "", ""), &[("event", "login"), ("host", "a")], true);
        check_record(&RULE, DataAccess, (None, "[CUSTOMER_k1A]", ""), &[("event", "record_viewed"), ("host", "a")], true);
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", ""), &[("event", "record_viewed")], true);
    }

    #[test]
    fn does_not_fire_on_complete_or_other_records() {
        check_record(&RULE, Login, (Some(1), "[CUSTOMER_k1A]", ""), &[("event", "login"), ("host", "a")], false);
        check_record(&RULE, Other, (None, "", ""), &[("event", "cache_refreshed")], false);
    }

    #[test]
    fn near_miss_plain_text() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", "INFO a.b.Reader - balance read for account [ACCOUNT_k1A]"), &[], false);
    }

    #[test]
    fn near_miss_one_of_where_and_outcome_is_enough() {
        check_record(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", ""), &[("event", "record_viewed"), ("client_ip", "[IP_k1A]")], false);
        check_ended(&RULE, DataAccess, (Some(1), "[CUSTOMER_k1A]", ""), &[("event", "record_viewed")], false);
        check_record(&RULE, Login, (Some(1), "", "user [USER_k1A] signed in"), &[("event", "login"), ("host", "a")], false);
    }
}
