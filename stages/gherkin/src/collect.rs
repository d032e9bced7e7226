//! Reads variants, edges and anomalies into bounded choices of paths.

use std::collections::BTreeMap;

use schemas::ids::StableId;
use schemas::limits::VARIANTS_MAX;
use schemas::record::{Anomaly, Edge, EdgeRecord, EventCategory, Variant, VariantRecord};
use stage_runtime::{StepContext, StepError, map_blocks};

use crate::candidate::{Candidate, Collector, Origin, Risk, Trail};
use crate::repetition::Repetitions;
use crate::vocabulary::{Act, Vocabulary};

/// Anomaly groups that become scenarios at most: the most surprising ones.
const SUSPECTS_MAX: usize = 200;
/// Repetitions of one changing call in a row that a scenario keeps; one of a call that only reads.
const REPEATS_MAX: usize = 3;

/// A call goes nearly always before another when it is directly before at least half of them, and of the changing calls that are all others together are
/// no more than one in so many.
const RARELY_OTHERWISE: u64 = 10;

/// What the mined records offer.
pub(crate) struct Harvest {
    /// Paths that enough customers share.
    pub(crate) common: Collector,
    /// Paths that fewer share.
    pub(crate) rare: Collector,
    /// Anomalous paths with their explanation, most surprising first.
    pub(crate) suspects: Vec<Suspect>,
    /// Customers.
    pub(crate) customers: Customers,
    /// For each changing call the one that goes directly before it in nearly every journey.
    pub(crate) before: Before,
    /// How often calls go wrong after they went well so many times.
    pub(crate) repetitions: Repetitions,
    /// Whether variants may have been left out: there are as many as a run keeps.
    pub(crate) may_lack_variants: bool,
}

/// What goes before a changing call, by act.
pub(crate) type Before = BTreeMap<u32, u32>;

/// Customers who certainly had each event type: lower bounds.
#[derive(Debug)]
pub(crate) struct Customers(Vec<u64>);

impl Customers {
    fn new(vocabulary: &Vocabulary) -> Self {
        Self(vec![0; vocabulary.event_types()])
    }

    fn raise(&mut self, event: u32, customers: u64) {
        if let Some(known) = self.0.get_mut(event as usize) {
            *known = (*known).max(customers);
        }
    }

    /// Customers of an event type.
    pub(crate) fn of_event(&self, event: u32) -> u64 {
        self.0.get(event as usize).copied().unwrap_or(0)
    }

    /// Customers of an act: those of its most shared event type.
    pub(crate) fn of_act(&self, act: &Act) -> u64 {
        act.event_types.iter().map(|(event, _)| self.of_event(*event)).max().unwrap_or(0)
    }
}

/// A path that an anomaly group walked.
pub(crate) struct Suspect {
    pub(crate) candidate: Candidate,
    pub(crate) explanation: String,
}

/// Reads everything.
pub(crate) fn harvest(context: &StepContext, vocabulary: &Vocabulary) -> Result<Harvest, StepError> {
    let policy = &context.policy().gherkin;
    let customers_min = u64::from(policy.customers_min);
    let wanted = read_anomalies(context)?;
    let mut found = Partial::new(policy.scenarios_max, vocabulary);
    let input = context.input("variant")?;
    let container = input.open::<Variant>()?;
    map_blocks::<Variant, _, _, _>(
        &container,
        0..container.block_count(),
        |block| {
            let mut partial = Partial::new(policy.scenarios_max, vocabulary);
            for record in block.records() {
                partial.add(vocabulary, &record?, customers_min, &wanted);
            }
            Ok(partial)
        },
        |partial| {
            found.merge(partial);
            Ok(())
        },
    )?;
    let before = add_edges(context, vocabulary, &mut found, customers_min)?;
    let suspects = suspects_in_order(vocabulary, &wanted, std::mem::take(&mut found.suspects));
    let may_lack_variants = container.records() >= VARIANTS_MAX as u64;
    let Partial { common, rare, customers, repetitions, .. } = found;
    Ok(Harvest { common, rare, suspects, customers, before, repetitions, may_lack_variants })
}

/// Anomaly groups by variant: place in the list, explanation.
type Wanted = BTreeMap<StableId, (usize, String)>;

fn read_anomalies(context: &StepContext) -> Result<Wanted, StepError> {
    let input = context.input("anomaly")?;
    let container = input.open::<Anomaly>()?;
    let mut wanted = Wanted::new();
    let mut scratch = Vec::new();
    for number in 0..container.block_count() {
        let block = container.block::<Anomaly>(number, &mut scratch)?;
        for record in block.records() {
            let record = record?;
            let place = wanted.len();
            if place < SUSPECTS_MAX {
                wanted.entry(record.variant).or_insert_with(|| (place, record.explanation.to_owned()));
            }
        }
    }
    Ok(wanted)
}

