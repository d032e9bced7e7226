//! `templates[run]`: the shapes of all shards become templates, their kinds of event the run's numbered list.

use std::collections::BTreeMap;

use schemas::ids::{RecordRef, StableId};
use schemas::limits::{EVENT_TYPES_MAX, EVENT_TYPES_SHARD_MAX, SKELETONS_MAX};
use schemas::metric::Counter;
use schemas::record::{EventType, EventTypeRecord, Outcome, Severity, Skeleton, Template, TemplateRecord};
use stage_runtime::{StepContext, StepError};

use crate::attribute::{census::Census, dictionary};
use crate::body;
use crate::bounded::{Bounded, Merge};
use crate::event::category::category;
use crate::event::kind::{OTHER, outcome_number, outcome_of_number, read_key, write_key};
use crate::event::outcome;
use crate::place;
use crate::rare::{self, Shown, Units};
use crate::shape::{VARIABLE, prefix};
use crate::skeleton::{KindCount, Shape, ShapeCount};
use crate::template::{Mined, joined, mine};

/// Bytes of a template's text when it names an event.
const NAME_BYTES_MAX: usize = 200;

/// Runs the step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let shapes = read_shapes(context)?;
    let mut templates = mine(shapes.iter().map(|(text, shape)| (text.as_str(), shape.count.count)));
    let shown = Shown::of(shapes.iter().map(|(text, shape)| (text.as_str(), &shape.units)));
    templates.iter_mut().for_each(|template| template.text = shown.text(&template.text));
    let templates = joined(templates);
    if context.has_output("template_place") {
        let counted: Vec<(&str, place::ShapeLines)> =
            shapes.iter().map(|(text, Shape { count, .. })| (text.as_str(), place::ShapeLines { count: count.count, first: count.first })).collect();
        place::write_templates(context, &counted, &templates)?;
    }
    let mut kinds = read_kinds(context)?;
    write_templates(context, &shapes, &templates, &mut kinds)?;
    write_event_types(context, kinds, &shown)?;
    if context.has_output("attribute") {
        let mut census = Census::new();
        census.read(&context.inputs("attribute_part"))?;
        dictionary::write(context, census)?;
    }
    if context.has_output("body") {
        let mut census = body::census::Census::new();
        census.read(&context.inputs("body_part"), context.policy().mine.word_customers_min)?;
        body::choose(context, census)?;
    }
    Ok(())
}

/// The name of the events that only their template names.
pub(crate) fn template_name(text: &str) -> &str {
    // `<*> INFO [<*>] app.Service - paid`: time, level and logger are in the event already, what happened stands behind them.
    let says = |text: &&str| text.bytes().filter(u8::is_ascii_alphabetic).count() >= 3;
    let header_end = text.find(" - ").filter(|_| text.starts_with(VARIABLE));
    let text = header_end.and_then(|at| text.get(at + 3..)).filter(says).unwrap_or(text);
    if text.is_empty() { OTHER } else { prefix(text, NAME_BYTES_MAX) }
}

/// The outcome of such events: what their fields state, else what the template's words say.
pub(crate) fn template_outcome(stated: Outcome, text: &str) -> Outcome {
    if stated == Outcome::Unknown { outcome::of_text(template_name(text)) } else { stated }
}

fn read_shapes(context: &StepContext) -> Result<Vec<(String, Shape)>, StepError> {
    let enough = context.policy().mine.word_customers_min;
    let mut shapes = Bounded::<Shape>::new(SKELETONS_MAX);
    for (shard, input) in context.inputs("skeleton").into_iter().enumerate() {
        let rare = rare::read(context, shard, enough)?;
        let container = input.open::<Skeleton>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<Skeleton>(number, &mut scratch)?.records() {
                let record = record?;
                let count = ShapeCount { count: record.count, first: Some(record.first), severity: record.severity, unnamed: record.unnamed };
                // Whoever asks for templates alone is shown all words.
                let units = rare.as_ref().map_or(Units::none(1), |rare| rare.of(record.text));
                let shape = Shape { count, units };
                if record.text == VARIABLE {
                    // A shard's overflow, or lines that are one variable: the same template either way.
                    shapes.add_overflow(shape);
                } else {
                    shapes.add(record.text.as_bytes(), shape);
                }
            }
        }
    }
    let (kept, overflow) = shapes.finish();
    let mut shapes: Vec<(String, Shape)> = kept.into_iter().map(|(text, shape)| (String::from_utf8_lossy(&text).into_owned(), shape)).collect();
    shapes.extend(overflow.map(|shape| (VARIABLE.to_owned(), shape)));
    shapes.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(shapes)
}

