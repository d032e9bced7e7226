//! A ranking as an ordered list: names, and no number that was not released.

use std::fmt::Write;

use super::text::escape;
use crate::ranking::Ranking;

/// The section: the list, how sure it is, and what it chose among.
pub(super) fn section(out: &mut String, ranking: &Ranking) {
    let _ = write!(
        out,
        "<section>\n<h2>The {} with the most customers, in order</h2>\n<p>Chosen among {} names that everybody may know; how many customers each has is not released.</p>\n<ol>\n",
        escape(&ranking.by.replace('_', " ")),
        ranking.candidates
    );
    for key in &ranking.keys {
        let _ = writeln!(out, "<li>{}</li>", escape(key));
    }
    let _ = write!(
        out,
        "</ol>\n<p class=\"caveat\">The order is made by chance where counts are close: in 95 of 100 rankings every name here has at most {} customers fewer than \
         the greatest that stands below it or is not in the list.</p>\n<p class=\"precision\">Exponential mechanism, {} choices, 1 / epsilon of each {}; price {} rho, no delta.</p>\n</section>\n",
        ranking.margin95, ranking.price.l0, ranking.price.scale, ranking.price.nano_rho
    );
}
