//! Clusters of journeys: variants in which much the same happens much as often.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::limits::CLUSTERED_VARIANTS_MAX;
#[cfg(doc)]
use schemas::limits::JOURNEY_EVENTS_MAX;
use schemas::record::{EventType, Outcome, Variant, VariantRecord};
use stage_runtime::{StepContext, StepError};

use super::linkage::{Cluster, Comparer, Features, clusters};
use super::name::{capital, unlike};
use crate::score::log2;
use crate::shape::VARIABLE;

/// Average likeness from which variants are of one cluster.
const LIKENESS_MIN: f64 = 0.5;
/// Events that name a cluster.
const NAME_EVENTS: usize = 2;
/// Words of an event that is named by its message.
const EVENT_WORDS: usize = 5;
/// Words in front of a value that are enough for a name.
const CUT_WORDS_MIN: usize = 2;
/// Times an event occurs from which on it is repeated.
const REPEATED_MIN: usize = 3;

/// A kind of event.
pub(super) struct Type {
    /// Its label.
    pub label: String,
    /// What a person calls it.
    pub spoken: String,
    /// Whether it states a failure.
    pub failed: bool,
}

/// A cluster of journeys.
pub(super) struct JourneyCluster {
    /// What a person calls it.
    pub name: String,
    /// Journeys.
    pub journeys: u64,
    /// Those whose outcome is failure.
    pub failures: u64,
    /// Greatest number of customers of one variant.
    pub customers_at_least: u64,
    /// Position of the medoid.
    pub exemplar: usize,
    /// Positions, those of most journeys first.
    pub members: Vec<usize>,
}

/// Variants and their clusters.
pub(super) struct Journeys {
    /// Kinds of event by number.
    pub types: Vec<Type>,
    /// Variants, most journeys first.
    pub variants: Vec<VariantRecord>,
    /// Their clusters, most journeys first.
    pub clusters: Vec<JourneyCluster>,
    /// Variants beyond the limit that are like no cluster, and their journeys.
    pub left_out: (u64, u64),
}

/// Reads and clusters.
///
/// # Errors
/// When an input is damaged.
pub(super) fn find(context: &StepContext) -> Result<Journeys, StepError> {
    let types = read_types(context)?;
    let input = context.input("variant")?;
    let container = input.open::<Variant>()?;
    let (mut variants, mut scratch) = (Vec::new(), Vec::new());
    for number in 0..container.block_count() {
        for record in container.block::<Variant>(number, &mut scratch)?.records() {
            // They come with the most journeys first, and there are at most `VARIANTS_MAX` and those of anomalies.
            variants.push(record?);
        }
    }
    let clusters = cluster(&variants, &types, CLUSTERED_VARIANTS_MAX);
    let sum = |members: &mut dyn Iterator<Item = &VariantRecord>| members.fold((0, 0), |(count, journeys), one| (count + 1, journeys + one.journeys));
    let all: (u64, u64) = sum(&mut variants.iter());
    let clustered: (u64, u64) = sum(&mut clusters.iter().flat_map(|cluster| &cluster.members).map(|at| &variants[*at]));
    Ok(Journeys { clusters, types, variants, left_out: (all.0 - clustered.0, all.1 - clustered.1) })
}

fn read_types(context: &StepContext) -> Result<Vec<Type>, StepError> {
    let input = context.input("event_type")?;
    let container = input.open::<EventType>()?;
    let (mut types, mut scratch) = (Vec::new(), Vec::new());
    for number in 0..container.block_count() {
        for record in container.block::<EventType>(number, &mut scratch)?.records() {
            let record = record?;
            types.push(Type { label: record.label(), spoken: spoken(record.name), failed: record.outcome == Outcome::Failure });
        }
    }
    Ok(types)
}

/// `transfer submit` of `transfer_submit`; of a message its first words, up to a value behind which the rest would hang in the air.
fn spoken(name: &str) -> String {
    let (mut words, mut whole): (Vec<&str>, bool) = (Vec::new(), true);
    for (number, part) in name.split(VARIABLE).enumerate() {
        if number > 0 {
            words.truncate(without_loose_end(&words).len());
            whole &= words.len() < CUT_WORDS_MIN;
        }
        if !whole {
            break;
        }
        words.extend(part.split(|letter: char| !letter.is_alphanumeric() && letter != '\'').filter(|word| !word.is_empty()));
    }
    if words.len() > EVENT_WORDS {
        words.truncate(EVENT_WORDS);
        whole = false;
    }
    // A whole name may end so: `sign in`.
    let kept = if whole { &words[..] } else { without_loose_end(&words) };
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

/// Without prepositions, articles and conjunctions at the end.
fn without_loose_end<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    const LOOSE: [&str; 36] = [
        "a", "about", "after", "an", "and", "as", "at", "because", "before", "between", "but", "by", "during", "for", "from", "if", "in", "into",
        "nor", "of", "on", "or", "over", "per", "since", "than", "that", "the", "through", "to", "under", "until", "via", "when", "with", "without",
    ];
    let kept = words.iter().rposition(|word| !LOOSE.iter().any(|loose| word.eq_ignore_ascii_case(loose)));
    &words[..kept.map_or(0, |last| last + 1)]
}

