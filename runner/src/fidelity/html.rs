//! The report as one HTML page: no script, no reference to anything outside, readable in light and dark and on paper.

use super::form::{Named, Report, Row, Sum, percent};
use super::people::report::{Halves, NameReport};
use super::score::Example;
use super::table;

/// Examples on the page.
const EXAMPLES_MAX: usize = 200;

const STYLE: &str = "
:root{--ink:#1b1f24;--paper:#fff;--soft:#667;--line:#d8dce2;--good:#e3f4e6;--warn:#fff0c2;--bad:#ffd3cf;--none:#f2f3f5}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--paper:#15181c;--soft:#9aa3ad;--line:#333a42;--good:#173a20;--warn:#4a3c0c;--bad:#5a1d1a;--none:#1e2227}}
body{font:15px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:112rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.82rem}
th,td{border:1px solid var(--line);padding:.15rem .4rem;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--paper)}
thead th{vertical-align:bottom}thead th span{writing-mode:vertical-rl;transform:rotate(180deg)}
td.g{background:var(--good)}td.w{background:var(--warn)}td.b{background:var(--bad);font-weight:600}td.n{background:var(--none);color:var(--soft)}
.verdict{padding:.6rem 1rem;border-radius:.4rem;font-weight:600}.pass{background:var(--good)}.fail{background:var(--bad)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:.2rem 0;font-size:.8rem}
dl.ex dt{margin-top:1rem;font-weight:600}dl.ex dd{margin:0 0 0 1rem}
.soft{color:var(--soft)}
@media print{body{margin:0;max-width:none;font-size:9pt}.scroll{overflow:visible}table{font-size:6pt}th,td{padding:0 2px}th:first-child,td:first-child{position:static}}
";

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let (class, verdict) = if report.passed { ("pass", "passed") } else { ("fail", "failed") };
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Fidelity: {verdict}</title><style>{STYLE}</style></head><body>\n<h1>Fidelity of sanitizing</h1>\n\
         <div class=\"verdict {class}\">{}</div>\n",
        table::verdict(report).iter().map(|sentence| format!("<div>{}</div>", escaped(sentence))).collect::<String>()
    );
    html.push_str(&summary(report));
    html.push_str(
        "<h2>Values left readable, class by carrier</h2>\n<p class=\"soft\">Readable of planted. A dash: the two make no sense together. \
         M must be found, S should, L is found where its locale pack is on.</p>\n",
    );
    html.push_str(&matrix(&report.classes, &report.carriers, &report.cells));
    html.push_str("<h2>Look-alikes destroyed, kind by carrier</h2>\n");
    let common: Vec<Named> =
        report.carriers.iter().filter(|carrier| report.look_alike_cells.iter().any(|row| row.carrier == carrier.id)).cloned().collect();
    html.push_str(&matrix(&report.look_alikes, &common, &report.look_alike_cells));
    html.push_str(&names(&report.names));
    html.push_str(&tokens(report));
    if !report.lost_words.is_empty() {
        let words: Vec<String> = report.lost_words.iter().map(|(word, count)| format!("{} ({count})", escaped(word))).collect();
        html.push_str(&format!("<h2>Words lost around values</h2>\n<p>{}</p>\n", words.join(", ")));
    }
    html.push_str(&examples("Values left readable", &report.examples));
    html.push_str(&examples("Look-alikes destroyed", &report.look_alike_examples));
    html.push_str("</body></html>\n");
    html
}

