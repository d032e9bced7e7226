//! `findings.html`: the list for people. One file without scripts, pictures or requests; severity is a word, so it reads in black and white and on
//! paper. It holds counts, keys of customers (hashes of tokens) and places of records.

use std::fmt::Write as _;

use schemas::limits::RANKED_SHOWN_MAX;
use schemas::record::FindingKind;

use super::risk::{Entry, Source, amount, name};
use crate::page::{self, escaped};

/// The page.
pub(super) fn page(entries: &[Entry], day: i32) -> String {
    let mut page = page::head("Findings");
    let _ = writeln!(page, "<h1>Findings of {}</h1>", page::date(day));
    page.push_str(
        "<p>For the analysis team: exact and sanitized, not for release. Worst first. Risk is severity times customers times novelty times money, each \
         in bands; every entry says its factors. A record is named by the number of its source and its byte offset; <code>spool/sources.json</code> of \
         the run says which file a source is. Keys of customers are hashes of their tokens.</p>\n",
    );
    if entries.is_empty() {
        page.push_str("<p>Nothing was found.</p>\n");
    } else {
        overview(entries, &mut page);
        entries.iter().zip(1..).take(RANKED_SHOWN_MAX).for_each(|(entry, rank)| section(entry, rank, &mut page));
    }
    page.push_str(page::END);
    page
}

fn overview(entries: &[Entry], page: &mut String) {
    let shown = entries.len().min(RANKED_SHOWN_MAX);
    let _ = writeln!(page, "<table><caption>{shown} of {} entries</caption>", entries.len());
    page.push_str("<thead><tr><th class=\"number\">Rank</th><th>What</th><th>Severity</th><th class=\"number\">Times</th><th class=\"number\">Customers</th><th class=\"number\">Money</th><th class=\"number\">Risk</th></tr></thead>\n<tbody>\n");
    for (entry, rank) in entries.iter().zip(1..).take(RANKED_SHOWN_MAX) {
        let _ = writeln!(
            page,
            "<tr><td class=\"number\"><a href=\"#f{rank}\">{rank}</a></td><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            escaped(&entry.rule),
            name(entry.severity),
            entry.count,
            entry.customers,
            if entry.money_minor == 0 { "-".to_owned() } else { amount(entry.money_minor) },
            entry.risk(),
        );
    }
    page.push_str("</tbody></table>\n");
}

fn section(entry: &Entry, rank: usize, page: &mut String) {
    let family = match entry.source {
        Source::Rule(FindingKind::Compliance) => "compliance",
        Source::Rule(FindingKind::Fraud) => "fraud",
        Source::Failure => "failure sequence",
        Source::Anomaly => "anomaly",
        Source::Event => "event",
    };
    let _ = writeln!(page, "<section id=\"f{rank}\"><h2>{rank}. {} ({}, {family})</h2>", escaped(&entry.rule), name(entry.severity));
    let _ = writeln!(page, "<p>{}</p>", escaped(&entry.description));
    if !entry.clause.is_empty() {
        let _ = writeln!(page, "<p>Clause: {}</p>", escaped(&entry.clause));
    }
    let _ = writeln!(page, "<p>Risk {}: {}.</p>", entry.risk(), escaped(&entry.why().join("; ")));
    let records: Vec<String> = entry.evidence.iter().map(|at| format!("{}:{}", at.source, at.offset)).collect();
    list(page, "First records (source:offset)", &records);
    let customers: Vec<String> = entry.subject_keys.iter().map(|key| format!("{:032x}", key.0)).collect();
    list(page, "First customers or sessions", &customers);
    page.push_str("</section>\n");
}

fn list(page: &mut String, what: &str, values: &[String]) {
    if !values.is_empty() {
        let _ = writeln!(page, "<p>{what}: <code>{}</code></p>", values.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::super::risk::Novelty;
    use super::super::risk::tests::entry;
    use super::*;
    use schemas::record::FindingSeverity::Critical;

    #[test]
    fn the_page_stands_alone_and_shows_what_it_is_given() {
        let page = page(&[entry("<Rule>", Critical, 3, 100_000, Novelty::New)], 20_000);
        for part in ["&lt;Rule&gt; (critical, fraud)", "what &lt;it&gt; is", "a &amp; b", "1,000.00", "1:7", "2024-10-04", "new, no earlier night"] {
            assert!(page.contains(part), "{part}");
        }
        for part in ["<Rule>", "<script", "http://", "https://", "src=\"", "<img", "<link", "url("] {
            assert!(!page.contains(part), "{part}");
        }
        assert_eq!(page.matches("<section").count(), page.matches("</section").count());
    }

    #[test]
    fn nothing_is_said_too() {
        assert!(page(&[], 0).contains("Nothing was found"));
    }
}
