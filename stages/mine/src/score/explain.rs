//! Anomaly groups, ranked, each with what is unusual in plain words.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::ids::{StableId, TokenKey};
use stage_runtime::StepError;

use super::NamedType;
use super::census::{Complete, Flagged};
use super::fit::Fitted;
use super::ngram::{END, START};
use super::scan::Journeys;
use super::unit::{UnitCounts, What};

/// A group of flagged journeys of one variant.
pub(super) struct Group {
    /// Variant.
    pub variant: StableId,
    /// Greatest surprise.
    pub millibits: u64,
    /// Journeys flagged.
    pub journeys: u64,
    /// Distinct customers among them.
    pub customers: u64,
    /// In plain words.
    pub explanation: String,
    /// Key of the most surprising journey.
    pub exemplar: TokenKey,
}

/// The groups, most surprising first, then those of more customers, then by variant.
///
/// # Errors
/// When an input is damaged.
pub(super) fn groups(
    journeys: &Journeys,
    census: &Complete,
    fitted: &Fitted,
    units: &UnitCounts,
    types: &[NamedType],
) -> Result<Vec<Group>, StepError> {
    let explanations = explanations(journeys, &census.groups, fitted, types)?;
    let mut groups: Vec<Group> = census
        .groups
        .iter()
        .map(|(variant, flagged)| Group {
            variant: StableId(*variant),
            millibits: flagged.millibits.into(),
            journeys: flagged.journeys,
            customers: units.get(What::Flagged, *variant),
            explanation: explanations.get(variant).cloned().unwrap_or_default(),
            exemplar: flagged.exemplar.key,
        })
        .collect();
    groups.sort_by_key(|group| (Reverse(group.millibits), Reverse(group.customers), group.variant));
    Ok(groups)
}

fn explanations(
    journeys: &Journeys,
    groups: &BTreeMap<u64, Flagged>,
    fitted: &Fitted,
    types: &[NamedType],
) -> Result<BTreeMap<u64, String>, StepError> {
    let mut explanations = BTreeMap::new();
    journeys.scan(
        |block, start| {
            let mut found = Vec::new();
            for (number, journey) in (start..).zip(block.records()) {
                let journey = journey?;
                let exemplar = groups.get(&journey.variant.0).map(|group| group.exemplar);
                if exemplar.is_some_and(|exemplar| (exemplar.key, exemplar.part) == (journey.key, journey.part)) {
                    let fold = fitted.fold(number, journey.key);
                    let surprise = fitted.model.surprise(&journey.events, journey.events_left_out == 0, fold);
                    found.push((journey.variant.0, explain(&journey.events, surprise.position, fitted, types)));
                }
            }
            Ok(found)
        },
        |found| {
            explanations.extend(found);
            Ok(())
        },
    )?;
    Ok(explanations)
}

/// What is unusual at a position of a journey.
fn explain(events: &[u32], position: usize, fitted: &Fitted, types: &[NamedType]) -> String {
    let at = |back: usize| position.checked_sub(back).map_or(START, |before| events[before]);
    let (first, before, event) = (at(2), at(1), events.get(position).copied().unwrap_or(END));
    let name = |event: u32| types.get(event as usize).map_or_else(|| format!("event {event}"), |known| known.label.clone());
    let model = &fitted.model;
    let (count, history) = model.followed(before, event);
    let (pair_count, pair_history) = model.followed_pair(first, before, event);
    // The pair explains it when the single step is ordinary.
    let by_pair = before != START && first != START && pair_history > 0 && pair_count * history < count * pair_history && count * 20 > history;
    if event != END && model.occurs(event) == 0 {
        return format!("{}, which occurs in no ordinary journey", name(event));
    }
    match (before, event) {
        (START, END) => "no event at all".to_owned(),
        (START, _) => format!("begins with {}, as {} of {} ordinary journeys do", name(event), grouped(count), grouped(history)),
        (_, END) if by_pair => {
            format!(
                "ends with {} directly after {}: {} of {} times in ordinary journeys",
                name(before),
                name(first),
                grouped(pair_count),
                grouped(pair_history)
            )
        }
        (_, END) => format!("ends with {}: {} of {} times in ordinary journeys", name(before), grouped(count), grouped(history)),
        _ if by_pair => format!(
            "{} directly after {} and {}: {} of {} times in ordinary journeys",
            name(event),
            name(first),
            name(before),
            grouped(pair_count),
            grouped(pair_history)
        ),
        _ => format!("{} directly after {}: {} of {} times in ordinary journeys", name(event), name(before), grouped(count), grouped(history)),
    }
}

/// A number with a comma every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([grouped(0), grouped(999), grouped(4_812), grouped(1_234_567)], ["0", "999", "4,812", "1,234,567"]);
    }
}
