//! What one metric of a release spent, and the check that its noise is worth the price.

use std::fmt;

use super::{AttoDelta, NanoRho, PrivacyError};
use crate::record::Metric;

/// A positive exact fraction; text form `numerator/denominator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Numerator, not 0.
    pub numerator: u64,
    /// Denominator, not 0.
    pub denominator: u64,
}

impl Ratio {
    /// A fraction in lowest terms; none when a part is 0.
    #[must_use]
    pub fn new(numerator: u64, denominator: u64) -> Option<Self> {
        let (mut a, mut b) = (numerator, denominator);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        (numerator != 0 && denominator != 0).then(|| Self { numerator: numerator / a, denominator: denominator / a })
    }

    /// The fraction as a float, for display and for tail sums that are widened.
    #[must_use]
    pub fn as_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.numerator, self.denominator)
    }
}

impl std::str::FromStr for Ratio {
    type Err = PrivacyError;
    fn from_str(text: &str) -> Result<Self, PrivacyError> {
        let parts = text.split_once('/').and_then(|(numerator, denominator)| Some((numerator.parse().ok()?, denominator.parse().ok()?)));
        parts.and_then(|(numerator, denominator)| Self::new(numerator, denominator)).ok_or(PrivacyError::Decimal("a scale"))
    }
}

impl serde::Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Ratio {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The mechanisms that may release a number: exact integer noise only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// Discrete Gaussian; its scale is sigma squared.
    DiscreteGaussian,
    /// Discrete Laplace; its scale is b, of `exp(-|x| / b)`.
    DiscreteLaplace,
    /// Exponential mechanism: a choice among public keys, no noise and no number; its scale is 1 / epsilon of one choice.
    Exponential,
}

/// What one metric spent: stored in the ledger's COMMIT entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charge {
    /// Metric.
    pub metric: Metric,
    /// Mechanism.
    pub mechanism: Mechanism,
    /// Scale of the noise on each count, as [`Mechanism`] says.
    pub scale: Ratio,
    /// Keys one customer counts for at most; each counts by 1. Of a ranking: how many keys are chosen.
    pub l0: u32,
    /// rho spent.
    pub nano_rho: NanoRho,
    /// Delta spent by the threshold; 0 when all keys are public.
    pub atto_delta: AttoDelta,
    /// Least noisy value that is released; none when all keys are public.
    pub threshold: Option<i64>,
}

impl Charge {
    /// Checks that the noise is at least what the price asks for: discrete Gaussian `l0 / (2 sigma2) <= rho` (Canonne, Kamath and
    /// Steinke, 2020, Theorem 4, with squared L2 sensitivity l0), discrete Laplace `(l0 / b)^2 / 2 <= rho` (pure
    /// `l0 / b`-DP, and Bun and Steinke, 2016, Proposition 1.4), l0 choices of the exponential mechanism `l0 / (8 b^2) <= rho`
    /// ([`super::charge_of_ranking`]). Integers only; what does not fit is refused.
    ///
    /// # Errors
    /// [`PrivacyError::Charge`].
    pub fn check(&self) -> Result<(), PrivacyError> {
        let (numerator, denominator, l0) = (u128::from(self.scale.numerator), u128::from(self.scale.denominator), u128::from(self.l0));
        // rho times `share` is at least l0 to the power `of_l0` over the scale to the power `of_scale`.
        let (share, of_scale, of_l0) = match self.mechanism {
            Mechanism::DiscreteGaussian => (2, 1, 1),
            Mechanism::DiscreteLaplace => (2, 2, 2),
            Mechanism::Exponential => (8, 2, 1),
        };
        let product = |first: u128, base: u128, power: u32| first.checked_mul(base.checked_pow(power)?);
        let paid = product(u128::from(self.nano_rho.0) * share, numerator, of_scale);
        let owed = product(1_000_000_000, denominator, of_scale).and_then(|unit| product(unit, l0, of_l0));
        let enough = matches!((paid, owed), (Some(paid), Some(owed)) if paid >= owed);
        let threshold_is_paid = self.threshold.is_some() == (self.atto_delta.0 > 0);
        if enough && threshold_is_paid && self.l0 > 0 && self.nano_rho.0 > 0 {
            Ok(())
        } else {
            Err(PrivacyError::Charge(format!("{:?}", self.metric)))
        }
    }
}

