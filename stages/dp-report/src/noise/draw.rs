//! The samplers: Bernoulli(exp(-x)), discrete Laplace, discrete Gaussian (Algorithms 1, 2 and 3 of the paper).

use schemas::privacy::Ratio;

use super::{Entropy, NoiseError};

/// True with probability `numerator / denominator`, which is at most 1.
fn bernoulli(entropy: &mut impl Entropy, numerator: u128, denominator: u128) -> Result<bool, NoiseError> {
    Ok(entropy.below(denominator)? < numerator)
}

/// True with probability `exp(-numerator / denominator)`, for `numerator <= denominator` (Algorithm 1, first case).
fn bernoulli_exp_unit(entropy: &mut impl Entropy, numerator: u128, denominator: u128) -> Result<bool, NoiseError> {
    let mut k = 1_u128;
    while bernoulli(entropy, numerator, denominator.checked_mul(k).ok_or(NoiseError::Overflow)?)? {
        k += 1;
    }
    Ok(k % 2 == 1)
}

/// True with probability `exp(-numerator / denominator)` (Algorithm 1).
pub(super) fn bernoulli_exp(entropy: &mut impl Entropy, mut numerator: u128, denominator: u128) -> Result<bool, NoiseError> {
    while numerator > denominator {
        if !bernoulli_exp_unit(entropy, 1, 1)? {
            return Ok(false);
        }
        numerator -= denominator;
    }
    bernoulli_exp_unit(entropy, numerator, denominator)
}

/// Discrete Laplace: probability of x proportional to `exp(-|x| / scale)` (Algorithm 2, with t/s the scale).
pub(super) fn laplace(entropy: &mut impl Entropy, scale: Ratio) -> Result<i64, NoiseError> {
    let (t, s) = (u128::from(scale.numerator), u128::from(scale.denominator));
    loop {
        let u = entropy.below(t)?;
        if !bernoulli_exp_unit(entropy, u, t)? {
            continue;
        }
        let mut v = 0_u128;
        while bernoulli_exp_unit(entropy, 1, 1)? {
            v += 1;
        }
        let magnitude = v.checked_mul(t).and_then(|vt| vt.checked_add(u)).ok_or(NoiseError::Overflow)? / s;
        let negative = entropy.below(2)? == 1;
        if negative && magnitude == 0 {
            continue;
        }
        let magnitude = i64::try_from(magnitude).map_err(|_| NoiseError::Overflow)?;
        return Ok(if negative { -magnitude } else { magnitude });
    }
}

