//! `clusters.json`: the same as `clusters.html`, for programs.

use schemas::limits::CLUSTER_MEMBERS_SHOWN_MAX;
use serde_json::{Value, json};

use super::html::EVENTS_SHOWN;
use super::journeys::Journeys;
use super::templates::Templates;

/// The file, with at most `shown` clusters of each kind.
pub(super) fn file(templates: &Templates, journeys: &Journeys, shown: usize) -> Vec<u8> {
    let value = json!({ "templates": of_templates(templates, shown), "journeys": of_journeys(journeys, shown) });
    let mut bytes = serde_json::to_vec_pretty(&value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn of_templates(found: &Templates, shown: usize) -> Value {
    let clusters = found.clusters.iter().take(shown).map(|cluster| {
        let exemplar = &found.templates[cluster.exemplar];
        let members: Vec<String> = cluster.members.iter().take(CLUSTER_MEMBERS_SHOWN_MAX).map(|at| found.templates[*at].id.to_string()).collect();
        json!({
            "name": cluster.name,
            "templates": cluster.members.len(),
            "lines": cluster.lines,
            "severity": cluster.severity,
            "exemplar": { "id": exemplar.id, "text": exemplar.text, "count": exemplar.lines },
            "first_templates": members,
        })
    });
    json!({
        "clusters": clusters.collect::<Vec<_>>(),
        "clusters_total": found.clusters.len(),
        "clusters_left_out": found.clusters.len().saturating_sub(shown),
        "templates_left_out": found.left_out,
    })
}

fn of_journeys(found: &Journeys, shown: usize) -> Value {
    let clusters = found.clusters.iter().take(shown).map(|cluster| {
        let exemplar = &found.variants[cluster.exemplar];
        let members: Vec<String> = cluster.members.iter().take(CLUSTER_MEMBERS_SHOWN_MAX).map(|at| found.variants[*at].id.to_string()).collect();
        json!({
            "name": cluster.name,
            "variants": cluster.members.len(),
            "journeys": cluster.journeys,
            "failures": cluster.failures,
            "customers_at_least": cluster.customers_at_least,
            "exemplar": {
                "variant": exemplar.id,
                "journeys": exemplar.journeys,
                "key": exemplar.exemplar,
                "events": found.labels(exemplar).take(EVENTS_SHOWN).collect::<Vec<_>>(),
                "events_more": exemplar.events.len().saturating_sub(EVENTS_SHOWN),
            },
            "first_variants": members,
        })
    });
    let (variants, journeys) = found.left_out;
    json!({
        "clusters": clusters.collect::<Vec<_>>(),
        "clusters_total": found.clusters.len(),
        "clusters_left_out": found.clusters.len().saturating_sub(shown),
        "variants_left_out": variants,
        "journeys_left_out": journeys,
    })
}
