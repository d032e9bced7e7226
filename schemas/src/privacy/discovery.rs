//! Discovery of keys that are not public, on some nights alone.
//!
//! A discovery draws the table of every metric whose keys are found in the data, with its thresholds and its own price, and publishes the names that
//! pass. The nights after it count those names, without a threshold and without delta. Why that is private: for each list L the night's mechanism
//! `M(D, L)` is a Gaussian release of the counts of L, whose sensitivity does not depend on what L is, so it is rho-zCDP for every L that was fixed before the
//! night's data were looked at. L is a function of what discoveries released, never of the data, so the discoveries and the nights compose adaptively:
//! rho and delta add up (Bun and Steinke, 2016, Lemma 2.3 and section 8). Which nights discover is decided by the logical date, so it says nothing about customers.

use super::terms::{Keys, TERMS, Terms, charge_of};
use super::{Allotment, AttoDelta, Charge, NanoRho, PrivacyError, period, split};
use crate::policy::{Discovery, ReportPolicy, Schedule};

/// Part of the share for discovery and losses that discoveries may spend; the rest is for second reports of a night.
const DISCOVERY_PERCENT: u64 = 75;
/// Part of the cap that is for discovery and losses.
const SPARE_PERCENT: u64 = 10;

/// How often keys are discovered apart from the nightly report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// On Mondays.
    Weekly,
    /// On the first of each month.
    Monthly,
}

impl Interval {
    /// Whether the night of a logical day (days since 1970-01-01, a Thursday) discovers.
    ///
    /// ```
    /// use schemas::privacy::Interval;
    /// assert!(Interval::Monthly.is_due(20_788) && Interval::Monthly.is_due(59)); // 2026-12-01 and 1970-03-01
    /// assert!(!Interval::Monthly.is_due(20_789));
    /// assert!(Interval::Weekly.is_due(4) && !Interval::Weekly.is_due(5)); // 1970-01-05 was a Monday
    /// ```
    #[must_use]
    pub fn is_due(self, logical_day: i32) -> bool {
        match self {
            Self::Weekly => (i64::from(logical_day) - 4).rem_euclid(7) == 0,
            Self::Monthly => day_of_month(logical_day) == 1,
        }
    }

    /// Discoveries of a period at most: its scheduled nights, and one on the first night.
    #[must_use]
    pub const fn of_period(self, nights: u32) -> u64 {
        let nights = nights as u64;
        match self {
            Self::Weekly => nights / 7 + 2,
            Self::Monthly => nights / 28 + 2,
        }
    }
}

/// Day of the month, from 1 (Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`).
const fn day_of_month(day: i32) -> i64 {
    let day_of_era = (day as i64 + 719_468).rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    day_of_year - (153 * month + 2) / 5 + 1
}

/// How often a policy discovers apart from its reports; none: every report discovers for itself.
#[must_use]
pub const fn interval(policy: &ReportPolicy) -> Option<Interval> {
    match (policy.schedule, policy.discovery) {
        (Schedule::Once, _) | (Schedule::Nightly, Discovery::EveryReport) => None,
        (Schedule::Nightly, Discovery::Weekly) => Some(Interval::Weekly),
        (Schedule::Nightly, Discovery::Automatic | Discovery::Monthly) => Some(Interval::Monthly),
    }
}

/// What one discovery spends: its part of three quarters of the share for discovery and losses. None where nothing is discovered apart.
///
/// # Errors
/// [`PrivacyError`] when the policy is no budget, or the price rounds to nothing.
pub fn discovery_allotment(policy: &ReportPolicy) -> Result<Option<Allotment>, PrivacyError> {
    let Some(interval) = interval(policy).filter(|_| known_metrics(policy).next().is_some()) else { return Ok(None) };
    let caps = period(policy)?;
    let part = |cap: u64| {
        let share = u128::from(cap) * u128::from(SPARE_PERCENT) / 100 * u128::from(DISCOVERY_PERCENT) / 100;
        u64::try_from(share / u128::from(interval.of_period(policy.period_nights))).unwrap_or(0)
    };
    let one = Allotment {
        nano_rho: NanoRho(part(caps.nano_rho.0)),
        threshold_delta: AttoDelta(part(caps.threshold_delta.0)),
        conversion_delta: caps.conversion_delta,
    };
    match (one.nano_rho.0, one.threshold_delta.0) {
        (0, _) => Err(PrivacyError::Zero("a discovery's rho")),
        (_, 0) => Err(PrivacyError::Zero("a discovery's delta")),
        _ => Ok(Some(one)),
    }
}

