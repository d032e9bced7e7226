//! Anomaly groups, ranked, each with what is unusual in plain words.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::ids::{StableId, TokenKey};
use schemas::record::{Channel, JourneyRecord};
use stage_runtime::StepError;

use super::NamedType;
use super::census::{Complete, Flagged, Judged};
use super::counts::{UNSEEN, bucket, counts_of};
use super::fit::Fitted;
use super::ngram::{END, START};
use super::nights;
use super::scan::Journeys;
use super::tree::Factor;
use super::unit::{UnitCounts, What};

/// A group of flagged journeys in which each event occurs equally often.
pub(super) struct Group {
    /// Hash of how often, the id across nights.
    pub profile: StableId,
    /// Variant of the most surprising journey.
    pub variant: StableId,
    /// Where the surprise lies.
    pub channel: Channel,
    /// Greatest surprise.
    pub millibits: u64,
    /// Journeys flagged.
    pub journeys: u64,
    /// Distinct customers among them.
    pub customers: u64,
    /// In plain words.
    pub explanation: String,
    /// Nights in which it is expected once, 0 for every night; none in the count channel, whose bits cannot say ([`super::nights`]).
    pub expected_in_nights: Option<u64>,
    /// Whether people confirmed it on an earlier night.
    pub confirmed: bool,
    /// Key of the most surprising journey.
    pub exemplar: TokenKey,
}

/// The groups, most surprising first, then those of more customers, then by profile.
///
/// # Errors
/// When an input is damaged.
pub(super) fn groups(
    journeys: &Journeys,
    census: &Complete,
    judged: Judged<'_>,
    units: &UnitCounts,
    types: &[NamedType],
) -> Result<Vec<Group>, StepError> {
    let explanations = explanations(journeys, &census.groups, judged.fitted, types)?;
    let trials = census.edges.iter().map(|edge| edge.count).sum();
    let mut groups: Vec<Group> = census
        .groups
        .iter()
        .map(|(profile, flagged)| {
            let text = explanations.get(profile);
            let step = text.and_then(|(_, step)| *step);
            (profile, flagged, text, step.map(|millibits| nights::expected_in(millibits.into(), trials)))
        })
        .map(|(profile, flagged, text, expected_in_nights)| Group {
            profile: StableId(*profile),
            variant: StableId(flagged.variant),
            channel: flagged.channel,
            millibits: flagged.millibits.into(),
            journeys: flagged.journeys,
            customers: units.get(What::Flagged, *profile),
            explanation: match text {
                Some((text, _)) => expected_in_nights.map_or_else(|| text.clone(), |nights| format!("{text}; {}", nights::words(nights))),
                None => String::new(),
            },
            expected_in_nights,
            confirmed: judged.baseline.rejects(*profile),
            exemplar: flagged.exemplar.key,
        })
        .collect();
    groups.sort_by_key(|group| (Reverse(group.millibits), Reverse(group.customers), group.profile));
    Ok(groups)
}

/// Why the exemplar of each group stands out; in the order channel also the bits of its step alone.
fn explanations(
    journeys: &Journeys,
    groups: &BTreeMap<u64, Flagged>,
    fitted: &Fitted,
    types: &[NamedType],
) -> Result<BTreeMap<u64, (String, Option<u32>)>, StepError> {
    let exemplars: BTreeMap<_, _> =
        groups.iter().map(|(profile, group)| ((group.exemplar.key, group.exemplar.part), (*profile, group.channel))).collect();
    let mut explanations = BTreeMap::new();
    journeys.scan(
        |block, start| {
            let mut found = Vec::new();
            for (number, journey) in (start..).zip(block.records()) {
                let journey = journey?;
                let Some((profile, channel)) = exemplars.get(&(journey.key, journey.part)) else { continue };
                let fold = fitted.fold(number, journey.key);
                let why = match channel {
                    Channel::Order => {
                        let surprise = fitted.order.surprise(&journey.events, journey.events_left_out == 0, fold);
                        (explain_step(&journey.events, surprise.position, fitted, types), Some(surprise.alone))
                    }
                    Channel::Count => (explain_count(&journey, fold, fitted, types), None),
                };
                found.push((*profile, why));
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

/// Which count is unusual, beside which other one.
fn explain_count(journey: &JourneyRecord, fold: Option<usize>, fitted: &Fitted, types: &[NamedType]) -> String {
    let factor = fitted.count.surprise(&fitted.variables.profile(&journey.events), fold).factor;
    let name = |event: u32| types.get(event as usize).map_or_else(|| format!("event {event}"), |known| known.label.clone());
    if factor.variable == UNSEEN {
        let unseen = journey.events.iter().find(|event| !fitted.variables.knows(**event));
        return unseen.map_or_else(String::new, |event| format!("{}, which occurs in no ordinary journey", name(*event)));
    }
    let label = |variable: u8| fitted.variables.event(variable).map_or_else(|| "rare events".to_owned(), name);
    let (count, all) = fitted.count.support(factor);
    let Factor { variable, bucket: found, beside } = factor;
    let own = |variable: u8, of: u8| {
        let event = fitted.variables.event(variable);
        let exact = journey.events.iter().filter(|found| event == Some(**found)).count() as u32;
        if bucket(exact) == of { times(exact, exact) } else { times(counts_of(of).0, counts_of(of).1) }
    };
    let where_beside = beside.map_or_else(String::new, |(other, of)| match of {
        0 => format!(" in a journey without {}", label(other)),
        _ => format!(" where {} occurs {}", label(other), own(other, of)),
    });
    let (least, greatest) = counts_of(fitted.count.usual(factor));
    let usually = times(least, greatest);
    let (subject, found) = (label(variable), own(variable, found));
    format!("{subject} {found}{where_beside}, usually {usually}: {} of {} ordinary journeys", grouped(count), grouped(all))
}

/// A number of times, in words.
fn times(least: u32, greatest: u32) -> String {
    match (least, greatest) {
        (0, _) => "never".to_owned(),
        (1, 1) => "once".to_owned(),
        (2, 2) => "twice".to_owned(),
        _ if least == greatest => format!("{least} times"),
        _ => format!("{least} to {greatest} times"),
    }
}

/// What is unusual at a position of a journey.
fn explain_step(events: &[u32], position: usize, fitted: &Fitted, types: &[NamedType]) -> String {
    let at = |back: usize| position.checked_sub(back).map_or(START, |before| events[before]);
    let (first, before, event) = (at(2), at(1), events.get(position).copied().unwrap_or(END));
    let name = |event: u32| types.get(event as usize).map_or_else(|| format!("event {event}"), |known| known.label.clone());
    let model = &fitted.order;
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
pub(crate) fn grouped(number: u64) -> String {
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
    fn times_are_words() {
        assert_eq!(
            [(0, 0), (1, 1), (2, 2), (5, 5), (8, 15)].map(|(least, most)| times(least, most)),
            ["never", "once", "twice", "5 times", "8 to 15 times"]
        );
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([grouped(0), grouped(999), grouped(4_812), grouped(1_234_567)], ["0", "999", "4,812", "1,234,567"]);
    }
}
