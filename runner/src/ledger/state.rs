//! The rules: what entry may follow what. The writer asks before it appends, the reader of every line, so a chain that breaks a rule is
//! refused even when its hashes are right.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::Digest;
use schemas::policy::Schedule;
use schemas::privacy::{AttoDelta, NanoRho, PrivacyError, check_charges};

use super::file::Anchor;
use super::recharge::Elapsed;
use super::{Body, Entry, LedgerError, LedgerPolicy, OverBudget, QueryId, Share};

/// A reserve that has neither report nor loss yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenReserve {
    /// Sequence of its entry.
    pub sequence: u64,
    /// Hash of its entry.
    pub entry: Digest,
    /// Logical day of its entry.
    pub logical_day: i32,
    /// What for.
    pub query: QueryId,
    /// rho.
    pub nano_rho: NanoRho,
    /// Delta.
    pub atto_delta: AttoDelta,
}

/// A committed release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Committed {
    /// Hash of the COMMIT entry.
    pub(super) entry: Digest,
    pub(super) report: Digest,
    pub(super) sequence: u64,
}

/// Everything the entries so far add up to.
#[derive(Debug, Clone)]
pub struct State {
    pub(super) policy: LedgerPolicy,
    pub(super) next_sequence: u64,
    pub(super) head: Digest,
    pub(super) heads: Vec<Digest>,
    pub(super) last_day: i32,
    pub(super) period_start: i32,
    pub(super) spent_rho: NanoRho,
    pub(super) spent_delta: AttoDelta,
    pub(super) by_share: BTreeMap<Share, (NanoRho, AttoDelta)>,
    pub(super) scheduled_days: Vec<i32>,
    pub(super) open: Option<OpenReserve>,
    pub(super) committed: BTreeMap<QueryId, Committed>,
    pub(super) lost: u64,
    /// Entries of a newer copy that is gone: what they may have spent was charged in full.
    pub(super) accounted: BTreeSet<Digest>,
    /// Sequence of the newest RESERVE entry; 0 before the first.
    pub(super) newest_spend: u64,
}

impl State {
    /// Reads the first entry.
    pub(super) fn begin(entry: &Entry, hash: Digest) -> Result<Self, LedgerError> {
        let damaged = |why| LedgerError::Damaged { sequence: 0, why };
        let Body::Genesis { policy } = &entry.body else { return Err(damaged("the first entry is no genesis")) };
        if entry.sequence != 0 || entry.previous != Digest([0; 32]) {
            return Err(damaged("the first entry does not begin a chain"));
        }
        if policy.cap_nano_rho.0 == 0 {
            return Err(PrivacyError::Zero("the period's cap").into());
        }
        Ok(Self {
            policy: policy.clone(),
            next_sequence: 1,
            head: hash,
            heads: vec![hash],
            last_day: entry.logical_day,
            period_start: entry.logical_day,
            spent_rho: NanoRho(0),
            spent_delta: AttoDelta(0),
            by_share: BTreeMap::new(),
            scheduled_days: Vec::new(),
            open: None,
            committed: BTreeMap::new(),
            lost: 0,
            accounted: BTreeSet::new(),
            newest_spend: 0,
        })
    }

    /// Takes the next entry, or says why it may not follow; then nothing has changed.
    pub(super) fn apply(&mut self, entry: &Entry, hash: Digest) -> Result<(), LedgerError> {
        let damaged = |why| LedgerError::Damaged { sequence: self.next_sequence, why };
        if entry.sequence != self.next_sequence {
            return Err(damaged("its sequence is not the next one"));
        }
        if entry.previous != self.head {
            return Err(damaged("it does not follow the entry before it"));
        }
        self.apply_body(entry, hash)?;
        self.next_sequence += 1;
        self.head = hash;
        self.heads.push(hash);
        self.last_day = self.last_day.max(entry.logical_day);
        Ok(())
    }