fn read_kinds(context: &StepContext) -> Result<Bounded<KindCount>, StepError> {
    let mut kinds = Bounded::<KindCount>::new(EVENT_TYPES_SHARD_MAX);
    let mut key = Vec::new();
    // Types of journeys that were open at midnight have no events of this night, but have to have a number.
    for input in [context.inputs("event_type_part"), context.inputs("type_before")].concat() {
        let container = input.open::<EventType>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<EventType>(number, &mut scratch)?.records() {
                let record = record?;
                let count = KindCount { count: record.count, severity: record.severity };
                write_key(record.name, record.method, record.route, record.status, record.outcome, &mut key);
                if record.name == OTHER { kinds.add_overflow(count) } else { kinds.add(&key, count) }
            }
        }
    }
    Ok(kinds)
}

fn write_templates(
    context: &mut StepContext,
    shapes: &[(String, Shape)],
    templates: &[Mined],
    kinds: &mut Bounded<KindCount>,
) -> Result<(), StepError> {
    let mut key = Vec::new();
    let mut rows = BTreeMap::new();
    for template in templates {
        let mut sum = ShapeCount::default();
        template.shapes.iter().for_each(|&shape| sum.merge(shapes[shape as usize].1.count));
        for (number, &count) in (0..).zip(&sum.unnamed).filter(|(_, count)| **count > 0) {
            let outcome = template_outcome(outcome_of_number(number), &template.text);
            write_key(template_name(&template.text), "", "", 0, outcome, &mut key);
            kinds.add(&key, KindCount { count, severity: sum.severity });
        }
        let mut skeletons: Vec<u64> = template.shapes.iter().map(|&shape| StableId::of(shapes[shape as usize].0.as_bytes()).0).collect();
        skeletons.sort_unstable();
        rows.insert(StableId::of(template.text.as_bytes()), (template, sum, skeletons));
    }
    context.report.add(Counter::Templates, rows.len() as u64);
    let mut output = context.output::<Template>("template")?;
    for (id, (template, sum, skeletons)) in rows {
        let first = sum.first.unwrap_or(RecordRef { source: 0, offset: 0 });
        output.push(0, &TemplateRecord { id, text: &template.text, count: sum.count, first, severity: sum.severity, skeletons }, None)?;
    }
    output.finish(context)
}

fn write_event_types(context: &mut StepContext, kinds: Bounded<KindCount>, shown: &Shown) -> Result<(), StepError> {
    let (mut kinds, overflow) = kinds.finish();
    let mut other = overflow;
    for (_, count) in kinds.extract_if(.., |(key, _)| read_key(key).is_some_and(|(name, ..)| !shown.has_name(name))) {
        other.get_or_insert_default().merge(count);
    }
    // The most frequent stay; equal counts are decided by the key, so the choice does not depend on the order.
    kinds.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    for (_, count) in kinds.drain(kinds.len().min(EVENT_TYPES_MAX)..) {
        other.get_or_insert_default().merge(count);
    }
    if let Some(count) = other {
        let mut key = Vec::new();
        write_key(OTHER, "", "", 0, Outcome::Unknown, &mut key);
        kinds.push((key.into(), count));
    }
    kinds.sort_by(|a, b| a.0.cmp(&b.0));
    kinds.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1.merge(std::mem::take(&mut next.1));
        }
        same
    });
    context.report.add(Counter::EventTypes, kinds.len() as u64);
    let mut output = context.output::<EventType>("event_type")?;
    for (number, (key, count)) in (0..).zip(&kinds) {
        let (name, method, route, status, outcome) = read_key(key).expect("keys are written by write_key");
        let (severity, id): (Severity, _) = (count.severity, StableId::of(key));
        debug_assert!(outcome_number(outcome) < 3);
        let category = category(name, method, route, status);
        output.push(0, &EventTypeRecord { number, id, name, category, method, route, status, severity, outcome, count: count.count }, None)?;
    }
    output.finish(context)
}
