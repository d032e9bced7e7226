//! Paths that may become scenarios, and the bounded choice among them.
//!
//! A candidate is kept as act numbers. Of each file at most so many survive, best first; a candidate seen again keeps the greatest
//! number of customers seen, so the choice is the same whatever the order in which variants arrive, and memory does not grow with
//! them.

use std::collections::BTreeMap;

use schemas::ids::StableId;

use crate::vocabulary::Vocabulary;

/// Earlier acts a scenario repeats at most: those directly before the one under test.
pub(crate) const ACTS_BEFORE_MAX: usize = 8;
/// Files of one bundle at most.
pub(crate) const FAMILIES_MAX: usize = 256;

/// How bad it would be if this stopped working. Ordered: the worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Risk {
    High,
    Medium,
    Low,
}

impl Risk {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Where the path comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A whole journey variant, or its beginning.
    Variant,
    /// Two acts that follow each other.
    Edge,
}

/// A path: what was done before, and the act under test.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Trail {
    /// Acts, the last one under test. Never empty; all calls or all events.
    pub(crate) acts: Vec<u32>,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

impl Trail {
    /// The trail that ends at `acts[last]`: the acts before it, as many as a scenario takes.
    pub(crate) fn ending_at(acts: &[u32], last: usize, origin: Origin) -> Self {
        Self { acts: acts[last.saturating_sub(ACTS_BEFORE_MAX)..=last].to_vec(), origin }
    }

    /// The act under test.
    pub(crate) fn target(&self) -> u32 {
        *self.acts.last().expect("a trail is never empty")
    }

    /// The id across nights: hash of the acts' stable texts.
    pub(crate) fn id(&self, vocabulary: &Vocabulary) -> StableId {
        let keys: Vec<&str> = self.acts.iter().map(|act| vocabulary.act(*act).key.as_str()).collect();
        StableId::of(format!("trail/1\n{}", keys.join("\n")).as_bytes())
    }
}

/// A trail with what decides its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) trail: Trail,
    pub(crate) id: StableId,
    pub(crate) risk: Risk,
    /// Customers who certainly walked it: a lower bound, since two variants may share customers.
    pub(crate) customers: u64,
}

/// Ordered by place: risk, then customers, then id.
type Place = (Risk, std::cmp::Reverse<u64>, StableId);

/// The best candidates of one file.
#[derive(Debug, Default)]
struct Family {
    by_trail: BTreeMap<Vec<u32>, Place>,
    by_place: BTreeMap<Place, Trail>,
}

impl Family {
    fn offer(&mut self, candidate: Candidate, max: usize) {
        let place = (candidate.risk, std::cmp::Reverse(candidate.customers), candidate.id);
        if let Some(held) = self.by_trail.get(&candidate.trail.acts).copied() {
            if held <= place {
                return;
            }
            self.by_place.remove(&held);
        }
        self.by_trail.insert(candidate.trail.acts.clone(), place);
        self.by_place.insert(place, candidate.trail);
        if self.by_place.len() > max {
            let (_, worst) = self.by_place.pop_last().expect("it holds more than its bound");
            self.by_trail.remove(&worst.acts);
        }
    }
}

/// The best candidates of every file.
#[derive(Debug)]
pub(crate) struct Collector {
    per_family_max: usize,
    families: BTreeMap<StableId, Family>,
}

impl Collector {
    pub(crate) fn new(per_family_max: u32) -> Self {
        Self { per_family_max: per_family_max.max(1) as usize, families: BTreeMap::new() }
    }

    /// Offers a candidate to its file.
    pub(crate) fn offer(&mut self, family: StableId, candidate: Candidate) {
        self.families.entry(family).or_default().offer(candidate, self.per_family_max);
    }

    /// Takes over what another collector kept.
    pub(crate) fn merge(&mut self, other: Self) {
        for (family, candidates) in other.families {
            for ((risk, customers, id), trail) in candidates.by_place {
                self.offer(family, Candidate { trail, id, risk, customers: customers.0 });
            }
        }
    }

    /// Whether some candidate tests this act.
    pub(crate) fn targets(&self) -> std::collections::BTreeSet<u32> {
        self.families.values().flat_map(|family| family.by_place.values().map(Trail::target)).collect()
    }

    /// The candidates by file, best first; files beyond their bound are left out, those whose best candidate is worst.
    pub(crate) fn into_families(self) -> Vec<(StableId, Vec<Candidate>)> {
        let mut families: Vec<_> = self.families.into_iter().filter(|(_, family)| !family.by_place.is_empty()).collect();
        families.sort_by_key(|(id, family)| (family.by_place.first_key_value().map(|(place, _)| *place), *id));
        families.truncate(FAMILIES_MAX);
        let candidates = |family: Family| {
            let entries = family.by_place.into_iter();
            entries.map(|((risk, customers, id), trail)| Candidate { trail, id, risk, customers: customers.0 }).collect()
        };
        families.into_iter().map(|(id, family)| (id, candidates(family))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(acts: &[u32], risk: Risk, customers: u64) -> Candidate {
        let id = StableId(acts.iter().fold(7, |hash, act| hash * 31 + u64::from(*act)));
        Candidate { trail: Trail { acts: acts.to_vec(), origin: Origin::Variant }, id, risk, customers }
    }

    fn kept(offers: &[Candidate], max: u32) -> Vec<(Vec<u32>, u64)> {
        let mut collector = Collector::new(max);
        for offer in offers {
            collector.offer(StableId(1), offer.clone());
        }
        let families = collector.into_families();
        families.into_iter().flat_map(|(_, list)| list).map(|candidate| (candidate.trail.acts, candidate.customers)).collect()
    }

    #[test]
    fn the_choice_does_not_depend_on_the_order() {
        let mut offers =
            vec![candidate(&[1], Risk::Low, 9), candidate(&[2], Risk::High, 5), candidate(&[3], Risk::Low, 8), candidate(&[3], Risk::Low, 20)];
        let expected = kept(&offers, 2);
        assert_eq!(expected, [(vec![2], 5), (vec![3], 20)]);
        for _ in 0..offers.len() {
            offers.rotate_left(1);
            assert_eq!(kept(&offers, 2), expected);
        }
    }

    #[test]
    fn a_merge_is_the_same_as_one_collector() {
        let offers: Vec<_> = (0..40).map(|i| candidate(&[i % 13], Risk::Medium, u64::from(i * 7 % 23))).collect();
        let mut left = Collector::new(5);
        let mut right = Collector::new(5);
        for (i, offer) in offers.iter().enumerate() {
            if i % 3 == 0 { &mut left } else { &mut right }.offer(StableId(1), offer.clone());
        }
        left.merge(right);
        let merged: Vec<_> = left.into_families().into_iter().flat_map(|(_, list)| list).map(|c| (c.trail.acts, c.customers)).collect();
        assert_eq!(merged, kept(&offers, 5));
    }

    #[test]
    fn long_paths_keep_what_is_directly_before() {
        let acts: Vec<u32> = (0..30).collect();
        let trail = Trail::ending_at(&acts, 20, Origin::Variant);
        assert_eq!((trail.acts.len(), trail.acts[0], trail.target()), (ACTS_BEFORE_MAX + 1, 12, 20));
    }
}
