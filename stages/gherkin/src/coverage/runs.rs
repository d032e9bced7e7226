//! What a run over a test system's logs walked: its variants, its edges where variants are too many to be kept, and what stands in neither: events
//! beside calls.

use std::collections::BTreeSet;

use schemas::record::{Edge, TestFileKind, TestOutcome, Variant};
use stage_runtime::{StepContext, StepError};

use super::matcher::Matcher;
use super::step::{Gathered, empty_record};
use crate::vocabulary::Vocabulary;

/// Adds the run as one more file, when the job has one.
pub(super) fn add(context: &StepContext, file: u32, matcher: &Matcher, gathered: &mut Gathered) -> Result<(), StepError> {
    let Some(types) = context.inputs("tests_event_type").into_iter().next() else { return Ok(()) };
    let theirs = Vocabulary::read(&types)?;
    let mut record = empty_record(file, TestFileKind::Run);
    let unknown = theirs.acts().filter(|(_, act)| matcher.same_as(act).is_none()).count();
    record.calls_unknown = u32::try_from(unknown).unwrap_or(u32::MAX);
    let mut scratch = Vec::new();
    let mut pairs: BTreeSet<(u32, u32)> = BTreeSet::new();
    for input in context.inputs("tests_variant") {
        let container = input.open::<Variant>()?;
        for number in 0..container.block_count() {
            for variant in container.block::<Variant>(number, &mut scratch)?.records() {
                for walk in walks_of(&theirs, matcher, &variant?.events) {
                    pairs.extend(walk.iter().copied().zip(walk.iter().copied().skip(1)));
                    gathered.push_of(&mut record, Vec::new(), TestOutcome::NotReported, walk);
                }
            }
        }
    }
    for input in context.inputs("tests_edge") {
        let container = input.open::<Edge>()?;
        for number in 0..container.block_count() {
            for edge in container.block::<Edge>(number, &mut scratch)?.records() {
                let edge = edge?;
                for walk in walks_of(&theirs, matcher, &[edge.from, edge.to]).into_iter().filter(|walk| walk.len() == 2) {
                    if pairs.insert((walk[0], walk[1])) {
                        gathered.push_of(&mut record, Vec::new(), TestOutcome::NotReported, walk);
                    }
                }
            }
        }
    }
    // What happened there at all is tested, also where no walk leads through it.
    let walked = gathered.events_of(file);
    let happened: BTreeSet<u32> = theirs.acts().filter(|(_, act)| act.count() > 0).filter_map(|(_, act)| matcher.same_as(act)).collect();
    for event in happened.difference(&walked) {
        gathered.push_of(&mut record, Vec::new(), TestOutcome::NotReported, vec![*event]);
    }
    gathered.files.insert(file, record);
    Ok(())
}

/// The walks of a journey in this run's event numbers. Where calls are seen, other events say nothing, as in this run's own journeys; a call that
/// this run does not have ends a walk, since no transition leads across it.
fn walks_of(theirs: &Vocabulary, matcher: &Matcher, events: &[u32]) -> Vec<Vec<u32>> {
    let acts: Vec<_> = events.iter().filter_map(|event| theirs.act_of_event(*event)).map(|act| theirs.act(act)).collect();
    let has_calls = acts.iter().any(|act| act.http().is_some());
    let here: Vec<Option<u32>> = acts.iter().filter(|act| !has_calls || act.http().is_some()).map(|act| matcher.same_as(act)).collect();
    let walks = here.split(Option::is_none).map(|walk| walk.iter().flatten().copied().collect::<Vec<u32>>());
    walks.filter(|walk| !walk.is_empty()).collect()
}
