//! Places of a template whose values are of one class, but for a few.
//!
//! A place is judged when one class has 99 of 100 of its lines. Another class in it is unusual when at most one line in 1,000 has it; of one single
//! line it must be sure (95 %, Poisson) that fewer than one line in 100 have it, which takes some five hundred lines. What chance makes of a usual value is no
//! other class: an id in hexadecimal without letters is no number ([`PlaceClass::may_look_like`]).

use std::collections::BTreeMap;

use schemas::ids::StableId;
use schemas::record::{EventAnomalyKind, TemplatePlace};
use stage_runtime::{StepContext, StepError};

use super::{Found, Known, lines, weight};
use crate::place::{PlaceClass, Seen};
use crate::score::{grouped, log2};

/// One line in so many has an unusual class at most.
const LINES_A_CASE: u64 = 1_000;
/// Lines from which a single one is unusual: 4.744, the greatest mean that gives one case or none in 5 % of nights (Poisson), is less than one
/// in 100 of them.
const LINES_OF_ONE_MIN: u64 = 475;
/// Times a hundred, the share of the usual class.
const USUAL_PERCENT: u64 = 99;

/// The most unusual class of each template that has one.
///
/// # Errors
/// When the input is damaged.
pub(super) fn unusual(context: &StepContext, templates: &BTreeMap<StableId, Known>) -> Result<Vec<Found>, StepError> {
    let (mut found, mut scratch) = (BTreeMap::new(), Vec::new());
    let mut open = None;
    let mut classes = Vec::new();
    for input in context.inputs("template_place") {
        let container = input.open::<TemplatePlace>()?;
        for number in 0..container.block_count() {
            for record in container.block::<TemplatePlace>(number, &mut scratch)?.records() {
                let record = record?;
                let place = (record.template, record.place);
                if open != Some(place) {
                    keep(&mut found, open.and_then(|open| judge(open, &classes, templates)));
                    (open, classes) = (Some(place), Vec::new());
                }
                classes.push((PlaceClass::of_name(record.class), Seen { count: record.count, first: record.first }));
            }
        }
    }
    keep(&mut found, open.and_then(|open| judge(open, &classes, templates)));
    Ok(found.into_values().collect())
}

/// Keeps the most surprising place of each template.
fn keep(kept: &mut BTreeMap<StableId, Found>, found: Option<Found>) {
    let Some(found) = found else { return };
    if kept.get(&found.template).is_none_or(|known| known.score_milli < found.score_milli) {
        kept.insert(found.template, found);
    }
}

/// The most unusual class of a place.
fn judge((template, place): (StableId, u8), classes: &[(PlaceClass, Seen)], templates: &BTreeMap<StableId, Known>) -> Option<Found> {
    let known = templates.get(&template)?;
    let total: u64 = classes.iter().map(|(_, seen)| seen.count).sum();
    let (usual, of_usual) = classes.iter().max_by_key(|(class, seen)| (seen.count, std::cmp::Reverse(*class)))?;
    if of_usual.count.saturating_mul(100) < total.saturating_mul(USUAL_PERCENT) {
        return None;
    }
    let is_unusual = |(class, seen): &&(PlaceClass, Seen)| class != usual && !usual.may_look_like(*class) && is_rare(seen.count, total);
    let (class, seen) = classes.iter().filter(is_unusual).min_by_key(|(class, seen)| (seen.count, *class))?;
    let bits = log2(total as f64 / seen.count.max(1) as f64);
    let explanation = format!(
        "`{}` has {} at its {} place in {}, where {} of {} have {}",
        known.text,
        class.words(),
        ordinal(place),
        lines(seen.count),
        grouped(of_usual.count),
        grouped(total),
        usual.words(),
    );
    let score_milli = (bits * weight(known.severity) * 1_000.0) as u64;
    let Seen { count, first } = *seen;
    Some(Found { template, kind: EventAnomalyKind::Parameter, severity: known.severity, count, score_milli, first, explanation })
}

fn is_rare(count: u64, total: u64) -> bool {
    count.saturating_mul(LINES_A_CASE) <= total || count == 1 && total >= LINES_OF_ONE_MIN
}

/// `1st` of 0.
fn ordinal(place: u8) -> String {
    let number = u32::from(place) + 1;
    let end = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::RecordRef;
    use schemas::record::Severity;

    fn judged(classes: &[(&str, u64)]) -> Option<(u64, String)> {
        let at = |offset| RecordRef { source: 0, offset };
        let templates = BTreeMap::from([(
            StableId(1),
            Known { text: "paid <*> for <*>".to_owned(), count: 1, severity: Severity::Info, first: at(0), first_line: None },
        )]);
        let classes: Vec<(PlaceClass, Seen)> =
            classes.iter().map(|(name, count)| (PlaceClass::of_name(name), Seen { count: *count, first: at(*count) })).collect();
        judge((StableId(1), 1), &classes, &templates).map(|found| (found.first.offset, found.explanation))
    }

    #[test]
    fn a_class_that_hardly_any_line_has_is_told() {
        assert_eq!(
            judged(&[("identifier", 4_999), ("token ACCOUNT", 1)]),
            Some((
                1,
                "`paid <*> for <*>` has a token of class ACCOUNT at its 2nd place in 1 line, where 4,999 of 5,000 have an identifier".to_owned()
            ))
        );
        assert!(judged(&[("number", 2_998), ("word", 2)]).is_some(), "two of 3,000");
        assert!(judged(&[("number", 474), ("word", 1)]).is_some(), "one of 475");
    }

    #[test]
    fn few_lines_a_minority_and_chance_are_not() {
        for classes in [
            &[("number", 473), ("word", 1)][..],
            &[("number", 1_500), ("word", 2)],
            &[("number", 98_000), ("word", 2_000)],
            &[("number", 9_000), ("ip", 999), ("word", 1)],
            &[("hex", 99_999), ("number", 1)],
            &[("identifier", 99_999), ("word", 1)],
            &[("number", 99_999), ("decimal", 1)],
            &[("number", 99_999), ("other", 1)],
            &[("number", 99_999)],
        ] {
            assert_eq!(judged(classes), None, "{classes:?}");
        }
    }

    #[test]
    fn ordinals() {
        assert_eq!([0, 1, 2, 3, 10, 11, 12, 20].map(ordinal).join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st");
    }
}
