//! `score[run]`: variants, the directly-follows graph, anomaly scores and groups, rules over sequences, findings, and the analysts' files.
//!
//! Passes over the journeys of all partitions: the model is fitted ([`fit`]), every journey gets its score, and rows about variants,
//! customers and edges are sorted on disk ([`census`]). Nothing in memory follows the number of journeys.
//!
//! Parameters: `train_journeys=N`: the model learns from the first N journeys alone; they are scored by the parts of it that have not seen
//! them, the others by all of it. They are taken for normal unless `unlabelled=true`: then, and without parameters, the most
//! surprising are left out of the model and it is fitted again. `baseline`: groups that people decided on.

mod baseline;
mod census;
mod counts;
mod explain;
mod finding;
mod fit;
mod fold;
mod internal;
mod log2;
mod ngram;
mod nights;
mod scan;
mod traces;
mod tree;
mod unit;
pub(crate) mod watch;
mod xes;

use std::collections::BTreeMap;

use schemas::metric::Counter;
use schemas::record::{
    Anomaly, AnomalyGroup, AnomalyGroupRecord, AnomalyRecord, Bundle, Edge, EventType, JourneyScore, OpenJourney, Severity, Template, TemplatePlace,
    Variant,
};
use stage_runtime::{StepContext, StepError, join};

use crate::sort::Sorter;
pub(crate) use explain::grouped;
pub(crate) use log2::log2;
use scan::Journeys;
use unit::UnitCounts;

/// An event type as this step needs it.
pub(crate) struct NamedType {
    /// Id across nights.
    pub id: u64,
    /// Its label.
    pub label: String,
    /// Events.
    pub count: u64,
}

/// Runs the step.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let types = read_types(context)?;
    let journeys = Journeys::new(context.inputs("journey"))?;
    let baseline = baseline::Baseline::of_parameter(context.parameter("baseline"))?;
    let mode = fit::Mode::of_parameters(context.parameter("train_journeys"), context.parameter("unlabelled"), journeys.count())?;
    let scores = context.take_scratch()?;
    let mut units = Sorter::new(context.take_scratch()?, true);
    let job = context.job();
    let mut firings = finding::Firings::new(&job.policy);
    let (records, seen) = (context.inputs("finding_part"), [context.inputs("activity"), context.inputs("sighting")].concat());
    let sorting = (context.take_scratch()?, context.take_scratch()?);
    let mut internal = context.output::<Bundle>("internal")?;
    // Rules go from one subject to the next and the event log from one journey to the next: a thread for each, and then both for the model. Of what
    // each of the three holds, the model's does not stand beside that of the others.
    let export = || xes::write(&mut internal, &journeys, &types);
    let fire = || {
        firings.read_records(&records, &mut units)?;
        firings.read_sequences(&seen, sorting, &mut units)
    };
    let (exported, ()) = join(export, fire)?;
    let judge = || {
        let fitted = fit::fit(&journeys, mode, &scores)?;
        let rows = Sorter::new(context.take_scratch()?, false);
        let mut score_output = context.output::<JourneyScore>("journey_score")?;
        let judged = census::Judged { fitted: &fitted, baseline: &baseline };
        let census = census::take(&journeys, judged, &scores, &types, rows, &mut units, &mut score_output)?;
        score_output.finish(context)?;
        let units = units.finish()?;
        let (counts, kept) = join(|| UnitCounts::of(&units, &census), || census.read_kept(&journeys))?;
        let census = census.complete(kept, &counts);
        let groups = explain::groups(&journeys, &census, judged, &counts, &types)?;
        let findings = firings.findings(&counts);
        write_graph(context, &census)?;
        write_anomalies(context, &groups)?;
        firings.write(context, &findings, &units)?;
        Ok((fitted, census, groups, findings))
    };
    // The event log is the most that is written: the disk takes it in the meantime.
    let ((), (fitted, census, groups, findings)) = join(|| internal.settle(), judge)?;
    for (counter, value) in
        [(Counter::Journeys, journeys.count()), (Counter::Variants, census.variants_total), (Counter::AnomalyGroups, groups.len() as u64)]
    {
        context.report.add(counter, value);
    }
    let templates = read_templates(context)?;
    let facts = internal::Facts {
        journeys: &journeys,
        exported,
        types: &types,
        templates: &templates,
        census: &census,
        groups: &groups,
        findings: &findings,
        open_at_midnight: open_at_midnight(context)?,
        fitted: &fitted,
    };
    internal::write(context, internal, &facts)
}