fn summary(report: &Report) -> String {
    let row = |name: &str, sum: &Sum, max: Option<u64>| {
        let class = match max {
            Some(max) if sum.ppm > max => "b",
            Some(_) => "g",
            None => "",
        };
        let max = max.map_or_else(|| "-".to_owned(), percent);
        format!("<tr><td>{name}</td><td class=\"{class}\">{}</td><td>{}</td><td>{}</td><td>{max}</td></tr>\n", percent(sum.ppm), sum.bad, sum.planted)
    };
    let need = |letter: &str| report.leak_by_need.get(letter).copied().unwrap_or_default();
    let mut html = "<table><thead><tr><th></th><th>share</th><th>count</th><th>of</th><th>at most</th></tr></thead><tbody>\n".to_owned();
    html.push_str(&row("left readable, must (M)", &need("M"), Some(report.thresholds.leak_must_max_ppm)));
    html.push_str(&row("left readable, should (S)", &need("S"), None));
    html.push_str(&row("left readable, locale packs (L)", &need("L"), None));
    html.push_str(&row("left readable, all", &report.leak, Some(report.thresholds.leak_max_ppm)));
    html.push_str(&row("look-alikes destroyed", &report.over_redaction, Some(report.thresholds.over_max_ppm)));
    html.push_str(&row("records that lost a word around the value", &report.surroundings, None));
    html.push_str("</tbody></table>\n");
    let seeds = report.seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let locales = if report.locales.is_empty() { "none".to_owned() } else { report.locales.join(" ") };
    let not_planted = if report.not_planted.is_empty() { "none".to_owned() } else { report.not_planted.join(", ") };
    html.push_str(&format!(
        "<p class=\"soft\">{} records of synthetic logs; seeds {seeds}; {} values a cell; locale packs on: {locales}; classes not planted: {not_planted}.<br>\
         policy {}<br>sanitize {}</p>\n",
        report.records, report.lines_per_cell, report.policy, report.binary
    ));
    html
}

