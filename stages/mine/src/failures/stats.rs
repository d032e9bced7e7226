//! Exact tests and intervals for tables of failing and succeeding in two arms, in logarithms so that no tail is too small to compare.

use std::sync::LazyLock;

use schemas::limits::FAILURE_STEPS_MAX;

/// A fourfold table: in the condition and elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fourfold {
    /// Judged where the condition holds.
    pub matching: u64,
    /// Failing of these.
    pub failing: u64,
    /// Judged where it does not hold.
    pub elsewhere: u64,
    /// Failing of these.
    pub elsewhere_failing: u64,
}

impl Fourfold {
    /// Failing rate where the condition holds, and elsewhere.
    pub(super) fn rates(&self) -> (f64, f64) {
        (self.failing as f64 / self.matching.max(1) as f64, self.elsewhere_failing as f64 / self.elsewhere.max(1) as f64)
    }

    /// Gain in log-likelihood (nats) of two rates over one; 0 when the condition does not fail more often.
    pub(super) fn gain(&self) -> f64 {
        let (inside, outside) = self.rates();
        if inside <= outside || self.matching == 0 {
            return 0.0;
        }
        let products = Products::known();
        let all = products.likelihood(self.failing + self.elsewhere_failing, self.matching + self.elsewhere);
        products.likelihood(self.failing, self.matching) + products.likelihood(self.elsewhere_failing, self.elsewhere) - all
    }

    /// Natural logarithm of Fisher's one-sided p: as many failing ones or more where the condition holds, given all margins.
    pub(super) fn ln_p(&self) -> f64 {
        let (n, k) = (self.matching + self.elsewhere, self.failing + self.elsewhere_failing);
        let first = self.failing;
        if first <= (self.matching + k).saturating_sub(n) {
            return 0.0;
        }
        let mut term = ln_choose(k, first) + ln_choose(n - k, self.matching - first) - ln_choose(n, self.matching);
        let ln_first = term;
        let mut sum = 1.0;
        for x in first..self.matching.min(k) {
            let ratio = ((self.matching - x) as f64 * (k - x) as f64) / ((x + 1) as f64 * ((n + x + 1) - k - self.matching) as f64);
            term += ratio.ln();
            let relative = (term - ln_first).exp();
            sum += relative;
            if relative < 1e-12 && ratio < 1.0 {
                break;
            }
        }
        (ln_first + f64::ln(sum)).min(0.0)
    }

    /// Odds ratio with its 95 % interval: Woolf's logit interval, a half added to each cell (Haldane, Anscombe).
    pub(super) fn odds_ratio(&self) -> (f64, f64, f64) {
        let cell = |count: u64| count as f64 + 0.5;
        let (a, b) = (cell(self.failing), cell(self.matching - self.failing));
        let (c, d) = (cell(self.elsewhere_failing), cell(self.elsewhere - self.elsewhere_failing));
        let (ln, spread) = ((a * d / (b * c)).ln(), 1.96 * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt());
        (ln.exp(), (ln - spread).exp(), (ln + spread).exp())
    }
}

/// Cochran, Mantel and Haenszel: the chi-square (one degree, with continuity correction) of the condition within strata, and the common odds ratio.
pub(super) fn mantel_haenszel(strata: &[Fourfold]) -> (f64, f64) {
    let (mut excess, mut variance, mut over, mut under) = (0.0, 0.0, 0.0, 0.0);
    for table in strata {
        let (m, e) = (table.matching as f64, table.elsewhere as f64);
        let (n, k) = (m + e, (table.failing + table.elsewhere_failing) as f64);
        if n < 2.0 {
            continue;
        }
        excess += table.failing as f64 - m * k / n;
        variance += m * e * k * (n - k) / (n * n * (n - 1.0));
        over += table.failing as f64 * (table.elsewhere - table.elsewhere_failing) as f64 / n;
        under += (table.matching - table.failing) as f64 * table.elsewhere_failing as f64 / n;
    }
    let chi = if variance > 0.0 && excess > 0.0 { (excess - 0.5).max(0.0).powi(2) / variance } else { 0.0 };
    (chi, over / under.max(0.5 / 1e3))
}

