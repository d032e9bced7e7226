//! The promise the ledger keeps: what may not change without an entry that says so.

use schemas::policy::{ReportPolicy, Schedule};
use schemas::privacy::{AttoDelta, Interval, NanoRho, PrivacyError, SCHEDULE_SHARE_PERCENT, TERMS, interval, period};

use super::Share;

/// Unit, bounds, caps and schedule. Derived from the report policy; spends under another one are refused.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerPolicy {
    /// The privacy unit.
    pub unit: String,
    /// Which data sets are neighbours.
    pub neighbouring: String,
    /// Schedule.
    pub schedule: Schedule,
    /// Nights of a period.
    pub period_nights: u32,
    /// Cap of a period.
    pub cap_nano_rho: NanoRho,
    /// Cap of a period's delta for thresholds.
    pub cap_atto_delta: AttoDelta,
    /// Delta at which the period's epsilon is stated.
    pub conversion_atto_delta: AttoDelta,
    /// How often keys are discovered apart from the report; none (and not written): every report discovers for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Interval>,
    /// Keys one customer counts for, in the order of [`TERMS`]; 0 for a metric that is left out. Ledgers of the first release hold four.
    pub bounds: Vec<u32>,
}

impl LedgerPolicy {
    /// The promise in a report policy.
    ///
    /// # Errors
    /// [`PrivacyError`] when the policy's numbers are no budget.
    pub fn from_report(policy: &ReportPolicy) -> Result<Self, PrivacyError> {
        let caps = period(policy)?;
        Ok(Self {
            unit: "customer".to_owned(),
            neighbouring: "add_remove_one_customer".to_owned(),
            schedule: policy.schedule,
            period_nights: policy.period_nights,
            cap_nano_rho: caps.nano_rho,
            cap_atto_delta: caps.threshold_delta,
            conversion_atto_delta: caps.conversion_delta,
            discovery: interval(policy),
            bounds: TERMS.iter().map(|terms| if policy.left_out.contains(&terms.metric) { 0 } else { (terms.bound)(policy) }).collect(),
        })
    }

    /// The part of `cap` that a share may spend: 80, 10 and the remaining 10 percent under `nightly`, all of it under `once`.
    #[must_use]
    pub fn share_of(&self, cap: u64, share: Share) -> u64 {
        let percent = |percent: u64| u64::try_from(u128::from(cap) * u128::from(percent) / 100).unwrap_or(0);
        match (self.schedule, share) {
            (Schedule::Once, _) => cap,
            (Schedule::Nightly, Share::Schedule) => percent(SCHEDULE_SHARE_PERCENT),
            (Schedule::Nightly, Share::Query) => percent(10),
            (Schedule::Nightly, Share::Spare) => cap - percent(SCHEDULE_SHARE_PERCENT) - percent(10),
        }
    }

    /// What one scheduled night may spend of `cap`, so that the last night of the period is still served.
    pub(super) fn night_of(&self, cap: u64) -> u64 {
        match self.schedule {
            Schedule::Once => cap,
            Schedule::Nightly => self.share_of(cap, Share::Schedule) / u64::from(self.period_nights.max(1)),
        }
    }
}
