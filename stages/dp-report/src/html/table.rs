//! The numbers of a metric as a table: the text alternative of its picture.

use std::fmt::Write;

use super::text::{end, escape, grouped, label, remark};
use crate::report::{Key, MetricReport};

/// A table in a fold.
pub(super) fn draw(out: &mut String, metric: &MetricReport) {
    let is_graph = metric.numbers.iter().any(|number| matches!(number.key, Key::Edge { .. }));
    let heads = if is_graph { "<th scope=\"col\">From</th><th scope=\"col\">To</th>" } else { "<th scope=\"col\">Key</th>" };
    let (kind, least) = if metric.is_whole() { ("noisy numbers", "") } else { ("noisy lower bounds of the number", ", at least") };
    let _ = write!(
        out,
        "<details>\n<summary>The numbers as a table ({})</summary>\n<table>\n<caption>{}: {kind} of customers</caption>\n<thead><tr>{heads}\
         <th scope=\"col\" class=\"n\">Customers{least}</th><th scope=\"col\" class=\"n\">95 % range of the noise</th><th scope=\"col\" class=\"n\">Released value</th>\
         <th scope=\"col\">Remark</th></tr></thead>\n<tbody>\n",
        metric.numbers.len(),
        escape(&metric.title)
    );
    for number in &metric.numbers {
        let key = match &number.key {
            Key::Name { name, .. } => format!("<th scope=\"row\">{}</th>", escape(name)),
            Key::Family { .. } => format!("<th scope=\"row\">{}</th>", escape(&label(number))),
            Key::Edge { from, to } => {
                let (from, to) = (end(from.as_deref(), "(start)"), end(to.as_deref(), "(end)"));
                format!("<th scope=\"row\">{}</th><td>{}</td>", escape(from), escape(to))
            }
        };
        let [low, high] = number.ci95;
        let remark = remark(number);
        let _ = writeln!(
            out,
            "<tr>{key}<td class=\"n\">{}</td><td class=\"n\">{} to {}</td><td class=\"n\">{}</td><td>{remark}</td></tr>",
            grouped(number.display),
            grouped(low),
            grouped(high),
            grouped(number.value)
        );
    }
    out.push_str("</tbody>\n</table>\n</details>\n");
}