struct Partial {
    common: Collector,
    rare: Collector,
    suspects: BTreeMap<StableId, (Trail, u64)>,
    customers: Customers,
    repetitions: Repetitions,
}

impl Partial {
    fn new(scenarios_max: u32, vocabulary: &Vocabulary) -> Self {
        let collector = || Collector::new(scenarios_max);
        Self {
            common: collector(),
            rare: collector(),
            suspects: BTreeMap::new(),
            customers: Customers::new(vocabulary),
            repetitions: Repetitions::default(),
        }
    }

    fn add(&mut self, vocabulary: &Vocabulary, variant: &VariantRecord, customers_min: u64, wanted: &Wanted) {
        let acts = project(vocabulary, &variant.events);
        self.repetitions.add(vocabulary, variant);
        for event in &variant.events {
            self.customers.raise(*event, variant.customers);
        }
        for last in targets(vocabulary, &acts) {
            let collector = if variant.customers >= customers_min { &mut self.common } else { &mut self.rare };
            offer(collector, vocabulary, Trail::ending_at(&acts, last, Origin::Variant), variant.customers);
        }
        if wanted.contains_key(&variant.id) && is_testable(vocabulary, &acts) {
            self.suspects.insert(variant.id, (Trail::ending_at(&acts, acts.len() - 1, Origin::Variant), variant.customers));
        }
    }

    fn merge(&mut self, other: Self) {
        self.common.merge(other.common);
        self.rare.merge(other.rare);
        self.suspects.extend(other.suspects);
        self.repetitions.merge(other.repetitions);
        for (mine, theirs) in self.customers.0.iter_mut().zip(other.customers.0) {
            *mine = (*mine).max(theirs);
        }
    }
}

/// The acts of a variant: its calls if it has any, else its events. Repetitions in a row are kept as far as a scenario needs them.
pub(crate) fn project(vocabulary: &Vocabulary, events: &[u32]) -> Vec<u32> {
    let all: Vec<u32> = events.iter().filter_map(|event| vocabulary.act_of_event(*event)).collect();
    let has_calls = all.iter().any(|act| vocabulary.act(*act).http().is_some());
    let mut acts: Vec<u32> = Vec::new();
    for act in all {
        let http = vocabulary.act(act).http();
        if has_calls && http.is_none() {
            continue;
        }
        let repeats_max = if http.is_some_and(|http| !http.method.reads()) { REPEATS_MAX } else { 1 };
        if acts.iter().rev().take_while(|before| **before == act).count() < repeats_max {
            acts.push(act);
        }
    }
    acts
}

/// Whether a scenario can be made of it: one call is enough, an event must follow another.
pub(crate) fn is_testable(vocabulary: &Vocabulary, acts: &[u32]) -> bool {
    acts.last().is_some_and(|act| vocabulary.act(*act).http().is_some() || acts.len() > 1)
}

/// Positions worth a scenario: the end, every failure, the last transaction.
pub(crate) fn targets(vocabulary: &Vocabulary, acts: &[u32]) -> Vec<usize> {
    let last_transaction = acts.iter().rposition(|act| vocabulary.act(*act).category == EventCategory::Transaction);
    let is_target = |place: &usize| *place + 1 == acts.len() || Some(*place) == last_transaction || vocabulary.act(acts[*place]).failed;
    (0..acts.len()).filter(is_target).filter(|place| is_testable(vocabulary, &acts[..=*place])).collect()
}

fn offer(collector: &mut Collector, vocabulary: &Vocabulary, trail: Trail, customers: u64) {
    let family = family_of(vocabulary, &trail).family_id;
    let (id, risk) = (trail.id(vocabulary), risk_of(vocabulary, &trail));
    collector.offer(family, Candidate { trail, id, risk, customers });
}

/// The act that names a path's file: what is tested when it is telling by itself, else the transaction of the journey.
pub(crate) fn family_of<'v>(vocabulary: &'v Vocabulary, trail: &Trail) -> &'v Act {
    let target = vocabulary.act(trail.target());
    if target.failed || matches!(target.category, EventCategory::Transaction | EventCategory::Login) {
        return target;
    }
    let acts = trail.acts.iter().rev().map(|act| vocabulary.act(*act));
    acts.into_iter().find(|act| act.category == EventCategory::Transaction).unwrap_or(target)
}

