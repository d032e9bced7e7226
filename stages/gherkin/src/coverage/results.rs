//! What results say of tests: which ran, which were skipped.
//!
//! Runners name a scenario each in its own way: as it is written (cucumber-js, behave), as a Python function (pytest-bdd), with a number behind it
//! for a row of examples. So names are compared by their letters and digits alone. A tag `@scn-...` that a result shows is better than any name.

use std::collections::BTreeMap;

use schemas::ids::StableId;
use schemas::limits::{TEST_RESULTS_MAX, TEST_TEXT_BYTES_MAX};
use schemas::record::TestOutcome;

use super::feature::{Test, cut};

/// The prefix of the tag of a generated scenario.
const ID_PREFIX: &str = "scn-";
/// Letters of an id.
const ID_LETTERS: usize = 16;
/// Ids of one test or result that count.
pub(super) const IDS_MAX: usize = 16;
/// Letters and digits of what a result belongs to that are kept.
const BELONGS_TO_CHARS_MAX: usize = 100;

/// How often something ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Ends {
    passed: u32,
    failed: u32,
    not_run: u32,
}

impl Ends {
    fn add(&mut self, outcome: TestOutcome) {
        let count = match outcome {
            TestOutcome::Passed => &mut self.passed,
            TestOutcome::Failed => &mut self.failed,
            TestOutcome::NotRun => &mut self.not_run,
            TestOutcome::NotReported => return,
        };
        *count = count.saturating_add(1);
    }

    fn merge(&mut self, other: Self) {
        self.passed = self.passed.saturating_add(other.passed);
        self.failed = self.failed.saturating_add(other.failed);
        self.not_run = self.not_run.saturating_add(other.not_run);
    }

    /// Of a scenario that is run more than once (rows, several runners) it counts that it ran at all.
    const fn outcome(self) -> TestOutcome {
        match self {
            Self { failed: 1.., .. } => TestOutcome::Failed,
            Self { passed: 1.., .. } => TestOutcome::Passed,
            Self { not_run: 1.., .. } => TestOutcome::NotRun,
            Self { .. } => TestOutcome::NotReported,
        }
    }
}

/// All results.
#[derive(Debug, Default)]
pub(super) struct Results {
    by_id: BTreeMap<StableId, Ends>,
    /// By name of the scenario: names that hold that of the feature, and ends.
    by_name: BTreeMap<StableId, Vec<(String, Ends)>>,
    count: usize,
}

impl Results {
    /// Adds a result: names of the scenario and of what it belongs to, as the runner writes them, and the ids it shows. False when there is no room.
    pub(super) fn add(&mut self, belongs_to: &str, name: &str, ids: &[StableId], outcome: TestOutcome) -> bool {
        if self.count >= TEST_RESULTS_MAX {
            return false;
        }
        self.count += 1;
        for id in ids.iter().take(IDS_MAX) {
            self.by_id.entry(*id).or_default().add(outcome);
        }
        let belongs_to: String = letters(belongs_to).take(BELONGS_TO_CHARS_MAX).collect();
        let entries = self.by_name.entry(name_key(plain(name))).or_default();
        match entries.iter_mut().find(|(known, _)| *known == belongs_to) {
            Some((_, ends)) => ends.add(outcome),
            None => {
                let mut ends = Ends::default();
                ends.add(outcome);
                entries.push((belongs_to, ends));
            }
        }
        true
    }

    /// What is said of a test.
    pub(super) fn of(&self, test: &Test<'_>, ids: &[StableId]) -> TestOutcome {
        let mut ends = Ends::default();
        ids.iter().filter_map(|id| self.by_id.get(id)).for_each(|found| ends.merge(*found));
        if ends != Ends::default() {
            return ends.outcome();
        }
        let Some(entries) = self.by_name.get(&name_key(plain(test.name))) else { return TestOutcome::NotReported };
        let feature: String = letters(test.feature).take(BELONGS_TO_CHARS_MAX).collect();
        let of_feature = entries.iter().any(|(belongs_to, _)| belongs_to.contains(&feature));
        for (belongs_to, found) in entries {
            if !of_feature || belongs_to.contains(&feature) {
                ends.merge(*found);
            }
        }
        ends.outcome()
    }
}

