//! Account takeover: sign-ins fail, one succeeds, password or contact data are changed, money leaves. All four, in this order, in a short time.

use std::collections::VecDeque;

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{MINUTE_NS, Rule, Sequence};

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> Takeover {
    let failed = policy.rules.takeover_failed_count.max(1) as usize;
    Takeover { failed, within_ns: i64::from(policy.rules.takeover_minutes) * MINUTE_NS, times: VecDeque::new(), signed_in: None, changed: None }
}

/// How far it has gone. `signed_in` and `changed` hold the time of the first failure that led there.
pub(super) struct Takeover {
    failed: usize,
    within_ns: i64,
    times: VecDeque<i64>,
    signed_in: Option<i64>,
    changed: Option<i64>,
}

impl Takeover {
    fn is_near(&self, begun: Option<i64>, time: i64) -> bool {
        begun.is_some_and(|begun| time.saturating_sub(begun) <= self.within_ns)
    }
}

impl<'p> Sequence<'p> for Takeover {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "AccountTakeover",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::Critical,
            clause: "PSD2 RTS, Art. 2(2); FFIEC Authentication Guidance 2021",
            description: "Sign-ins of a customer failed, one succeeded, password or contact data were changed, and money left, all in a short time.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.times.clear();
        (self.signed_in, self.changed) = (None, None);
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        let Some(time) = seen.time_ns else { return false };
        match seen.kind {
            SightingKind::LoginFailed => {
                self.times.push_back(time);
                if self.times.len() > self.failed {
                    self.times.pop_front();
                }
            }
            SightingKind::LoginSucceeded => {
                let begun = (self.times.len() == self.failed).then(|| self.times[0]);
                if self.is_near(begun, time) {
                    self.signed_in = begun;
                }
            }
            SightingKind::CredentialChanged if self.is_near(self.signed_in, time) => self.changed = self.signed_in,
            SightingKind::Transaction if self.is_near(self.changed, time) => {
                // Once a takeover: further payments are the same one.
                (self.signed_in, self.changed) = (None, None);
                self.times.clear();
                return true;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings};
    use super::*;
    use SightingKind::{CredentialChanged, LoginFailed, LoginSucceeded, Transaction};

    #[track_caller]
    fn check(rows: &[(SightingKind, i64)], expected: usize) {
        let rows: Vec<At> = rows.iter().map(|(kind, minute)| At::of(*kind, *minute)).collect();
        assert_eq!(firings(&mut rule(&Policy::default()), &rows), expected, "{rows:?}");
    }

    const FAILED: [(SightingKind, i64); 3] = [(LoginFailed, 0), (LoginFailed, 1), (LoginFailed, 2)];

    #[test]
    fn all_four_fire_once() {
        let rows = [&FAILED[..], &[(LoginSucceeded, 3), (CredentialChanged, 5), (Transaction, 60), (Transaction, 60)]].concat();
        check(&rows, 1);
    }

    #[test]
    fn near_miss_one_part_missing_too_late_or_in_another_order() {
        check(&[&FAILED[..2], &[(LoginSucceeded, 3), (CredentialChanged, 5), (Transaction, 9)]].concat(), 0);
        check(&[&FAILED[..], &[(LoginSucceeded, 3), (Transaction, 9)]].concat(), 0);
        check(&[&FAILED[..], &[(CredentialChanged, 5), (Transaction, 9)]].concat(), 0);
        check(&[&FAILED[..], &[(LoginSucceeded, 3), (CredentialChanged, 5), (Transaction, 61)]].concat(), 0);
        check(&[&FAILED[..], &[(CredentialChanged, 3), (LoginSucceeded, 5), (Transaction, 9)]].concat(), 0);
    }
}
