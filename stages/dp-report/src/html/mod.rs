//! `report.html`: the report for people. One file, no script, no outside request (its own content policy forbids them), readable in
//! light and dark, in print, without colour and by a screen reader: each picture has a title, a description and the same numbers as a
//! table. It is drawn from [`Document`] alone, so it cannot show what was not released.

mod bars;
mod budget;
mod computed;
mod definitions;
mod graph;
mod hours;
mod ranking;
mod style;
mod table;
mod text;

use std::fmt::Write;

use schemas::record::Metric;

use crate::report::{Document, MetricReport};
pub(crate) use stage_runtime::markup::escape;

/// The page.
pub(crate) fn page(document: &Document) -> String {
    let mut out = String::with_capacity(64 << 10);
    let date = escape(&document.window.logical_date);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>Customer activity, {date} - private report</title>\n<style>{}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#numbers\">Skip to the numbers</a>\n{}<main>\n",
        style::CSS,
        style::PATTERN
    );
    definitions::header(&mut out, document);
    out.push_str("<div id=\"numbers\" tabindex=\"-1\">\n");
    if let Some(ranking) = &document.ranking {
        ranking::section(&mut out, ranking);
    }
    for metric in &document.metrics {
        section(&mut out, document, metric);
    }
    computed::week_on_week(&mut out, &document.derived);
    out.push_str("</div>\n");
    budget::section(&mut out, document);
    definitions::not_covered(&mut out, document);
    definitions::technical(&mut out, document);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn section(out: &mut String, document: &Document, metric: &MetricReport) {
    let _ = write!(out, "<section>\n<h2>{}</h2>\n<p>{}</p>\n", escape(&metric.title), escape(metric.meaning));
    if metric.numbers.is_empty() {
        out.push_str("<p class=\"empty\">Nothing here is shared by enough customers to be shown.</p>\n");
    } else {
        let lead = if metric.is_whole() { "" } else { "<strong>Read “at least”.</strong> " };
        let _ = writeln!(out, "<p class=\"caveat\">{lead}{}</p>", escape(&metric.at_least));
        match metric.metric {
            Metric::Hour | Metric::Latency => hours::draw(out, metric),
            Metric::Edge => graph::draw(out, metric),
            _ => bars::draw(out, metric),
        }
        match metric.metric {
            Metric::Family => computed::rates(out, &document.derived),
            Metric::Latency => computed::quantiles(out, &document.derived),
            Metric::Failure => computed::bands(out, &document.derived),
            _ => {}
        }
        table::draw(out, metric);
    }
    definitions::precision(out, metric);
    out.push_str("</section>\n");
}
