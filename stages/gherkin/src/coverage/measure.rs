//! What of production existing tests walk: calls and events, transitions, and whole paths.
//!
//! A path is a journey variant as a scenario sees it: its calls, or its events where it has none. Variants that differ only in what no test can see
//! are one path; of numbers of customers the greatest counts, since their customers may be the same, so each is a lower bound. A transition is two acts
//! of a path that follow each other, or an edge of the directly-follows graph between two of a kind.

use std::collections::{BTreeMap, BTreeSet};

use schemas::ids::StableId;
use schemas::record::{Edge, Variant};
use stage_runtime::{StepContext, StepError};

use super::tested::{Tested, Trails, contained};
use crate::candidate::{Origin, Risk, Trail};
use crate::collect::{is_testable, project, risk_of, targets, trail_of_edge};
use crate::vocabulary::Vocabulary;

/// How far a path is tested. Ordered: the least tested first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// No test makes any of its transitions (its call, where it has but one).
    Untested,
    /// Some transitions are made by no test.
    Partly,
    /// Each transition is made by some test, and no test walks all of it.
    Pieces,
    /// One test walks all of it.
    Whole,
}

impl Level {
    pub(super) const ALL: [Self; 4] = [Self::Whole, Self::Pieces, Self::Partly, Self::Untested];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Pieces => "pieces",
            Self::Partly => "partly",
            Self::Untested => "untested",
        }
    }
}

/// A path of production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) acts: Vec<u32>,
    /// Variants that are this path.
    pub(super) variants: Vec<StableId>,
    /// Customers at least.
    pub(super) customers: u64,
    pub(super) journeys: u64,
    pub(super) failures: u64,
    /// The worst of what its scenarios test.
    pub(super) risk: Risk,
    /// Place of the last act that is so.
    pub(super) worst: usize,
    pub(super) level: Level,
    /// Scenarios of this night that test it or a part of it.
    pub(super) scenarios: Vec<StableId>,
}

impl Path {
    fn new(vocabulary: &Vocabulary, acts: &[u32]) -> Self {
        let risks = targets(vocabulary, acts).into_iter().map(|last| (risk_of(vocabulary, &Trail::ending_at(acts, last, Origin::Variant)), last));
        let (risk, worst) = risks.min_by_key(|(risk, last)| (*risk, std::cmp::Reverse(*last))).unwrap_or((Risk::Low, acts.len() - 1));
        Self {
            acts: acts.to_vec(),
            variants: Vec::new(),
            customers: 0,
            journeys: 0,
            failures: 0,
            risk,
            worst,
            level: Level::Untested,
            scenarios: Vec::new(),
        }
    }

    /// What decides its rank: customers, of whom each counts more the higher the risk.
    pub(super) fn weight(&self) -> u64 {
        let factor = match self.risk {
            Risk::High => 9,
            Risk::Medium => 3,
            Risk::Low => 1,
        };
        self.customers.saturating_mul(factor)
    }
}

/// Something that customers do, and whether a test does it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Customers at least.
    pub(super) customers: u64,
    pub(super) tested: bool,
}

/// The coverage of a night.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Calls and events by act.
    pub(super) acts: BTreeMap<u32, Done>,
    pub(super) transitions: BTreeMap<(u32, u32), Done>,
    /// Paths in rank: greatest weight, least tested first.
    pub(super) paths: Vec<Path>,
}

impl Measured {
    /// Measures this night against its tests.
    pub(crate) fn new(context: &StepContext, vocabulary: &Vocabulary, tested: &Tested, trails: &Trails) -> Result<Self, StepError> {
        let mut measured = Self::default();
        let mut paths: BTreeMap<Vec<u32>, Path> = BTreeMap::new();
        measured.read_variants(context, vocabulary, &mut paths)?;
        measured.read_edges(context, vocabulary)?;
        let walks = tested.all_walks();
        for walk in &walks {
            for act in *walk {
                measured.acts.entry(*act).or_default().tested = true;
            }
            for pair in pairs(walk) {
                measured.transitions.entry(pair).or_default().tested = true;
            }
        }
        // What tests do and production does not is no part of production.
        measured.acts.retain(|_, done| done.customers > 0);
        measured.transitions.retain(|_, done| done.customers > 0);
        measured.rank(paths, &walks, trails, vocabulary);
        Ok(measured)
    }