    fn apply_body(&mut self, entry: &Entry, hash: Digest) -> Result<(), LedgerError> {
        let damaged = |why| LedgerError::Damaged { sequence: entry.sequence, why };
        match &entry.body {
            Body::Genesis { .. } => Err(damaged("a second genesis")),
            Body::Torn { .. } if entry.logical_day == self.last_day => Ok(()),
            Body::Torn { .. } => Err(damaged("its day is not the greatest one so far")),
            Body::Policy { policy, renew, .. } => self.change_policy(policy, *renew, entry.logical_day),
            Body::Reserve { share, query, nano_rho, atto_delta } => {
                let (total, of_share) = self.check_spend(*share, query, *nano_rho, *atto_delta, entry.logical_day)?;
                (self.spent_rho, self.spent_delta) = total;
                self.by_share.insert(*share, of_share);
                self.newest_spend = entry.sequence;
                if *share == Share::Schedule {
                    self.scheduled_days.push(entry.logical_day);
                }
                self.open = Some(OpenReserve {
                    sequence: entry.sequence,
                    entry: hash,
                    logical_day: entry.logical_day,
                    query: *query,
                    nano_rho: *nano_rho,
                    atto_delta: *atto_delta,
                });
                Ok(())
            }
            Body::Commit { reserve, report, charges } => {
                let open = self.open_reserve(*reserve, entry)?;
                check_charges(charges, open.nano_rho, open.atto_delta)?;
                self.committed.insert(open.query, Committed { entry: hash, report: *report, sequence: open.sequence });
                self.open = None;
                Ok(())
            }
            Body::Recharged { lacks, nano_rho, atto_delta, spends, .. } => {
                let elapsed = Elapsed::of(self, entry.logical_day, *spends)?;
                if (elapsed.nano_rho, elapsed.atto_delta) != (*nano_rho, *atto_delta) {
                    return Err(damaged("it does not charge what may have been spent"));
                }
                elapsed.charge(self);
                self.accounted.extend(lacks);
                Ok(())
            }
            Body::Lost { reserve, .. } => {
                self.open_reserve(*reserve, entry)?;
                self.lost += 1;
                self.open = None;
                Ok(())
            }
        }
    }

    /// Whether an entry is in the chain, or was one of a newer copy whose spends were charged.
    pub(super) fn holds(&self, entry: &Digest) -> bool {
        self.accounted.contains(entry) || self.heads.contains(entry)
    }

    /// Whether the anchored entry is one of these, at its place.
    pub(super) fn has_anchored(&self, anchor: Anchor) -> bool {
        let at_its_place = usize::try_from(anchor.sequence).ok().and_then(|sequence| self.heads.get(sequence));
        at_its_place == Some(&anchor.head) || self.accounted.contains(&anchor.head)
    }

    /// The open reserve that `entry` ends: it is of the same day.
    fn open_reserve(&self, sequence: u64, entry: &Entry) -> Result<OpenReserve, LedgerError> {
        let open = self.open.filter(|open| open.sequence == sequence).ok_or(LedgerError::NotOpen(sequence))?;
        let damaged = LedgerError::Damaged { sequence: entry.sequence, why: "its day is not that of its reserve" };
        if open.logical_day == entry.logical_day { Ok(open) } else { Err(damaged) }
    }

    fn change_policy(&mut self, policy: &LedgerPolicy, renew: bool, day: i32) -> Result<(), LedgerError> {
        if let Some(open) = self.open {
            return Err(LedgerError::NeedsRecovery(open.sequence));
        }
        if policy.cap_nano_rho.0 == 0 {
            return Err(PrivacyError::Zero("the period's cap").into());
        }
        if day < self.last_day {
            return Err(LedgerError::PolicyBackdated { day, last: self.last_day });
        }
        if renew {
            let end = i64::from(self.period_start) + i64::from(self.policy.period_nights);
            if i64::from(day) < end {
                return Err(LedgerError::PeriodNotOver(end));
            }
            self.period_start = day;
            (self.spent_rho, self.spent_delta) = (NanoRho(0), AttoDelta(0));
            self.by_share.clear();
            self.scheduled_days.clear();
        }
        self.policy = policy.clone();
        Ok(())
    }

