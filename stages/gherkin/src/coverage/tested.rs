//! What the step `write` knows of existing tests, and which scenarios they make unnecessary.
//!
//! A test that names a generated scenario (`@scn-...`) stands for that scenario and for no other, also where a longer one of ours passes through the
//! same calls. Any other test stands for each path that it walks without a gap. A test that results call skipped or undefined stands for nothing.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::record::{TestFile, TestFileRecord, TestOutcome, Tested as TestedKind};
use stage_runtime::{StepContext, StepError};

use crate::candidate::Candidate;
use crate::collect::project;
use crate::suite::{Removed, Suite};
use crate::vocabulary::Vocabulary;

/// The parameter that leaves out what is tested.
const MISSING_ONLY: &str = "missing_only";

/// The paths of this night's scenarios, by id.
#[derive(Debug, Default)]
pub(crate) struct Trails(BTreeMap<StableId, Vec<u32>>);

impl Trails {
    /// Adds paths.
    pub(crate) fn add<'c>(&mut self, candidates: impl IntoIterator<Item = &'c Candidate>) {
        self.0.extend(candidates.into_iter().map(|candidate| (candidate.id, candidate.trail.acts.clone())));
    }

    /// Whether a scenario of this night has this id.
    pub(super) fn has(&self, id: StableId) -> bool {
        self.0.contains_key(&id)
    }
}

/// Existing tests.
pub(crate) struct Tested {
    /// Files, all of them.
    pub(super) files: Vec<TestFileRecord>,
    /// Tests by what results say of them, in the order of [`TestOutcome`].
    pub(super) outcomes: BTreeMap<TestOutcome, u64>,
    /// Ids that tests name which count.
    ids: BTreeSet<StableId>,
    /// Walks of tests that count, each once, with the ids they name.
    walks: BTreeMap<Vec<u32>, BTreeSet<Vec<StableId>>>,
    /// Whether the job asks for the rest alone.
    pub(super) missing_only: bool,
}

impl Tested {
    /// Reads what the step `tests` wrote; none when there are no tests at all.
    pub(crate) fn read(context: &StepContext, vocabulary: &Vocabulary) -> Result<Option<Self>, StepError> {
        let missing_only = context.parameter(MISSING_ONLY) == Some("true");
        let mut tested = Self { files: Vec::new(), outcomes: BTreeMap::new(), ids: BTreeSet::new(), walks: BTreeMap::new(), missing_only };
        let mut scratch = Vec::new();
        for input in context.inputs("test_file") {
            let container = input.open::<TestFile>()?;
            for number in 0..container.block_count() {
                for record in container.block::<TestFile>(number, &mut scratch)?.records() {
                    tested.files.push(record?);
                }
            }
        }
        for input in context.inputs("tested") {
            let container = input.open::<TestedKind>()?;
            for number in 0..container.block_count() {
                for record in container.block::<TestedKind>(number, &mut scratch)?.records() {
                    let record = record?;
                    *tested.outcomes.entry(record.outcome).or_default() += 1;
                    if record.outcome == TestOutcome::NotRun {
                        continue;
                    }
                    tested.ids.extend(&record.ids);
                    tested.walks.entry(project(vocabulary, &record.events)).or_default().insert(record.ids);
                }
            }
        }
        Ok((!tested.files.is_empty()).then_some(tested))
    }

    /// Ids of the scenarios of this night that existing tests make unnecessary.
    pub(crate) fn covered(&self, suites: [&Suite; 2], trails: &Trails) -> BTreeSet<StableId> {
        let ours: BTreeSet<StableId> = suites.iter().flat_map(|suite| suite.drafts()).map(|draft| draft.id).collect();
        let is_other = |ids: &Vec<StableId>| !ids.iter().any(|id| ours.contains(id));
        let others = self.walks.iter().filter(|(_, named)| named.iter().any(is_other)).map(|(walk, _)| walk.as_slice());
        let wanted: Vec<(&StableId, &Vec<u32>)> = trails.0.iter().collect();
        let found = contained(&wanted.iter().map(|(_, acts)| acts.as_slice()).collect::<Vec<_>>(), others);
        let walked = wanted.iter().zip(found).filter(|(_, found)| *found).map(|((id, _), _)| **id);
        let named = self.ids.iter().filter(|id| ours.contains(id)).copied();
        walked.filter(|id| ours.contains(id)).chain(named).collect()
    }

    /// All walks that count: what tests do, whatever their tags say.
    pub(super) fn all_walks(&self) -> Vec<&[u32]> {
        self.walks.keys().map(Vec::as_slice).filter(|walk| !walk.is_empty()).collect()
    }

    /// Takes the scenarios that tests cover out of a suite, where the job asks for it.
    pub(crate) fn thin(&self, suite: &mut Suite, covered: &BTreeSet<StableId>) -> Vec<Removed> {
        if self.missing_only { suite.leave_out(|id| covered.contains(&id)) } else { Vec::new() }
    }
}

/// Which of the wanted paths stand in some walk without a gap. Paths are found by their first two acts.
pub(super) fn contained<'w>(wanted: &[&[u32]], walks: impl Iterator<Item = &'w [u32]>) -> Vec<bool> {
    let mut by_beginning: BTreeMap<(u32, Option<u32>), Vec<usize>> = BTreeMap::new();
    for (place, path) in wanted.iter().enumerate() {
        if let Some(first) = path.first() {
            by_beginning.entry((*first, path.get(1).copied())).or_default().push(place);
        }
    }
    let mut found = vec![false; wanted.len()];
    for walk in walks {
        for at in 0..walk.len() {
            let rest = &walk[at..];
            let beginnings = [(rest[0], None), (rest[0], rest.get(1).copied())];
            for place in beginnings.iter().filter_map(|beginning| by_beginning.get(beginning)).flatten() {
                found[*place] = found[*place] || rest.starts_with(wanted[*place]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_in_a_walk_without_a_gap() {
        let wanted: [&[u32]; 6] = [&[1], &[1, 2], &[2, 3, 4], &[1, 3], &[4, 5], &[]];
        let walks: [&[u32]; 2] = [&[9, 1, 2, 3, 4], &[5, 4]];
        assert_eq!(contained(&wanted, walks.into_iter()), [true, true, true, false, false, false]);
    }
}
