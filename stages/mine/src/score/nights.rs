//! In how many nights a surprise is expected once: bits that can be compared between nights of different size.
//!
//! A step of `b` bits had, of all that could have stood there, a probability of 2^-b. A night makes as many trials as its journeys have
//! steps, so that it is expected `trials * 2^-b` times a night. It is no p-value: steps of a journey are not independent, and the probability is the
//! model's, which learned from one night.
//!
//! Of the count channel nothing is said: its smoothing is Laplace's, so its bits end at log2(journeys + buckets), while a night makes journeys times counts trials.
//! Every count, however odd, would be expected every night.

use super::log2::log2;

/// Nights beyond which a number means nothing.
const NIGHTS_MAX: f64 = 1_000_000.0;

/// Nights in which a surprise of so many thousandths of a bit is expected once, when a night makes so many trials; 0 when it is expected on every
/// night. To two significant digits, at most a million.
pub(super) fn expected_in(millibits: u64, trials: u64) -> u64 {
    let exponent = millibits as f64 / 1_000.0 - log2(trials.max(1) as f64);
    if exponent < 0.0 {
        return 0;
    }
    let nights = power_of_two(exponent.min(60.0)).min(NIGHTS_MAX) as u64;
    let mut unit = 1;
    while nights / unit >= 100 {
        unit *= 10;
    }
    nights / unit * unit
}

/// The same in words, for the end of an explanation.
pub(super) fn words(nights: u64) -> String {
    match nights {
        0 => "expected on every night".to_owned(),
        1 => "expected once a night".to_owned(),
        _ if nights >= NIGHTS_MAX as u64 => format!("expected once in {} nights or more", super::grouped(nights)),
        _ => format!("expected once in {} nights", super::grouped(nights)),
    }
}

/// 2 to a power, by multiplications alone, which every machine rounds alike.
fn power_of_two(exponent: f64) -> f64 {
    let (mut power, mut rest) = (1.0, exponent);
    while rest >= 1.0 {
        (power, rest) = (power * 2.0, rest - 1.0);
    }
    // Roots of two: what is left in halves, quarters and so on.
    for (part, root) in
        [(0.5, std::f64::consts::SQRT_2), (0.25, 1.189_207_115_002_721), (0.125, 1.090_507_732_665_258), (0.062_5, 1.044_273_782_427_414)]
    {
        if rest >= part {
            (power, rest) = (power * root, rest - part);
        }
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_nights() {
        for (millibits, trials, nights) in [
            (10_000, 1, 1_000),
            (10_000, 1_024, 1),
            (9_999, 1_024, 0),
            (20_500, 1_000, 1_400),
            (26_800, 100_000, 1_100),
            (90_000, 1_000, 1_000_000),
            (0, 0, 1),
        ] {
            assert_eq!(expected_in(millibits, trials), nights, "{millibits} of {trials}");
        }
        assert_eq!(
            [0, 1, 1_400, 1_000_000].map(words),
            ["expected on every night", "expected once a night", "expected once in 1,400 nights", "expected once in 1,000,000 nights or more"]
        );
    }
}
