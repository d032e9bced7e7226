//! `clusters.html`: what happened in a night, at a glance.

use std::fmt::Write as _;

use super::journeys::Journeys;
use super::templates::Templates;
use crate::page::{self, escaped};
use crate::score::grouped;

/// Events of an exemplar that are shown.
pub(super) const EVENTS_SHOWN: usize = 40;
/// Members of a cluster that are shown.
const MEMBERS_SHOWN: usize = 5;

/// The page, with at most `shown` clusters of each kind.
pub(super) fn page(templates: &Templates, journeys: &Journeys, day: i32, shown: usize) -> String {
    let mut page = page::head("Clusters");
    let _ = writeln!(page, "<h1>Journeys and messages of {}</h1>", page::date(day));
    page.push_str(
        "<p>For the analysis team: exact and sanitized, not for release. Journeys in which much the same happens, and messages that say much the same, \
         most frequent first. The example of each is the member that is most like all others.</p>\n",
    );
    of_journeys(journeys, shown, &mut page);
    of_templates(templates, shown, &mut page);
    page.push_str(page::END);
    page
}

fn of_journeys(found: &Journeys, shown: usize, page: &mut String) {
    let shown = found.clusters.len().min(shown);
    let _ = writeln!(page, "<h2 id=\"journeys\">Journeys</h2>\n<table><caption>{shown} of {} clusters</caption>", found.clusters.len());
    page.push_str("<thead><tr><th>Name and example</th><th class=\"number\">Journeys</th><th class=\"number\">Failed</th><th class=\"number\">Customers</th><th class=\"number\">Variants</th></tr></thead>\n<tbody>\n");
    for cluster in found.clusters.iter().take(shown) {
        let exemplar = &found.variants[cluster.exemplar];
        let mut events = found.labels(exemplar).take(EVENTS_SHOWN).map(escaped).collect::<Vec<_>>().join(" &rarr; ");
        if exemplar.events.len() > EVENTS_SHOWN {
            let _ = write!(events, " and {} more", exemplar.events.len() - EVENTS_SHOWN);
        }
        // Who has journeys of several variants is not told apart, so of several only the largest one's number is sure.
        let at_least = if cluster.members.len() > 1 { "at least " } else { "" };
        let customers = format!("{at_least}{}", grouped(cluster.customers_at_least));
        let _ = writeln!(
            page,
            "<tr><td><strong>{}</strong><br><code>{events}</code></td><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{customers}</td><td class=\"number\">{}</td></tr>",
            escaped(&cluster.name),
            grouped(cluster.journeys),
            grouped(cluster.failures),
            cluster.members.len(),
        );
    }
    page.push_str("</tbody></table>\n");
    if found.left_out.0 > 0 {
        let _ = writeln!(page, "<p>Left out: {} rarer variants with {} journeys.</p>", grouped(found.left_out.0), grouped(found.left_out.1));
    }
}

fn of_templates(found: &Templates, shown: usize, page: &mut String) {
    let shown = found.clusters.len().min(shown);
    let _ = writeln!(page, "<h2 id=\"messages\">Messages</h2>\n<table><caption>{shown} of {} clusters</caption>", found.clusters.len());
    page.push_str("<thead><tr><th>Name and templates</th><th>Severity</th><th class=\"number\">Lines</th><th class=\"number\">Templates</th></tr></thead>\n<tbody>\n");
    for cluster in found.clusters.iter().take(shown) {
        let others = cluster.members.iter().copied().filter(|at| *at != cluster.exemplar).take(MEMBERS_SHOWN - 1);
        let mut texts = String::new();
        for at in std::iter::once(cluster.exemplar).chain(others) {
            let _ = write!(texts, "<br><code>{}</code>", escaped(&found.templates[at].text));
        }
        if cluster.members.len() > MEMBERS_SHOWN {
            let _ = write!(texts, "<br>and {} more", cluster.members.len() - MEMBERS_SHOWN);
        }
        let _ = writeln!(
            page,
            "<tr><td><strong>{}</strong>{texts}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            escaped(&cluster.name),
            crate::pulse::word(cluster.severity),
            grouped(cluster.lines),
            cluster.members.len(),
        );
    }
    page.push_str("</tbody></table>\n");
    if found.left_out > 0 {
        let _ = writeln!(page, "<p>Left out: {} rarer templates.</p>", grouped(found.left_out));
    }
}
