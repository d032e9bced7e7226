//! Too many failed sign-ins of one customer in a short time.

use schemas::policy::MinePolicy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::window::Window;
use super::{Rule, Sequence};

/// The rule under a policy.
pub(super) fn rule(policy: &MinePolicy) -> FailedLogin {
    FailedLogin(Window::new(policy.failed_login_count, policy.failed_login_minutes))
}

/// The window over failed sign-ins.
pub(super) struct FailedLogin(Window);

impl<'p> Sequence<'p> for FailedLogin {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "FailedLoginVelocity",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::Medium,
            clause: "PCI DSS 4.0, 8.3.4; PSD2 RTS, Art. 4(3)(b)",
            description: "Sign-ins of one customer failed more often within minutes than the policy allows.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.0.clear();
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        seen.kind == SightingKind::LoginFailed && seen.time_ns.is_some_and(|time| self.0.push(time))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::firings_of;
    use super::*;

    fn check(kind: SightingKind, minutes: &[i64], expected: usize) {
        let times: Vec<(i64, i64)> = minutes.iter().map(|minute| (*minute, 0)).collect();
        assert_eq!(firings_of(&mut rule(&MinePolicy::default()), kind, &times), expected, "{minutes:?}");
    }

    #[test]
    fn three_in_fifteen_minutes_fire() {
        check(SightingKind::LoginFailed, &[0, 7, 15], 1);
    }

    #[test]
    fn two_do_not_and_sixteen_minutes_are_a_near_miss() {
        check(SightingKind::LoginFailed, &[0, 1], 0);
        check(SightingKind::LoginFailed, &[0, 8, 16], 0);
        check(SightingKind::Transaction, &[0, 1, 2], 0);
    }
}