    fn read_variants(&mut self, context: &StepContext, vocabulary: &Vocabulary, paths: &mut BTreeMap<Vec<u32>, Path>) -> Result<(), StepError> {
        let input = context.input("variant")?;
        let container = input.open::<Variant>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for variant in container.block::<Variant>(number, &mut scratch)?.records() {
                let variant = variant?;
                let acts = project(vocabulary, &variant.events);
                for act in &acts {
                    raise(self.acts.entry(*act).or_default(), variant.customers);
                }
                for pair in pairs(&acts) {
                    raise(self.transitions.entry(pair).or_default(), variant.customers);
                }
                if !is_testable(vocabulary, &acts) {
                    continue;
                }
                let path = paths.entry(acts).or_insert_with_key(|acts| Path::new(vocabulary, acts));
                path.variants.push(variant.id);
                path.customers = path.customers.max(variant.customers);
                path.journeys = path.journeys.saturating_add(variant.journeys);
                path.failures = path.failures.saturating_add(variant.failures);
            }
        }
        Ok(())
    }

    fn read_edges(&mut self, context: &StepContext, vocabulary: &Vocabulary) -> Result<(), StepError> {
        let input = context.input("edge")?;
        let container = input.open::<Edge>()?;
        let mut scratch = Vec::new();
        for number in 0..container.block_count() {
            for edge in container.block::<Edge>(number, &mut scratch)?.records() {
                let edge = edge?;
                for act in [edge.from, edge.to].into_iter().filter_map(|event| vocabulary.act_of_event(event)) {
                    raise(self.acts.entry(act).or_default(), edge.customers);
                }
                let trail = trail_of_edge(vocabulary, &edge);
                if let Some([from, to]) = trail.as_ref().map(|trail| trail.acts.as_slice()) {
                    raise(self.transitions.entry((*from, *to)).or_default(), edge.customers);
                }
            }
        }
        Ok(())
    }

    fn rank(&mut self, paths: BTreeMap<Vec<u32>, Path>, walks: &[&[u32]], trails: &Trails, vocabulary: &Vocabulary) {
        let mut paths: Vec<Path> = paths.into_values().collect();
        let whole = contained(&paths.iter().map(|path| path.acts.as_slice()).collect::<Vec<_>>(), walks.iter().copied());
        for (path, whole) in paths.iter_mut().zip(whole) {
            path.level = if whole { Level::Whole } else { self.level(&path.acts) };
            path.variants.sort_unstable();
            path.scenarios = targets(vocabulary, &path.acts)
                .into_iter()
                .map(|last| Trail::ending_at(&path.acts, last, Origin::Variant).id(vocabulary))
                .filter(|id| trails.has(*id))
                .collect();
            path.scenarios.sort_unstable();
            path.scenarios.dedup();
        }
        paths.sort_by(|a, b| {
            let place = |path: &Path| (std::cmp::Reverse(path.weight()), path.risk, path.level);
            place(a).cmp(&place(b)).then_with(|| a.acts.len().cmp(&b.acts.len())).then_with(|| a.variants.cmp(&b.variants))
        });
        self.paths = paths;
    }

    fn level(&self, acts: &[u32]) -> Level {
        let made: BTreeSet<bool> = match acts {
            [only] => BTreeSet::from([self.acts.get(only).is_some_and(|done| done.tested)]),
            _ => pairs(acts).map(|pair| self.is_made(pair)).collect(),
        };
        match (made.contains(&true), made.contains(&false)) {
            (true, false) => Level::Pieces,
            (true, true) => Level::Partly,
            _ => Level::Untested,
        }
    }

    /// Whether some test makes a transition.
    pub(super) fn is_made(&self, pair: (u32, u32)) -> bool {
        self.transitions.get(&pair).is_some_and(|done| done.tested)
    }

    /// Calls and events that no test makes.
    pub(crate) fn acts_untested(&self) -> u64 {
        self.acts.values().filter(|done| !done.tested).count() as u64
    }

    /// Paths that no test walks from end to end.
    pub(crate) fn paths_untested(&self) -> u64 {
        self.paths.iter().filter(|path| path.level != Level::Whole).count() as u64
    }
}

/// Acts that follow each other.
pub(super) fn pairs(acts: &[u32]) -> impl Iterator<Item = (u32, u32)> {
    acts.iter().copied().zip(acts.iter().copied().skip(1))
}

fn raise(done: &mut Done, customers: u64) {
    done.customers = done.customers.max(customers);
}
