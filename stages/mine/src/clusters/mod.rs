//! `clusters[run]`: templates that say much the same, and journeys in which much the same happens, under names that a person understands.
//!
//! In: `template`, `event_type`, `variant`. Out: `clusters` (`clusters.json`, `clusters.html`). A template is the set of its words, a variant the set of
//! its events with how often each occurs; what few have weighs more. They are joined by average linkage ([`linkage`]), and the exemplar
//! of a cluster is its medoid, which is most like all others of it. At most [`CLUSTERED_TEMPLATES_MAX`] templates and
//! [`CLUSTERED_VARIANTS_MAX`] variants, those of most lines and journeys; how many were left out is said. Texts are those of templates, in which rare words are hidden.

mod html;
mod journeys;
mod json;
mod linkage;
mod name;
mod templates;

use schemas::limits::{BUNDLE_FILE_BYTES_MAX, CLUSTERS_SHOWN_MAX};
#[cfg(doc)]
use schemas::limits::{CLUSTERED_TEMPLATES_MAX, CLUSTERED_VARIANTS_MAX};
use schemas::record::{Bundle, BundleFile};
use stage_runtime::{StepContext, StepError};

use journeys::Journeys;

/// Runs the step.
///
/// # Errors
/// When an input is damaged or the output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let day = context.job().logical_day;
    let (templates, journeys) = (templates::find(context)?, journeys::find(context)?);
    let mut output = context.output::<Bundle>("clusters")?;
    let page = fitting(|shown| html::page(&templates, &journeys, day, shown).into_bytes());
    output.push(0, &BundleFile { path: "clusters.html", bytes: &page }, None)?;
    let file = fitting(|shown| json::file(&templates, &journeys, shown));
    output.push(0, &BundleFile { path: "clusters.json", bytes: &file }, None)?;
    output.finish(context)
}

/// Renders with as many clusters of each kind as stay below [`BUNDLE_FILE_BYTES_MAX`], which the runner refuses to exceed: at most
/// [`CLUSTERS_SHOWN_MAX`], and the smallest go first. Without any cluster the file is small.
fn fitting(render: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut shown = CLUSTERS_SHOWN_MAX;
    loop {
        let bytes = render(shown);
        if bytes.len() <= BUNDLE_FILE_BYTES_MAX || shown == 0 {
            return bytes;
        }
        shown = shown * 3 / 4;
    }
}

impl Journeys {
    /// The labels of a variant's events, in order.
    fn labels<'a>(&'a self, variant: &'a schemas::record::VariantRecord) -> impl Iterator<Item = &'a str> {
        variant.events.iter().map(|event| self.types.get(*event as usize).map_or("?", |known| known.label.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::journeys::{JourneyCluster, Type};
    use super::templates::{Clustered, TemplateCluster, Templates};
    use super::*;
    use schemas::ids::{StableId, TokenKey};
    use schemas::limits::JOURNEY_EVENTS_MAX;
    use schemas::record::{Severity, VariantRecord};

    /// As many kinds of journeys and messages as are shown, each journey as long as it may be, with labels and texts of so many bytes.
    fn night(bytes: usize) -> (Templates, Journeys) {
        // A letter that takes six bytes in JSON, and one that takes five in HTML.
        let text: String = "\u{1}&".repeat(bytes / 2);
        let numbers = || 0..CLUSTERS_SHOWN_MAX;
        let variant = |number: usize| VariantRecord {
            id: StableId(number as u64),
            events: (0..JOURNEY_EVENTS_MAX as u32).map(|event| event % 100).collect(),
            journeys: 9,
            customers: 9,
            failures: 0,
            duration_median_ns: 0,
            exemplar: TokenKey(1),
        };
        let journeys = Journeys {
            types: numbers().map(|_| Type { label: text.clone(), spoken: text.clone(), failed: false }).collect(),
            variants: numbers().map(variant).collect(),
            clusters: numbers()
                .map(|at| JourneyCluster { name: text.clone(), journeys: 9, failures: 0, customers_at_least: 9, exemplar: at, members: vec![at, 0] })
                .collect(),
            left_out: (0, 0),
        };
        let template = |number: usize| Clustered { id: StableId(number as u64), text: text.clone(), lines: 9, severity: Severity::Info };
        let templates = Templates {
            templates: numbers().map(template).collect(),
            clusters: numbers()
                .map(|at| TemplateCluster { name: text.clone(), lines: 9, severity: Severity::Info, exemplar: at, members: vec![at] })
                .collect(),
            left_out: 0,
        };
        (templates, journeys)
    }

    fn shown(bytes: usize) -> (u64, serde_json::Value) {
        let (templates, journeys) = night(bytes);
        let page = fitting(|shown| html::page(&templates, &journeys, 20_000, shown).into_bytes());
        let file = fitting(|shown| json::file(&templates, &journeys, shown));
        assert!(page.len() <= BUNDLE_FILE_BYTES_MAX && file.len() <= BUNDLE_FILE_BYTES_MAX, "{} {}", page.len(), file.len());
        assert!(String::from_utf8_lossy(&page).contains(">at least 9<"), "of several variants one number is sure");
        let file: serde_json::Value = serde_json::from_slice(&file).unwrap();
        let (kept, left) = (file["journeys"]["clusters"].as_array().unwrap().len(), file["journeys"]["clusters_left_out"].as_u64().unwrap());
        assert_eq!(kept as u64 + left, CLUSTERS_SHOWN_MAX as u64);
        assert_eq!(file["templates"]["clusters_left_out"], left);
        (left, file)
    }

    #[test]
    fn files_stay_below_what_the_runner_takes() {
        let (left, file) = shown(70);
        assert_eq!(left, 0, "of ordinary labels all clusters are shown");
        let exemplar = &file["journeys"]["clusters"][0]["exemplar"];
        assert_eq!((exemplar["events"].as_array().unwrap().len(), exemplar["events_more"].as_u64()), (40, Some(984)));
        assert!(
            (1..CLUSTERS_SHOWN_MAX as u64).contains(&shown(380).0),
            "labels as long as they may be, of letters that are escaped, leave room for fewer"
        );
        let above = |shown: usize| vec![0; if shown == 0 { 0 } else { BUNDLE_FILE_BYTES_MAX + 1 }];
        assert!(fitting(above).is_empty(), "whatever the input");
    }
}
