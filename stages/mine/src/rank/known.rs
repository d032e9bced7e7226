//! What earlier nights listed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::limits::{KNOWN_FINDING_DAYS_MAX, KNOWN_FINDINGS_MAX};
use schemas::record::{KnownFinding, KnownFindingRecord};
use stage_runtime::{StepContext, StepError};

use super::risk::{Entry, Novelty};

/// Findings and anomaly groups by name.
#[derive(Default)]
pub(super) struct Known {
    /// Day of the newest night; none when there is no earlier night.
    last_night: Option<i32>,
    by_name: BTreeMap<String, Was>,
}

#[derive(Clone, Copy)]
struct Was {
    first_day: i32,
    last_day: i32,
    nights: u32,
    count: u64,
}

/// The entry that every night writes, so that a night that found nothing is a night too.
const NIGHT: &str = "night";

impl Known {
    /// Reads what the night before wrote.
    ///
    /// # Errors
    /// When an input is damaged.
    pub(super) fn read(context: &StepContext) -> Result<Self, StepError> {
        let (mut known, mut scratch) = (Self::default(), Vec::new());
        for input in context.inputs("before") {
            let container = input.open::<KnownFinding>()?;
            for number in 0..container.block_count() {
                for record in container.block::<KnownFinding>(number, &mut scratch)?.records() {
                    let KnownFindingRecord { name, first_day, last_day, nights, count } = record?;
                    known.by_name.insert(name.to_owned(), Was { first_day, last_day, nights, count });
                }
            }
        }
        known.last_night = known.by_name.get(NIGHT).map(|night| night.last_day);
        Ok(known)
    }

    /// What earlier nights say of something that was seen so often tonight.
    pub(super) fn novelty(&self, name: &str, count: u64, day: i32) -> Novelty {
        let Some(last_night) = self.last_night else { return Novelty::FirstNight };
        match self.by_name.get(name) {
            None => Novelty::New,
            Some(was) if was.last_day < last_night => Novelty::Returned(day.saturating_sub(was.last_day)),
            Some(was) if count > was.count.saturating_mul(2) => Novelty::Grown(was.count, was.nights),
            Some(was) => Novelty::Known(was.nights),
        }
    }

    /// What the next night is given.
    pub(super) fn after(mut self, entries: &[Entry], day: i32) -> Self {
        self.by_name.retain(|_, was| day.saturating_sub(was.last_day) <= KNOWN_FINDING_DAYS_MAX);
        let tonight = entries.iter().map(|entry| (entry.name.as_str(), entry.count)).chain([(NIGHT, entries.len() as u64)]);
        for (name, count) in tonight {
            let was = self.by_name.entry(name.to_owned()).or_insert(Was { first_day: day, last_day: day, nights: 0, count });
            *was = Was { last_day: day, nights: was.nights.saturating_add(1), count, ..*was };
        }
        if self.by_name.len() > KNOWN_FINDINGS_MAX {
            // The night itself is among tonight's, which stay first; anomalies of which there are more than fit are told by name.
            let mut order: Vec<(Reverse<i32>, bool, String)> =
                self.by_name.iter().map(|(name, was)| (Reverse(was.last_day), name != NIGHT, name.clone())).collect();
            order.sort_unstable();
            order.drain(KNOWN_FINDINGS_MAX..).for_each(|(_, _, name)| _ = self.by_name.remove(&name));
        }
        self
    }

    /// Writes it.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub(super) fn write(&self, context: &mut StepContext) -> Result<(), StepError> {
        let mut output = context.output::<KnownFinding>("known_finding")?;
        for (name, &Was { first_day, last_day, nights, count }) in &self.by_name {
            output.push(0, &KnownFindingRecord { name, first_day, last_day, nights, count }, None)?;
        }
        output.finish(context)
    }
}

#[cfg(test)]
mod tests {
    use super::super::risk::tests::entry;
    use super::*;
    use schemas::record::FindingSeverity::High;

    #[test]
    fn what_nights_say() {
        let first = Known::default();
        assert_eq!(first.novelty("rule a", 1, 10), Novelty::FirstNight);
        let second = first.after(&[entry("a", High, 4, 0, Novelty::FirstNight)], 10);
        let second = Known { last_night: Some(10), ..second };
        assert_eq!(second.novelty("rule a", 8, 11), Novelty::Known(1));
        assert_eq!(second.novelty("rule a", 9, 11), Novelty::Grown(4, 1));
        assert_eq!(second.novelty("rule b", 1, 11), Novelty::New);
        let third = Known { last_night: Some(11), ..second.after(&[], 11) };
        assert_eq!(third.novelty("rule a", 1, 12), Novelty::Returned(2));
        let long_after = third.after(&[], 10 + KNOWN_FINDING_DAYS_MAX + 1);
        assert!(!long_after.by_name.contains_key("rule a"));
    }

    #[test]
    fn a_night_of_nothing_is_a_night() {
        let known = Known::default().after(&[], 10);
        assert_eq!(known.by_name.keys().collect::<Vec<_>>(), [NIGHT]);
    }

    #[test]
    fn the_newest_are_remembered() {
        let many: Vec<Entry> = (0..KNOWN_FINDINGS_MAX + 5).map(|number| entry(&format!("{number:06}"), High, 1, 0, Novelty::New)).collect();
        let known = Known::default().after(&many, 10);
        assert!(known.by_name.len() == KNOWN_FINDINGS_MAX && known.by_name.contains_key(NIGHT));
    }
}
