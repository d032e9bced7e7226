//! `exact-report.audit.html`: the exact numbers as tables, under a banner that stays on the screen and heads every printed sheet.
//!
//! It shares no look with the report: nobody who has seen one takes this page for it. One file, no script, no outside request.

use std::fmt::Write;

use super::{BANNER, Document, ExactMetric};
use crate::html::escape;
use crate::report::Key;

/// The banner sticks to the top of the window; in print it is the header group of the sheet, which a browser repeats on each page, Chromium only where it
/// may not be broken.
const CSS: &str = "
:root{color-scheme:light}
body{margin:0;background:#fff7f5;color:#1d0d0a;font:15px/1.45 'Liberation Mono',Menlo,Consolas,monospace}
.banner{position:sticky;top:0;background:#9c1006;color:#fff;font-weight:bold;text-align:center;padding:10px 16px;border-bottom:6px double #fff}
main{max-width:960px;margin:0 auto;padding:16px 24px 48px}
h2{margin:32px 0 2px;border-top:3px solid #9c1006;padding-top:12px}
p{max-width:80ch;margin:4px 0}
table{border-collapse:collapse;width:100%;margin:8px 0}
th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid #d9b6b0;overflow-wrap:anywhere;vertical-align:top}
th.n,td.n{text-align:right;white-space:nowrap}
@media print{.sheet{display:table;width:100%}.banner{display:table-header-group;break-inside:avoid;position:static;color:#9c1006;background:#fff}main{display:table-row-group}tr{break-inside:avoid}}
";

/// The page.
pub(super) fn page(document: &Document) -> String {
    let mut out = String::with_capacity(32 << 10);
    let date = escape(&document.logical_date);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>NOT PRIVATE: exact numbers of {date}, for auditors</title>\n<style>{CSS}</style>\n</head>\n<body>\n\
         <div class=\"sheet\">\n<div class=\"banner\" role=\"alert\">{BANNER}</div>\n<main>\n<h1>Exact numbers of {date}</h1>\n\
         <p>Each number is the true count of distinct customers (sessions, for records that name no customer). Nothing was added to it and no key is \
         withheld, so a single person may be told from this page. It is no release: no budget was spent, and nothing in it may be passed on.</p>\n\
         <p>“Within the bound” is what the differentially private report would add noise to, after each customer was cut to the bound of the metric; \
         a dash: the report does not count this key, since the policy does not list it and no discovery before this night found it.</p>\n"
    );
    for metric in &document.metrics {
        section(&mut out, metric);
    }
    out.push_str("</main>\n</div>\n</body>\n</html>\n");
    out
}

fn section(out: &mut String, metric: &ExactMetric) {
    let left_out = if metric.left_out { " The policy leaves this metric out of the report." } else { "" };
    let _ = write!(
        out,
        "<section>\n<h2>{}, exact</h2>\n<p>{} In the report a customer counts for {} keys at most.{left_out}</p>\n",
        escape(metric.title),
        escape(metric.meaning),
        metric.l0
    );
    if metric.numbers.is_empty() {
        out.push_str("<p>No customer has a key of this metric.</p>\n</section>\n");
        return;
    }
    out.push_str("<table>\n<tr><th scope=\"col\">Key</th><th scope=\"col\" class=\"n\">Customers</th><th scope=\"col\" class=\"n\">Within the bound</th></tr>\n");
    for number in &metric.numbers {
        let key = match &number.key {
            Key::Name { name, .. } => name.clone(),
            Key::Edge { from, to } => format!("{} → {}", from.as_deref().unwrap_or("(start)"), to.as_deref().unwrap_or("(end)")),
            Key::Family { family, journeys } => format!("{family} ({journeys})"),
        };
        let within = number.within_bound.map_or_else(|| "–".to_owned(), |within| within.to_string());
        let _ = writeln!(out, "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{within}</td></tr>", escape(&key), number.customers);
    }
    out.push_str("</table>\n</section>\n");
}
