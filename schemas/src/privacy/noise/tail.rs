//! Tails of the noise: intervals and thresholds. They are parameters of a release, not part of a released number, so floats are
//! allowed here; every sum is widened by [`MARGIN`] against the spender.

use super::{Mechanism, Noise};

/// Relative widening; the sums below are right to about 1e-12.
const MARGIN: f64 = 1e-9;
/// Mass of the discrete Gaussian beyond [`reach`], far below any delta that is served.
const BEYOND: f64 = 1e-40;

/// Where the sums over a discrete Gaussian end: 14 standard deviations.
fn reach(noise: &Noise) -> i64 {
    (noise.deviation() * 14.0).ceil() as i64 + 14
}

/// Unnormalised weight of the discrete Gaussian at `x`.
fn weight(noise: &Noise, x: i64) -> f64 {
    (-(x as f64).powi(2) / (2.0 * noise.scale.as_f64())).exp()
}

fn total(noise: &Noise) -> f64 {
    1.0 + 2.0 * (1..=reach(noise)).rev().map(|x| weight(noise, x)).sum::<f64>()
}

/// Upper bound of `Pr[noise >= k]` for the discrete Laplace, k >= 1: `q^k / (1 + q)` with `q = exp(-1/b)`.
fn laplace_tail(noise: &Noise, k: i64) -> f64 {
    let inverse = 1.0 / noise.scale.as_f64();
    (-(k as f64) * inverse).exp() / (1.0 + (-inverse).exp()) * (1.0 + MARGIN)
}

pub(super) fn half_width(noise: &Noise, coverage: f64) -> i64 {
    match noise.mechanism {
        Mechanism::DiscreteGaussian => {
            let total = total(noise) * (1.0 + MARGIN * 1e-3);
            let (mut inside, mut h) = (1.0, 0);
            while inside < coverage * total {
                h += 1;
                inside += 2.0 * weight(noise, h);
            }
            h
        }
        // A choice adds no noise; whoever takes it for noise is told that it says nothing.
        Mechanism::Exponential => i64::MAX / 8,
        Mechanism::DiscreteLaplace => least(|h| 2.0 * laplace_tail(noise, h + 1) <= 1.0 - coverage),
    }
}

pub(super) fn threshold(noise: &Noise, l0: u32, delta: f64) -> i64 {
    let allowed = delta / f64::from(l0.max(1));
    let least_tail = match noise.mechanism {
        Mechanism::DiscreteGaussian => {
            let total = total(noise);
            let (mut sum, mut k) = (BEYOND * total, reach(noise));
            while k > 0 && (sum + weight(noise, k)) * (1.0 + MARGIN) <= allowed * total {
                sum += weight(noise, k);
                k -= 1;
            }
            k + 1
        }
        Mechanism::Exponential => i64::MAX / 8,
        Mechanism::DiscreteLaplace => 1 + least(|k| laplace_tail(noise, k + 1) <= allowed),
    };
    least_tail + 1
}

/// The least non-negative integer with a property that all greater ones share.
fn least(holds: impl Fn(i64) -> bool) -> i64 {
    let mut high = 1;
    while !holds(high) {
        high *= 2;
    }
    let mut low = -1;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probability of each integer, by enumeration.
    fn pmf(noise: &Noise) -> impl Fn(i64) -> f64 {
        let weight: Box<dyn Fn(i64) -> f64> = match noise.mechanism {
            Mechanism::DiscreteGaussian => {
                let scale = noise.scale.as_f64();
                Box::new(move |x| (-(x as f64).powi(2) / (2.0 * scale)).exp())
            }
            Mechanism::Exponential => unreachable!("a choice adds no noise"),
            Mechanism::DiscreteLaplace => {
                let scale = noise.scale.as_f64();
                Box::new(move |x| (-(x.abs() as f64) / scale).exp())
            }
        };
        let reach = (noise.deviation() * 60.0) as i64 + 60;
        let total: f64 = (-reach..=reach).map(&weight).sum();
        move |x| weight(x) / total
    }

    fn every_noise() -> Vec<Noise> {
        let gaussian = [1_000_u64, 50_000, 1_000_000, 20_000_000, 500_000_000, 4_000_000_000, 60_000_000_000];
        let laplace = [50_000_u64, 1_000_000, 20_000_000, 500_000_000, 4_000_000_000];
        let mut all: Vec<Noise> = gaussian.iter().flat_map(|rho| [1, 3, 8].map(|l0| Noise::gaussian(l0, *rho).unwrap())).collect();
        all.extend(laplace.iter().flat_map(|rho| [1, 3, 8].map(|l0| Noise::laplace(l0, *rho).unwrap())));
        all
    }

    #[test]
    fn intervals_are_the_smallest_that_cover() {
        for noise in every_noise() {
            let (p, h) = (pmf(&noise), noise.half_width());
            let covered = |h: i64| (-h..=h).map(&p).sum::<f64>();
            assert!(covered(h) >= 0.95, "{noise:?}");
            assert!(h == 0 || covered(h - 1) < 0.95, "{noise:?}");
        }
    }

    #[test]
    fn thresholds_are_the_least_that_keep_delta() {
        for noise in every_noise() {
            let p = pmf(&noise);
            let tail = |k: i64| (k..k + (noise.deviation() * 60.0) as i64 + 60).rev().map(&p).sum::<f64>();
            for (l0, delta) in [(1, 1e-2), (3, 1e-5), (8, 2e-6), (8, 1e-12)] {
                let threshold = noise.threshold(l0, delta);
                let released = |threshold: i64| f64::from(l0) * tail(threshold - 1);
                assert!(released(threshold) <= delta, "{noise:?} {l0} {delta}: {threshold}");
                assert!(released(threshold - 1) > delta * (1.0 - 1e-6) || threshold <= 2, "{noise:?} {l0} {delta}: {threshold} is too high");
            }
        }
    }

    #[test]
    fn a_customer_of_one_never_passes_without_noise() {
        // With next to no noise the threshold must still be above a count of 1.
        let noise = Noise::gaussian(1, 500_000_000_000).unwrap();
        assert!(noise.threshold(1, 1e-9) >= 2);
    }
}