/// Clusters of the first so many; those behind them join the cluster whose medoid is most like them, if any is. What is counted of those is made one
/// by one and dropped: at most `limit` variants of [`JOURNEY_EVENTS_MAX`] features are held, whatever the night.
fn cluster(variants: &[VariantRecord], types: &[Type], limit: usize) -> Vec<JourneyCluster> {
    let journeys: u64 = variants.iter().map(|variant| variant.journeys).sum();
    let mut having: BTreeMap<u32, u64> = BTreeMap::new();
    for variant in variants {
        features_of(variant).iter().for_each(|(event, _)| *having.entry(*event).or_default() += variant.journeys);
    }
    // What every journey has still tells half a bit.
    let weight = |event: u32| (log2(1.5 * journeys.max(1) as f64 / having.get(&event).copied().unwrap_or(1).max(1) as f64) * 1_000.0) as u64;
    let weights: Vec<u64> = (0..types.len() as u32).map(weight).collect();
    let (first, later) = variants.split_at(variants.len().min(limit));
    let things: Vec<Features> = first.iter().map(features_of).collect();
    let mut joined = clusters(&things, &weights, LIKENESS_MIN);
    let mut comparer = Comparer::new(&weights);
    let masses: Vec<u64> = joined.iter().map(|cluster| comparer.mass(&things[cluster.medoid])).collect();
    for (at, variant) in (first.len()..).zip(later) {
        comparer.take(&features_of(variant));
        let best = joined
            .iter_mut()
            .zip(&masses)
            .map(|(cluster, mass)| (comparer.likeness(&things[cluster.medoid], *mass), cluster))
            .fold(None, |best: Option<(f64, &mut Cluster)>, next| if best.as_ref().is_some_and(|best| best.0 >= next.0) { best } else { Some(next) });
        if let Some((_, cluster)) = best.filter(|(likeness, _)| *likeness >= LIKENESS_MIN) {
            cluster.members.push(at);
        }
    }
    let mut found: Vec<JourneyCluster> = joined.into_iter().map(|cluster| describe(cluster, variants, types, &weights)).collect();
    found.sort_by_key(|cluster| (Reverse(cluster.journeys), variants[cluster.exemplar].id));
    unlike(found.iter_mut().map(|cluster| &mut cluster.name));
    found
}

/// Its events, with how often each occurs: once, twice, up to four times, up to eight; how often beyond that says little.
fn features_of(variant: &VariantRecord) -> Features {
    let mut events = variant.events.clone();
    events.sort_unstable();
    events.chunk_by(|a, b| a == b).map(|run| (run[0], run.len().next_power_of_two().trailing_zeros() + 1)).collect()
}