fn read_types(context: &StepContext) -> Result<Vec<NamedType>, StepError> {
    let input = context.input("event_type")?;
    let container = input.open::<EventType>()?;
    let mut types = Vec::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<EventType>(number, &mut scratch)?.records() {
            let record = record?;
            types.push(NamedType { id: record.id.0, label: record.label(), count: record.count });
        }
    }
    Ok(types)
}

/// Journeys that the night leaves to the next one.
fn open_at_midnight(context: &StepContext) -> Result<u64, StepError> {
    let mut count = 0;
    for input in context.inputs("open_journey") {
        count += input.open::<OpenJourney>()?.records();
    }
    Ok(count)
}

/// A template as the analysts' files show it.
pub(crate) struct ShownTemplate {
    /// Id.
    pub id: String,
    /// Text.
    pub text: String,
    /// Lines.
    pub count: u64,
    /// Greatest severity.
    pub severity: Severity,
    /// Lines by the class of what stands at each place of the text.
    pub places: BTreeMap<u8, BTreeMap<String, u64>>,
}

/// Templates with the most lines, and how many there are.
pub(crate) struct ShownTemplates {
    /// The largest.
    pub largest: Vec<ShownTemplate>,
    /// All.
    pub total: u64,
}

fn read_templates(context: &StepContext) -> Result<ShownTemplates, StepError> {
    let input = context.input("template")?;
    let container = input.open::<Template>()?;
    let mut largest: BTreeMap<(std::cmp::Reverse<u64>, u64), ShownTemplate> = BTreeMap::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch)?.records() {
            let record = record?;
            let shown = ShownTemplate {
                id: record.id.to_string(),
                text: record.text.to_owned(),
                count: record.count,
                severity: record.severity,
                places: BTreeMap::new(),
            };
            largest.insert((std::cmp::Reverse(record.count), record.id.0), shown);
            if largest.len() > internal::TEMPLATES_MAX {
                largest.pop_last();
            }
        }
    }
    let mut largest: Vec<ShownTemplate> = largest.into_values().collect();
    read_places(context, &mut largest)?;
    Ok(ShownTemplates { largest, total: container.records() })
}

/// What stands at the places of templates that are shown.
fn read_places(context: &StepContext, templates: &mut [ShownTemplate]) -> Result<(), StepError> {
    let positions: BTreeMap<String, usize> = templates.iter().enumerate().map(|(at, template)| (template.id.clone(), at)).collect();
    let mut scratch = Vec::new();
    for input in context.inputs("template_place") {
        let container = input.open::<TemplatePlace>()?;
        for number in 0..container.block_count() {
            for record in container.block::<TemplatePlace>(number, &mut scratch)?.records() {
                let record = record?;
                if let Some(at) = positions.get(&record.template.to_string()) {
                    templates[*at].places.entry(record.place).or_default().insert(record.class.to_owned(), record.count);
                }
            }
        }
    }
    Ok(())
}

fn write_graph(context: &mut StepContext, census: &census::Complete) -> Result<(), StepError> {
    let mut output = context.output::<Variant>("variant")?;
    census.variants.iter().try_for_each(|variant| output.push(0, variant, None))?;
    output.finish(context)?;
    let mut output = context.output::<Edge>("edge")?;
    census.edges.iter().try_for_each(|edge| output.push(0, edge, None))?;
    output.finish(context)
}

fn write_anomalies(context: &mut StepContext, groups: &[explain::Group]) -> Result<(), StepError> {
    let mut output = context.output::<Anomaly>("anomaly")?;
    for group in groups {
        let record = AnomalyRecord {
            variant: group.variant,
            channel: group.channel,
            millibits: group.millibits,
            journeys: group.journeys,
            customers: group.customers,
            explanation: &group.explanation,
            exemplar: group.exemplar,
        };
        output.push(0, &record, None)?;
    }
    output.finish(context)?;
    if !context.has_output("anomaly_group") {
        return Ok(());
    }
    let mut output = context.output::<AnomalyGroup>("anomaly_group")?;
    for group in groups {
        let record = AnomalyGroupRecord {
            profile: group.profile,
            channel: group.channel,
            millibits: group.millibits,
            journeys: group.journeys,
            customers: group.customers,
            confirmed: group.confirmed,
            explanation: &group.explanation,
            exemplar: group.exemplar,
        };
        output.push(0, &record, None)?;
    }
    output.finish(context)
}
