//! Counting variants, groups and edges: one row a journey is sorted on disk by variant and duration, one more for each flagged one by
//! profile; edges are few and counted in memory.
//!
//! Flagged journeys are grouped by how often each event occurs in them, not by the order: whoever reviews them decides once for all
//! journeys that hold the same things (of the labelled sessions no such group mixes normal and abnormal ones).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemas::container::Block;
use schemas::ids::{RecordRef, StableId, TokenKey};
use schemas::limits::{ANOMALY_GROUPS_MAX, EDGES_MAX, VARIANTS_MAX};
use schemas::record::{Channel, EdgeRecord, Journey, JourneyRecord, JourneyScore, JourneyScoreRecord, Outcome, VariantRecord};
use stage_runtime::{Output, Scratch, StepError};

use super::NamedType;
use super::baseline::Baseline;
use super::counts::bucket;
use super::fit::{Fitted, Score, Verdict, read_scores};
use super::scan::Journeys;
use super::unit::{UNIT_BYTES, UnitCounts, What, row};
use crate::bounded::{Bounded, Merge};
use crate::hash::FixedMap;
use crate::journeys::builder::without_repetitions;
use crate::sort::{RowReader, RowWriter, Sorted, Sorter};

/// Length of a journey's row: what, its profile or variant, duration, first record, key, part, flags, score, variant.
pub(super) const ROW_BYTES: usize = 1 + 8 + 8 + 4 + 8 + 16 + 4 + 1 + 4 + 8;
/// A row of a group: these come first, as the variants of groups are kept however few journeys they have.
const GROUP: u8 = 0;
/// A row of a variant.
const VARIANT: u8 = 1;
/// Start and end in edges.
const OUTSIDE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, Default)]
struct EdgeCount {
    count: u64,
    duration_sum_us: u64,
}

impl Merge for EdgeCount {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.duration_sum_us = self.duration_sum_us.saturating_add(other.duration_sum_us);
    }
}

/// A journey as a group of anomalies refers to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Exemplar {
    /// First record, the order of the run.
    pub first: RecordRef,
    /// Key.
    pub key: TokenKey,
    /// Part.
    pub part: u32,
}

/// Flagged journeys of one profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flagged {
    /// Greatest surprise.
    pub millibits: u32,
    /// Where it lies.
    pub channel: Channel,
    /// Journeys flagged.
    pub journeys: u64,
    /// The most surprising of them, the first such.
    pub exemplar: Exemplar,
    /// Its variant.
    pub variant: u64,
}

#[derive(Debug, Clone, Copy)]
struct VariantCount {
    journeys: u64,
    failures: u64,
    exemplar: Exemplar,
}

/// What is kept of variants and edges, before customers and medians are known.
pub(super) struct Census {
    rows: Sorted<ROW_BYTES>,
    variants: BTreeMap<u64, VariantCount>,
    groups: BTreeMap<u64, Flagged>,
    edges: BTreeMap<u64, EdgeCount>,
    edges_left_out: bool,
    variants_total: u64,
    flagged_total: u64,
    accepted_total: u64,
}

/// Durations and events of the kept variants.
pub(super) struct Kept {
    medians: BTreeMap<u64, u64>,
    events: BTreeMap<u64, Vec<u32>>,
}

/// The finished census.
pub(super) struct Complete {
    /// Variants, most journeys first, then by id.
    pub variants: Vec<VariantRecord>,
    /// Edges, sorted.
    pub edges: Vec<EdgeRecord>,
    /// Groups of flagged journeys by profile.
    pub groups: BTreeMap<u64, Flagged>,
    /// Variants in all.
    pub variants_total: u64,
    /// Journeys flagged in all.
    pub flagged_total: u64,
    /// Journeys that would be flagged, had people not accepted their groups.
    pub accepted_total: u64,
    /// Whether the graph has more edges than are kept.
    pub edges_left_out: bool,
}

/// What journeys are judged by.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    /// The model.
    pub fitted: &'a Fitted,
    /// What people decided.
    pub baseline: &'a Baseline,
}

struct OfBlock {
    accepted: u64,
    rows: Vec<[u8; ROW_BYTES]>,
    units: Vec<[u8; UNIT_BYTES]>,
    scores: Vec<JourneyScoreRecord>,
    edges: FixedMap<u64, EdgeCount>,
}

