//! Traces: the distinct event sequences of the journeys that are learned from. What the model makes of a journey follows from its events and its
//! fold alone, so each round of fitting looks at every trace once, with how many journeys have it, instead of at every journey.

use schemas::limits::{TRACE_EVENTS_MAX, TRACES_MAX};

use super::counts::Occurrences;
use super::fit::Score;
use super::fold::{ByFold, FOLDS};
use super::ngram::END;
use crate::hash::FixedMap;

/// A trace: how many journeys of each fold have it, and the score of those.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trace {
    /// Journeys by fold.
    pub by_fold: ByFold,
    /// Score by the fold left out; of folds without a journey it means nothing.
    pub scores: [Score; FOLDS],
}

/// The traces of some journeys, unless there are too many to be kept.
#[derive(Default)]
pub(super) struct Traces {
    /// The place of each in `traces`: a map of whole traces would hold twice as many as there are.
    places: FixedMap<Box<[u32]>, u32>,
    traces: Vec<Trace>,
    events: usize,
    overflows: bool,
    key: Vec<u32>,
}

impl Traces {
    /// Counts a journey. `ends`: whether its last event is the journey's.
    pub(super) fn add(&mut self, events: &[u32], ends: bool, fold: usize) {
        let mut key = std::mem::take(&mut self.key);
        make_key(&mut key, events, ends);
        let mut by_fold = [0; FOLDS];
        by_fold[fold] = 1;
        self.add_key(&key, by_fold);
        self.key = key;
    }

    fn add_key(&mut self, key: &[u32], by_fold: ByFold) {
        if let Some(place) = self.places.get(key) {
            let sums = &mut self.traces[*place as usize].by_fold;
            sums.iter_mut().zip(by_fold).for_each(|(sum, count)| *sum += count);
        } else if self.traces.len() < TRACES_MAX && self.events + key.len() <= TRACE_EVENTS_MAX {
            self.events += key.len();
            self.places.insert(key.into(), self.traces.len() as u32);
            self.traces.push(Trace { by_fold, ..Trace::default() });
        } else {
            self.overflows = true;
        }
    }

    /// Adds another block's.
    pub(super) fn merge(&mut self, other: Self) {
        self.overflows |= other.overflows;
        other.places.iter().for_each(|(key, place)| self.add_key(key, other.traces[*place as usize].by_fold));
    }

    /// Whether every journey that was counted is in here; if not, what is here is of no use.
    pub(super) fn are_all(&self) -> bool {
        !self.overflows
    }

    /// Adds the journeys of these traces by event.
    pub(super) fn count_occurrences(&self, occurrences: &mut Occurrences) {
        for (events, _, trace) in self.each() {
            occurrences.add(events, trace.by_fold.iter().map(|count| u64::from(*count)).sum());
        }
    }

    /// Each trace with its events and whether its last event is the journey's, in no order.
    pub(super) fn each(&self) -> impl Iterator<Item = (&[u32], bool, &Trace)> {
        self.places.iter().map(|(key, place)| {
            let (events, ends) = parts(key);
            (events, ends, &self.traces[*place as usize])
        })
    }

    /// The same, to be changed.
    pub(super) fn each_mut(&mut self) -> impl Iterator<Item = (&[u32], bool, &mut Trace)> {
        let mut keys: Vec<&[u32]> = vec![&[]; self.traces.len()];
        self.places.iter().for_each(|(key, place)| keys[*place as usize] = key);
        keys.into_iter().zip(&mut self.traces).map(|(key, trace)| {
            let (events, ends) = parts(key);
            (events, ends, trace)
        })
    }

    /// The score of a journey that was counted.
    pub(super) fn score(&self, key: &mut Vec<u32>, events: &[u32], ends: bool, fold: usize) -> Option<Score> {
        make_key(key, events, ends);
        self.places.get(key.as_slice()).map(|place| self.traces[*place as usize].scores[fold])
    }
}

fn make_key(key: &mut Vec<u32>, events: &[u32], ends: bool) {
    key.clear();
    key.extend_from_slice(events);
    key.extend(ends.then_some(END));
}

fn parts(key: &[u32]) -> (&[u32], bool) {
    match key {
        [events @ .., END] => (events, true),
        events => (events, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn journeys_with_the_same_events_are_one_trace() {
        let (mut traces, mut other) = (Traces::default(), Traces::default());
        traces.add(&[1, 2], true, 0);
        traces.add(&[1, 2], true, 3);
        traces.add(&[1, 2], false, 3);
        other.add(&[1, 2], true, 3);
        traces.merge(other);
        assert!(traces.are_all());
        let mut found: Vec<(Vec<u32>, bool, ByFold)> = traces.each().map(|(events, ends, trace)| (events.to_vec(), ends, trace.by_fold)).collect();
        found.sort();
        assert_eq!(found, [(vec![1, 2], false, [0, 0, 0, 1, 0]), (vec![1, 2], true, [1, 0, 0, 2, 0])]);
    }

    #[test]
    fn too_many_are_said_to_be_too_many() {
        let mut traces = Traces::default();
        (0..TRACES_MAX as u32).for_each(|event| traces.add(&[event], true, 0));
        assert!(traces.are_all());
        traces.add(&[7], true, 1);
        assert!(traces.are_all());
        traces.add(&[7, 8], true, 1);
        assert!(!traces.are_all());
    }
}
