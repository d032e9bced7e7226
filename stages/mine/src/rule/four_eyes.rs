//! Who begins a transaction must not approve it: one record that names the same person twice, or two records of one transaction by one member of staff.

use std::collections::BTreeSet;

use schemas::record::{FindingKind, FindingSeverity, Scalar, SightingKind, SightingRecord};

use super::part::Part;
use super::{Compliance, Observed, Rule, Sequence};

/// Members of staff of one transaction that are held.
const STAFF_MAX: usize = 64;

const FOUR_EYES: Rule<'static> = Rule {
    id: "FourEyesViolation",
    kind: FindingKind::Compliance,
    severity: FindingSeverity::High,
    clause: "SOX 404 (COSO principle 10, segregation of duties)",
    description: "The same member of staff began a transaction and approved it.",
    // Two records of one transaction need not be of one customer.
    alone: false,
};

/// The rule over one record.
pub(super) const RULE: Compliance = Compliance { rule: FOUR_EYES, fires };

fn fires(observed: &Observed<'_>) -> bool {
    let (began, approved) = (observed.parts.value(Part::Initiator), observed.parts.value(Part::Approver));
    match (began, approved) {
        (Scalar::Text(began), Scalar::Text(approved)) => began.trim().eq_ignore_ascii_case(approved.trim()),
        (Scalar::Int(began), Scalar::Int(approved)) => began == approved,
        _ => false,
    }
}

/// The rule over the records of one transaction.
#[derive(Default)]
pub(super) struct FourEyes {
    began: BTreeSet<u64>,
}

impl<'p> Sequence<'p> for FourEyes {
    fn rule(&self) -> Rule<'p> {
        FOUR_EYES
    }

    fn begin(&mut self) {
        self.began.clear();
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let Some(staff) = seen.party else { return false };
        match seen.kind {
            SightingKind::Initiated if self.began.len() < STAFF_MAX => {
                self.began.insert(staff.0);
                false
            }
            SightingKind::Approved => self.began.contains(&staff.0),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, check_record, firings};
    use super::*;
    use schemas::record::EventCategory::Transaction;

    #[test]
    fn one_record() {
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("maker_id", "T17"), ("checker_id", "t17")], true);
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("createdBy", "[USER_k1A]"), ("approvedBy", "[USER_k1A]")], true);
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("maker_id", "T17"), ("checker_id", "T18")], false);
        check_record(&RULE, Transaction, (Some(1), "", ""), &[("approved_by", "T17"), ("operator", "T17")], false);
    }

    #[test]
    fn two_records_of_one_transaction() {
        let check = |rows: &[(SightingKind, u64)], expected: usize| {
            let rows: Vec<At> = rows.iter().map(|(kind, staff)| At { party: *staff, ..At::of(*kind, 0) }).collect();
            assert_eq!(firings(&mut FourEyes::default(), &rows), expected, "{rows:?}");
        };
        check(&[(SightingKind::Initiated, 1), (SightingKind::Approved, 1)], 1);
        check(&[(SightingKind::Initiated, 1), (SightingKind::Approved, 2)], 0);
        check(&[(SightingKind::Approved, 1), (SightingKind::Initiated, 1)], 0);
        check(&[(SightingKind::Transaction, 1), (SightingKind::Approved, 1)], 0);
    }
}