/// Risk of what a path tests.
pub(crate) fn risk_of(vocabulary: &Vocabulary, trail: &Trail) -> Risk {
    let target = vocabulary.act(trail.target());
    let is_transaction = target.category == EventCategory::Transaction;
    let is_fault = target.http().is_some_and(|http| http.status >= 500);
    let changes = target.http().is_some_and(|http| !http.method.reads());
    if is_fault || (target.failed && is_transaction) {
        Risk::High
    } else if target.failed || is_transaction || changes || target.category == EventCategory::Login {
        Risk::Medium
    } else {
        Risk::Low
    }
}

/// Journeys are often too long to be shared as a whole. Two acts that follow each other for enough customers still make a scenario,
/// for every act that no shared journey tests.
fn add_edges(context: &StepContext, vocabulary: &Vocabulary, found: &mut Partial, customers_min: u64) -> Result<Before, StepError> {
    let covered = found.common.targets();
    let input = context.input("edge")?;
    let container = input.open::<Edge>()?;
    let mut scratch = Vec::new();
    let mut followed = Followed::default();
    for number in 0..container.block_count() {
        let block = container.block::<Edge>(number, &mut scratch)?;
        for record in block.records() {
            let edge = record?;
            for event in [edge.from, edge.to] {
                found.customers.raise(event, edge.customers);
            }
            if edge.customers >= customers_min {
                followed.add(vocabulary, &edge);
            }
            let trail = trail_of_edge(vocabulary, &edge).filter(|trail| !covered.contains(&trail.target()));
            if let Some(trail) = trail.filter(|_| edge.customers >= customers_min) {
                offer(&mut found.common, vocabulary, trail, edge.customers);
            }
        }
    }
    Ok(followed.nearly_always(vocabulary))
}

/// How often one changing call directly follows another.
#[derive(Default)]
struct Followed(BTreeMap<u32, BTreeMap<u32, u64>>);

impl Followed {
    fn add(&mut self, vocabulary: &Vocabulary, edge: &EdgeRecord) {
        let changes = |act: &u32| {
            let act = vocabulary.act(*act);
            !act.signs_in() && !act.signs_out() && act.http().is_some_and(|http| !http.method.reads() && !http.failed())
        };
        let to = vocabulary.act_of_event(edge.to).filter(changes);
        let from = vocabulary.act_of_event(edge.from).filter(changes);
        if let (Some(from), Some(to)) = (from, to.filter(|to| Some(*to) != from)) {
            let count = self.0.entry(to).or_default().entry(from).or_default();
            *count = count.saturating_add(edge.count);
        }
    }

    fn nearly_always(self, vocabulary: &Vocabulary) -> Before {
        let dominant = |to: u32, counts: BTreeMap<u32, u64>| {
            let sum = counts.values().fold(0, |sum: u64, count| sum.saturating_add(*count));
            let half = vocabulary.act(to).count().div_ceil(2);
            counts.into_iter().find(|(_, count)| *count >= half && sum - count <= sum / RARELY_OTHERWISE)
        };
        self.0.into_iter().filter_map(|(to, counts)| Some((to, dominant(to, counts)?.0))).collect()
    }
}

pub(crate) fn trail_of_edge(vocabulary: &Vocabulary, edge: &EdgeRecord) -> Option<Trail> {
    let to = vocabulary.act_of_event(edge.to)?;
    let is_call = |act: u32| vocabulary.act(act).http().is_some();
    let from = vocabulary.act_of_event(edge.from).filter(|from| *from != to && is_call(*from) == is_call(to));
    let acts: Vec<u32> = from.into_iter().chain([to]).collect();
    is_testable(vocabulary, &acts).then_some(Trail { acts, origin: Origin::Edge })
}

fn suspects_in_order(vocabulary: &Vocabulary, wanted: &Wanted, found: BTreeMap<StableId, (Trail, u64)>) -> Vec<Suspect> {
    let mut suspects: Vec<(usize, Suspect)> = Vec::new();
    for (variant, (trail, customers)) in found {
        if let Some((place, explanation)) = wanted.get(&variant) {
            let (id, risk) = (trail.id(vocabulary), risk_of(vocabulary, &trail));
            suspects.push((*place, Suspect { candidate: Candidate { trail, id, risk, customers }, explanation: explanation.clone() }));
        }
    }
    suspects.sort_by_key(|(place, _)| *place);
    let mut seen = std::collections::BTreeSet::new();
    suspects.into_iter().map(|(_, suspect)| suspect).filter(|suspect| seen.insert(suspect.candidate.id)).collect()
}
