//! What a ranking costs: choosing, one after the other, the keys with the most customers among keys that everybody may know.
//!
//! Neighbouring: add or remove one customer. Quality of a key: its distinct customers, all keys of a customer counted. One customer more raises some
//! qualities by 1 and lowers none, so qualities of neighbours differ, over all keys, by 0 or 1 in one direction (range 1), whatever number of keys the
//! customer has: no bound on contributions is needed.
//!
//! Mechanism: the exponential mechanism (McSherry and Talwar, 2007) chooses key r with probability proportional to `exp(epsilon q(r))`. The log of the
//! ratio of its probabilities on neighbours is `epsilon (q(r) - q'(r))` plus a constant, so it lies within a range of epsilon over all r: it is
//! epsilon-bounded-range (Durfee and Rogers, 2019), hence epsilon-DP, and `epsilon^2 / 8`-zCDP (Cesar and Rogers, 2021): by Hoeffding's lemma the
//! privacy loss L, in an interval of length epsilon, has `0 = log E[exp(-L)] <= -E[L] + epsilon^2 / 8` and `log E[exp((a - 1) L)] <= (a - 1) E[L] + (a - 1)^2
//! epsilon^2 / 8`, together `a (a - 1) epsilon^2 / 8`. The factor 2 of the usual exponent `epsilon q / 2` is for qualities that go up and down, which
//! these do not.
//!
//! Composition: k choices, each among the keys not yet chosen, are k adaptive releases: `k epsilon^2 / 8 <= rho`. Delta is 0, since the keys are public.
//!
//! Permute-and-flip (McKenna and Sheldon, 2020) errs at most half as much at the same epsilon, but is not of range epsilon: in zCDP, where budget is kept, it costs
//! epsilon squared over 2. At one price the exponential mechanism has twice its epsilon, which outweighs the half.

use super::{AttoDelta, Charge, Mechanism, NanoRho, PrivacyError, Ratio};
use crate::record::Metric;

/// Steps of epsilon: millionths.
const STEPS: u64 = 1_000_000;
/// Least and greatest epsilon of a choice, in steps: a smaller one is all chance, a greater one would not be private.
const EPSILON_STEPS: std::ops::RangeInclusive<u64> = 1_000..=20 * STEPS;

/// The charge of a ranking of `places` keys: the greatest epsilon, rounded down, that the rho buys for each choice.
///
/// # Errors
/// [`PrivacyError`] when nothing is chosen or epsilon would be out of range.
///
/// ```
/// use schemas::privacy::{NanoRho, charge_of_ranking};
/// let charge = charge_of_ranking(2, NanoRho(1_000_000)).unwrap();
/// assert_eq!(charge.scale.to_string(), "200000/12649"); // epsilon 0.063245: 2 x 0.063245^2 / 8 <= 0.001
/// ```
pub fn charge_of_ranking(places: u32, nano_rho: NanoRho) -> Result<Charge, PrivacyError> {
    let refused = || PrivacyError::Charge("a ranking".to_owned());
    let square = (u128::from(nano_rho.0) * 8_000).checked_div(places.into()).ok_or_else(refused)?;
    let steps = u64::try_from(square.isqrt()).ok().filter(|steps| EPSILON_STEPS.contains(steps)).ok_or_else(refused)?;
    let scale = Ratio::new(STEPS, steps).ok_or_else(refused)?;
    let charge =
        Charge { metric: Metric::Answer, mechanism: Mechanism::Exponential, scale, l0: places, nano_rho, atto_delta: AttoDelta(0), threshold: None };
    charge.check().map(|()| charge)
}

/// In 95 of 100 rankings, every chosen key has at most so many customers fewer than the greatest that was not yet chosen.
///
/// One choice of `candidates` keys falls short of the greatest by more than t with probability at most `candidates exp(-epsilon t)` (McSherry and
/// Talwar, 2007, Theorem 6); the sum over all places is at most 5 % from `ln(20 places candidates) / epsilon` on.
#[must_use]
pub fn ranking_margin(charge: &Charge, candidates: usize) -> i64 {
    let ways = 20.0 * f64::from(charge.l0) * (candidates.max(1) as f64);
    (ways.ln() * charge.scale.as_f64()).ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The greatest epsilon that is paid for: one step more is refused.
    #[test]
    fn epsilon_is_the_greatest_that_rho_buys() {
        for (places, rho) in [(1, 1_000), (1, 2_521_250), (3, 2_521_250), (10, 999_999_937), (50, 20_000_000)] {
            let charge = charge_of_ranking(places, NanoRho(rho)).unwrap();
            assert_eq!(charge.check(), Ok(()));
            let steps = (u128::from(STEPS) * u128::from(charge.scale.denominator) / u128::from(charge.scale.numerator)) as u64;
            let more = Charge { scale: Ratio::new(STEPS, steps + 1).unwrap(), ..charge };
            assert!(more.check().is_err(), "{places} {rho}");
        }
        assert!(charge_of_ranking(0, NanoRho(1_000_000)).is_err());
        assert!(charge_of_ranking(1, NanoRho(0)).is_err());
        assert!(charge_of_ranking(1, NanoRho(u64::MAX)).is_err());
    }

    /// The bound against exact probabilities, where all keys but one tie just beyond the margin: the worst case.
    #[test]
    fn the_margin_holds_in_the_worst_case() {
        for candidates in [2_usize, 10, 400] {
            let charge = charge_of_ranking(1, NanoRho(2_521_250)).unwrap();
            let (margin, epsilon) = (ranking_margin(&charge, candidates), 1.0 / charge.scale.as_f64());
            let others = (candidates - 1) as f64 * (-epsilon * (margin + 1) as f64).exp();
            assert!(others / (1.0 + others) <= 0.05, "{candidates}");
        }
    }
}
