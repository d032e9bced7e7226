//! How often a call goes wrong after it went well so many times in the same journey.
//!
//! `mine` says that a step fails more often from the nth one on; of several clauses that describe the same journeys it takes the plainest. A test
//! wants the number at which it breaks. Variants tell: by call and number of earlier successes, the journeys in which it went well and wrong. A call
//! after one that went wrong is a retry and is not counted, as in `mine`. Variants count immediate repetitions once, so a number here is never too
//! great; and a number for which nothing is known changes nothing.

use std::collections::BTreeMap;

use schemas::record::VariantRecord;

use crate::vocabulary::Vocabulary;

/// Earlier successes that are told apart.
const EARLIER_MAX: usize = 8;

/// Journeys in which a call went well, and wrong, by the act it ended in.
#[derive(Debug, Default, Clone)]
struct Ended {
    well: u64,
    wrong: BTreeMap<u32, u64>,
}

impl Ended {
    fn failing(&self) -> u64 {
        self.wrong.values().fold(0, |sum, journeys| sum.saturating_add(*journeys))
    }

    fn rate(&self) -> f64 {
        let failing = self.failing();
        if failing == 0 { 0.0 } else { failing as f64 / (failing.saturating_add(self.well)) as f64 }
    }
}

/// All calls.
#[derive(Debug, Default)]
pub(crate) struct Repetitions {
    /// By the act that stands for a call, and the number of earlier successes.
    ended: BTreeMap<(u32, usize), Ended>,
}

/// Where a call breaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Breaks {
    /// Successes before.
    pub(crate) earlier: usize,
    /// The most frequent failure there.
    pub(crate) act: u32,
    /// Failing journeys there, and after other numbers of successes that were looked at.
    pub(crate) failing: u64,
    pub(crate) failing_elsewhere: u64,
    /// Share of calls there that fail.
    pub(crate) rate: f64,
}

impl Repetitions {
    /// Counts a variant.
    pub(crate) fn add(&mut self, vocabulary: &Vocabulary, variant: &VariantRecord) {
        let mut earlier: BTreeMap<u32, Option<usize>> = BTreeMap::new();
        for number in variant.events.iter().filter_map(|event| vocabulary.act_of_event(*event)) {
            let (Some(call), act) = (vocabulary.call_of(number), vocabulary.act(number)) else { continue };
            let Some(before) = earlier.entry(call).or_insert(Some(0)) else { continue };
            let ended = self.ended.entry((call, (*before).min(EARLIER_MAX))).or_default();
            let count = if act.failed { ended.wrong.entry(number).or_default() } else { &mut ended.well };
            *count = count.saturating_add(variant.journeys);
            let next = (!act.failed).then_some(*before + 1);
            earlier.insert(call, next);
        }
    }

    /// Takes over what another has counted.
    pub(crate) fn merge(&mut self, other: Self) {
        for (place, theirs) in other.ended {
            let mine = self.ended.entry(place).or_default();
            mine.well = mine.well.saturating_add(theirs.well);
            for (act, journeys) in theirs.wrong {
                let count = mine.wrong.entry(act).or_default();
                *count = count.saturating_add(journeys);
            }
        }
    }

    /// The first number of earlier successes, from `earlier_min` on, after which a call fails at least half as often as it ever does; none where
    /// nothing is known of it. `failing_min` are journeys that must fail there.
    pub(crate) fn breaks(&self, call: u32, earlier_min: usize, failing_min: u64) -> Option<Breaks> {
        let places = || (earlier_min..EARLIER_MAX).filter_map(|earlier| Some((earlier, self.ended.get(&(call, earlier))?)));
        let tried = |(_, ended): &(usize, &Ended)| ended.failing() >= failing_min.max(1);
        let most = places().filter(tried).map(|(_, ended)| ended.rate()).fold(0.0, f64::max);
        let (earlier, ended) = places().filter(tried).find(|(_, ended)| ended.rate() * 2.0 >= most)?;
        let (act, _) = ended.wrong.iter().max_by_key(|(act, journeys)| (**journeys, std::cmp::Reverse(**act)))?;
        let from = (call, earlier_min)..=(call, EARLIER_MAX);
        let all = self.ended.range(from).fold(0, |sum: u64, (_, ended)| sum.saturating_add(ended.failing()));
        Some(Breaks { earlier, act: *act, failing: ended.failing(), failing_elsewhere: all - ended.failing(), rate: ended.rate() })
    }
}
