//! Figures computed from released numbers: failure rates, latency quantiles, bands of support and changes of a week, as tables.

use std::fmt::Write;

use schemas::privacy::LATENCY_BANDS_US;

use super::text::{escape, grouped, label_of};
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
    // One unit in all of the table.
    let ms = |us: u64| format!("{} ms", grouped((us / 1_000).cast_signed()));
    let spoken = |edge: Option<u64>| edge.map_or_else(|| format!("over {}", ms(LATENCY_BANDS_US[LATENCY_BANDS_US.len() - 1])), ms);
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

/// Failure sequences by how many customers met them.
pub(super) fn bands(out: &mut String, derived: &Derived) {
    out.push_str(
        "<table>\n<caption>Failing calls with their attempt, by how many customers met them; computed from the released counts</caption>\n\
         <thead><tr><th scope=\"col\">Customers</th><th scope=\"col\" class=\"n\">Failing calls</th><th scope=\"col\" class=\"n\">Of these, maybe in another band</th></tr></thead>\n<tbody>\n",
    );
    for band in &derived.failure_bands {
        let range = match (band.from, band.below) {
            (None, Some(below)) => format!("fewer than {}", grouped(below)),
            (Some(from), Some(below)) => format!("{} to {}", grouped(from), grouped(below - 1)),
            (from, None) => format!("{} or more", grouped(from.unwrap_or(0))),
        };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{range}</th><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            band.sequences, band.may_be_in_another
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Changes shown at most.
const CHANGES_MAX: usize = 30;

/// What changed since the report of the week before by more than noise explains, greatest change first.
pub(super) fn week_on_week(out: &mut String, derived: &Derived) {
    let Some(before) = &derived.week_before else { return };
    let _ = write!(out, "<section>\n<h2>Since the week before, {}</h2>\n", escape(before));
    let mut changes: Vec<_> = derived.week_on_week.iter().filter(|change| change.changed).collect();
    if changes.is_empty() {
        out.push_str("<p class=\"note\">Nothing changed by more than the noise of both reports explains.</p>\n</section>\n");
        return;
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.difference.unsigned_abs()));
    out.push_str(
        "<table>\n<caption>Counts that differ by more than the noise of both reports explains; computed from released counts</caption>\n\
         <thead><tr><th scope=\"col\">What</th><th scope=\"col\" class=\"n\">Then</th><th scope=\"col\" class=\"n\">Now</th>\
         <th scope=\"col\" class=\"n\">Change</th><th scope=\"col\" class=\"n\">95 % range of the noise</th></tr></thead>\n<tbody>\n",
    );
    for change in changes.iter().take(CHANGES_MAX) {
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}{}</td><td class=\"n\">{} to {}</td></tr>",
            escape(&label_of(&change.key)),
            grouped(change.before.max(0)),
            grouped(change.after.max(0)),
            if change.difference > 0 { "+" } else { "" },
            grouped(change.difference),
            grouped(change.ci95[0]),
            grouped(change.ci95[1])
        );
    }
    out.push_str("</tbody>\n</table>\n</section>\n");
}
