//! Traces: the distinct event sequences of the journeys that are learned from. What the model makes of a journey follows from its events and its
//! fold alone, so each round of fitting looks at every trace once, with how many journeys have it, instead of at every journey.

use std::hash::{Hash, Hasher};

use schemas::limits::{TRACE_EVENTS_MAX, TRACES_MAX};

use super::counts::Occurrences;
use super::fit::Score;
use super::fold::{ByFold, FOLDS, add, one_of};
use super::ngram::END;
use crate::hash::{FixedHasher, FixedMap};

/// A trace: how many journeys of each fold have it, and the score of those.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trace {
    /// Where its key begins among all keys; it ends where the next one's begins.
    start: u32,
    /// Journeys by fold.
    pub by_fold: ByFold,
    /// Score by the fold left out; of folds without a journey it means nothing.
    pub scores: [Score; FOLDS],
}

/// The traces of some journeys, unless there are too many to be kept.
#[derive(Default)]
pub(super) struct Traces {
    /// The place of each in `traces` by the hash of its key, or by the next number that was free: a map of keys would hold each of them in memory
    /// of its own, and of room for the next ones as much as of keys.
    places: FixedMap<u64, u32>,
    traces: Vec<Trace>,
    /// The keys, one behind the other.
    keys: Vec<u32>,
    overflows: bool,
    key: Vec<u32>,
}

const _: () = assert!(TRACE_EVENTS_MAX < u32::MAX as usize);

impl Traces {
    /// Counts a journey. `ends`: whether its last event is the journey's.
    pub(super) fn add(&mut self, events: &[u32], ends: bool, fold: usize) {
        let mut key = std::mem::take(&mut self.key);
        make_key(&mut key, events, ends);
        self.add_key(&key, one_of(fold));
        self.key = key;
    }

    fn add_key(&mut self, key: &[u32], by_fold: ByFold) {
        match self.find(key) {
            Ok(place) => add(&mut self.traces[place].by_fold, by_fold),
            Err(free) if self.traces.len() < TRACES_MAX && self.keys.len() + key.len() <= TRACE_EVENTS_MAX => {
                self.places.insert(free, self.traces.len() as u32);
                self.traces.push(Trace { start: self.keys.len() as u32, by_fold, ..Trace::default() });
                self.keys.extend_from_slice(key);
            }
            Err(_) => self.overflows = true,
        }
    }

    /// The place of a key's trace, or the number that its place is kept by when there is none.
    fn find(&self, key: &[u32]) -> Result<usize, u64> {
        let mut number = hash(key);
        while let Some(place) = self.places.get(&number) {
            let place = *place as usize;
            if self.key(place) == key {
                return Ok(place);
            }
            number = number.wrapping_add(1);
        }
        Err(number)
    }

    fn key(&self, place: usize) -> &[u32] {
        let end = self.traces.get(place + 1).map_or(self.keys.len(), |next| next.start as usize);
        &self.keys[self.traces[place].start as usize..end]
    }

    /// Adds another block's.
    pub(super) fn merge(&mut self, other: &Self) {
        self.overflows |= other.overflows;
        (0..other.traces.len()).for_each(|place| self.add_key(other.key(place), other.traces[place].by_fold));
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

    /// Each trace with its events and whether its last event is the journey's, as they came.
    pub(super) fn each(&self) -> impl Iterator<Item = (&[u32], bool, &Trace)> {
        (0..self.traces.len()).map(|place| {
            let (events, ends) = parts(self.key(place));
            (events, ends, &self.traces[place])
        })
    }

    /// All traces, at most `together` at a time, with what tells their events.
    pub(super) fn chunks_mut(&mut self, together: usize) -> impl Iterator<Item = Chunk<'_>> {
        let ends: Vec<usize> = self.traces.chunks(together).skip(1).map(|next| next[0].start as usize).chain([self.keys.len()]).collect();
        let keys = &self.keys;
        self.traces.chunks_mut(together).zip(ends).map(|(traces, end)| Chunk { keys: &keys[..end], traces })
    }

    /// The score of a journey that was counted.
    pub(super) fn score(&self, key: &mut Vec<u32>, events: &[u32], ends: bool, fold: usize) -> Option<Score> {
        make_key(key, events, ends);
        self.find(key).ok().map(|place| self.traces[place].scores[fold])
    }
}

/// Some traces, to be changed.
pub(super) struct Chunk<'a> {
    /// All keys up to the last one's end.
    keys: &'a [u32],
    traces: &'a mut [Trace],
}

impl Chunk<'_> {
    /// Hands over each trace with its events and whether its last event is the journey's.
    pub(super) fn for_each(&mut self, mut see: impl FnMut(&[u32], bool, &mut Trace)) {
        for place in 0..self.traces.len() {
            let end = self.traces.get(place + 1).map_or(self.keys.len(), |next| next.start as usize);
            let trace = &mut self.traces[place];
            let (events, ends) = parts(&self.keys[trace.start as usize..end]);
            see(events, ends, trace);
        }
    }
}

fn hash(key: &[u32]) -> u64 {
    let mut hasher = FixedHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
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
        traces.merge(&other);
        assert!(traces.are_all());
        let mut found: Vec<(Vec<u32>, bool, ByFold)> = traces.each().map(|(events, ends, trace)| (events.to_vec(), ends, trace.by_fold)).collect();
        found.sort();
        assert_eq!(found, [(vec![1, 2], false, [0, 0, 0, 1, 0]), (vec![1, 2], true, [1, 0, 0, 2, 0])]);
    }

    #[test]
    fn keys_of_one_hash_are_told_apart() {
        let mut traces = Traces::default();
        let number = hash(&[1, 2, END]);
        // Another key's place is kept by the number of the first: it is no trace of its journeys.
        traces.add(&[9], false, 0);
        let place = traces.places.drain().next().map(|(_, place)| place);
        traces.places.extend(place.map(|place| (number, place)));
        traces.add(&[1, 2], true, 1);
        traces.add(&[1, 2], true, 1);
        assert_eq!(traces.places.len(), 2);
        let found: Vec<(&[u32], bool, ByFold)> = traces.each().map(|(events, ends, trace)| (events, ends, trace.by_fold)).collect();
        assert_eq!(found, [(&[9][..], false, [1, 0, 0, 0, 0]), (&[1, 2][..], true, [0, 2, 0, 0, 0])]);
    }

    #[test]
    fn scores_are_left_with_their_traces() {
        let mut traces = Traces::default();
        (1..8).for_each(|event| traces.add(&vec![event; event as usize], event != 3, 2));
        let mut seen = Vec::new();
        for mut chunk in traces.chunks_mut(3) {
            chunk.for_each(|events, ends, trace| {
                seen.push((events.to_vec(), ends));
                trace.scores[2].order = events[0];
            });
        }
        assert_eq!(seen, (1..8).map(|event| (vec![event; event as usize], event != 3)).collect::<Vec<_>>());
        let mut key = Vec::new();
        (1..8).for_each(|event| {
            let score = traces.score(&mut key, &vec![event; event as usize], event != 3, 2);
            assert_eq!(score.map(|score| score.order), Some(event));
        });
        assert_eq!(traces.score(&mut key, &[3, 3, 3], true, 2), None);
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