/// Takes the census of all journeys and writes their scores.
///
/// # Errors
/// When an input is damaged, an output cannot be written or the scratch disk is full.
pub(super) fn take(
    journeys: &Journeys,
    judged: Judged<'_>,
    scores: &Scratch,
    types: &[NamedType],
    mut rows: Sorter<ROW_BYTES>,
    units: &mut Sorter<UNIT_BYTES>,
    output: &mut Output<JourneyScore>,
) -> Result<Census, StepError> {
    let mut edges = Bounded::<EdgeCount, u64>::new(EDGES_MAX);
    let mut accepted = 0;
    journeys.scan(
        |block, start| count_block(&block, &read_scores(scores, start, block.len())?, judged, types),
        |of_block| {
            accepted += of_block.accepted;
            of_block.rows.into_iter().try_for_each(|row| rows.push(row))?;
            of_block.units.into_iter().try_for_each(|row| units.push(row))?;
            of_block.edges.into_iter().for_each(|(edge, count)| edges.add(&edge, count));
            of_block.scores.iter().try_for_each(|score| output.push(0, score, None))
        },
    )?;
    let (kept, left_out) = edges.finish();
    let edges = kept.into_iter().collect();
    Ok(Census { accepted_total: accepted, ..Census::of_rows(rows.finish()?, edges, left_out.is_some())? })
}

fn count_block(block: &Block<'_, Journey>, scores: &[Score], judged: Judged<'_>, types: &[NamedType]) -> Result<OfBlock, StepError> {
    let mut of_block = OfBlock { accepted: 0, rows: Vec::new(), units: Vec::new(), scores: Vec::new(), edges: FixedMap::default() };
    // Edges of the journey at hand.
    let mut own = Vec::new();
    for (journey, score) in block.records().zip(scores) {
        let journey = journey?;
        let Verdict { channel, millibits, flagged } = judged.fitted.verdict(*score);
        let profile = (flagged || judged.baseline.rejects_any()).then(|| profile_of(&journey.events, types));
        let accepted = flagged && profile.is_some_and(|profile| judged.baseline.accepts(profile));
        of_block.accepted += u64::from(accepted);
        let flagged = flagged && !accepted || profile.is_some_and(|profile| judged.baseline.rejects(profile));
        let unit = journey.customer.unwrap_or(journey.key);
        of_block.scores.push(JourneyScoreRecord { key: journey.key, part: journey.part, millibits: millibits.into(), flagged });
        of_block.rows.push(journey_row(VARIANT, journey.variant.0, &journey, channel, millibits));
        of_block.units.push(row(What::Variant, journey.variant.0, unit));
        if let Some(profile) = profile.filter(|_| flagged) {
            of_block.rows.push(journey_row(GROUP, profile, &journey, channel, millibits));
            of_block.units.push(row(What::Flagged, profile, unit));
        }
        own.clear();
        for (edge, gap_us) in edges_of(&journey) {
            of_block.edges.entry(edge).or_default().merge(EdgeCount { count: 1, duration_sum_us: gap_us });
            own.push(edge);
        }
        own.sort_unstable();
        own.dedup();
        of_block.units.extend(own.iter().map(|edge| row(What::Edge, *edge, unit)));
    }
    Ok(of_block)
}

/// The edges of a journey with the time each took, start and end included; no end when the journey goes on beyond its limit.
fn edges_of(journey: &JourneyRecord) -> impl Iterator<Item = (u64, u64)> + '_ {
    let edge = |from: u32, to: u32| u64::from(from) << 32 | u64::from(to);
    let gaps = journey.gaps_us.iter().copied().chain(std::iter::repeat(None));
    let inner = journey.events.windows(2).zip(gaps).map(move |(two, gap)| (edge(two[0], two[1]), gap.unwrap_or(0)));
    let start = journey.events.first().map(|first| (edge(OUTSIDE, *first), 0));
    let end = journey.events.last().filter(|_| journey.events_left_out == 0).map(|last| (edge(*last, OUTSIDE), 0));
    start.into_iter().chain(inner).chain(end)
}

