//! Noise as parameters: which scale a price buys, how wide the interval is, where the threshold lies. Nothing is drawn here; the sampler is
//! in the stage that releases. Both sides of the process boundary derive the same parameters, so the runner can plan a spend before it is
//! made, and can hold a charge against what its reserve should have bought.

mod tail;

use super::{Mechanism, Ratio};

/// Scales are rounded up to a multiple of one over this, so that the integers in a draw stay small.
const SCALE_STEPS: u128 = 64;
/// Greatest standard deviation (or Laplace scale) that is served: beyond it a number says nothing and the tails take long to sum.
const SCALE_MAX: f64 = 2e6;

/// A noise distribution on the integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noise {
    /// Gaussian or Laplace.
    pub mechanism: Mechanism,
    /// sigma squared of the discrete Gaussian, b of the discrete Laplace.
    pub scale: Ratio,
}

impl Noise {
    /// The least discrete Gaussian noise with `l0 / (2 sigma2) <= rho`, rounded up. None when it is out of range.
    #[must_use]
    pub fn gaussian(l0: u32, nano_rho: u64) -> Option<Self> {
        let sigma2 = (u128::from(l0) * 500_000_000 * SCALE_STEPS).checked_div(nano_rho.into()).map(|floor| {
            let exact = floor * u128::from(nano_rho) == u128::from(l0) * 500_000_000 * SCALE_STEPS;
            floor + u128::from(!exact)
        })?;
        Self::checked(Mechanism::DiscreteGaussian, sigma2)
    }

    /// The least discrete Laplace noise with `(l0 / b)^2 / 2 <= rho`, rounded up. None when it is out of range.
    #[must_use]
    pub fn laplace(l0: u32, nano_rho: u64) -> Option<Self> {
        let square = u128::from(l0).pow(2) * 500_000_000 * SCALE_STEPS.pow(2);
        let ceiling = square.checked_div(nano_rho.into())? + u128::from(square.checked_rem(nano_rho.into())? != 0);
        let root = ceiling.isqrt();
        Self::checked(Mechanism::DiscreteLaplace, root + u128::from(root * root < ceiling))
    }

    /// The least discrete Laplace noise with `l0 / b <= epsilon`, rounded up. None when it is out of range.
    #[must_use]
    pub fn laplace_of_epsilon(l0: u32, micro_epsilon: u64) -> Option<Self> {
        let steps = u128::from(l0) * 1_000_000 * SCALE_STEPS;
        let ceiling = steps.checked_div(micro_epsilon.into())? + u128::from(steps.checked_rem(micro_epsilon.into())? != 0);
        Self::checked(Mechanism::DiscreteLaplace, ceiling)
    }

    fn checked(mechanism: Mechanism, steps: u128) -> Option<Self> {
        let scale = Ratio::new(u64::try_from(steps).ok()?, u64::try_from(SCALE_STEPS).ok()?)?;
        let noise = Self { mechanism, scale };
        (noise.deviation() <= SCALE_MAX).then_some(noise)
    }

    /// About the standard deviation (Gaussian) or b (Laplace), for display and range checks.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        match self.mechanism {
            Mechanism::DiscreteGaussian => self.scale.as_f64().sqrt(),
            Mechanism::DiscreteLaplace | Mechanism::Exponential => self.scale.as_f64(),
        }
    }

    /// The least `h` with `Pr[|noise| <= h] >= 95 %`.
    #[must_use]
    pub fn half_width(&self) -> i64 {
        self.half_width_at(0.95)
    }

    /// The least `h` with `Pr[|noise| <= h] >= coverage`, for a coverage between 0 and 1.
    #[must_use]
    pub fn half_width_at(&self, coverage: f64) -> i64 {
        tail::half_width(self, coverage)
    }

    /// The least noisy count that may be released of a key nobody may know exists.
    ///
    /// Neighbouring data sets differ in one customer, who brings at most `l0` keys that did not exist; each has count 1 and is
    /// released when `1 + noise >= threshold`. The threshold is the least with `l0 Pr[noise >= threshold - 1] <= delta` (union bound;
    /// the event is "at least", not "more than", as the released value may equal the threshold). On the other keys
    /// the noise alone gives rho-zCDP, so the whole is delta-approximate rho-zCDP (Bun and Steinke, 2016, Definition 8.1).
    #[must_use]
    pub fn threshold(&self, l0: u32, delta: f64) -> i64 {
        tail::threshold(self, l0, delta)
    }
}