/// The charges of a discovery of this price, as [`super::charges_of`] are those of a report.
///
/// # Errors
/// As there.
pub fn discovery_charges_of(policy: &ReportPolicy, nano_rho: NanoRho, atto_delta: AttoDelta) -> Result<Vec<Charge>, PrivacyError> {
    let terms: Vec<&Terms> = known_metrics(policy).collect();
    let rho = split(nano_rho.0, &terms.iter().map(|terms| terms.rho_weight).collect::<Vec<_>>());
    let delta = split(atto_delta.0, &terms.iter().map(|terms| terms.delta_weight).collect::<Vec<_>>());
    let parts = terms.into_iter().zip(rho.into_iter().zip(delta));
    parts.map(|(terms, (rho, delta))| charge_of(terms.metric, (terms.bound)(policy), Keys::Discovered, NanoRho(rho), AttoDelta(delta))).collect()
}

/// Metrics whose keys a discovery looks for.
fn known_metrics(policy: &ReportPolicy) -> impl Iterator<Item = &'static Terms> {
    TERMS.iter().filter(move |terms| !policy.left_out.contains(&terms.metric) && (terms.keys)(policy) == Keys::Known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::{allotment, charges_of, check_charges};

    fn nightly(discovery: Discovery) -> ReportPolicy {
        ReportPolicy { schedule: Schedule::Nightly, discovery, ..ReportPolicy::default() }
    }

    #[test]
    fn months_begin_on_their_first_and_weeks_on_mondays() {
        // 1970 to 2100 by counting.
        let mut day = 0;
        for year in 1970..2100_i32 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for days in [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
                for of_month in 0..days {
                    assert_eq!(Interval::Monthly.is_due(day), of_month == 0, "{year}, day {day}");
                    assert_eq!(Interval::Weekly.is_due(day), day % 7 == 4);
                    day += 1;
                }
            }
        }
        assert!(Interval::Weekly.is_due(-3) && Interval::Monthly.is_due(-31));
    }

    #[test]
    fn no_period_has_more_discoveries_than_it_is_priced_for() {
        for interval in [Interval::Weekly, Interval::Monthly] {
            for nights in 1..800_u32 {
                let most =
                    (20_000..20_400).map(|start| (start..start + nights as i32).filter(|&day| interval.is_due(day)).count() as u64).max().unwrap();
                assert!(most < interval.of_period(nights), "{interval:?} {nights}: {most} and the first night");
            }
        }
    }

    #[test]
    fn discoveries_pay_for_names_and_nights_pay_none() {
        for discovery in [Discovery::Weekly, Discovery::Monthly] {
            let policy = nightly(discovery);
            let (night, one) = (allotment(&policy).unwrap(), discovery_allotment(&policy).unwrap().unwrap());
            assert_eq!(night.threshold_delta, AttoDelta(0));
            let counted = charges_of(&policy, night.nano_rho, night.threshold_delta).unwrap();
            check_charges(&counted, night.nano_rho, AttoDelta(0)).unwrap();
            assert!(counted.iter().all(|charge| charge.threshold.is_none()));
            let found = discovery_charges_of(&policy, one.nano_rho, one.threshold_delta).unwrap();
            check_charges(&found, one.nano_rho, one.threshold_delta).unwrap();
            assert!(found.iter().all(|charge| charge.threshold.is_some()));
        }
        let (weekly, monthly) =
            (discovery_allotment(&nightly(Discovery::Weekly)).unwrap(), discovery_allotment(&nightly(Discovery::Monthly)).unwrap());
        assert!(weekly.unwrap().nano_rho < monthly.unwrap().nano_rho);
    }

    #[test]
    fn reports_that_discover_for_themselves_have_no_discovery() {
        for policy in [nightly(Discovery::EveryReport), ReportPolicy { discovery: Discovery::Weekly, ..ReportPolicy::default() }] {
            assert_eq!(discovery_allotment(&policy), Ok(None));
            assert!(allotment(&policy).unwrap().threshold_delta.0 > 0);
        }
        // Nothing is left to be discovered: no delta is asked for, and the report is still one.
        let left_out = TERMS.iter().filter(|terms| terms.delta_weight > 0).map(|terms| terms.metric).collect();
        let policy = ReportPolicy { left_out, ..ReportPolicy::default() };
        let one = allotment(&policy).unwrap();
        check_charges(&charges_of(&policy, one.nano_rho, one.threshold_delta).unwrap(), one.nano_rho, AttoDelta(0)).unwrap();
        assert_eq!(discovery_allotment(&ReportPolicy { schedule: Schedule::Nightly, ..policy }), Ok(None));
    }
}
