//! `drift[run]`: the templates of this night against those that earlier nights knew.
//!
//! In: `template`, and `known` of the night before, none on the first. Out: `known_template`, which the next night is given, and the report
//! `drift.json`: what is new, has returned, vanished, merged and split. It changes no template: those depend on this night alone.

mod compare;
mod cover;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use schemas::ids::StableId;
use schemas::limits::{DRIFT_SHOWN_MAX, KNOWN_TEMPLATE_DAYS_MAX, KNOWN_TEMPLATES_MAX};
use schemas::record::{Bundle, BundleFile, KnownTemplate, KnownTemplateRecord, Template};
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use compare::{Changes, Known, Templates, compare};

/// Runs the step.
///
/// # Errors
/// When an input is damaged or an output cannot be written.
pub(crate) fn process(context: &mut StepContext) -> Result<(), StepError> {
    let day = context.job().logical_day;
    let known = read_known(context)?;
    let tonight = read_tonight(context, day)?;
    let changes = compare(&known, &tonight);
    write_report(context, &known, &tonight, &changes)?;
    write_known(context, remembered(known, tonight, day))
}

/// Templates of this night that are on no earlier one and no part of one that was; none on a first night.
///
/// # Errors
/// When an input is damaged.
pub(crate) fn new_templates(context: &StepContext) -> Result<BTreeSet<StableId>, StepError> {
    let (known, tonight) = (read_known(context)?, read_tonight(context, context.job().logical_day)?);
    Ok(compare(&known, &tonight).new.into_iter().collect())
}

fn read_known(context: &StepContext) -> Result<Templates, StepError> {
    let mut known = Templates::new();
    for input in context.inputs("known") {
        let container = input.open::<KnownTemplate>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for record in container.block::<KnownTemplate>(number, &mut scratch)?.records() {
                let KnownTemplateRecord { id, text, first_day, last_day, nights, count, severity } = record?;
                known.insert(id, Known { text: text.to_owned(), first_day, last_day, nights, count, severity });
            }
        }
    }
    Ok(known)
}

fn read_tonight(context: &StepContext, day: i32) -> Result<Templates, StepError> {
    let input = context.input("template")?;
    let container = input.open::<Template>()?;
    let mut tonight = Templates::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        for record in container.block::<Template>(number, &mut scratch)?.records() {
            let record = record?;
            let (text, count, severity) = (record.text.to_owned(), record.count, record.severity);
            tonight.insert(record.id, Known { text, first_day: day, last_day: day, nights: 1, count, severity });
        }
    }
    Ok(tonight)
}

/// What the next night is given: both, those seen longest ago forgotten.
fn remembered(mut known: Templates, tonight: Templates, day: i32) -> Templates {
    known.retain(|_, was| day.saturating_sub(was.last_day) <= KNOWN_TEMPLATE_DAYS_MAX);
    for (id, mut seen) in tonight {
        if let Some(was) = known.get(&id) {
            (seen.first_day, seen.nights) = (was.first_day, was.nights.saturating_add(1));
        }
        known.insert(id, seen);
    }
    if known.len() > KNOWN_TEMPLATES_MAX {
        let mut order: Vec<(Reverse<i32>, StableId)> = known.iter().map(|(id, was)| (Reverse(was.last_day), *id)).collect();
        order.sort_unstable();
        order.drain(KNOWN_TEMPLATES_MAX..).for_each(|(_, id)| drop(known.remove(&id)));
    }
    known
}

fn write_known(context: &mut StepContext, known: Templates) -> Result<(), StepError> {
    let mut output = context.output::<KnownTemplate>("known_template")?;
    for (id, Known { text, first_day, last_day, nights, count, severity }) in known {
        output.push(0, &KnownTemplateRecord { id, text: &text, first_day, last_day, nights, count, severity }, None)?;
    }
    output.finish(context)
}

fn write_report(context: &mut StepContext, known: &Templates, tonight: &Templates, changes: &Changes) -> Result<(), StepError> {
    let shown = |id: &StableId| {
        let template = tonight.get(id).or_else(|| known.get(id));
        template.map_or(Value::Null, |template| json!({ "id": id, "text": template.text, "lines": template.count, "severity": template.severity }))
    };
    let list = |ids: &[StableId]| Value::Array(ids.iter().take(DRIFT_SHOWN_MAX).map(shown).collect());
    let groups = |groups: &std::collections::BTreeMap<StableId, Vec<StableId>>, one: &str, many: &str| -> Value {
        groups.iter().take(DRIFT_SHOWN_MAX).map(|(id, others)| json!({ one: shown(id), many: list(others) })).collect()
    };
    let value = json!({
        "first_night": known.is_empty(),
        "counts": {
            "known": known.len(), "tonight": tonight.len(), "new": changes.new.len(), "returned": changes.returned.len(),
            "vanished": changes.vanished.len(), "merged": changes.merged.len(), "split": changes.split.len(),
        },
        "new": list(&changes.new),
        "returned": list(&changes.returned),
        "vanished": list(&changes.vanished),
        "merged": groups(&changes.merged, "into", "from"),
        "split": groups(&changes.split, "from", "into"),
    });
    let mut bytes = serde_json::to_vec_pretty(&value).unwrap_or_default();
    bytes.push(b'\n');
    let mut output = context.output::<Bundle>("drift")?;
    output.push(0, &BundleFile { path: "drift.json", bytes: &bytes }, None)?;
    output.finish(context)
}
