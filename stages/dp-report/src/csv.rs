//! `report.csv`: the released numbers as rows, for spreadsheets. The same numbers as in `report.json`, nothing more.

use std::fmt::Write;

use schemas::privacy::Charge;

use crate::report::{Document, Key};

/// The table, RFC 4180.
pub(crate) fn table(document: &Document) -> String {
    if let Some(ranking) = &document.ranking {
        let mut out = String::from("date,place,key,candidates,margin95,mechanism,inverse_epsilon,rho\r\n");
        for (place, key) in ranking.keys.iter().enumerate() {
            let Charge { scale, nano_rho, .. } = &ranking.price;
            let date = &document.window.logical_date;
            let _ = write!(out, "{date},{},{},{},{},exponential,{scale},{nano_rho}\r\n", place + 1, field(key), ranking.candidates, ranking.margin95);
        }
        return out;
    }
    let mut out = String::from(
        "date,metric,key,to,value,display,ci95_low,ci95_high,too_small,near_threshold,keys,threshold,mechanism,sigma2,l0,linf,metric_rho,metric_delta,id\r\n",
    );
    for metric in &document.metrics {
        for number in &metric.numbers {
            let id = match &number.key {
                Key::Name { id: Some(id), .. } => id.to_string(),
                _ => String::new(),
            };
            let (key, to) = match &number.key {
                Key::Name { name, .. } => (name.as_str(), ""),
                Key::Edge { from, to } => (from.as_deref().unwrap_or("(start)"), to.as_deref().unwrap_or("(end)")),
                Key::Family { family, journeys } => (family.as_str(), *journeys),
            };
            let threshold = metric.threshold.as_ref().map_or_else(String::new, |threshold| threshold.least_value.to_string());
            let _ = write!(
                out,
                "{},{},{},{},{},{},{},{},{},{},{},{threshold},discrete_gaussian,{},{},{},{},{},{id}\r\n",
                document.window.logical_date,
                metric.metric.name(),
                field(key),
                field(to),
                number.value,
                number.display,
                number.ci95[0],
                number.ci95[1],
                number.too_small,
                number.near_threshold,
                metric.keys,
                metric.price.sigma2,
                metric.price.l0,
                metric.price.linf,
                metric.price.rho,
                metric.price.delta
            );
        }
    }
    out
}

/// A quoted text. One that a spreadsheet would run as a formula is led in by an apostrophe.
fn field(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=cmd()"), "\"'=cmd()\"");
    }
}
