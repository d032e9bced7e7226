//! The words: what the report promises, what it does not, and the facts an auditor checks.

use std::fmt::Write;

use super::text::{escape, grouped};
use crate::report::{Document, MetricReport};

/// Title, promise and the three figures everybody asks for.
pub(super) fn header(out: &mut String, document: &Document) {
    let release = &document.release;
    let odds = release.epsilon_value.exp();
    let chance = grouped((1.0 / release.delta_value.max(1e-18) * (1.0 + 1e-9)).floor() as i64);
    let _ = write!(
        out,
        "<header>\n<h1>{}, {}</h1>\n<p class=\"lead\">A differentially private report. All numbers are counts of customers, each \
         customer counted for a few things only, with random noise added on purpose, so that nobody can tell from them whether any one customer was there.</p>\n<ul class=\"cards\">\
         <li><strong>ε = {}</strong><span>privacy price of this report, at δ = {}</span></li>\
         <li><strong>± {}</strong><span>customers: noise on each event count, in 95 of 100 draws; the counts themselves are lower bounds</span></li>\
         <li><strong>{:.1} %</strong><span>of the period's privacy budget is left</span></li></ul>\n",
        document.question.as_deref().map_or_else(|| "What customers did".to_owned(), |question| format!("Answer to: {}", escape(question))),
        escape(&document.window.logical_date),
        short(&release.epsilon),
        scientific(release.delta_value),
        document.metrics.first().map_or_else(String::new, |metric| grouped(metric.ci95_half_width)),
        document.budget.left_percent
    );
    let _ = write!(
        out,
        "<p><strong>The promise.</strong> Take any one customer, and remove everything they did from the logs: this report would have come out almost \
         the same. Whoever tries to find out from it whether that customer was in the logs can improve their odds by a factor of \
         {odds:.2} at most, whatever else they know, except for a chance of at most 1 in {chance}.</p>\n\
         <p><strong>How to read it.</strong> Read a count as “at least”, unless the page says beside it that nothing is missing: what customers did beyond the few things each is \
         counted for is left out. The thin \
         lines show the noise: in 95 of 100 draws the count before noise lies inside. Hatched bars (marked ?) reach down to none: too small to tell. What few customers \
         share is left out, so a missing name does not mean that nothing happened; and a count marked * is close to where leaving out begins, so it is shown because \
         its noise happened to be high, and is likelier too high than too low.</p>\n</header>\n"
    );
}

/// How exact a metric's numbers are.
pub(super) fn precision(out: &mut String, metric: &MetricReport) {
    let threshold = metric.threshold.as_ref().map_or_else(
        || match metric.keys {
            "known" => "These names were found by a discovery, and all of them are shown, empty ones too.".to_owned(),
            _ => "All keys are public knowledge, so all are shown, empty ones too.".to_owned(),
        },
        |threshold| format!("Shown from a noisy count of {} on, so that no name reveals a customer.", grouped(threshold.least_value)),
    );
    let _ = writeln!(
        out,
        "<p class=\"precision\">Noise: ± {} in 95 of 100 draws. One customer counts for at most {} of these keys, once each. {threshold} \
         Discrete Gaussian noise, σ² = {}; price ρ = {}.</p>",
        grouped(metric.ci95_half_width),
        metric.price.l0,
        metric.price.sigma2,
        metric.price.rho
    );
}

/// What stays outside.
pub(super) fn not_covered(out: &mut String, document: &Document) {
    out.push_str("<section>\n<h2>What the promise does not cover</h2>\n<ul class=\"plain\">\n");
    for line in &document.not_covered {
        let _ = writeln!(out, "<li>{}</li>", escape(line));
    }
    out.push_str("</ul>\n</section>\n");
}

/// Facts for the auditor.
pub(super) fn technical(out: &mut String, document: &Document) {
    let (privacy, release, ledger) = (&document.privacy, &document.release, &document.ledger);
    let _ = write!(
        out,
        "<section>\n<h2>Definitions and proof</h2>\n<dl>\n\
         <dt>ε (epsilon), δ (delta)</dt><dd>The two numbers of differential privacy. For any customer and any set of outcomes, the chance of such an outcome with \
         the customer is at most e^ε times the chance without, plus δ. Smaller is more private.</dd>\n\
         <dt>ρ (rho)</dt><dd>The same price in zero-concentrated differential privacy, in which prices of several reports simply add up. The budget is kept in it.</dd>\n"
    );
    let rows: [(&str, &str); 18] = [
        ("Privacy unit", privacy.privacy_unit),
        ("Where there is no customer", privacy.privacy_unit_fallback),
        ("Neighbouring data sets", privacy.neighbouring),
        ("Contribution sampling", privacy.contribution_sampling),
        ("Definition", privacy.definition),
        ("Window", document.window.records),
        ("Time zone", document.window.time_zone),
        ("This release, rho", &release.rho),
        ("This release, delta of thresholds", &release.threshold_delta),
        ("This release, delta of conversion", &release.conversion_delta),
        ("Noise", document.noise.sampler),
        ("Entropy", document.noise.rng),
        ("Ledger entry", &ledger.reserve_entry),
        ("Ledger head when drawn", &ledger.head_when_drawn),
        ("Input digest", &document.digests.input),
        ("Policy digest", &document.digests.policy),
        ("Query digest", &document.digests.query),
        ("Stage digest", &document.digests.stage),
    ];
    for (name, value) in rows {
        let _ = writeln!(out, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
    }
    let _ = write!(
        out,
        "<dt>Ledger sequence</dt><dd>{}; the head after commit is {}</dd>\n</dl>\n<p class=\"note\">The same numbers, with all of this for each of them, are in \
         <code>report.json</code> beside this page.</p>\n</section>\n",
        ledger.reserve_sequence,
        escape(ledger.head_after_commit)
    );
}

/// At most three decimals, rounded up: a price is never understated.
pub(super) fn short(decimal: &str) -> String {
    let Some((whole, part)) = decimal.split_once('.') else { return decimal.to_owned() };
    if part.len() <= 3 {
        return decimal.to_owned();
    }
    decimal.parse::<f64>().map_or_else(|_| format!("{whole}.{part}"), |value| format!("{:.3}", (value * 1e3).ceil() / 1e3))
}

/// Two decimals and a power of ten in markup, rounded up.
pub(super) fn scientific(value: f64) -> String {
    let exponent = value.max(1e-18).log10().floor();
    let mantissa = (value / 10_f64.powf(exponent) * 100.0 - 1e-6).ceil() / 100.0;
    let factor = if mantissa == 1.0 { String::new() } else { format!("{mantissa} × ") };
    format!("{factor}10<sup>{}</sup>", exponent.to_string().replace('-', "−"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_rounded_up() {
        for (decimal, expected) in [("1", "1"), ("0.828", "0.828"), ("8.000217", "8.001"), ("0.9999991", "1.000")] {
            assert_eq!(short(decimal), expected);
        }
        assert_eq!(scientific(1e-5), "10<sup>−5</sup>");
        assert_eq!(scientific(5.005e-4), "5.01 × 10<sup>−4</sup>");
    }
}
