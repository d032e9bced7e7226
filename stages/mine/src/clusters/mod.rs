//! `clusters[run]`: templates that say much the same, and journeys in which much the same happens, under names that a person understands.
//!
//! In: `template`, `event_type`, `variant`. Out: `clusters` (`clusters.json`, `clusters.html`). A template is the set of its words, a variant the set of
//! its events with how often each occurs; what few have weighs more. They are joined by average linkage ([`linkage`]), and the exemplar
//! of a cluster is its medoid, which is most like all others of it. At most [`CLUSTERED_TEMPLATES_MAX`] templates and
//! [`CLUSTERED_VARIANTS_MAX`] variants, those of most lines and journeys; how many were left out is said. Texts are those of templates, in which rare words are hidden.

mod html;
mod journeys;
mod linkage;
mod name;
mod templates;

use schemas::limits::{CLUSTER_MEMBERS_SHOWN_MAX, CLUSTERS_SHOWN_MAX};
#[cfg(doc)]
use schemas::limits::{CLUSTERED_TEMPLATES_MAX, CLUSTERED_VARIANTS_MAX};
use schemas::record::{Bundle, BundleFile};
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use journeys::Journeys;
use templates::Templates;

/// Runs the step.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let day = context.job().logical_day;
    let (templates, journeys) = (templates::find(context)?, journeys::find(context)?);
    let mut output = context.output::<Bundle>("clusters")?;
    let page = html::page(&templates, &journeys, day);
    output.push(0, &BundleFile { path: "clusters.html", bytes: page.as_bytes() }, None)?;
    let mut bytes =
        serde_json::to_vec_pretty(&json!({ "templates": of_templates(&templates), "journeys": of_journeys(&journeys) })).unwrap_or_default();
    bytes.push(b'\n');
    output.push(0, &BundleFile { path: "clusters.json", bytes: &bytes }, None)?;
    output.finish(context)
}

fn of_templates(found: &Templates) -> Value {
    let shown = found.clusters.iter().take(CLUSTERS_SHOWN_MAX).map(|cluster| {
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
    json!({ "clusters": shown.collect::<Vec<_>>(), "clusters_total": found.clusters.len(), "templates_left_out": found.left_out })
}

fn of_journeys(found: &Journeys) -> Value {
    let shown = found.clusters.iter().take(CLUSTERS_SHOWN_MAX).map(|cluster| {
        let exemplar = &found.variants[cluster.exemplar];
        let members: Vec<String> = cluster.members.iter().take(CLUSTER_MEMBERS_SHOWN_MAX).map(|at| found.variants[*at].id.to_string()).collect();
        json!({
            "name": cluster.name,
            "variants": cluster.members.len(),
            "journeys": cluster.journeys,
            "failures": cluster.failures,
            "customers_at_least": cluster.customers_at_least,
            "customers_at_most": cluster.customers_at_most,
            "exemplar": { "variant": exemplar.id, "journeys": exemplar.journeys, "key": exemplar.exemplar, "events": found.labels(exemplar) },
            "first_variants": members,
        })
    });
    let (variants, journeys) = found.left_out;
    json!({
        "clusters": shown.collect::<Vec<_>>(),
        "clusters_total": found.clusters.len(),
        "variants_left_out": variants,
        "journeys_left_out": journeys,
    })
}

impl Journeys {
    /// The labels of a variant's events, in order.
    fn labels(&self, variant: &schemas::record::VariantRecord) -> Vec<&str> {
        variant.events.iter().map(|event| self.types.get(*event as usize).map_or("?", |known| known.label.as_str())).collect()
    }
}
