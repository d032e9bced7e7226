//! What may have been spent between an older copy of the ledger and now, at most.
//!
//! Until day D the schedule served each night of the period once at most, at a night's price; questions, discoveries and second reports spent their
//! shares at most. So the nights until D that the copy does not hold are charged in full, and both other shares to their end. Whatever the
//! lost entries said, what they spent in this period is not more. Under `once` one share is all of the cap, and all of it is charged.
//! Days are those of the logs: the caller makes sure that no run of a later day is known.
//!
//! Where nobody but the operator says that no later night was served, the number of entries that the anchor knows beyond the copy is believed more:
//! a spend is a RESERVE and the entry that ends it, so L entries hold L / 2 spends at most, rounded up, and each of them may have been a night after D. Then
//! so many nights are charged at least; those beyond D are charged to their share without a day, for it is not known which they were. That may be
//! too much, where they were questions, and is never too little.

use schemas::policy::Schedule;
use schemas::privacy::{AttoDelta, NanoRho};

use super::{LedgerError, Share, State};

/// The charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Elapsed {
    /// rho.
    pub(super) nano_rho: NanoRho,
    /// Delta.
    pub(super) atto_delta: AttoDelta,
    /// The nights until the day that the copy does not hold.
    nights: Vec<i32>,
    /// Nights of unknown days that are charged beside them.
    pub(super) more: u64,
    by_share: Vec<(Share, u64, u64)>,
}

impl Elapsed {
    /// What the entries after `state` can have spent on the logs of days until `day`, and in `spends` spends whatever their days.
    ///
    /// # Errors
    /// [`LedgerError::ChargeTooEarly`] before the copy's last day, [`LedgerError::CopyOfEarlierPeriod`] after its period.
    pub(super) fn of(state: &State, day: i32, spends: u64) -> Result<Self, LedgerError> {
        let policy = &state.policy;
        if day < state.last_day {
            return Err(LedgerError::ChargeTooEarly { day, known: state.last_day, place: "an entry of the copy".to_owned() });
        }
        if i64::from(day) >= i64::from(state.period_start) + i64::from(policy.period_nights) {
            return Err(LedgerError::CopyOfEarlierPeriod(day));
        }
        let (rho_cap, delta_cap) = (policy.cap_nano_rho.0, policy.cap_atto_delta.0);
        let spent = |share: Share| state.by_share.get(&share).map_or((0, 0), |(rho, delta)| (rho.0, delta.0));
        let left = |share: Share| {
            let (rho, delta) = spent(share);
            (share, policy.share_of(rho_cap, share).saturating_sub(rho), policy.share_of(delta_cap, share).saturating_sub(delta))
        };
        let (nights, more, by_share) = match policy.schedule {
            Schedule::Once => {
                let (rho, delta) = (rho_cap.saturating_sub(state.spent_rho.0), delta_cap.saturating_sub(state.spent_delta.0));
                (Vec::new(), 0, vec![(Share::Schedule, rho, delta)])
            }
            Schedule::Nightly => {
                let nights: Vec<i32> = (state.period_start..=day).filter(|night| !state.scheduled_days.contains(night)).collect();
                let later = u64::from(policy.period_nights).saturating_sub((state.scheduled_days.len() + nights.len()) as u64);
                let more = spends.saturating_sub(nights.len() as u64).min(later);
                let count = nights.len() as u64 + more;
                let (_, rho, delta) = left(Share::Schedule);
                let all = |cap: u64, left: u64| policy.night_of(cap).saturating_mul(count).min(left);
                (nights, more, vec![(Share::Schedule, all(rho_cap, rho), all(delta_cap, delta)), left(Share::Query), left(Share::Spare)])
            }
        };
        let sum = |part: fn(&(Share, u64, u64)) -> u64, left: u64| by_share.iter().map(part).sum::<u64>().min(left);
        let nano_rho = NanoRho(sum(|part| part.1, rho_cap.saturating_sub(state.spent_rho.0)));
        let atto_delta = AttoDelta(sum(|part| part.2, delta_cap.saturating_sub(state.spent_delta.0)));
        Ok(Self { nano_rho, atto_delta, nights, more, by_share })
    }

    /// Nights until the day that are charged.
    pub(super) fn nights(&self) -> u64 {
        self.nights.len() as u64
    }

    /// Adds the charge to what is spent.
    pub(super) fn charge(self, state: &mut State) {
        state.spent_rho.0 += self.nano_rho.0;
        state.spent_delta.0 += self.atto_delta.0;
        for (share, rho, delta) in self.by_share {
            let spent = state.by_share.entry(share).or_default();
            spent.0.0 = spent.0.0.saturating_add(rho);
            spent.1.0 = spent.1.0.saturating_add(delta);
        }
        state.scheduled_days.extend(self.nights);
    }
}
