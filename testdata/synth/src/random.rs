//! The random source: ChaCha8, whose output is specified, so that a seed means the same bytes with every version of `rand`.
//! (`StdRng` may change its algorithm with a release.) Log-normal draws go through the platform's `exp` and `ln` and are rounded to whole
//! milliseconds or cents at once.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, LogNormal};

/// A seeded stream of draws. Streams of one seed with different names are independent.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    /// The stream `stream` of `seed`.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// Any 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Any 128 bits.
    pub(crate) fn wide(&mut self) -> u128 {
        (u128::from(self.bits()) << 64) | u128::from(self.bits())
    }

    /// A number below `bound`, which is not 0. The bias of the multiplication is below 2^-32.
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in `per_mille` of 1,000 cases.
    pub(crate) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `items`, which is not empty.
    pub(crate) fn pick<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len() as u32) as usize]
    }

    /// The index drawn with the given weights.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, &weight) in weights.iter().enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        unreachable!("the draw is below the sum of the weights")
    }

    /// A log-normal value with this median and spread (the standard deviation of its logarithm), at most `cap`.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64, cap: f64) -> u32 {
        let distribution = LogNormal::new(median.ln(), sigma).expect("medians and spreads are positive constants");
        distribution.sample(&mut self.0).min(cap).max(1.0) as u32
    }

    /// A draw from `distribution`.
    pub(crate) fn sample<D: Distribution<f64>>(&mut self, distribution: &D) -> f64 {
        distribution.sample(&mut self.0)
    }
}

/// A bijection of `0..size` that depends on `seed`: spreads neighbours without a table.
pub(crate) fn permute(index: u64, size: u64, seed: u64) -> u64 {
    let mut step = (0x9E37_79B9_7F4A_7C15 ^ seed) % size;
    while gcd(step, size) != 1 {
        step += 1;
    }
    ((u128::from(index) * u128::from(step) + u128::from(seed)) % u128::from(size)) as u64
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permute_is_a_bijection() {
        for size in [1_u64, 2, 97, 896, 1000] {
            let mut seen: Vec<u64> = (0..size).map(|i| permute(i, size, 77)).collect();
            seen.sort_unstable();
            assert_eq!(seen, (0..size).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_stream_is_the_specified_one() {
        let mut random = Random::new(1, 2);
        assert_eq!([random.bits(), random.bits()], [6_082_804_599_785_255_738, 5_100_844_500_663_306_037]);
    }
}
