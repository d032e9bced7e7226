//! Several payments of one customer within a day, each just under the amount from which a payment is reported.

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::window::Window;
use super::{Rule, Sequence};

const DAY_MINUTES: u32 = 24 * 60;

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> Structuring {
    let edge = policy.rules.reporting_edge_minor;
    let from = i64::try_from(i128::from(edge) * i128::from(policy.rules.structuring_percent) / 100).unwrap_or(edge);
    Structuring { from_minor: from, edge_minor: edge, window: Window::new(policy.rules.structuring_count, DAY_MINUTES) }
}

/// Counts payments from the percent of the edge up to, but without, the edge.
pub(super) struct Structuring {
    from_minor: i64,
    edge_minor: i64,
    window: Window,
}

impl<'p> Sequence<'p> for Structuring {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "Structuring",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::High,
            clause: "AMLD5, Art. 11(b) and 33; 31 USC 5324",
            description: "One customer made several payments within a day, each just under the amount from which a payment is reported.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.window.clear();
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let under = seen.amount_minor.is_some_and(|amount| amount >= self.from_minor && amount < self.edge_minor);
        seen.kind == SightingKind::Transaction && under && seen.time_ns.is_some_and(|time| self.window.push(time))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings};
    use super::*;

    #[track_caller]
    fn check(minutes_and_amounts: &[(i64, i64)], expected: usize) {
        let rows: Vec<At> =
            minutes_and_amounts.iter().map(|(minute, amount)| At { amount: *amount, ..At::of(SightingKind::Transaction, *minute) }).collect();
        assert_eq!(firings(&mut rule(&Policy::default()), &rows), expected, "{rows:?}");
    }

    #[test]
    fn three_just_under_the_edge_fire() {
        check(&[(0, 900_000), (300, 999_999), (700, 950_000)], 1);
        check(&[(0, 950_000), (1, 950_000), (2, 950_000), (3, 950_000)], 1);
    }

    #[test]
    fn two_or_ordinary_ones_do_not() {
        check(&[(0, 950_000), (1, 950_000)], 0);
        check(&[(0, 10_000), (1, 20_000), (2, 30_000)], 0);
    }

    #[test]
    fn near_miss_the_edge_itself_the_lower_end_and_the_next_day() {
        check(&[(0, 1_000_000), (1, 950_000), (2, 950_000)], 0);
        check(&[(0, 899_999), (1, 950_000), (2, 950_000)], 0);
        check(&[(0, 950_000), (1, 950_000), (1_441, 950_000)], 0);
    }
}
