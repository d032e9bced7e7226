//! What is spent and left, for people and for a report's header.

use schemas::ids::Digest;
use schemas::policy::Schedule;
use schemas::privacy::{AttoDelta, MicroEpsilon, NanoRho, ReleaseParameters, epsilon_of};

use super::{LedgerPolicy, OpenReserve, QueryId, Share, State};

/// The ledger in numbers. Serializes for `budget show --json`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// The promise.
    pub policy: LedgerPolicy,
    /// Sequence of the newest entry.
    pub sequence: u64,
    /// Hash of the newest entry.
    pub head: Digest,
    /// Greatest logical day of an entry.
    pub last_day: i32,
    /// First logical day of the period.
    pub period_start: i32,
    /// First logical day after the period, when a renewal becomes possible.
    pub period_end: i64,
    /// rho spent in the period, lost spends included.
    pub spent_nano_rho: NanoRho,
    /// rho left in the period.
    pub left_nano_rho: NanoRho,
    /// Delta for thresholds spent in the period.
    pub spent_atto_delta: AttoDelta,
    /// Delta for thresholds left in the period.
    pub left_atto_delta: AttoDelta,
    /// Epsilon of everything spent in the period, at `policy.conversion_atto_delta + spent_atto_delta`.
    pub spent_epsilon: MicroEpsilon,
    /// Epsilon of the cap, at `policy.conversion_atto_delta + policy.cap_atto_delta`.
    pub cap_epsilon: MicroEpsilon,
    /// Scheduled nights left (`nightly`); 0 under `once`, where [`Summary::releases_left`] answers.
    pub nights_left: u64,
    /// Committed releases since the ledger was made.
    pub committed: u64,
    /// Reserves that ended without a report since the ledger was made.
    pub lost: u64,
    /// Spent in the period by share: rho and delta.
    pub spent_by_share: std::collections::BTreeMap<Share, (NanoRho, AttoDelta)>,
    /// Sequence of a reserve that was never finished.
    pub open: Option<u64>,
}

impl Summary {
    pub(super) fn of(state: &State) -> Self {
        let policy = state.policy.clone();
        let nights_left = match policy.schedule {
            Schedule::Once => 0,
            Schedule::Nightly => {
                // A charge for nights of unknown days leaves fewer than there are days.
                let spent = state.by_share.get(&Share::Schedule).map_or(0, |(rho, _)| rho.0);
                let left = policy.share_of(policy.cap_nano_rho.0, Share::Schedule).saturating_sub(spent);
                let fitting = left.checked_div(policy.night_of(policy.cap_nano_rho.0)).unwrap_or(0);
                u64::from(policy.period_nights).saturating_sub(state.scheduled_days.len() as u64).min(fitting)
            }
        };
        Self {
            sequence: state.next_sequence - 1,
            head: state.head,
            last_day: state.last_day,
            period_start: state.period_start,
            period_end: i64::from(state.period_start) + i64::from(policy.period_nights),
            spent_nano_rho: state.spent_rho,
            left_nano_rho: NanoRho(policy.cap_nano_rho.0.saturating_sub(state.spent_rho.0)),
            spent_atto_delta: state.spent_delta,
            left_atto_delta: AttoDelta(policy.cap_atto_delta.0.saturating_sub(state.spent_delta.0)),
            spent_epsilon: epsilon_of(state.spent_rho, policy.conversion_atto_delta),
            cap_epsilon: epsilon_of(policy.cap_nano_rho, policy.conversion_atto_delta),
            nights_left,
            committed: state.committed.len() as u64,
            lost: state.lost,
            spent_by_share: state.by_share.clone(),
            open: state.open.map(|open| open.sequence),
            policy,
        }
    }

    /// rho and delta that a share may still spend: what is left of it, and never more than is left of the cap.
    #[must_use]
    pub fn left_of(&self, share: Share) -> (NanoRho, AttoDelta) {
        let (rho, delta) = self.spent_by_share.get(&share).copied().unwrap_or_default();
        let left = |cap: u64, spent: u64| self.policy.share_of(cap, share).saturating_sub(spent);
        let rho = NanoRho(left(self.policy.cap_nano_rho.0, rho.0)).min(self.left_nano_rho);
        (rho, AttoDelta(left(self.policy.cap_atto_delta.0, delta.0)).min(self.left_atto_delta))
    }

    /// How many more releases of this price fit under the caps (and, `nightly`, into the period's nights).
    #[must_use]
    pub fn releases_left(&self, nano_rho: NanoRho, atto_delta: AttoDelta) -> u64 {
        let fit = |left: u64, price: u64| left.checked_div(price).unwrap_or(0);
        let fitting = fit(self.left_nano_rho.0, nano_rho.0).min(fit(self.left_atto_delta.0, atto_delta.0));
        match self.policy.schedule {
            Schedule::Once => fitting,
            Schedule::Nightly => fitting.min(self.nights_left),
        }
    }

    /// The parameters of the step that draws the noise for `reserve`, which must be the open reserve of this summary's ledger.
    /// `conversion_delta` is the delta this release's epsilon is stated at, `stage` the digest of the sealed binary.
    #[must_use]
    pub fn release_parameters(&self, reserve: &OpenReserve, conversion_delta: AttoDelta, stage: Digest) -> ReleaseParameters {
        let QueryId { input, policy, query } = reserve.query;
        ReleaseParameters {
            nano_rho: reserve.nano_rho,
            atto_delta: reserve.atto_delta,
            conversion_atto_delta: conversion_delta,
            ledger_sequence: reserve.sequence,
            ledger_entry: reserve.entry,
            ledger_head: self.head,
            cap_nano_rho: self.policy.cap_nano_rho,
            cap_atto_delta: self.policy.cap_atto_delta,
            period_conversion_atto_delta: self.policy.conversion_atto_delta,
            spent_nano_rho: self.spent_nano_rho,
            spent_atto_delta: self.spent_atto_delta,
            nights_left: self.releases_left(reserve.nano_rho, reserve.atto_delta),
            period_start: self.period_start,
            period_nights: self.policy.period_nights,
            schedule: self.policy.schedule,
            input,
            policy,
            query,
            stage,
        }
    }
}
