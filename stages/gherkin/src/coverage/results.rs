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
/// Entries of one name that are told apart by what they belong to; the rest count as one.
const PLACES_MAX: usize = 64;

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

/// Results of one name.
#[derive(Debug, Default)]
struct Named {
    /// By names that hold that of the feature: the least ones, so the order of the results does not matter.
    places: BTreeMap<String, Ends>,
    /// Those for which there was no room.
    rest: Ends,
}

impl Named {
    fn add(&mut self, belongs_to: String, outcome: TestOutcome) {
        self.places.entry(belongs_to).or_default().add(outcome);
        if self.places.len() > PLACES_MAX
            && let Some((_, ends)) = self.places.pop_last()
        {
            self.rest.merge(ends);
        }
    }

    /// Ends in a feature; all of them when nothing belongs to it.
    fn of(&self, feature: &str) -> Ends {
        let mut ends = Ends::default();
        self.places.iter().filter(|(place, _)| place.contains(feature)).for_each(|(_, found)| ends.merge(*found));
        if ends == Ends::default() {
            self.places.values().chain([&self.rest]).for_each(|found| ends.merge(*found));
        }
        ends
    }
}

/// All results.
#[derive(Debug, Default)]
pub(super) struct Results {
    by_id: BTreeMap<StableId, Ends>,
    /// By name of the scenario.
    by_name: BTreeMap<StableId, Named>,
    count: usize,
    /// What was said of a name in a feature: one feature may hold a name many times.
    told: BTreeMap<(StableId, StableId), Ends>,
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
        self.by_name.entry(name_key(plain(name))).or_default().add(belongs_to, outcome);
        self.told.clear();
        true
    }

    /// What is said of a test.
    pub(super) fn of(&mut self, test: &Test<'_>, ids: &[StableId]) -> TestOutcome {
        let mut ends = Ends::default();
        ids.iter().filter_map(|id| self.by_id.get(id)).for_each(|found| ends.merge(*found));
        if ends == Ends::default() {
            ends = self.of_name(test.feature, &test.name);
        }
        if ends == Ends::default() && test.name != test.outline {
            ends = self.of_name(test.feature, test.outline);
        }
        ends.outcome()
    }

    fn of_name(&mut self, feature: &str, name: &str) -> Ends {
        let name = name_key(plain(name));
        let Some(named) = self.by_name.get(&name) else { return Ends::default() };
        let feature: String = letters(feature).take(BELONGS_TO_CHARS_MAX).collect();
        *self.told.entry((name, StableId::of(feature.as_bytes()))).or_insert_with(|| named.of(&feature))
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
        Test { feature, name: name.to_owned(), outline: name, tags: Vec::new(), steps: Vec::new() }
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
    fn a_row_is_found_by_its_filled_name_and_by_that_of_its_outline() {
        let mut results = Results::default();
        results.add("F", "pay 1 EUR -- @1.1 rows", &[], TestOutcome::NotRun);
        results.add("F", "pay 2 EUR", &[], TestOutcome::Passed);
        results.add("tests", "test_see_n[1-2]", &[], TestOutcome::Failed);
        let row = |name: &str, outline: &'static str| Test { name: name.to_owned(), ..test("F", outline) };
        assert_eq!(results.of(&row("pay 1 EUR", "pay <n> EUR"), &[]), TestOutcome::NotRun);
        assert_eq!(results.of(&row("pay 2 EUR", "pay <n> EUR"), &[]), TestOutcome::Passed);
        assert_eq!(results.of(&row("pay 3 EUR", "pay <n> EUR"), &[]), TestOutcome::NotReported);
        assert_eq!(results.of(&row("see 1", "see <n>"), &[]), TestOutcome::Failed);
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

    /// What would take hours entry by entry.
    #[test]
    fn many_results_and_many_tests_of_one_name_are_quick() {
        let many = 100_000;
        let mut forward = Results::default();
        let mut backward = Results::default();
        for number in 0..many {
            let outcome = |number: usize| if number == 7 { TestOutcome::NotRun } else { TestOutcome::Passed };
            assert!(forward.add(&format!("class {number:06}"), "a", &[], outcome(number)));
            assert!(backward.add(&format!("class {:06}", many - 1 - number), "a", &[], outcome(many - 1 - number)));
        }
        for results in [&mut forward, &mut backward] {
            let named = results.by_name.values().next().unwrap();
            assert_eq!((named.places.len(), named.rest.passed as usize), (PLACES_MAX, many - PLACES_MAX));
            assert_eq!(results.of(&test("Class 000007", "a"), &[]), TestOutcome::NotRun, "one that is told apart");
            for _ in 0..many {
                assert_eq!(results.of(&test("x", "a"), &[]), TestOutcome::Passed);
            }
            assert_eq!(results.told.len(), 2);
        }
    }

    #[test]
    fn ids_are_found_in_tags_and_texts() {
        let letters = ID.letters();
        assert_eq!(id_of_tag(&format!("@scn-{letters}")), Some(ID));
        assert_eq!(id_of_tag(&format!("scn-{letters}x")), None);
        assert_eq!(ids_in(&format!("@a @scn-{letters}\n@scn-zz scn-é")), [ID]);
    }
}