    /// Which share a nightly report of this day is taken from: the schedule once a day, then the spare share.
    pub(super) fn report_share(&self, day: i32) -> Share {
        let served = self.policy.schedule == Schedule::Nightly && self.scheduled_days.contains(&day);
        if served { Share::Spare } else { Share::Schedule }
    }

    /// Checks a spend against period, cap, share and night. Days may come in any order within the period, each charged in full: a late
    /// day costs what it would have cost in time. A day before the period may have been charged to the one before, so it is refused.
    /// Returns what cap and share would have spent.
    #[expect(clippy::type_complexity, reason = "two pairs of the same two sums")]
    fn check_spend(
        &self,
        share: Share,
        query: &QueryId,
        nano_rho: NanoRho,
        atto_delta: AttoDelta,
        day: i32,
    ) -> Result<((NanoRho, AttoDelta), (NanoRho, AttoDelta)), LedgerError> {
        if let Some(open) = self.open {
            return Err(LedgerError::NeedsRecovery(open.sequence));
        }
        if self.committed.contains_key(query) {
            return Err(LedgerError::Damaged { sequence: self.next_sequence, why: "it spends again for a committed release" });
        }
        if day < self.period_start {
            return Err(LedgerError::BeforePeriod { day, start: self.period_start });
        }
        if nano_rho.0 == 0 {
            return Err(PrivacyError::Zero("rho").into());
        }
        // Public and known keys have no threshold to pay for: the check of charges refuses one that needs a threshold (L10).
        if atto_delta.0 == 0 && share != Share::Query && self.policy.discovery.is_none() {
            return Err(PrivacyError::Zero("delta").into());
        }
        let policy = &self.policy;
        let (share_rho, share_delta) = self.by_share.get(&share).copied().unwrap_or_default();
        let (share_cap, share_delta_cap) = (policy.share_of(policy.cap_nano_rho.0, share), policy.share_of(policy.cap_atto_delta.0, share));
        let total = (
            rho_within("period's cap", nano_rho, self.spent_rho, policy.cap_nano_rho)?,
            delta_within("period's cap", atto_delta, self.spent_delta, policy.cap_atto_delta)?,
        );
        let of = match share {
            Share::Schedule => "schedule's share",
            Share::Query => "share for queries",
            Share::Spare => "share for discovery and losses",
        };
        let of_share =
            (rho_within(of, nano_rho, share_rho, NanoRho(share_cap))?, delta_within(of, atto_delta, share_delta, AttoDelta(share_delta_cap))?);
        if share == Share::Schedule && policy.schedule == Schedule::Nightly {
            let night = NanoRho(policy.night_of(policy.cap_nano_rho.0));
            if nano_rho > night || atto_delta.0 > policy.night_of(policy.cap_atto_delta.0) || self.scheduled_days.contains(&day) {
                return Err(LedgerError::OverNight(night.to_string()));
            }
        }
        Ok((total, of_share))
    }
}

fn rho_within(of: &'static str, requested: NanoRho, spent: NanoRho, cap: NanoRho) -> Result<NanoRho, LedgerError> {
    let left = NanoRho(cap.0.saturating_sub(spent.0));
    spent.checked_add(requested).filter(|sum| *sum <= cap).ok_or_else(|| over("rho", of, [&requested, &spent, &cap, &left]))
}

fn delta_within(of: &'static str, requested: AttoDelta, spent: AttoDelta, cap: AttoDelta) -> Result<AttoDelta, LedgerError> {
    let left = AttoDelta(cap.0.saturating_sub(spent.0));
    spent.checked_add(requested).filter(|sum| *sum <= cap).ok_or_else(|| over("delta", of, [&requested, &spent, &cap, &left]))
}

fn over(unit: &'static str, of: &'static str, amounts: [&dyn std::fmt::Display; 4]) -> LedgerError {
    let [requested, spent, cap, left] = amounts.map(ToString::to_string);
    LedgerError::OverBudget(Box::new(OverBudget { unit, of, requested, spent, cap, left }))
}