/// A name without what runners put around it: `test_` before, `[...]`, ` -- @1.2 ...` behind.
fn plain(name: &str) -> &str {
    let name = name.split(" -- @").next().unwrap_or(name);
    let name = name.strip_prefix("test_").unwrap_or(name);
    name.split_once('[').filter(|(before, _)| !before.trim().is_empty() && name.ends_with(']')).map_or(name, |(before, _)| before)
}

/// Letters and digits alone, in lower case.
fn letters(name: &str) -> impl Iterator<Item = char> {
    cut(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// What two writings of one name share.
pub(super) fn name_key(name: &str) -> StableId {
    StableId::of(letters(name).collect::<String>().as_bytes())
}

/// The id that a tag names.
pub(super) fn id_of_tag(tag: &str) -> Option<StableId> {
    StableId::from_letters(tag.trim_start_matches('@').strip_prefix(ID_PREFIX)?)
}

/// Ids of generated scenarios in any text, at most a few.
pub(super) fn ids_in(text: &str) -> Vec<StableId> {
    let found = text.split(ID_PREFIX).skip(1).filter_map(|rest| rest.get(..ID_LETTERS).and_then(StableId::from_letters));
    found.take(TEST_TEXT_BYTES_MAX / ID_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: StableId = StableId(0x0123_4567_89ab_cdef);

    fn test<'t>(feature: &'t str, name: &'t str) -> Test<'t> {
        Test { feature, name, tags: Vec::new(), steps: Vec::new() }
    }

    #[test]
    fn runners_name_a_scenario_each_in_its_own_way() {
        let scenario = test("Transfers journeys", "Transfer is refused with status 422 after 'x'");
        for (belongs_to, name) in [
            ("Transfers journeys", "Transfer is refused with status 422 after 'x'"),
            ("release.features.transfers.Transfers journeys", "Transfer is refused with status 422 after 'x' -- @1.2 some"),
            ("tests.test_features", "test_transfer_is_refused_with_status_422_after_x"),
            ("tests.test_features", "test_transfer_is_refused_with_status_422_after_x[a-b]"),
        ] {
            let mut results = Results::default();
            assert!(results.add(belongs_to, name, &[], TestOutcome::NotRun));
            assert_eq!(results.of(&scenario, &[]), TestOutcome::NotRun, "{name}");
            assert_eq!(results.of(&test("Transfers journeys", "Transfer"), &[]), TestOutcome::NotReported);
        }
    }

    #[test]
    fn the_feature_tells_two_of_one_name_apart_and_an_id_is_better_than_a_name() {
        let mut results = Results::default();
        results.add("Cards", "It works", &[], TestOutcome::NotRun);
        results.add("Loans", "It works", &[ID], TestOutcome::Failed);
        assert_eq!(results.of(&test("Cards", "It works"), &[]), TestOutcome::NotRun);
        assert_eq!(results.of(&test("Loans", "It works"), &[]), TestOutcome::Failed);
        assert_eq!(results.of(&test("Cards", "It works"), &[ID]), TestOutcome::Failed);
        results.add("Cards", "It works", &[], TestOutcome::Passed);
        assert_eq!(results.of(&test("Cards", "It works"), &[]), TestOutcome::Passed, "one row of several ran");
    }

    #[test]
    fn ids_are_found_in_tags_and_texts() {
        let letters = ID.letters();
        assert_eq!(id_of_tag(&format!("@scn-{letters}")), Some(ID));
        assert_eq!(id_of_tag(&format!("scn-{letters}x")), None);
        assert_eq!(ids_in(&format!("@a @scn-{letters}\n@scn-zz scn-é")), [ID]);
    }
}
