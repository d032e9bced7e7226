//! What is computed from released integers alone: failure rates, latency quantiles, bands of support, and
//! the change from week to week. Post-processing costs nothing (Dwork and Roth, 2014,
//! Proposition 2.1), and every figure carries the interval that the noise of its parts leaves it.

mod bands;
mod change;

use schemas::privacy::LATENCY_BANDS_US;
use schemas::record::Metric;

pub(crate) use bands::Band;
pub(crate) use change::Change;

use crate::date::date;
use crate::history::History;
use crate::release::Released;

/// Coverage of each of two intervals whose union bound leaves 95 %.
const COVERAGE_OF_TWO: f64 = 0.975;
/// Quantiles of latency that are read, in percent.
const QUANTILES_PERCENT: [u32; 4] = [50, 90, 95, 99];
/// 97.5 % two-sided quantile of the normal distribution, rounded up: quantile intervals are widened by it.
const NORMAL_OF_TWO: f64 = 2.242;

/// Figures computed from the released numbers.
#[derive(Debug, Default, serde::Serialize)]
pub(crate) struct Derived {
    pub(crate) how: &'static str,
    pub(crate) failure_rates: Vec<Rate>,
    pub(crate) latency_quantiles: Vec<Quantile>,
    pub(crate) failure_bands: Vec<Band>,
    /// Logical date of the report of the week before; none: there is none to compare with.
    pub(crate) week_before: Option<String>,
    pub(crate) week_on_week: Vec<Change>,
}

/// Part of a family's customers who had a failed journey of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub(crate) struct Rate {
    pub(crate) family: String,
    /// None: the denominator is less than two standard deviations of its noise, or failures are withheld.
    pub(crate) permille: Option<i64>,
    /// At least 95 % by a union bound over the noise of both counts; as wide as can be where nothing is known.
    pub(crate) ci95_permille: [i64; 2],
    /// `undefined`, `withheld` or empty.
    pub(crate) remark: &'static str,
}

/// A quantile of the customers' slowest calls.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Quantile {
    pub(crate) percent: u32,
    /// Upper edge of the band that holds it, microseconds; none: above the last edge, or undefined.
    pub(crate) at_most_us: Option<u64>,
    /// Upper edges of the first and last band that the noise allows; none: above the last edge.
    pub(crate) ci95_us: [Option<u64>; 2],
    /// `undefined` when the customers counted are fewer than two standard deviations of the noise, else empty.
    pub(crate) remark: &'static str,
}

/// Everything that can be computed from the released metrics.
pub(crate) fn derived(released: &[Released], history: &History, day: i32) -> Derived {
    let of = |metric| released.iter().find(|part| part.charge.metric == metric);
    Derived {
        how: "computed from the released integers; costs no budget",
        failure_rates: of(Metric::Family).map_or_else(Vec::new, rates),
        latency_quantiles: of(Metric::Latency).map_or_else(Vec::new, quantiles),
        failure_bands: of(Metric::Failure).map_or_else(Vec::new, bands::bands),
        week_before: history.has(day - change::WEEK).then(|| date((day - change::WEEK).into())),
        week_on_week: change::changes(released, history, day),
    }
}

fn rates(part: &Released) -> Vec<Rate> {
    let wide = part.noise.half_width_at(COVERAGE_OF_TWO);
    let doubtful = (2.0 * part.noise.deviation()).ceil() as i64;
    let failed = |family: &str| part.numbers.iter().find(|number| number.name.name == family && !number.name.to.is_empty());
    let families = part.numbers.iter().filter(|number| number.name.to.is_empty());
    families.map(|all| rate(&all.name.name, all.value, failed(&all.name.name).map(|number| number.value), wide, doubtful)).collect()
}

fn rate(family: &str, all: i64, failed: Option<i64>, wide: i64, doubtful: i64) -> Rate {
    let family = family.to_owned();
    if all < doubtful || all <= wide {
        return Rate { family, permille: None, ci95_permille: [0, 1000], remark: "undefined" };
    }
    let Some(failed) = failed else {
        return Rate { family, permille: None, ci95_permille: [0, 1000], remark: "withheld" };
    };
    let cut = |permille: i64| permille.clamp(0, 1000);
    // Lowest numerator over highest denominator, rounded outwards.
    let low = cut((failed - wide).max(0) * 1000 / (all + wide));
    let high = cut(((failed + wide).max(0) * 1000 + (all - wide) - 1) / (all - wide));
    Rate { family, permille: Some(cut(failed.max(0) * 1000 / all)), ci95_permille: [low, high], remark: "" }
}

