//! The analysts' files in `internal/`: exact, sanitized, pretty-printed with sorted keys. Keys of customers are hashes of tokens.

use std::collections::BTreeMap;

use schemas::record::{AssessedRecord, Bundle, BundleFile, FindingKind, FindingSeverity};
use serde_json::{Value, json};
use stage_runtime::{Output, StepContext, StepError};

use super::census::Complete;
use super::explain::Group;
use super::fit::Fitted;
use super::scan::Journeys;
use super::{NamedType, ShownTemplates};

/// Templates shown, those of most lines.
pub(super) const TEMPLATES_MAX: usize = 2_000;
/// Variants shown, those of most journeys.
const VARIANTS_MAX: usize = 1_000;
/// Edges shown, in order.
const EDGES_MAX: usize = 20_000;
/// Clusters in the CI summary.
const CLUSTERS: usize = 3;
/// Words that describe a cluster.
const TERMS: usize = 5;

/// What the files tell.
pub(super) struct Facts<'a> {
    /// Journeys of all partitions.
    pub journeys: &'a Journeys,
    /// How many of them the event log holds.
    pub exported: u64,
    /// Event types.
    pub types: &'a [NamedType],
    /// Templates.
    pub templates: &'a ShownTemplates,
    /// Variants and edges.
    pub census: &'a Complete,
    /// Anomaly groups.
    pub groups: &'a [Group],
    /// Findings.
    pub findings: &'a [AssessedRecord<'a>],
    /// Journeys left to the next night; none of them is in `journeys`.
    pub open_at_midnight: u64,
    /// Model and threshold.
    pub fitted: &'a Fitted,
}

/// Adds what is pretty-printed to the bundle, behind the journeys themselves, and ends it.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(context: &mut StepContext, mut output: Output<Bundle>, facts: &Facts<'_>) -> Result<(), StepError> {
    let push = |output: &mut Output<Bundle>, path: &str, value: &Value| {
        let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
        bytes.push(b'\n');
        output.push(0, &BundleFile { path, bytes: &bytes }, None)
    };
    push(&mut output, "anomalies.json", &anomalies(facts))?;
    push(&mut output, "ci-summary.json", &summary(facts))?;
    push(&mut output, "journeys.json", &journeys(facts))?;
    push(&mut output, "templates.json", &templates(facts))?;
    output.finish(context)
}

/// The keys of the tool this replaces (`docs/PARITY.md`). A cluster is a template: lines that say the same.
fn summary(facts: &Facts<'_>) -> Value {
    let of_kind = |kind| Value::Array(facts.findings.iter().filter(|found| found.kind == kind).map(finding).collect());
    let clusters: Vec<Value> = facts
        .templates
        .largest
        .iter()
        .take(CLUSTERS)
        .map(|template| json!({ "cluster_id": template.id, "count": template.count, "top_terms": terms(&template.text) }))
        .collect();
    json!({
        "total_records": facts.types.iter().map(|known| known.count).sum::<u64>(),
        "findings_by_severity": by_severity(facts.findings),
        "high_severity_findings": facts.findings.iter().filter(|found| found.severity >= FindingSeverity::High).count(),
        "anomalies_detected": facts.groups.len(),
        "anomalous_journeys": facts.census.flagged_total,
        "compliance_findings": of_kind(FindingKind::Compliance),
        "fraud_findings": of_kind(FindingKind::Fraud),
        "top_clusters": { "largest_clusters": clusters, "total_clusters": facts.templates.total },
    })
}

/// Findings of each severity.
fn by_severity(findings: &[AssessedRecord<'_>]) -> Value {
    let of = |severity| findings.iter().filter(|found| found.severity == severity).count();
    json!({
        "critical": of(FindingSeverity::Critical),
        "high": of(FindingSeverity::High),
        "medium": of(FindingSeverity::Medium),
        "low": of(FindingSeverity::Low),
    })
}

/// The first words of a template that say something.
fn terms(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 2).take(TERMS).collect()
}