/// Hash of how often each event occurs, in buckets, the same across nights.
fn profile_of(events: &[u32], types: &[NamedType]) -> u64 {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    events.iter().for_each(|event| *counts.entry(types.get(*event as usize).map_or(0, |known| known.id)).or_default() += 1);
    let bytes: Vec<u8> = counts.iter().flat_map(|(id, count)| id.to_le_bytes().into_iter().chain([bucket(*count)])).collect();
    StableId::of(&bytes).0
}

fn journey_row(what: u8, key: u64, journey: &JourneyRecord, channel: Channel, millibits: u32) -> [u8; ROW_BYTES] {
    let mut row = [0; ROW_BYTES];
    let flags = u8::from(journey.outcome == Outcome::Failure) | u8::from(channel == Channel::Count) << 1;
    RowWriter::new(&mut row)
        .u8(what)
        .u64(key)
        .u64(journey.duration_ns)
        .u32(journey.first.source)
        .u64(journey.first.offset)
        .u128(journey.key.0)
        .u32(journey.part)
        .u8(flags)
        .u32(millibits)
        .u64(journey.variant.0);
    row
}

impl Census {
    /// Adds up the sorted rows: groups, then variants.
    fn of_rows(rows: Sorted<ROW_BYTES>, edges: BTreeMap<u64, EdgeCount>, edges_left_out: bool) -> Result<Self, StepError> {
        let mut tally = Tally::default();
        rows.for_each(|bytes| {
            tally.add(bytes);
            Ok(())
        })?;
        tally.close();
        let Tally { most, worst, wanted, variants_total, flagged_total, .. } = tally;
        let variants = most.into_iter().map(|((_, id), count)| (id, count)).chain(wanted.into_iter().filter_map(|(id, count)| Some((id, count?))));
        let groups = worst.into_iter().map(|((_, profile), flagged)| (profile, flagged)).collect();
        Ok(Self { variants: variants.collect(), rows, groups, edges, edges_left_out, variants_total, flagged_total, accepted_total: 0 })
    }

    /// Whether distinct units of this are wanted.
    pub(super) fn keeps(&self, what: u8, key: u64) -> bool {
        match what {
            0 => self.variants.contains_key(&key),
            1 => self.groups.contains_key(&key),
            2 => self.edges.contains_key(&key),
            _ => true,
        }
    }

    /// What is still wanted of the kept variants.
    ///
    /// # Errors
    /// When an input or the scratch file cannot be read.
    pub(super) fn read_kept(&self, journeys: &Journeys) -> Result<Kept, StepError> {
        Ok(Kept { medians: self.medians()?, events: self.events(journeys)? })
    }

    /// Adds customers, medians and the events of variants.
    pub(super) fn complete(self, kept: Kept, units: &UnitCounts) -> Complete {
        let Kept { medians, mut events } = kept;
        let mut variants: Vec<VariantRecord> = self
            .variants
            .iter()
            .map(|(id, count)| VariantRecord {
                id: StableId(*id),
                events: events.remove(id).unwrap_or_default(),
                journeys: count.journeys,
                customers: units.get(What::Variant, *id),
                failures: count.failures,
                duration_median_ns: medians.get(id).copied().unwrap_or(0),
                exemplar: count.exemplar.key,
            })
            .collect();
        variants.sort_by_key(|variant| (Reverse(variant.journeys), variant.id));
        let edges = self.edges.iter().map(|(edge, count)| EdgeRecord {
            from: (edge >> 32) as u32,
            to: *edge as u32,
            count: count.count,
            customers: units.get(What::Edge, *edge),
            duration_sum_ns: count.duration_sum_us.saturating_mul(1_000),
        });
        let edges = edges.collect();
        let Self { groups, variants_total, flagged_total, accepted_total, edges_left_out, .. } = self;
        Complete { variants, edges, groups, variants_total, flagged_total, accepted_total, edges_left_out }
    }

