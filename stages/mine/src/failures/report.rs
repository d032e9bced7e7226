//! The list: ranked, in sentences, with examples; as records and as `failures.json`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::TokenKey;
use schemas::limits::FAILURE_SEQUENCES_MAX;
use schemas::record::{Bundle, BundleFile, FailureKind, Sequence, SequenceRecord};
use serde_json::{Value, json};
use stage_runtime::{StepContext, StepError};

use super::clause::{Clause, Words, ordinal};
use super::cover::{ALPHA, Found};
use super::names::Names;
use super::places::Place;
use super::stats::{wilson_lower, wilson_upper};
use super::store::Store;
use crate::attribute::dictionary::Dictionary;

/// Clauses that mean the same which are shown.
const ALSO_MAX: usize = 5;
/// Clauses held against which are shown.
const HELD_AGAINST_MAX: usize = 3;

/// Customers more than expected that fail, surely: the lower end of the failing rate's interval less the upper end of that elsewhere, times customers
/// who met the condition.
fn excess(found: &Found) -> f64 {
    let customers = &found.customers;
    let sure = wilson_lower(customers.failing, customers.matching) - wilson_upper(customers.elsewhere_failing, customers.elsewhere);
    sure.max(0.0) * customers.matching as f64
}

/// The order of the list: most surely affected customers first.
pub(super) fn rank(found: &mut Vec<Found>) {
    let key =
        |found: &Found| (Reverse((excess(found) * 1e3) as u64), found.problem.at, found.problem.other, found.problem.how, found.clauses.clone());
    found.sort_by_cached_key(key);
    found.truncate(FAILURE_SEQUENCES_MAX);
}

/// Keys and events of the journeys that are shown, by their number in the store.
pub(super) struct Paths(BTreeMap<u32, (u128, Vec<u32>)>);

impl Paths {
    /// Finds the journeys of all examples.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn read(store: &Store, found: &[Found]) -> Result<Self, StepError> {
        let wanted: BTreeSet<u32> =
            found.iter().flat_map(|found| found.examples.iter().chain(&found.near_misses)).map(|place| place.journey).collect();
        let mut paths = BTreeMap::new();
        if !wanted.is_empty() {
            store.scan(
                |number, _| wanted.contains(&number),
                Vec::new,
                |seen: &mut Vec<(u32, (u128, Vec<u32>))>, walk| {
                    seen.push((walk.number, (walk.head.key, walk.steps.iter().map(|step| step.event).collect())));
                },
                |seen| {
                    paths.extend(seen);
                    Ok(())
                },
            )?;
        }
        Ok(Self(paths))
    }

    /// Key of the journey.
    fn key(&self, place: &Place) -> TokenKey {
        TokenKey(self.0.get(&place.journey).map_or(0, |(key, _)| *key))
    }

    /// Events up to the step, or to the journey's end.
    fn events(&self, place: Option<&Place>, whole: bool) -> Vec<u32> {
        let Some(place) = place else { return Vec::new() };
        let events = self.0.get(&place.journey).map_or(&[][..], |(_, events)| events);
        let end = if whole { events.len() } else { (place.at as usize + 1).min(events.len()) };
        events[..end].to_vec()
    }
}

/// Writes records and file.
///
/// # Errors
/// When an output cannot be written.
pub(super) fn write(context: &mut StepContext, found: &[Found], names: &Names, dictionary: &Dictionary, paths: &Paths) -> Result<(), StepError> {
    let mut output = context.output::<Sequence>("sequence")?;
    let mut items = Vec::new();
    for (rank, found) in (1..).zip(found) {
        let words = Words { names, dictionary, step: found.problem.step() };
        // What should follow a step is judged for journeys that have it.
        let trigger = (found.problem.how == FailureKind::Missing).then_some(Clause::After(found.problem.at));
        let condition = Value::Array(trigger.iter().chain(&found.clauses).map(|clause| clause.to_json(words)).collect());
        let (how, event) = (how(found), names.text(event(found)));
        let sentence = sentence(found, words);
        let whole = matches!(how, FailureKind::Missing | FailureKind::Abandoned);
        let record = SequenceRecord {
            rank,
            how,
            event,
            sentence: &sentence,
            condition: &condition.to_string(),
            matching: found.steps.matching,
            failing: found.steps.failing,
            elsewhere_matching: found.steps.elsewhere,
            elsewhere_failing: found.steps.elsewhere_failing,
            customers: found.failing_customers,
            ln_p_milli: (found.ln_p * 1e3).round() as i64,
            path: paths.events(found.examples.first(), whole),
            exemplar: found.examples.first().map_or(TokenKey(0), |place| paths.key(place)),
            counter_path: paths.events(found.near_misses.first(), whole),
            counter_example: found.near_misses.first().map(|place| paths.key(place)),
        };
        output.push(0, &record, None)?;
        items.push(item(found, &record, condition, words, paths));
    }
    output.finish(context)?;
    let file = json!({
        "failures": items,
        "family_wise_error": ALPHA,
        "rank_by": "customers that surely fail beyond what is expected: (lower 95 % limit of the failing rate - upper 95 % limit elsewhere) x customers",
    });
    let mut bytes = serde_json::to_vec_pretty(&file).unwrap_or_default();
    bytes.push(b'\n');
    let mut output = context.output::<Bundle>("failures")?;
    output.push(0, &BundleFile { path: "failures.json", bytes: &bytes }, None)?;
    output.finish(context)
}