fn describe(cluster: Cluster, variants: &[VariantRecord], types: &[Type], weights: &[u64]) -> JourneyCluster {
    let sum = |of: fn(&VariantRecord) -> u64| cluster.members.iter().map(|at| of(&variants[*at])).sum::<u64>();
    let (journeys, failures) = (sum(|variant| variant.journeys), sum(|variant| variant.failures));
    let mut shares: BTreeMap<u32, u64> = BTreeMap::new();
    for at in &cluster.members {
        features_of(&variants[*at]).iter().for_each(|(event, _)| *shares.entry(*event).or_default() += variants[*at].journeys);
    }
    // The events that tell it best from others: by how many have it here, times how few elsewhere.
    let of_medoid = &variants[cluster.medoid].events;
    let mut telling: Vec<(u128, usize)> = Vec::new();
    for (at, event) in of_medoid.iter().enumerate() {
        if of_medoid[..at].contains(event) {
            continue;
        }
        let weight = weights.get(*event as usize).copied().unwrap_or(0);
        telling.push((u128::from(shares.get(event).copied().unwrap_or(0)) * u128::from(weight), at));
    }
    telling.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut places: Vec<usize> = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for (_, at) in telling {
        let spoken = types.get(of_medoid[at] as usize).map_or("", |known| known.spoken.as_str());
        if !spoken.is_empty() && !said.contains(&spoken) && places.len() < NAME_EVENTS {
            said.push(spoken);
            places.push(at);
        }
    }
    places.sort_unstable();
    let events: Vec<u32> = places.iter().map(|at| of_medoid[*at]).collect();
    let words: Vec<&str> = events.iter().filter_map(|event| Some(types.get(*event as usize)?.spoken.as_str())).collect();
    let mut name = capital(&words.join(", then "));
    if name.is_empty() {
        name = "Without names".to_owned();
    }
    let repeated = events.iter().any(|event| of_medoid.iter().filter(|other| *other == event).count() >= REPEATED_MIN);
    let refused = of_medoid.iter().any(|event| types.get(*event as usize).is_some_and(|known| known.failed));
    name.push_str(match (failures * 2 > journeys, repeated, refused) {
        (true, true, _) => ", failed and repeated",
        (true, false, _) => ", failed",
        (false, true, true) => ", repeated, with a refused step",
        (false, true, false) => ", repeated",
        (false, false, true) => ", with a refused step",
        (false, false, false) => "",
    });
    let customers_at_least = cluster.members.iter().map(|at| variants[*at].customers).max().unwrap_or(0);
    JourneyCluster { name, journeys, failures, customers_at_least, exemplar: cluster.medoid, members: cluster.members }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::ids::{StableId, TokenKey};

    fn variant(id: u64, events: &[u32], journeys: u64, failures: u64) -> VariantRecord {
        let (events, id, exemplar) = (events.to_vec(), StableId(id), TokenKey(id.into()));
        VariantRecord { id, events, journeys, customers: journeys, failures, duration_median_ns: 0, exemplar }
    }

    #[test]
    fn journeys_of_one_kind_are_together_and_named_by_what_is_theirs() {
        let names = [("login", false), ("transfer_submit", false), ("transfer_refused", true), ("card_listed", false), ("card_blocked", false)];
        let types: Vec<Type> = names.iter().map(|(name, failed)| Type { label: (*name).to_owned(), spoken: spoken(name), failed: *failed }).collect();
        let variants = [
            variant(1, &[0, 3, 4], 90, 0),
            variant(2, &[0, 3, 4, 3], 40, 0),
            variant(3, &[0, 1, 2, 1, 2, 1, 2], 30, 30),
            variant(4, &[0, 1, 2, 1, 2, 1, 2, 1, 2], 20, 20),
        ];
        let found = cluster(&variants, &types, 9);
        let shown: Vec<(&str, u64, &[usize])> =
            found.iter().map(|cluster| (cluster.name.as_str(), cluster.journeys, cluster.members.as_slice())).collect();
        assert_eq!(
            shown,
            [("Card listed, then card blocked", 130, &[0, 1][..]), ("Transfer submit, then transfer refused, failed and repeated", 50, &[2, 3])]
        );
        assert_eq!(found[0].customers_at_least, 90);
        let few = cluster(&variants, &types, 3);
        assert_eq!(few.iter().map(|cluster| cluster.members.as_slice()).collect::<Vec<_>>(), [&[0, 1][..], &[2, 3]], "the last joins its like");
    }
    #[test]
    fn failed_are_journeys_that_failed_most_often() {
        let types: Vec<Type> = [("login", false), ("otp_refused", true), ("transfer", false)]
            .map(|(name, failed)| Type { label: name.to_owned(), spoken: spoken(name), failed })
            .into();
        for (events, failures, expected) in [
            (&[0, 1, 2][..], 0, "Login, then otp refused, with a refused step"),
            (&[0, 1, 2], 5, "Login, then otp refused, with a refused step"),
            (&[0, 1, 2], 6, "Login, then otp refused, failed"),
            (&[1, 1, 1, 0], 0, "Otp refused, then login, repeated, with a refused step"),
            (&[0, 2], 5, "Login, then transfer"),
            (&[0, 2], 10, "Login, then transfer, failed"),
        ] {
            assert_eq!(cluster(&[variant(1, events, 10, failures)], &types, 9)[0].name, expected, "{events:?} {failures}");
        }
    }

    #[test]
    fn names_do_not_end_in_the_air() {
        for (name, expected) in [
            ("Balance read for account <*> in <*> ms", "Balance read for account"),
            ("balance was read for the account of today", "balance was read"),
            ("Transfer <*> to <*> accepted", "Transfer accepted"),
            ("Transfer accepted by <*> at <*>", "Transfer accepted"),
            ("sign_in", "sign in"),
            ("transfer_submit", "transfer submit"),
            ("of the in", "of the in"),
            ("of the <*> in a by for", "in a by for"),
            ("<*>", ""),
        ] {
            assert_eq!(spoken(name), expected, "{name}");
        }
    }

    #[test]
    fn features_are_events_in_order_with_how_often() {
        assert_eq!(features_of(&variant(1, &[7, 2, 7, 2, 7, 9], 1, 0)), [(2, 2), (7, 3), (9, 1)]);
        assert_eq!(features_of(&variant(1, &[3; 9], 1, 0)), [(3, 5)]);
    }
}
