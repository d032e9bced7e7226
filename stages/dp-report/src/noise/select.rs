//! The exponential mechanism, exactly: choosing the keys with the most customers, one after the other. Why it is private, and what it
//! costs, stands in `schemas/src/privacy/ranking.rs`.
//!
//! A key is chosen with probability proportional to `exp(epsilon q)`. To sample that with integers alone: propose a key uniformly, accept it with
//! probability `exp(-epsilon (q_max - q))`, else propose again. Given that one is accepted, key r was it with probability `exp(epsilon q_r) / sum`, since the
//! factor `exp(-epsilon q_max)` cancels. The greatest key is accepted whenever it is proposed, so the expected proposals are at most the number of keys.
//! Permute-and-flip is this with rejected keys put aside.

use schemas::privacy::Ratio;

use super::draw::bernoulli_exp;
use super::{Entropy, NoiseError};

/// The places in `scores` of `count` choices, first choice first; `inverse` is 1 / epsilon of each. All places where there are fewer.
pub(crate) fn top(count: usize, scores: &[u64], inverse: Ratio, entropy: &mut impl Entropy) -> Result<Vec<usize>, NoiseError> {
    let mut left: Vec<usize> = (0..scores.len()).collect();
    let mut chosen = Vec::new();
    while chosen.len() < count && !left.is_empty() {
        let place = choose(&left, scores, inverse, entropy)?;
        chosen.push(left.remove(place));
    }
    Ok(chosen)
}

/// One choice among the keys that are left: a place in `left`.
fn choose(left: &[usize], scores: &[u64], inverse: Ratio, entropy: &mut impl Entropy) -> Result<usize, NoiseError> {
    let score = |place: usize| left.get(place).and_then(|&key| scores.get(key)).copied().ok_or(NoiseError::Overflow);
    let greatest = (0..left.len()).map(score).try_fold(0, |greatest, score| Ok::<u64, NoiseError>(greatest.max(score?)))?;
    loop {
        let place = usize::try_from(entropy.below(left.len() as u128)?).map_err(|_| NoiseError::Overflow)?;
        let behind = u128::from(greatest - score(place)?);
        let exponent = behind.checked_mul(inverse.denominator.into()).ok_or(NoiseError::Overflow)?;
        if bernoulli_exp(entropy, exponent, inverse.numerator.into())? {
            return Ok(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entropy::testing::{Failing, Seeded};
    use super::*;

    const DRAWS: u32 = 100_000;

    /// How often each ordered pair is chosen, against exact probabilities: chi-square as a normal deviate (Wilson and Hilferty, 1931); above
    /// 4.9 is a false alarm once in two million seeds. Seeds are fixed.
    #[track_caller]
    fn check(scores: &[u64], inverse: &str) {
        let inverse: Ratio = inverse.parse().unwrap();
        let mut entropy = Seeded::new(&format!("{scores:?} {inverse}"));
        let mut seen = vec![vec![0_u32; scores.len()]; scores.len()];
        for _ in 0..DRAWS {
            let pair = top(2, scores, inverse, &mut entropy).unwrap();
            seen[pair[0]][pair[1]] += 1;
        }
        let greatest = *scores.iter().max().unwrap() as f64;
        let weights: Vec<f64> = scores.iter().map(|&score| ((score as f64 - greatest) / inverse.as_f64()).exp()).collect();
        let total: f64 = weights.iter().sum();
        let (mut statistic, mut bins, mut rest, mut found) = (0.0, 0.0_f64, 0.0, 0.0);
        for first in 0..scores.len() {
            for second in (0..scores.len()).filter(|&second| second != first) {
                rest += weights[first] / total * weights[second] / (total - weights[first]) * f64::from(DRAWS);
                found += f64::from(seen[first][second]);
                if rest >= 25.0 {
                    statistic += (found - rest).powi(2) / rest;
                    bins += 1.0;
                    (rest, found) = (0.0, 0.0);
                }
            }
        }
        let freedom = bins - 1.0;
        let spread = 2.0 / (9.0 * freedom);
        let deviate = ((statistic / freedom).cbrt() - (1.0 - spread)) / spread.sqrt();
        assert!(deviate < 4.9, "{scores:?} {inverse}: chi-square {statistic} at {freedom} degrees of freedom");
        assert!(seen.iter().enumerate().all(|(place, row)| row[place] == 0), "a key is chosen once");
    }

    #[test]
    fn choices_have_their_distribution() {
        check(&[10, 11, 12, 13], "1/1");
        check(&[0, 0, 0, 5], "7/2");
        check(&[1_000_000, 1_000_003, 999_990, 1_000_001, 1_000_003], "1000000/63245");
        check(&[3, 4, 5], "1/3");
    }

    #[test]
    fn everything_is_ranked_where_more_is_asked_for() {
        let mut entropy = Seeded::new("all");
        let mut ranked = top(9, &[3, 2, 1], "5/1".parse().unwrap(), &mut entropy).unwrap();
        ranked.sort_unstable();
        assert_eq!(ranked, [0, 1, 2]);
        assert_eq!(top(3, &[], "5/1".parse().unwrap(), &mut entropy), Ok(Vec::new()));
    }

    #[test]
    fn far_behind_is_never_chosen_and_far_apart_does_not_overflow() {
        let mut entropy = Seeded::new("far");
        for _ in 0..1_000 {
            assert_eq!(top(1, &[0, u64::MAX, 5], "1000000/63245".parse().unwrap(), &mut entropy), Ok(vec![1]));
        }
    }

    #[test]
    fn entropy_failure_chooses_nothing() {
        assert_eq!(top(1, &[1, 2], "1/1".parse().unwrap(), &mut Failing(0)), Err(NoiseError::Entropy));
    }
}