/// Checks each charge, that no metric is charged twice, and that rho and delta add up to exactly what was reserved.
///
/// # Errors
/// [`PrivacyError::Charge`] or [`PrivacyError::Sum`].
pub fn check_charges(charges: &[Charge], reserved_rho: NanoRho, reserved_delta: AttoDelta) -> Result<(), PrivacyError> {
    let (mut rho, mut delta) = (NanoRho(0), AttoDelta(0));
    for (number, charge) in charges.iter().enumerate() {
        charge.check()?;
        if charges[..number].iter().any(|earlier| earlier.metric == charge.metric) {
            return Err(PrivacyError::Charge(format!("{:?}", charge.metric)));
        }
        rho = rho.checked_add(charge.nano_rho).ok_or(PrivacyError::Sum("rho"))?;
        delta = delta.checked_add(charge.atto_delta).ok_or(PrivacyError::Sum("delta"))?;
    }
    if rho != reserved_rho {
        return Err(PrivacyError::Sum("rho"));
    }
    if delta != reserved_delta { Err(PrivacyError::Sum("delta")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charge(mechanism: Mechanism, scale: &str, l0: u32, nano_rho: u64) -> Charge {
        let scale = scale.parse().unwrap();
        Charge { metric: Metric::Hour, mechanism, scale, l0, nano_rho: NanoRho(nano_rho), atto_delta: AttoDelta(0), threshold: None }
    }

    #[track_caller]
    fn check(mechanism: Mechanism, scale: &str, l0: u32, nano_rho: u64, expected: bool) {
        assert_eq!(charge(mechanism, scale, l0, nano_rho).check().is_ok(), expected);
    }

    #[test]
    fn noise_must_be_worth_its_price() {
        check(Mechanism::DiscreteGaussian, "150/1", 3, 10_000_000, true);
        check(Mechanism::DiscreteGaussian, "149999999/1000000", 3, 10_000_000, false);
        check(Mechanism::DiscreteGaussian, "150/1", 4, 10_000_000, false);
        check(Mechanism::DiscreteLaplace, "10/1", 1, 5_000_000, true);
        check(Mechanism::DiscreteLaplace, "10/1", 1, 4_999_999, false);
        check(Mechanism::DiscreteLaplace, "30/1", 3, 5_000_000, true);
        check(Mechanism::Exponential, "10/1", 8, 10_000_000, true);
        check(Mechanism::Exponential, "10/1", 8, 9_999_999, false);
        check(Mechanism::Exponential, "10/1", 9, 10_000_000, false);
        check(Mechanism::DiscreteGaussian, "1/1", 0, 1_000_000_000, false);
        check(Mechanism::DiscreteGaussian, "18446744073709551615/1", 1, u64::MAX, false);
    }

    #[test]
    fn charges_add_up_to_what_was_reserved() {
        let hour = charge(Mechanism::DiscreteGaussian, "150/1", 3, 10_000_000);
        let edge = Charge { metric: Metric::Edge, atto_delta: AttoDelta(7), threshold: Some(90), ..hour.clone() };
        let both = [hour.clone(), edge.clone()];
        assert_eq!(check_charges(&both, NanoRho(20_000_000), AttoDelta(7)), Ok(()));
        assert!(check_charges(&both, NanoRho(20_000_001), AttoDelta(7)).is_err());
        assert!(check_charges(&both, NanoRho(20_000_000), AttoDelta(8)).is_err());
        assert!(check_charges(&[hour.clone(), hour], NanoRho(20_000_000), AttoDelta(0)).is_err());
        assert!(Charge { threshold: None, ..edge }.check().is_err());
    }

    #[test]
    fn ratios_are_in_lowest_terms() {
        assert_eq!("350/2".parse::<Ratio>().unwrap().to_string(), "175/1");
        assert!("1/0".parse::<Ratio>().is_err());
        assert!("0/1".parse::<Ratio>().is_err());
        assert!("-1/1".parse::<Ratio>().is_err());
    }
}
