//! Figures computed from released numbers: failure rates and latency quantiles, as tables.

use std::fmt::Write;

use super::text::escape;
use crate::derived::Derived;

/// Failure rates by family, greatest first.
pub(super) fn rates(out: &mut String, derived: &Derived) {
    let mut rates: Vec<_> = derived.failure_rates.iter().filter(|rate| rate.permille.is_some()).collect();
    if rates.is_empty() {
        out.push_str("<p class=\"note\">No failure rate can be told: too few failed journeys, or too few journeys.</p>\n");
        return;
    }
    rates.sort_by_key(|rate| std::cmp::Reverse(rate.permille));
    out.push_str(
        "<table>\n<caption>Customers with a failed journey, of those with a journey of the family; computed from the released counts</caption>\n\
         <thead><tr><th scope=\"col\">Family</th><th scope=\"col\" class=\"n\">Failure rate</th><th scope=\"col\" class=\"n\">95 % range of the noise</th></tr></thead>\n<tbody>\n",
    );
    for rate in rates {
        let percent = |permille: i64| format!("{}.{} %", permille / 10, permille % 10);
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{} to {}</td></tr>",
            escape(&rate.family),
            percent(rate.permille.unwrap_or(0)),
            percent(rate.ci95_permille[0]),
            percent(rate.ci95_permille[1])
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Quantiles of the customers' slowest calls.
pub(super) fn quantiles(out: &mut String, derived: &Derived) {
    if derived.latency_quantiles.iter().all(|quantile| quantile.remark == "undefined") {
        out.push_str("<p class=\"note\">Too few customers have measured calls to tell a quantile from noise.</p>\n");
        return;
    }
    out.push_str(
        "<table>\n<caption>So many of 100 customers had no call slower than; computed from the released counts</caption>\n\
         <thead><tr><th scope=\"col\">Of 100 customers</th><th scope=\"col\" class=\"n\">Slowest call at most</th><th scope=\"col\" class=\"n\">95 % range of the noise</th></tr></thead>\n<tbody>\n",
    );
    let spoken = |edge: Option<u64>| edge.map_or_else(|| "over 60 s".to_owned(), |us| format!("{} ms", us / 1_000));
    for quantile in &derived.latency_quantiles {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{} to {}</td></tr>",
            quantile.percent,
            spoken(quantile.at_most_us),
            spoken(quantile.ci95_us[0]),
            spoken(quantile.ci95_us[1])
        );
    }
    out.push_str("</tbody>\n</table>\n");
}
