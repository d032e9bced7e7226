//! Too many transactions of one customer in a short time.

use schemas::policy::MinePolicy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::window::Window;
use super::{Rule, Sequence};

/// The rule under a policy.
pub(super) fn rule(policy: &MinePolicy) -> Velocity {
    Velocity(Window::new(policy.velocity_count, policy.velocity_minutes))
}

/// Counts transactions, not log lines: `journeys` hands over each transaction once.
pub(super) struct Velocity(Window);

impl<'p> Sequence<'p> for Velocity {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "VelocityCheck",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::High,
            clause: "PSD2 RTS, Art. 2: transaction monitoring",
            description: "One customer made more transactions within minutes than the policy allows.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.0.clear();
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        seen.kind == SightingKind::Transaction && seen.time_ns.is_some_and(|time| self.0.push(time))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::firings_of;
    use super::*;

    fn check(minutes: &[i64], expected: usize) {
        let times: Vec<(i64, i64)> = minutes.iter().map(|minute| (*minute, 1)).collect();
        assert_eq!(firings_of(&mut rule(&MinePolicy::default()), SightingKind::Transaction, &times), expected, "{minutes:?}");
    }

    #[test]
    fn four_in_ten_minutes_fire_once() {
        check(&[0, 3, 6, 9], 1);
        check(&[0, 1, 2, 3, 4, 5, 6], 1);
        check(&[0, 1, 2, 3, 60, 61, 62, 63], 2);
    }

    #[test]
    fn three_do_not_and_four_in_eleven_minutes_are_a_near_miss() {
        check(&[0, 1, 2], 0);
        check(&[0, 4, 8, 11], 0);
        check(&[0, 4, 8, 10], 1);
    }

    #[test]
    fn failed_logins_are_no_transactions() {
        let times = [(0, 0), (1, 0), (2, 0), (3, 0)];
        assert_eq!(firings_of(&mut rule(&MinePolicy::default()), SightingKind::LoginFailed, &times), 0);
    }
}