/// `n ln n`, 0 for none: a search asks some hundred thousand times for it, of no more than [`FAILURE_STEPS_MAX`] steps.
#[derive(Clone, Copy)]
struct Products<'k>(&'k [f64]);

impl Products<'static> {
    fn known() -> Self {
        static KNOWN: LazyLock<Vec<f64>> = LazyLock::new(|| (0..=FAILURE_STEPS_MAX as u64).map(product).collect());
        Self(&KNOWN)
    }
}

impl Products<'_> {
    /// Greatest log-likelihood of `k` of `n`.
    #[inline]
    fn likelihood(self, k: u64, n: u64) -> f64 {
        self.of(k) + self.of(n - k) - self.of(n)
    }

    #[inline]
    fn of(self, n: u64) -> f64 {
        self.0.get(n as usize).copied().unwrap_or_else(|| product(n))
    }
}

fn product(n: u64) -> f64 {
    if n == 0 { 0.0 } else { n as f64 * (n as f64).ln() }
}

/// Lower end of Wilson's 95 % interval of a share.
pub(super) fn wilson_lower(k: u64, n: u64) -> f64 {
    wilson(k, n, -1.0)
}

/// Upper end.
pub(super) fn wilson_upper(k: u64, n: u64) -> f64 {
    wilson(k, n, 1.0)
}

fn wilson(k: u64, n: u64, side: f64) -> f64 {
    if n == 0 {
        return if side < 0.0 { 0.0 } else { 1.0 };
    }
    let (z, n, share) = (1.96_f64, n as f64, k as f64 / n as f64);
    let (z2, middle) = (z * z, share + z * z / (2.0 * n));
    let spread = z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle + side * spread) / (1.0 + z2 / n)).clamp(0.0, 1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// Stirling's series; exact sums below 32.
fn ln_factorial(n: u64) -> f64 {
    if n < 32 {
        return (2..=n).map(|factor| (factor as f64).ln()).sum();
    }
    let x = n as f64 + 1.0;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(matching: u64, failing: u64, elsewhere: u64, elsewhere_failing: u64) -> Fourfold {
        Fourfold { matching, failing, elsewhere, elsewhere_failing }
    }

    #[test]
    fn fisher_agrees_with_tables_by_hand() {
        let close = |ln_p: f64, p: f64| assert!((ln_p.exp() - p).abs() < 1e-9, "{} for {p}", ln_p.exp());
        // Fisher's tea: 4 of 4 right is 1 / 70, 3 or more are 17 / 70.
        close(table(4, 4, 4, 0).ln_p(), 1.0 / 70.0);
        close(table(4, 3, 4, 1).ln_p(), 17.0 / 70.0);
        close(table(4, 0, 4, 4).ln_p(), 1.0);
        assert!(table(1_000, 700, 100_000, 2_000).ln_p() < -1_000.0);
    }

    #[test]
    fn strata_take_a_confounder_away() {
        // All failing in one stratum, alike in both arms: no effect within, a great one when the strata are thrown together.
        let (chi, common) = mantel_haenszel(&[table(900, 450, 100, 50), table(100, 0, 900, 0)]);
        assert!(chi < 0.1 && (common - 1.0).abs() < 1e-9, "{chi} {common}");
        assert!(table(1_000, 450, 1_000, 50).gain() > 100.0);
        assert!(mantel_haenszel(&[table(100, 50, 100, 5), table(100, 40, 100, 5)]).0 > 50.0);
    }

    #[test]
    fn intervals_hold_the_share() {
        assert!(wilson_lower(50, 100) < 0.5 && wilson_upper(50, 100) > 0.5);
        assert!(wilson_lower(0, 10) < 1e-12 && wilson_upper(0, 0) == 1.0);
        let (ratio, low, high) = table(100, 50, 100, 10).odds_ratio();
        assert!(low < ratio && ratio < high && low > 3.0);
    }
}
