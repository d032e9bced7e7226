//! Exact integer noise after Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020),
//! <https://arxiv.org/abs/2004.00010>, sections 5.2 and 5.3.
//!
//! Every probability is a ratio of integers, so the distribution is the stated one and not a rounding of it; no float stands between
//! the true count and the released one. Arithmetic is checked: what would overflow is an error, and an error releases nothing. The
//! time a draw takes depends on the noise and not on the count it is added to; it is not published.

mod draw;
mod entropy;
mod select;

#[cfg(test)]
pub(crate) use entropy::testing;
pub(crate) use entropy::{Entropy, OsEntropy};
pub(crate) use select::top;

use schemas::exit::Exit;
use schemas::privacy::{Mechanism, Noise};
use stage_runtime::StepError;

/// Why a draw failed. Nothing may be released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoiseError {
    /// The operating system gave no entropy.
    #[error("draw noise: the operating system gives no entropy; nothing was released")]
    Entropy,
    /// A choice was taken for noise.
    #[error("draw noise: a choice among keys adds none; nothing was released")]
    Choice,
    /// An integer overflowed.
    #[error("draw noise: a number does not fit; nothing was released")]
    Overflow,
}

impl From<NoiseError> for StepError {
    fn from(error: NoiseError) -> Self {
        Self::new(Exit::StageCrashed, error.to_string())
    }
}

/// One draw.
pub(crate) fn draw(noise: &Noise, entropy: &mut impl Entropy) -> Result<i64, NoiseError> {
    match noise.mechanism {
        Mechanism::DiscreteGaussian => draw::gaussian(entropy, noise.scale),
        Mechanism::DiscreteLaplace => draw::laplace(entropy, noise.scale),
        Mechanism::Exponential => Err(NoiseError::Choice),
    }
}
