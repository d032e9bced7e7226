//! What a policy allows: the caps of a period and the spend of one report.

use super::{AttoDelta, Keys, MicroEpsilon, NanoRho, PrivacyError, TERMS, parse_decimal, rho_for};
use crate::policy::{ReportPolicy, Schedule};

/// Percent of a period's caps that the schedule may spend under `nightly`; the rest is for queries and for discovery and lost spends.
pub const SCHEDULE_SHARE_PERCENT: u64 = 80;
/// Delta of the conversion from rho to epsilon that a period's epsilon is stated at, when the schedule is `once`.
const ONCE_CONVERSION_DELTA: AttoDelta = AttoDelta(500_000_000_000);

/// The caps of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Cap of all spends.
    pub nano_rho: NanoRho,
    /// Cap of the delta that thresholds spend.
    pub threshold_delta: AttoDelta,
    /// Delta at which the period's epsilon is stated; total delta is this plus the thresholds'.
    pub conversion_delta: AttoDelta,
}

/// The spend of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allotment {
    /// rho to reserve.
    pub nano_rho: NanoRho,
    /// Delta for thresholds to reserve.
    pub threshold_delta: AttoDelta,
    /// Delta at which this report's epsilon is stated; nothing is spent by stating it.
    pub conversion_delta: AttoDelta,
}

/// The caps of a period. An empty `period_delta` means 1e-6 under `nightly` (rho 1.0085 is then epsilon 8) and 5e-4, that of fifty
/// reports of 1e-5, under `once`.
///
/// # Errors
/// [`PrivacyError`] when the policy's numbers are no positive decimals.
pub fn period(policy: &ReportPolicy) -> Result<Period, PrivacyError> {
    if policy.period_nano_rho == 0 {
        return Err(PrivacyError::Zero("report.period_nano_rho"));
    }
    let text = match (policy.period_delta.as_str(), policy.schedule) {
        ("", Schedule::Nightly) => "1e-6",
        ("", Schedule::Once) => "5e-4",
        (text, _) => text,
    };
    let total = positive_delta(text, "report.period_delta")?;
    let conversion = match policy.schedule {
        Schedule::Nightly => AttoDelta(total.0 / 2),
        Schedule::Once => ONCE_CONVERSION_DELTA.min(AttoDelta(total.0 / 2)),
    };
    Ok(Period { nano_rho: NanoRho(policy.period_nano_rho), threshold_delta: AttoDelta(total.0 - conversion.0), conversion_delta: conversion })
}

/// What one report spends. `once`: half of `delta` converts `epsilon` into rho, the other half is for thresholds, so that the
/// report alone is (`epsilon`, `delta`)-DP. `nightly`: 80 % of the period's caps divided by its nights, rounded down.
///
/// # Errors
/// [`PrivacyError`] when the policy's numbers are no positive decimals, or the spend rounds to zero.
///
/// ```
/// let one = schemas::privacy::allotment(&schemas::policy::ReportPolicy::default()).unwrap();
/// assert!(one.nano_rho.0 > 24_400_000 && one.nano_rho.0 < 32_000_000);
/// ```
pub fn allotment(policy: &ReportPolicy) -> Result<Allotment, PrivacyError> {
    let caps = period(policy)?;
    let one = match policy.schedule {
        Schedule::Once => {
            let delta = positive_delta(&policy.delta, "report.delta")?;
            let epsilon = parse_decimal(&policy.epsilon, 6).ok_or(PrivacyError::Decimal("report.epsilon"))?;
            let conversion = AttoDelta(delta.0 / 2);
            let nano_rho = rho_for(MicroEpsilon(epsilon), conversion);
            Allotment { nano_rho, threshold_delta: AttoDelta(delta.0 - conversion.0), conversion_delta: conversion }
        }
        Schedule::Nightly => {
            let nights = u64::from(policy.period_nights);
            if nights == 0 {
                return Err(PrivacyError::Zero("report.period_nights"));
            }
            let share = |cap: u64| u64::try_from(u128::from(cap) * u128::from(SCHEDULE_SHARE_PERCENT) / 100 / u128::from(nights)).unwrap_or(0);
            let threshold_delta = AttoDelta(share(caps.threshold_delta.0));
            Allotment { nano_rho: NanoRho(share(caps.nano_rho.0)), threshold_delta, conversion_delta: caps.conversion_delta }
        }
    };
    // Where no report discovers, none has a threshold to pay for.
    let discovers = TERMS.iter().any(|terms| !policy.left_out.contains(&terms.metric) && (terms.keys)(policy) == Keys::Discovered);
    if !discovers {
        return if one.nano_rho.0 == 0 {
            Err(PrivacyError::Zero("the report's rho"))
        } else {
            Ok(Allotment { threshold_delta: AttoDelta(0), ..one })
        };
    }
    if one.nano_rho.0 == 0 {
        return Err(PrivacyError::Zero("the report's rho"));
    }
    if one.threshold_delta.0 == 0 {
        return Err(PrivacyError::Zero("the report's delta"));
    }
    Ok(one)
}

fn positive_delta(text: &str, name: &'static str) -> Result<AttoDelta, PrivacyError> {
    let delta = parse_decimal(text, 18).ok_or(PrivacyError::Decimal(name))?;
    match delta {
        0 | 1 => Err(PrivacyError::Zero(name)),
        2..1_000_000_000_000_000_000 => Ok(AttoDelta(delta)),
        _ => Err(PrivacyError::Decimal(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privacy::epsilon_of;

    #[test]
    fn once_is_what_the_user_wrote() {
        let one = allotment(&ReportPolicy::default()).unwrap();
        assert!(epsilon_of(one.nano_rho, one.conversion_delta) <= MicroEpsilon(1_000_000));
        assert_eq!(one.conversion_delta.0 + one.threshold_delta.0, 10_000_000_000_000);
    }

    #[test]
    fn the_last_night_is_still_served() {
        let policy = ReportPolicy { schedule: Schedule::Nightly, discovery: crate::policy::Discovery::EveryReport, ..ReportPolicy::default() };
        let (one, caps) = (allotment(&policy).unwrap(), period(&policy).unwrap());
        assert!(one.nano_rho.0 * 365 <= caps.nano_rho.0 * 80 / 100);
        assert!((one.nano_rho.0 + 1) * 365 > caps.nano_rho.0 * 80 / 100);
        assert!(one.threshold_delta.0 * 365 <= caps.threshold_delta.0 * 80 / 100);
        assert_eq!(caps.threshold_delta, AttoDelta(500_000_000_000));
    }

    #[test]
    fn refuses_what_is_no_budget() {
        let check = |change: fn(&mut ReportPolicy)| {
            let mut policy = ReportPolicy::default();
            change(&mut policy);
            assert!(allotment(&policy).is_err());
        };
        check(|policy| policy.epsilon = "0".to_owned());
        check(|policy| policy.epsilon = "nan".to_owned());
        check(|policy| policy.epsilon = "-1".to_owned());
        check(|policy| policy.epsilon = "1e-300".to_owned());
        check(|policy| policy.delta = "0".to_owned());
        check(|policy| policy.delta = "1".to_owned());
        check(|policy| policy.delta = "4.9e-324".to_owned());
        check(|policy| policy.period_nano_rho = 0);
        check(|policy| {
            policy.schedule = Schedule::Nightly;
            policy.period_nights = 0;
        });
        check(|policy| {
            policy.schedule = Schedule::Nightly;
            policy.period_nano_rho = 100;
        });
    }
}