/// How it goes wrong: an expected event that does not come since the journey ends is abandonment.
fn how(found: &Found) -> FailureKind {
    if found.problem.how == FailureKind::Missing && found.ends { FailureKind::Abandoned } else { found.problem.how }
}

/// The failing step, or the event that does not come; of a step that is taken back the step.
fn event(found: &Found) -> u8 {
    if found.problem.how == FailureKind::Reversed { found.problem.at } else { found.problem.other }
}

fn item(found: &Found, record: &SequenceRecord<'_>, condition: Value, words: Words<'_>, paths: &Paths) -> Value {
    let (inside, outside) = found.steps.rates();
    let (ratio, low, high) = found.customers.odds_ratio();
    let keys = |places: &[Place]| Value::Array(places.iter().map(|place| json!(paths.key(place))).collect());
    let said = |clauses: &[Clause]| Value::Array(clauses.iter().take(ALSO_MAX).map(|clause| json!(clause.to_words(words))).collect());
    let held = |(clause, common): &(Clause, f64)| json!({ "clause": clause.to_words(words), "odds_ratio_within": rounded(*common) });
    json!({
        "rank": record.rank,
        "sentence": record.sentence,
        "outcome": { "event": record.event, "how": record.how },
        "condition": { "all": condition },
        "journeys": { "matching": record.matching, "failing": record.failing },
        "elsewhere": { "matching": record.elsewhere_matching, "failing": record.elsewhere_failing },
        "customers": {
            "failing": record.customers,
            "drawn": { "matching": found.customers.matching, "failing": found.customers.failing },
            "drawn_elsewhere": { "matching": found.customers.elsewhere, "failing": found.customers.elsewhere_failing },
        },
        "judged_at": words.names.text(found.problem.step()),
        "lift": rounded(inside / outside.max(0.5 / found.steps.elsewhere.max(1) as f64)),
        "odds_ratio": { "value": rounded(ratio), "low": rounded(low), "high": rounded(high) },
        "ln_p_adjusted": rounded(found.ln_p),
        "excess_customers": rounded(excess(found)),
        "exemplars": keys(&found.examples),
        "counter_examples": keys(&found.near_misses),
        "also_describes": said(&found.also),
        "held_against": Value::Array(found.held_against.iter().take(HELD_AGAINST_MAX).map(held).collect()),
        "sampled": found.sampled,
    })
}

/// Three significant digits are read, more would be noise of the last bits.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// `The third transfer_submit of a session fails: 71 % of 812 steps against 2.1 % otherwise, 590 customers.`
fn sentence(found: &Found, words: Words<'_>) -> String {
    let step = words.names.text(found.problem.step());
    let other = words.names.text(found.problem.other);
    let own = |clause: &Clause| match clause {
        Clause::Count { name, at_least } if *name == found.problem.step() => Some(*at_least),
        _ => None,
    };
    let failed = if found.problem.gone_wrong { "failed " } else { "" };
    let subject = match found.clauses.iter().find_map(own) {
        Some(number) => format!("The {} {failed}`{step}` of a session", ordinal(number)),
        None if found.problem.gone_wrong => format!("A failed `{step}`"),
        None => format!("`{step}`"),
    };
    let happens = match how(found) {
        FailureKind::Failure if found.problem.at == found.problem.other => "fails".to_owned(),
        FailureKind::Timeout if found.problem.at == found.problem.other => "times out".to_owned(),
        FailureKind::Failure | FailureKind::Timeout => format!("is followed by `{other}`"),
        FailureKind::Abandoned if found.problem.is_end() => {
            format!("never comes in a session that begins with `{}`", words.names.text(found.problem.at))
        }
        FailureKind::Abandoned => format!("is the last of the session, `{other}` never comes"),
        FailureKind::Reversed => format!("is taken back by `{other}`"),
        FailureKind::Missing => format!("is not followed by `{other}`"),
    };
    let rest = found.clauses.iter().filter(|clause| own(clause).is_none());
    let rest: Vec<String> = rest.map(|clause| clause.to_words(words)).collect();
    let when = if rest.is_empty() { String::new() } else { format!(" when {}", rest.join(" and ")) };
    let (inside, outside) = found.steps.rates();
    format!(
        "{subject} {happens}{when}: {} of {} steps against {} otherwise, {} customers.",
        percent(inside),
        found.steps.matching,
        percent(outside),
        found.failing_customers
    )
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 10.0 {
        format!("{percent:.0} %")
    } else if percent >= 0.1 {
        format!("{percent:.1} %")
    } else {
        format!("{percent:.3} %")
    }
}
