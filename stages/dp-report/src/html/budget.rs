//! The budget as one bar.

use std::fmt::Write;

use schemas::policy::Schedule;

use super::definitions::{scientific, short};
use super::text::escape;
use crate::report::Document;

const WIDTH: f64 = 1000.0;

/// The section: what was spent before, what this report costs, what is left.
pub(super) fn section(out: &mut String, document: &Document) {
    let budget = &document.budget;
    let cap = budget.cap.nano_rho.max(1) as f64;
    let before = budget.spent_before.nano_rho as f64 / cap;
    let now = document.release.nano_rho as f64 / cap;
    let left = (1.0 - before - now).max(0.0);
    let _ = write!(
        out,
        "<section>\n<h2>Privacy budget</h2>\n<p>Every report costs privacy, and costs add up. The budget from {} to {} is rho {} (epsilon {} at delta {}). \
         When it is used up, no further number is released.</p>\n",
        escape(&budget.period_start),
        escape(&budget.period_end),
        budget.cap.rho,
        short(&budget.cap.epsilon),
        scientific(budget.cap.delta_value)
    );
    let _ = writeln!(
        out,
        "<div class=\"figure\"><svg viewBox=\"0 0 {WIDTH} 44\" role=\"img\" aria-labelledby=\"budget-t\"><title id=\"budget-t\">{:.1} % of the budget was \
         spent before, {:.1} % is spent by this report, {:.1} % is left</title>",
        before * 100.0,
        now * 100.0,
        left * 100.0
    );
    let mut at = 0.0;
    for (class, part) in [("spent", before), ("now", now), ("left", left)] {
        let _ = writeln!(out, "<rect class=\"{class}\" x=\"{at:.1}\" y=\"6\" width=\"{:.1}\" height=\"30\"/>", part * WIDTH);
        at += part * WIDTH;
    }
    let _ = write!(
        out,
        "</svg></div>\n<ul class=\"key\"><li><i style=\"background:var(--spent)\"></i>spent before: rho {} ({:.1} %)</li>\
         <li><i style=\"background:var(--now)\"></i>this report: rho {} ({:.1} %)</li>\
         <li><i style=\"background:var(--left)\"></i>left: rho {} ({:.1} %)</li></ul>\n",
        budget.spent_before.rho,
        before * 100.0,
        document.release.rho,
        now * 100.0,
        budget.left_rho,
        left * 100.0
    );
    let served = match budget.schedule {
        Schedule::Once => format!("{} more reports of this price fit.", budget.releases_left),
        Schedule::Nightly => format!("{} of {} nights are left, and the last of them is still served.", budget.releases_left, budget.period_nights),
    };
    let _ = write!(
        out,
        "<p>With this report, the period so far amounts to epsilon {} at delta {}. {served} {}.</p>\n</section>\n",
        short(&budget.spent_with_this_release.epsilon),
        scientific(budget.spent_with_this_release.delta_value),
        sentence(budget.renewal)
    );
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