fn finding(finding: &AssessedRecord<'_>) -> Value {
    json!({
        "rule": finding.rule,
        "kind": finding.kind,
        "severity": finding.severity,
        "clause": finding.clause,
        "description": finding.description,
        "count": finding.count,
        "subjects": finding.subjects,
        "money_minor": finding.money_minor,
        "evidence": finding.evidence,
        "first_subjects": finding.subject_keys,
    })
}

fn anomalies(facts: &Facts<'_>) -> Value {
    let groups: Vec<Value> = facts
        .groups
        .iter()
        .map(|group| {
            json!({
                "profile": group.profile,
                "variant": group.variant,
                "channel": group.channel,
                "bits": bits(group.millibits),
                "journeys": group.journeys,
                "customers": group.customers,
                "confirmed": group.confirmed,
                "explanation": group.explanation,
                "expected_in_nights": group.expected_in_nights,
                "exemplar": group.exemplar,
            })
        })
        .collect();
    json!({
        "groups": groups,
        "journeys_flagged": facts.census.flagged_total,
        "journeys_accepted": facts.census.accepted_total,
        "flagged_above_bits": bits(facts.fitted.flagged_above().into()),
        "threshold_bits": { "count": bits(facts.fitted.threshold.count.into()), "order": bits(facts.fitted.threshold.order.into()) },
        "journeys_learned_from": facts.fitted.trained,
    })
}

fn bits(millibits: u64) -> f64 {
    millibits as f64 / 1_000.0
}

/// A share, to six digits.
fn probability(count: u64, all: u64) -> f64 {
    (count as f64 / all.max(1) as f64 * 1e6).round() / 1e6
}

fn journeys(facts: &Facts<'_>) -> Value {
    let variants: Vec<Value> = facts
        .census
        .variants
        .iter()
        .take(VARIANTS_MAX)
        .map(|variant| {
            json!({
                "id": variant.id,
                "events": variant.events,
                "journeys": variant.journeys,
                "customers": variant.customers,
                "failures": variant.failures,
                "duration_median_ms": variant.duration_median_ns / 1_000_000,
                "exemplar": variant.exemplar,
            })
        })
        .collect();
    // Of all times the journey stood at `from`, how often it went on to `to`.
    let mut from: BTreeMap<u32, u64> = BTreeMap::new();
    facts.census.edges.iter().for_each(|edge| *from.entry(edge.from).or_default() += edge.count);
    let end = |event: u32, outside: &str| if event == u32::MAX { json!(outside) } else { json!(event) };
    let edges: Vec<Value> = facts
        .census
        .edges
        .iter()
        .take(EDGES_MAX)
        .map(|edge| {
            json!({
                "from": end(edge.from, "start"),
                "to": end(edge.to, "end"),
                "loop": edge.from == edge.to,
                "probability": probability(edge.count, from.get(&edge.from).copied().unwrap_or(0)),
                "count": edge.count,
                "customers": edge.customers,
                "duration_sum_ms": edge.duration_sum_ns / 1_000_000,
            })
        })
        .collect();
    let events: Vec<Value> = facts.types.iter().map(|known| json!({ "label": known.label, "count": known.count })).collect();
    json!({
        "events": events,
        "journeys_total": facts.journeys.count(),
        "journeys_exported": facts.exported,
        "journeys_open_at_midnight": facts.open_at_midnight,
        "variants": variants,
        "variants_total": facts.census.variants_total,
        "edges": edges,
        "edges_total_at_least": facts.census.edges.len() + usize::from(facts.census.edges_left_out),
    })
}

fn templates(facts: &Facts<'_>) -> Value {
    let shown: Vec<Value> = facts
        .templates
        .largest
        .iter()
        .map(|template| {
            let places: Vec<Value> =
                template.places.iter().map(|(place, classes)| json!({ "place": place + 1, "shares": shares(classes) })).collect();
            json!({ "id": template.id, "text": template.text, "count": template.count, "severity": template.severity, "places": places })
        })
        .collect();
    json!({ "templates": shown, "templates_total": facts.templates.total })
}

/// The share of each class in all lines of a place.
fn shares(classes: &BTreeMap<String, u64>) -> BTreeMap<&str, f64> {
    let all = classes.values().sum();
    classes.iter().map(|(class, count)| (class.as_str(), probability(*count, all))).collect()
}
