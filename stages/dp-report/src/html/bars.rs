//! Horizontal bars with intervals: one row a key, most customers first.

use std::fmt::Write;

use super::text::{escape, grouped, in_words, label, mark, shorten};
use crate::report::{MetricReport, NumberReport};

/// Rows a picture shows; the table has all.
const ROWS_MAX: usize = 30;
const WIDTH: f64 = 1000.0;
const LABEL_WIDTH: f64 = 330.0;
const VALUE_WIDTH: f64 = 130.0;
const ROW_HEIGHT: f64 = 26.0;
const TOP: f64 = 26.0;

/// A round step so that about `parts` of them reach `max`.
pub(super) fn step(max: f64, parts: f64) -> f64 {
    let rough = (max / parts).max(1.0);
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(rough)
}

/// The picture.
pub(super) fn draw(out: &mut String, metric: &MetricReport) {
    let mut numbers: Vec<&NumberReport> = metric.numbers.iter().collect();
    numbers.sort_by_key(|number| std::cmp::Reverse(number.value));
    let shown = numbers.len().min(ROWS_MAX);
    let max = numbers.iter().map(|number| number.ci95[1]).max().unwrap_or(1).max(1) as f64;
    let plot = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
    let x = |value: i64| LABEL_WIDTH + (value.max(0) as f64 / max) * plot;
    let height = TOP + ROW_HEIGHT * shown as f64 + 6.0;
    let id = metric.metric.name();
    let _ = write!(
        out,
        "<div class=\"figure\"><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{}</title>\n\
         <desc id=\"{id}-d\">Bars with the 95 % range of their noise, most customers first; the table below has the numbers.</desc>\n",
        escape(&metric.title)
    );
    axis(out, max, height, x);
    for (row, number) in numbers.iter().take(shown).enumerate() {
        draw_row(out, number, TOP + ROW_HEIGHT * row as f64, x);
    }
    out.push_str("</svg></div>\n");
    if numbers.len() > shown {
        let _ = writeln!(out, "<p class=\"note\">The {shown} greatest of {} are drawn; the table has all.</p>", numbers.len());
    }
}

fn axis(out: &mut String, max: f64, height: f64, x: impl Fn(i64) -> f64) {
    let step = step(max, 5.0);
    let mut mark = 0.0;
    while mark <= max {
        let at = x(mark as i64);
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{:.1}\"/><text class=\"soft\" x=\"{at:.1}\" y=\"13\" text-anchor=\"middle\">{}</text>",
            TOP - 6.0,
            height - 4.0,
            grouped(mark as i64)
        );
        mark += step;
    }
}

fn draw_row(out: &mut String, number: &NumberReport, top: f64, x: impl Fn(i64) -> f64) {
    let middle = top + ROW_HEIGHT / 2.0;
    let (start, end) = (x(0), x(number.display));
    let (low, high) = (x(number.ci95[0]), x(number.ci95[1]));
    let class = if number.too_small { "doubt" } else { "bar" };
    let mark = mark(number);
    let _ = writeln!(
        out,
        "<g><title>{}</title><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}\" x=\"{start:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" rx=\"2\"/>\
         <path class=\"whisker\" d=\"M{low:.1} {middle:.1}H{high:.1}M{low:.1} {:.1}v8M{high:.1} {:.1}v8\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\">{}{mark}</text></g>",
        escape(&in_words(number)),
        LABEL_WIDTH - 10.0,
        middle + 4.5,
        escape(&shorten(&label(number), 42)),
        middle - 7.0,
        (end - start).max(1.0),
        middle - 4.0,
        middle - 4.0,
        high + 9.0,
        middle + 4.5,
        grouped(number.display)
    );
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn steps_are_round() {
        for (max, expected) in [(1.0, 1.0), (10.0, 2.0), (23.0, 5.0), (5_200.0, 2_000.0), (4_900.0, 1_000.0)] {
            assert_eq!(step(max, 5.0), expected);
        }
    }
}