    /// The lower median of each kept variant's durations: rows are sorted by them.
    fn medians(&self) -> Result<BTreeMap<u64, u64>, StepError> {
        let mut medians = BTreeMap::new();
        let mut seen = (0, 0_u64);
        self.rows.for_each(|bytes| {
            let mut row = RowReader::new(bytes);
            let (what, variant, duration) = (row.u8(), row.u64(), row.u64());
            if what != VARIANT {
                return Ok(());
            }
            seen = if seen.0 == variant { (variant, seen.1 + 1) } else { (variant, 1) };
            if self.variants.get(&variant).is_some_and(|count| seen.1 == count.journeys.div_ceil(2)) {
                medians.insert(variant, duration);
            }
            Ok(())
        })?;
        Ok(medians)
    }

    /// The events of each kept variant, from any journey of it.
    fn events(&self, journeys: &Journeys) -> Result<BTreeMap<u64, Vec<u32>>, StepError> {
        let mut events: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
        journeys.scan(
            |block, _| {
                let mut found = BTreeMap::new();
                for journey in block.records() {
                    let journey = journey?;
                    if self.variants.contains_key(&journey.variant.0) {
                        found.entry(journey.variant.0).or_insert_with(|| without_repetitions(&journey.events));
                    }
                }
                Ok(found)
            },
            |found| {
                for (variant, of_variant) in found {
                    events.entry(variant).or_insert(of_variant);
                }
                Ok(())
            },
        )?;
        Ok(events)
    }
}

/// Rows of one group or variant come one after the other.
#[derive(Default)]
struct Tally {
    open: Option<(u8, u64, Flagged, VariantCount)>,
    /// Variants of most journeys.
    most: BTreeMap<(Reverse<u64>, u64), VariantCount>,
    /// Groups of most surprise.
    worst: BTreeMap<(Reverse<u32>, u64), Flagged>,
    /// Variants of the kept groups' exemplars.
    wanted: BTreeMap<u64, Option<VariantCount>>,
    variants_total: u64,
    flagged_total: u64,
}

impl Tally {
    fn add(&mut self, bytes: &[u8; ROW_BYTES]) {
        let (what, key, flagged, count) = read_row(bytes);
        match &mut self.open {
            Some((open_what, open_key, open_flagged, open_count)) if (*open_what, *open_key) == (what, key) => {
                open_flagged.merge(flagged);
                open_count.merge(count);
            }
            _ => {
                self.close();
                if what == VARIANT && self.variants_total == 0 {
                    self.wanted = self.worst.values().map(|group| (group.variant, None)).collect();
                }
                self.open = Some((what, key, flagged, count));
            }
        }
    }

    fn close(&mut self) {
        let Some((what, key, flagged, count)) = self.open.take() else { return };
        if what == GROUP {
            self.flagged_total += flagged.journeys;
            self.worst.insert((Reverse(flagged.millibits), key), flagged);
            if self.worst.len() > ANOMALY_GROUPS_MAX {
                self.worst.pop_last();
            }
            return;
        }
        self.variants_total += 1;
        if let Some(wanted) = self.wanted.get_mut(&key) {
            *wanted = Some(count);
        }
        self.most.insert((Reverse(count.journeys), key), count);
        if self.most.len() > VARIANTS_MAX {
            self.most.pop_last();
        }
    }
}

impl Flagged {
    fn merge(&mut self, other: Self) {
        let journeys = self.journeys + other.journeys;
        let worse = if (Reverse(self.millibits), self.exemplar) <= (Reverse(other.millibits), other.exemplar) { *self } else { other };
        *self = Self { journeys, ..worse };
    }
}

impl VariantCount {
    fn merge(&mut self, other: Self) {
        self.journeys += other.journeys;
        self.failures += other.failures;
        self.exemplar = self.exemplar.min(other.exemplar);
    }
}

fn read_row(bytes: &[u8; ROW_BYTES]) -> (u8, u64, Flagged, VariantCount) {
    let mut row = RowReader::new(bytes);
    let (what, key, _duration) = (row.u8(), row.u64(), row.u64());
    let first = RecordRef { source: row.u32(), offset: row.u64() };
    let exemplar = Exemplar { first, key: TokenKey(row.u128()), part: row.u32() };
    let (flags, millibits, variant) = (row.u8(), row.u32(), row.u64());
    let channel = if flags & 2 != 0 { Channel::Count } else { Channel::Order };
    let flagged = Flagged { millibits, channel, journeys: 1, exemplar, variant };
    (what, key, flagged, VariantCount { journeys: 1, failures: u64::from(flags & 1), exemplar })
}