fn matrix(names: &[Named], carriers: &[Named], rows: &[Row]) -> String {
    let mut html = "<div class=\"scroll\"><table><thead><tr><th></th><th>need</th><th>all</th>".to_owned();
    for carrier in carriers {
        html.push_str(&format!("<th title=\"{}\"><span>{}</span></th>", escaped(carrier.title), escaped(carrier.id)));
    }
    html.push_str("</tr></thead><tbody>\n");
    for name in names {
        let need = match (name.need, name.locale) {
            (Some(need), Some(locale)) => format!("{} {locale}", need.letter()),
            (Some(need), None) => need.letter().to_owned(),
            _ => String::new(),
        };
        html.push_str(&format!(
            "<tr><td title=\"{}\">{}</td><td>{need}</td>{}",
            escaped(name.title),
            escaped(name.id),
            cell(name.sum.bad, name.sum.planted)
        ));
        for carrier in carriers {
            let row = rows.iter().find(|row| row.class == name.id && row.carrier == carrier.id);
            html.push_str(&row.map_or_else(|| cell(0, 0), |row| cell(row.bad, row.planted)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

fn cell(bad: u64, planted: u64) -> String {
    match (bad, planted) {
        (_, 0) => "<td class=\"n\">-</td>".to_owned(),
        (0, _) => format!("<td class=\"g\">0/{planted}</td>"),
        (bad, planted) if bad * 4 < planted => format!("<td class=\"w\">{bad}/{planted}</td>"),
        (bad, planted) => format!("<td class=\"b\">{bad}/{planted}</td>"),
    }
}

fn names(names: &NameReport) -> String {
    let share = |halves: &Halves, max: Option<u64>| {
        let class = match max {
            Some(max) if halves.all.ppm > max => "b",
            Some(_) => "g",
            None if halves.all.bad == 0 => "g",
            None if halves.all.bad * 4 < halves.all.planted => "w",
            None => "b",
        };
        format!(
            "<td class=\"{class}\">{} ({} of {})</td><td>{}</td>",
            percent(halves.all.ppm),
            halves.all.bad,
            halves.all.planted,
            percent(halves.held_out.ppm)
        )
    };
    let mut html =
        "<h2>Names of persons in free text, form by set</h2>\n<p class=\"soft\">A mention counts as readable when any given name or surname \
         of three letters or more can be read in it. Thresholds hold for all; the half that is held out is one whose failures nobody who works on \
         the detectors looks at.</p>\n<div class=\"scroll\"><table><thead><tr><th></th>"
            .to_owned();
    for of in &names.sets {
        html.push_str(&format!("<th>{}</th><th>held out</th>", of.set.title()));
    }
    html.push_str("</tr></thead><tbody>\n");
    for form in &names.forms {
        html.push_str(&format!("<tr><td title=\"{}\">{}</td>", escaped(form.title), form.form));
        for of in &names.sets {
            let row = form.sets.iter().find(|row| row.set == of.set);
            html.push_str(&row.map_or_else(|| "<td class=\"n\">-</td><td class=\"n\">-</td>".to_owned(), |row| share(&row.halves, None)));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("<tr><td>all</td>");
    for of in &names.sets {
        html.push_str(&share(&of.halves, Some(names.thresholds.of(of.set))));
    }
    html.push_str(
        "</tr>\n</tbody></table></div>\n<table><thead><tr><th>ordinary words destroyed</th><th>share</th><th>held out</th></tr></thead><tbody>\n",
    );
    let max = Some(names.thresholds.words_max_ppm);
    for (name, halves, max) in
        [("all", &names.words, max), ("in lines without names", &names.words_alone, None), ("beside names", &names.words_beside, None)]
    {
        html.push_str(&format!("<tr><td>{name}</td>{}</tr>\n", share(halves, max)));
    }
    html.push_str("</tbody></table>\n");
    if !names.examples.is_empty() {
        html.push_str("<h3>Examples</h3>\n<dl class=\"ex\">\n");
        for example in names.examples.iter().take(EXAMPLES_MAX) {
            html.push_str(&format!(
                "<dt>{}, {}</dt><dd>planted<pre>{}</pre>left<pre>{}</pre></dd>\n",
                example.form,
                example.set.title(),
                escaped(&example.planted),
                escaped(&example.clean)
            ));
        }
        html.push_str("</dl>\n");
    }
    html
}

fn tokens(report: &Report) -> String {
    let tokens = &report.tokens;
    let secret = tokens.shared_with_other_secret.map_or_else(|| "not tried".to_owned(), |count| format!("{count} tokens in common"));
    let mut html = format!(
        "<h2>Tokens</h2>\n<p>{} values have the token they have elsewhere, {} another or several, {} none (left readable). {} tokens seen; {} stand for several \
         values, {} for several classes. A second run gave {} bytes. Another secret: {secret}.</p>\n",
        tokens.same,
        tokens.other,
        tokens.none,
        tokens.seen,
        tokens.shared_by_values,
        tokens.shared_by_classes,
        if tokens.second_run_identical { "the same" } else { "other" }
    );
    if !tokens.examples.is_empty() {
        html.push_str(
            "<div class=\"scroll\"><table><thead><tr><th>class</th><th>carrier</th><th>written</th><th>tokens there</th></tr></thead><tbody>\n",
        );
        for example in &tokens.examples {
            html.push_str(&format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                example.class,
                example.carrier,
                escaped(&example.written),
                escaped(&example.tokens)
            ));
        }
        html.push_str("</tbody></table></div>\n");
    }
    html
}

fn examples(title: &str, examples: &[Example]) -> String {
    if examples.is_empty() {
        return String::new();
    }
    let mut html = format!("<h2>{title}: examples</h2>\n<p class=\"soft\">All of it is synthetic; the worst cells first.</p>\n<dl class=\"ex\">\n");
    for example in examples.iter().take(EXAMPLES_MAX) {
        html.push_str(&format!(
            "<dt>{} in {}</dt><dd>planted<pre>{}</pre>left<pre>{}</pre></dd>\n",
            example.class,
            example.carrier,
            escaped(&example.planted),
            escaped(&example.clean)
        ));
    }
    html.push_str("</dl>\n");
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
