//! Between zCDP and the (epsilon, delta) people know.
//!
//! rho-zCDP implies (epsilon, delta)-DP with, for every alpha > 1 (Canonne, Kamath and Steinke, 2020, Proposition 12 and Corollary
//! 13, <https://arxiv.org/abs/2004.00010>):
//!
//! `epsilon = alpha rho + ln(1 - 1/alpha) + (ln(1/delta) - ln(alpha)) / (alpha - 1)`
//!
//! Every alpha gives a valid bound, so a search that stops early costs tightness, never truth. The float result is widened by
//! a billionth and rounded up; [`rho_for`] asks [`epsilon_of`] itself, so the two never disagree. No released number passes here.

use super::{AttoDelta, MicroEpsilon, NanoRho};

/// What rounding of floats may cost; far above the error of a few dozen operations.
const MARGIN: f64 = 1e-9;

/// The smallest epsilon (rounded up to a millionth) for which `rho`-zCDP is known to imply (epsilon, `delta`)-DP. `u64::MAX` when
/// `delta` is 0 and `rho` is not: no finite epsilon holds.
///
/// ```
/// use schemas::privacy::{AttoDelta, NanoRho, epsilon_of};
/// let epsilon = epsilon_of(NanoRho(1_008_500_000), AttoDelta(500_000_000_000));
/// assert!((epsilon.as_f64() - 8.0).abs() < 0.001);
/// ```
#[must_use]
pub fn epsilon_of(rho: NanoRho, delta: AttoDelta) -> MicroEpsilon {
    if rho.0 == 0 {
        return MicroEpsilon(0);
    }
    if delta.0 == 0 {
        return MicroEpsilon(u64::MAX);
    }
    let (rho, log_inverse_delta) = (rho.as_f64(), -delta.as_f64().ln());
    // alpha - 1 = exp(x); the minimum is near sqrt(ln(1/delta) / rho), well inside these bounds for every representable rho.
    let at = |x: f64| {
        let excess = x.exp();
        let alpha = 1.0 + excess;
        alpha * rho + (excess / alpha).ln() + (log_inverse_delta - alpha.ln()) / excess
    };
    let (mut low, mut high) = (-30.0_f64, 30.0_f64);
    for _ in 0..200 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if at(a) < at(b) { high = b } else { low = a }
    }
    let epsilon = at(f64::midpoint(low, high)).max(0.0);
    MicroEpsilon(((epsilon * (1.0 + MARGIN) + MARGIN) * 1e6).ceil() as u64)
}

/// The greatest rho (rounded down to a billionth) that is known to imply (`epsilon`, `delta`)-DP.
#[must_use]
pub fn rho_for(epsilon: MicroEpsilon, delta: AttoDelta) -> NanoRho {
    if delta.0 == 0 {
        return NanoRho(0);
    }
    let (mut low, mut high) = (0_u64, 1_u64 << 50);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if epsilon_of(NanoRho(middle), delta) <= epsilon { low = middle } else { high = middle }
    }
    NanoRho(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values computed with dp-accounting 0.6.0 (see docs/PRIVACY-REPORT.md).
    #[track_caller]
    fn check(epsilon: f64, delta: u64, rho: f64) {
        let found = rho_for(MicroEpsilon((epsilon * 1e6) as u64), AttoDelta(delta)).as_f64();
        assert!((found - rho).abs() <= rho * 2e-3, "{found} for {rho}");
    }

    #[test]
    fn agrees_with_published_yearly_budgets() {
        check(8.0, 500_000_000_000, 1.0085);
        check(5.0, 500_000_000_000, 0.4417);
        check(3.0, 500_000_000_000, 0.1758);
        check(1.0, 1_000_000_000_000, 0.0244);
        check(8.0, 1_000_000_000_000, 1.0524);
    }

    #[test]
    fn rounding_is_against_the_spender() {
        for epsilon in [1_u64, 10_000, 1_000_000, 8_000_000, 50_000_000] {
            for delta in [1_u64, 500_000_000_000, 10_000_000_000_000] {
                let rho = rho_for(MicroEpsilon(epsilon), AttoDelta(delta));
                assert!(epsilon_of(rho, AttoDelta(delta)) <= MicroEpsilon(epsilon));
                assert!(epsilon_of(NanoRho(rho.0 + 1), AttoDelta(delta)) > MicroEpsilon(epsilon));
            }
        }
    }

    #[test]
    fn beats_the_textbook_formula() {
        for rho in [1_000_u64, 20_000_000, 1_000_000_000, 5_000_000_000] {
            let textbook = {
                let r = NanoRho(rho).as_f64();
                r + 2.0 * (r * (1e6_f64).ln()).sqrt()
            };
            assert!(epsilon_of(NanoRho(rho), AttoDelta(1_000_000_000_000)).as_f64() <= textbook + 1e-6);
        }
    }

    #[test]
    fn no_delta_no_finite_epsilon() {
        assert_eq!(epsilon_of(NanoRho(1), AttoDelta(0)), MicroEpsilon(u64::MAX));
        assert_eq!(rho_for(MicroEpsilon(1_000_000), AttoDelta(0)), NanoRho(0));
        assert_eq!(epsilon_of(NanoRho(0), AttoDelta(0)), MicroEpsilon(0));
    }
}