/// Discrete Gaussian: probability of x proportional to `exp(-x^2 / (2 sigma2))` (Algorithm 3: rejection from a discrete Laplace).
pub(super) fn gaussian(entropy: &mut impl Entropy, sigma2: Ratio) -> Result<i64, NoiseError> {
    let (n, d) = (u128::from(sigma2.numerator), u128::from(sigma2.denominator));
    let t = (n / d).isqrt() + 1;
    let proposal = Ratio::new(u64::try_from(t).map_err(|_| NoiseError::Overflow)?, 1).ok_or(NoiseError::Overflow)?;
    let product = |factors: [u128; 4]| factors.into_iter().try_fold(1_u128, u128::checked_mul).ok_or(NoiseError::Overflow);
    // (|y| - sigma2 / t)^2 / (2 sigma2) = (|y| d t - n)^2 / (2 n d t^2).
    let denominator = product([2, n, d, product([t, t, 1, 1])?])?;
    loop {
        let y = laplace(entropy, proposal)?;
        let difference = product([y.unsigned_abs().into(), d, t, 1])?.abs_diff(n);
        if bernoulli_exp(entropy, product([difference, difference, 1, 1])?, denominator)? {
            return Ok(y);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::entropy::testing::{Failing, Seeded};
    use super::*;
    use schemas::privacy::{Mechanism, Noise};

    const DRAWS: u32 = 200_000;

    /// Chi-square against the exact probabilities, over bins of at least 50 expected draws. The statistic is turned into a normal
    /// deviate (Wilson and Hilferty, 1931); above 4.9 it is a false alarm once in two million seeds. Seeds are fixed.
    #[track_caller]
    fn check(mechanism: Mechanism, scale: &str, seed: &str) {
        let noise = Noise { mechanism, scale: scale.parse().unwrap() };
        let mut entropy = Seeded::new(seed);
        let mut seen: BTreeMap<i64, f64> = BTreeMap::new();
        (0..DRAWS).for_each(|_| *seen.entry(super::super::draw(&noise, &mut entropy).unwrap()).or_default() += 1.0);

        let weight = |x: i64| match mechanism {
            Mechanism::DiscreteGaussian => (-(x as f64).powi(2) / (2.0 * noise.scale.as_f64())).exp(),
            Mechanism::Exponential => unreachable!("a choice adds no noise"),
            Mechanism::DiscreteLaplace => (-(x.abs() as f64) / noise.scale.as_f64()).exp(),
        };
        let reach = (noise.deviation() * 40.0) as i64 + 40;
        let total: f64 = (-reach..=reach).map(weight).sum();
        let (mut statistic, mut bins, mut expected, mut found) = (0.0, 0.0, 0.0, 0.0);
        for x in -reach..=reach {
            expected += weight(x) / total * f64::from(DRAWS);
            found += seen.get(&x).copied().unwrap_or(0.0);
            if expected >= 50.0 {
                statistic += (found - expected).powi(2) / expected;
                bins += 1.0;
                (expected, found) = (0.0, 0.0);
            }
        }
        let freedom: f64 = bins - 1.0;
        let spread = 2.0 / (9.0 * freedom);
        let deviate = ((statistic / freedom).cbrt() - (1.0 - spread)) / spread.sqrt();
        assert!(deviate < 4.9, "{mechanism:?} {scale}: chi-square {statistic} at {freedom} degrees of freedom");

        let variance: f64 = (-reach..=reach).map(|x| weight(x) / total * (x as f64).powi(2)).sum();
        let fourth: f64 = (-reach..=reach).map(|x| weight(x) / total * (x as f64).powi(4)).sum();
        let sample: f64 = seen.iter().map(|(x, count)| (*x as f64).powi(2) * count).sum::<f64>() / f64::from(DRAWS);
        let error = ((fourth - variance * variance) / f64::from(DRAWS)).sqrt();
        assert!((sample - variance).abs() < 4.9 * error, "variance {sample}, expected {variance}");
    }

    #[test]
    fn gaussian_has_its_distribution() {
        for scale in ["1/6", "1/4", "1/1", "10/3", "25/1", "31025/64"] {
            check(Mechanism::DiscreteGaussian, scale, scale);
        }
    }

    #[test]
    fn laplace_has_its_distribution() {
        for scale in ["1/3", "1/1", "7/2", "20/1", "1601/64"] {
            check(Mechanism::DiscreteLaplace, scale, scale);
        }
    }

    #[test]
    fn large_scales_do_not_overflow() {
        let mut entropy = Seeded::new("large");
        for nano_rho in [1_000_u64, 10_000] {
            let noise = Noise::gaussian(1000, nano_rho).unwrap();
            (0..200).for_each(|_| assert!(super::super::draw(&noise, &mut entropy).unwrap().abs() < 20 * noise.deviation() as i64));
        }
    }

    #[test]
    fn overflow_is_an_error_not_a_number() {
        let noise = Noise { mechanism: Mechanism::DiscreteGaussian, scale: Ratio { numerator: u64::MAX, denominator: u64::MAX - 1 } };
        assert_eq!(super::super::draw(&noise, &mut Seeded::new("overflow")), Err(NoiseError::Overflow));
    }

    #[test]
    fn entropy_failure_is_an_error_at_any_word() {
        let noise = Noise::gaussian(8, 20_000_000).unwrap();
        let mut failed = 0;
        for words in 0..40 {
            failed += u32::from(super::super::draw(&noise, &mut Failing(words)) == Err(NoiseError::Entropy));
        }
        assert!(failed >= 3, "the first words are always needed");
        assert_eq!(super::super::draw(&noise, &mut Failing(0)), Err(NoiseError::Entropy));
    }
}
