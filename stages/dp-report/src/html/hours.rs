//! A column a public key (an hour, a latency band), with intervals.

use std::fmt::Write;

use schemas::record::Metric;

use super::bars::step;
use super::text::{escape, grouped, in_words, label};
use crate::report::MetricReport;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 250.0;

/// The picture.
pub(super) fn draw(out: &mut String, metric: &MetricReport) {
    let max = metric.numbers.iter().map(|number| number.ci95[1]).max().unwrap_or(1).max(1) as f64;
    let y = |value: i64| BOTTOM - (value.max(0) as f64 / max) * (BOTTOM - TOP);
    let width = (WIDTH - LEFT - 6.0) / metric.numbers.len().max(1) as f64;
    let id = metric.metric.name();
    let thing = if metric.metric == Metric::Hour { "hour" } else { "band" };
    let _ = write!(
        out,
        "<div class=\"figure\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{}</title>\n\
         <desc id=\"{id}-d\">A column for each {thing} with the 95 % range of its noise; the table below has the numbers.</desc>\n",
        escape(&metric.title)
    );
    let step = step(max, 4.0);
    let mut mark = 0.0;
    while mark <= max {
        let at = y(mark as i64);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{WIDTH}\" y2=\"{at:.1}\"/><text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            at + 4.5,
            grouped(mark as i64)
        );
        mark += step;
    }
    for (place, number) in metric.numbers.iter().enumerate() {
        let (left, middle) = (LEFT + width * place as f64 + 5.0, LEFT + width * (place as f64 + 0.5));
        let (top, low, high) = (y(number.display), y(number.ci95[0]), y(number.ci95[1]));
        let class = if number.too_small { "doubt" } else { "bar" };
        let _ = writeln!(
            out,
            "<g><title>{}</title><rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\"/>\
             <path class=\"whisker\" d=\"M{middle:.1} {low:.1}V{high:.1}M{:.1} {low:.1}h8M{:.1} {high:.1}h8\"/>\
             <text class=\"soft\" x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text></g>",
            escape(&in_words(number)),
            width - 10.0,
            (BOTTOM - top).max(1.0),
            middle - 4.0,
            middle - 4.0,
            BOTTOM + 18.0,
            escape(&label(number).replace("up to ", "").replace("over ", "> "))
        );
    }
    out.push_str("</svg></div>\n");
}