fn quantiles(part: &Released) -> Vec<Quantile> {
    let counts: Vec<i64> = part.numbers.iter().map(|number| number.value).collect();
    QUANTILES_PERCENT.into_iter().map(|percent| quantile(&counts, part.noise.deviation(), percent)).collect()
}

/// The quantile lies in the first band j where `(1 - q) * (counts up to j) - q * (counts after j)` is not negative. Each of these sums has
/// noise of a known deviation, so the bands at which it may change sign are those where it is within the noise of zero.
fn quantile(counts: &[i64], deviation: f64, percent: u32) -> Quantile {
    let bands = counts.len();
    let edge = |band: Option<usize>| band.and_then(|band| LATENCY_BANDS_US.get(band).copied());
    let total: i64 = counts.iter().sum();
    if (total as f64) < 2.0 * deviation * (bands as f64).sqrt() {
        return Quantile { percent, at_most_us: None, ci95_us: [edge(Some(0)), None], remark: "undefined" };
    }
    let q = f64::from(percent) / 100.0;
    let first = |slack: f64| {
        (0..bands).find(|&band| {
            let (below, above): (i64, i64) = (counts[..=band].iter().sum(), counts[band + 1..].iter().sum());
            let spread = deviation * ((1.0 - q).powi(2) * (band + 1) as f64 + q.powi(2) * (bands - band - 1) as f64).sqrt();
            (1.0 - q) * below as f64 - q * above as f64 >= slack * spread
        })
    };
    Quantile { percent, at_most_us: edge(first(0.0)), ci95_us: [edge(first(-NORMAL_OF_TWO)), edge(first(NORMAL_OF_TWO))], remark: "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_carry_both_intervals() {
        let found = rate("/pay", 10_000, Some(500), 100, 90);
        assert_eq!((found.permille, found.ci95_permille), (Some(50), [39, 61]));
        assert_eq!(rate("/pay", 80, Some(5), 100, 90).remark, "undefined");
        assert_eq!(rate("/pay", 10_000, None, 100, 90).remark, "withheld");
        let negative = rate("/pay", 1_000, Some(-30), 100, 90);
        assert_eq!((negative.permille, negative.ci95_permille[0]), (Some(0), 0));
        assert_eq!(rate("/pay", 1_000, Some(1_200), 100, 90).permille, Some(1000), "more failures than journeys is noise");
    }

    /// 2,000 noisy tables of one truth: the interval holds the true rate at least 95 % of the time (4.9 standard errors below: 92.6 %).
    #[test]
    fn rates_and_quantiles_cover_the_truth() {
        let noise = schemas::privacy::Noise::gaussian(6, 2_000_000).unwrap();
        let wide = noise.half_width_at(COVERAGE_OF_TWO);
        let mut entropy = crate::noise::OsEntropy::default();
        let mut draw = |count: i64| count + crate::noise::draw(&noise, &mut entropy).unwrap();
        let truth = [40, 60, 300, 1_500, 3_000, 2_600, 900, 500, 300, 200, 100, 60, 30, 20, 10, 5, 3, 1];
        let true_90 = quantile(&truth, 0.0, 90).at_most_us.unwrap();
        let (mut rates, mut quantiles) = (0, 0);
        for _ in 0..2_000 {
            let found = rate("", draw(5_000), Some(draw(600)), wide, 1);
            rates += u32::from((found.ci95_permille[0]..=found.ci95_permille[1]).contains(&120));
            let found = quantile(&truth.map(&mut draw), noise.deviation(), 90);
            let (low, high) = (found.ci95_us[0].unwrap(), found.ci95_us[1].unwrap_or(u64::MAX));
            quantiles += u32::from((low..=high).contains(&true_90));
        }
        assert!(rates > 1_852 && quantiles > 1_852, "{rates} and {quantiles} of 2000");
    }

    #[test]
    fn quantiles_of_nothing_are_undefined() {
        assert_eq!(quantile(&[3, -5, 2], 40.0, 50).remark, "undefined");
        assert_eq!(quantile(&[100, 100, 100], 0.1, 50).at_most_us, Some(2_000));
    }
}
