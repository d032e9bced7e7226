//! Two sessions of one customer act in turn from two networks, and money moves: one person cannot be in both places. What is left of an address
//! is a token or a prefix, so how far apart they are is not known: that both are in use at once is what counts, not that the address changed.

use std::collections::VecDeque;

use schemas::policy::Policy;
use schemas::record::{FindingKind, FindingSeverity, SightingKind, SightingRecord};

use super::{MINUTE_NS, Rule, Sequence};

/// Acts of one customer that are held.
const HELD_MAX: usize = 64;

/// The rule under a policy.
pub(super) fn rule(policy: &Policy) -> Travel {
    Travel { within_ns: i64::from(policy.rules.travel_minutes) * MINUTE_NS, held: VecDeque::new(), in_burst: false }
}

/// The customer's last acts with a source.
pub(super) struct Travel {
    within_ns: i64,
    held: VecDeque<Act>,
    in_burst: bool,
}

#[derive(Clone, Copy)]
struct Act {
    time_ns: i64,
    session: u128,
    origin: u64,
    moves_money: bool,
}

impl Travel {
    /// Whether `now` is the third of an A, B, A: the same session at the same place before and after another one elsewhere.
    fn alternates(&self, now: Act) -> bool {
        let is_back = |act: &Act| act.session == now.session && act.origin == now.origin;
        let Some(before) = self.held.iter().position(is_back) else { return false };
        let elsewhere = |act: &Act| act.session != now.session && act.origin != now.origin;
        let others = self.held.iter().skip(before + 1).filter(|act| elsewhere(act));
        let (count, money) = others.fold((0, now.moves_money), |(count, money), act| (count + 1, money || act.moves_money));
        count > 0 && money
    }
}

impl<'p> Sequence<'p> for Travel {
    fn rule(&self) -> Rule<'p> {
        Rule {
            id: "ImpossibleTravel",
            kind: FindingKind::Fraud,
            severity: FindingSeverity::High,
            clause: "PSD2 RTS, Art. 2(2)(e) and 18(2)(c)(iv)",
            description: "Two sessions of one customer acted in turn from two networks within minutes, and money moved.",
            alone: true,
        }
    }

    fn begin(&mut self) {
        self.held.clear();
        self.in_burst = false;
    }

    fn fires(&mut self, seen: &SightingRecord) -> bool {
        if !matches!(seen.kind, SightingKind::Acted | SightingKind::LoginSucceeded) {
            return false;
        }
        let (Some(time_ns), Some(session), Some(origin)) = (seen.time_ns, seen.session, seen.origin) else { return false };
        while self.held.front().is_some_and(|act| time_ns.saturating_sub(act.time_ns) > self.within_ns) {
            self.held.pop_front();
        }
        if self.held.is_empty() {
            self.in_burst = false;
        }
        let now = Act { time_ns, session: session.0, origin: origin.0, moves_money: seen.kind == SightingKind::Acted };
        let fires = self.alternates(now) && !self.in_burst;
        self.in_burst |= fires;
        if self.held.len() == HELD_MAX {
            self.held.pop_front();
        }
        self.held.push_back(now);
        fires
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{At, firings};
    use super::*;
    use SightingKind::{Acted, LoginSucceeded, StepUp};

    /// Kind, minute, session, origin.
    #[track_caller]
    fn check(rows: &[(SightingKind, i64, u64, u64)], expected: usize) {
        let rows: Vec<At> =
            rows.iter().map(|(kind, minute, session, origin)| At { session: *session, origin: *origin, ..At::of(*kind, *minute) }).collect();
        assert_eq!(firings(&mut rule(&Policy::default()), &rows), expected, "{rows:?}");
    }

    #[test]
    fn two_sessions_in_turn_fire_once() {
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 1, 2, 8), (Acted, 2, 1, 7)], 1);
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 1, 2, 8), (Acted, 2, 1, 7), (Acted, 3, 2, 8), (Acted, 4, 1, 7)], 1);
    }

    #[test]
    fn one_after_the_other_does_not() {
        check(&[(LoginSucceeded, 0, 1, 7), (Acted, 1, 1, 7), (LoginSucceeded, 2, 2, 8), (Acted, 3, 2, 8)], 0);
    }

    #[test]
    fn near_miss_the_same_place_the_same_session_no_money_and_too_late() {
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 1, 2, 7), (Acted, 2, 1, 7)], 0);
        check(&[(LoginSucceeded, 0, 1, 7), (Acted, 1, 1, 8), (Acted, 2, 1, 7)], 0);
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 1, 2, 8), (LoginSucceeded, 2, 1, 7)], 0);
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 1, 2, 8), (StepUp, 2, 1, 7)], 0);
        check(&[(LoginSucceeded, 0, 1, 7), (LoginSucceeded, 9, 2, 8), (Acted, 11, 1, 7)], 0);
    }
}
