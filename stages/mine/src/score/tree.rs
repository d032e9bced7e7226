//! The count channel: a tree over how often each event occurs in a journey (C. K. Chow and C. N. Liu, "Approximating discrete probability
//! distributions with dependence trees", IEEE Trans. Inf. Theory 14, 1968), and how surprising each count is beside its neighbours'.
//!
//! The tree joins the variables that tell most about each other (greatest mutual information). Each edge is looked at from both ends,
//! so the score does not depend on where the tree is rooted: of two rare counts that never meet, the one that is usually something
//! else says more. A probability is interpolated with that of the count alone. What the unseen gets grows with the different counts
//! seen: a count that has always been the same leaves little room. A gap between two
//! counts that occur is filled with the lesser of them; none is not a count: one of what comes as a pair or not at all is a surprise.

use super::counts::{BUCKETS, Counted, Joint, Margin, UNSEEN, VARIABLES};
use super::fold::{FOLDS, sum_without};
use super::log2::log2;

/// How probabilities are smoothed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Smoothing {
    /// What was learned from is normal: interpolated, each edge looked at from both ends. One rare count beside another multiplies.
    Interpolated,
    /// Nobody has looked at what was learned from: Laplace's, each count given its parent's alone. Bits then end where the journeys do that
    /// speak for them, so that a small family of rare journeys, each count of which is rare, does not stand above a step that
    /// is missing from a journey like all others.
    Laplace,
}

/// What the unseen weighs, in journeys, where nothing but one count was ever seen.
const UNSEEN_WEIGHT: f64 = 0.1;

/// A count beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Factor {
    /// Variable that surprises.
    pub variable: u8,
    /// Its bucket.
    pub bucket: u8,
    /// The neighbour and its bucket; none when the count surprises by itself.
    pub beside: Option<(u8, u8)>,
}

/// The most surprising factor of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CountSurprise {
    /// Thousandths of a bit.
    pub millibits: u32,
    /// Which.
    pub factor: Factor,
}

struct Edge {
    first: u8,
    second: u8,
    /// Whether the first is the one nearer to the root.
    first_is_parent: bool,
    joint: Joint,
}

/// Thousandths of a bit of one bucket, given another one: `[given][bucket]`.
type Table = [[u32; BUCKETS]; BUCKETS];

/// Of a direction that is not looked at.
const NO_TABLE: Table = [[0; BUCKETS]; BUCKETS];

/// Of one fold left out (or none).
struct OfFold {
    /// By edge: the second given the first, the first given the second.
    edges: Vec<[Table; 2]>,
    /// By variable: the count by itself, for those without a tree around them.
    alone: Vec<[u32; BUCKETS]>,
    /// Edges with how much two zeros surprise, most first.
    zeros: Vec<(u32, u16)>,
}

/// The model.
pub(super) struct CountModel {
    edges: Vec<Edge>,
    margins: Vec<Margin>,
    touching: Vec<Vec<u16>>,
    by_fold: Vec<OfFold>,
}

impl CountModel {
    /// Fits the tree over the first `variables` of them.
    pub(super) fn new(counted: &Counted, variables: usize, smoothing: Smoothing) -> Self {
        let edges: Vec<Edge> = spanning_tree(counted, variables);
        let mut touching = vec![Vec::new(); VARIABLES];
        for (number, edge) in (0..).zip(&edges) {
            touching[usize::from(edge.first)].push(number);
            touching[usize::from(edge.second)].push(number);
        }
        let by_fold = (0..=FOLDS).map(|without| OfFold::new(&edges, &counted.margins, without, smoothing)).collect();
        Self { edges, margins: counted.margins.clone(), touching, by_fold }
    }

    /// The most surprising count of a profile, by the model without `fold` (none: by all of it).
    pub(super) fn surprise(&self, profile: &[(u8, u8)], fold: Option<usize>) -> CountSurprise {
        let of_fold = &self.by_fold[fold.unwrap_or(FOLDS)];
        let mut buckets = [0; VARIABLES];
        profile.iter().for_each(|(variable, bucket)| buckets[usize::from(*variable)] = *bucket);
        let at = |variable: u8| buckets[usize::from(variable)];
        let mut worst = CountSurprise { millibits: 0, factor: Factor { variable: UNSEEN, bucket: 0, beside: None } };
        let mut look = |millibits: u32, variable: u8, bucket: u8, beside: Option<(u8, u8)>| {
            if millibits > worst.millibits {
                worst = CountSurprise { millibits, factor: Factor { variable, bucket, beside } };
            }
        };
        // The root and events unseen have no tree around them; every other count is looked at beside its neighbours.
        for variable in [0, UNSEEN] {
            let bucket = at(variable);
            look(of_fold.alone[usize::from(variable)][usize::from(bucket)], variable, bucket, None);
        }
        let mut look_at_edge = |number: u16| {
            let (edge, tables) = (&self.edges[usize::from(number)], &of_fold.edges[usize::from(number)]);
            let (first, second) = (at(edge.first), at(edge.second));
            look(tables[0][usize::from(first)][usize::from(second)], edge.second, second, Some((edge.first, first)));
            look(tables[1][usize::from(second)][usize::from(first)], edge.first, first, Some((edge.second, second)));
        };
        for (variable, _) in profile {
            self.touching[usize::from(*variable)].iter().for_each(|number| look_at_edge(*number));
        }
        let untouched = |number: u16| {
            let edge = &self.edges[usize::from(number)];
            at(edge.first) == 0 && at(edge.second) == 0
        };
        if let Some((_, number)) = of_fold.zeros.iter().find(|(_, number)| untouched(*number)) {
            look_at_edge(*number);
        }
        worst
    }

    /// Journeys with this factor's bucket where its neighbour has the one it has, and journeys of that neighbour's bucket.
    pub(super) fn support(&self, factor: Factor) -> (u64, u64) {
        let Factor { variable, bucket, beside } = factor;
        let bucket = usize::from(bucket);
        let margin = &self.margins[usize::from(variable)];
        let Some((other, given)) = beside else {
            return (sum_without(&margin[bucket], FOLDS), margin.iter().map(|counts| sum_without(counts, FOLDS)).sum());
        };
        let edges = self.edges.iter().filter(|edge| [(edge.first, edge.second), (edge.second, edge.first)].contains(&(variable, other)));
        let cells = edges.flat_map(|edge| {
            (0..BUCKETS).map(|of| {
                let (a, b) = if edge.first == variable { (of, usize::from(given)) } else { (usize::from(given), of) };
                (of, sum_without(&edge.joint[a][b], FOLDS))
            })
        });
        cells.fold((0, 0), |(count, all), (of, cell)| (if of == bucket { cell } else { count }, all + cell))
    }

    /// The bucket a variable has most often where its neighbour has the one it has.
    pub(super) fn usual(&self, factor: Factor) -> u8 {
        let support = |bucket: u8| self.support(Factor { bucket, ..factor }).0;
        (0..BUCKETS as u8).rev().max_by_key(|bucket| support(*bucket)).unwrap_or(0)
    }
}

impl OfFold {
    fn new(edges: &[Edge], margins: &[Margin], without: usize, smoothing: Smoothing) -> Self {
        let probabilities: Vec<[f64; BUCKETS]> = margins.iter().map(|margin| alone(margin, without, smoothing)).collect();
        let bits: Vec<[u32; BUCKETS]> = probabilities.iter().map(|of_variable| of_variable.map(millibits)).collect();
        let tables: Vec<[Table; 2]> = edges
            .iter()
            .map(|edge| {
                let of = |variable: u8| (&probabilities[usize::from(variable)], &bits[usize::from(variable)]);
                let given_first = || std::array::from_fn(|a| given(&edge.joint[a], of(edge.second), without, smoothing));
                let given_second = || std::array::from_fn(|b| given(&std::array::from_fn(|a| edge.joint[a][b]), of(edge.first), without, smoothing));
                match (smoothing, edge.first_is_parent) {
                    (Smoothing::Interpolated, _) => [given_first(), given_second()],
                    (Smoothing::Laplace, true) => [given_first(), NO_TABLE],
                    (Smoothing::Laplace, false) => [NO_TABLE, given_second()],
                }
            })
            .collect();
        let mut zeros: Vec<(u32, u16)> = (0..).zip(&tables).map(|(number, two)| (two[0][0][0].max(two[1][0][0]), number)).collect();
        zeros.sort_unstable_by_key(|(millibits, number)| (std::cmp::Reverse(*millibits), *number));
        Self { edges: tables, alone: bits, zeros }
    }
}

fn millibits(probability: f64) -> u32 {
    (-log2(probability) * 1_000.0).clamp(0.0, 1e6).round() as u32
}

/// Journeys by bucket with gaps filled, their sum, and what the unseen weighs.
fn smooth(counts: &Margin, without: usize, smoothing: Smoothing) -> ([f64; BUCKETS], f64, f64) {
    let seen = counts.map(|counts| sum_without(&counts, without));
    if smoothing == Smoothing::Laplace {
        return (seen.map(|count| count as f64), seen.iter().sum::<u64>() as f64, BUCKETS as f64);
    }
    let distinct = seen.iter().filter(|count| **count > 0).count();
    let filled: [f64; BUCKETS] = std::array::from_fn(|bucket| {
        let at = |bucket: usize| seen.get(bucket).copied().unwrap_or(0);
        let gap = if bucket > 1 { at(bucket - 1).min(at(bucket + 1)) } else { 0 };
        seen[bucket].max(gap) as f64
    });
    (filled, filled.iter().sum(), distinct.saturating_sub(1) as f64 + UNSEEN_WEIGHT)
}

/// Probability of each bucket of a variable by itself.
fn alone(margin: &Margin, without: usize, smoothing: Smoothing) -> [f64; BUCKETS] {
    let (filled, sum, unseen) = smooth(margin, without, smoothing);
    filled.map(|count| (count + unseen / BUCKETS as f64) / (sum + unseen))
}

/// Thousandths of a bit of each bucket of a variable, given one of its neighbour's. `alone`: its probabilities and bits by itself.
fn given(counts: &Margin, (alone, bits): (&[f64; BUCKETS], &[u32; BUCKETS]), without: usize, smoothing: Smoothing) -> [u32; BUCKETS] {
    let (filled, sum, unseen) = smooth(counts, without, smoothing);
    let laplace = smoothing == Smoothing::Laplace;
    if sum <= 0.0 {
        return if laplace { [millibits(1.0 / BUCKETS as f64); BUCKETS] } else { *bits };
    }
    let alone = if laplace { &[1.0 / BUCKETS as f64; BUCKETS] } else { alone };
    std::array::from_fn(|bucket| millibits((filled[bucket] + unseen * alone[bucket]) / (sum + unseen)))
}

/// The tree of greatest mutual information, by Prim's algorithm from variable 0; of equals the one with the smaller numbers.
fn spanning_tree(counted: &Counted, variables: usize) -> Vec<Edge> {
    let logarithms = Logarithms::new();
    let information = |a: u8, b: u8| mutual_information(counted, a.min(b), a.max(b), &logarithms);
    let mut outside: Vec<(u8, f64, u8)> = (1..variables as u8).map(|variable| (variable, information(0, variable), 0)).collect();
    let mut edges = Vec::new();
    while let Some(next) = (0..outside.len()).reduce(|best, at| if outside[at].1 > outside[best].1 { at } else { best }) {
        let (joined, _, to) = outside.remove(next);
        let (first, second) = (joined.min(to), joined.max(to));
        edges.push(Edge { first, second, first_is_parent: first == to, joint: counted.joint(first, second) });
        for (variable, best, through) in &mut outside {
            let information = information(joined, *variable);
            if information > *best {
                (*best, *through) = (information, joined);
            }
        }
    }
    edges
}

/// Parts of a bit that are told apart, so that what is equal stays equal however it was rounded.
const FINEST: f64 = 1_024.0;

/// Mutual information of two variables, in bits times journeys: all pairs have the same journeys.
fn mutual_information(counted: &Counted, first: u8, second: u8, logarithms: &Logarithms) -> f64 {
    let mut cells = Vec::with_capacity(4 * BUCKETS);
    let [rows, columns] = counted.cells_of(first, second, |a, b, count| cells.push((a, b, count)));
    let total = logarithms.of(rows.iter().sum());
    let [rows, columns] = [rows, columns].map(|margin| margin.map(|count| logarithms.of(count)));
    let bits = |(a, b, count): &(usize, usize, u64)| *count as f64 * (logarithms.of(*count) + total - rows[*a] - columns[*b]);
    let sum: f64 = cells.iter().filter(|(.., count)| *count > 0).map(bits).sum();
    (sum * FINEST).round() / FINEST
}

/// Binary logarithms of counts, most of which are small and asked for again and again.
struct Logarithms(Vec<f64>);

impl Logarithms {
    /// Counts whose logarithms are kept.
    const KEPT: u64 = 1 << 14;

    fn new() -> Self {
        Self((0..Self::KEPT).map(|count| log2(count as f64)).collect())
    }

    fn of(&self, count: u64) -> f64 {
        self.0.get(count as usize).copied().unwrap_or_else(|| log2(count as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::{Cells, LocalCells, Occurrences, Variables};
    use super::super::fold::one_of;
    use super::*;

    fn fit(journeys: &[Vec<u32>]) -> (Variables, CountModel) {
        let mut occurrences = Occurrences::default();
        journeys.iter().for_each(|events| occurrences.add(events, 1));
        let variables = Variables::new(occurrences);
        let (mut cells, mut local) = (Cells::new(), LocalCells::default());
        journeys.iter().enumerate().for_each(|(number, events)| local.add(variables.profile(events), one_of(number % FOLDS)));
        cells.add(local);
        let model = CountModel::new(&cells.finish(), variables.count(), Smoothing::Interpolated);
        (variables, model)
    }

    /// A third of the journeys have two of event 4 and 5 each, the others neither.
    fn ordinary() -> Vec<Vec<u32>> {
        (0..600).map(|number| if number % 3 == 0 { vec![1, 2, 3, 4, 4, 5, 5] } else { vec![1, 2, 3] }).collect()
    }

    #[test]
    fn the_count_that_breaks_the_bond_is_the_surprise() {
        let (variables, model) = fit(&ordinary());
        let surprise = |events: &[u32]| model.surprise(&variables.profile(events), None);
        assert!(surprise(&[1, 2, 3]).millibits < 1_000);
        assert!(surprise(&[1, 2, 3, 4, 4, 5, 5]).millibits < 2_000);
        let odd = surprise(&[1, 2, 3, 4, 4]);
        assert!(odd.millibits > 8_000, "{odd:?}");
        assert_eq!(model.support(odd.factor).0, 0);
        assert_eq!((model.support(odd.factor).1, odd.factor.bucket, model.usual(odd.factor)), (400, 2, 0), "two of event 4 without event 5");
        assert!(surprise(&[1, 2, 3, 9]).millibits > 10_000);
        assert_eq!(surprise(&[1, 2, 3, 9]).factor.variable, UNSEEN);
    }

    #[test]
    fn both_ends_of_an_edge_and_zeros_are_looked_at() {
        let (variables, model) = fit(&ordinary());
        for odd in [&[2, 3][..], &[1, 1, 2, 3], &[]] {
            assert!(model.surprise(&variables.profile(odd), None).millibits > 10_000, "{odd:?}");
        }
    }

    #[test]
    fn probabilities_sum_to_one() {
        let (_, model) = fit(&ordinary());
        for of_fold in &model.by_fold {
            let rows = of_fold.edges.iter().flatten().flatten().chain(&of_fold.alone);
            for row in rows {
                let sum: f64 = row.iter().map(|millibits| 0.5_f64.powf(f64::from(*millibits) / 1_000.0)).sum();
                assert!((sum - 1.0).abs() < 0.01, "{sum}");
            }
        }
    }

    #[test]
    fn a_gap_between_counts_is_no_surprise_where_both_occur() {
        let journeys: Vec<Vec<u32>> = (0..400_u32).map(|number| vec![1; if number % 2 == 0 { 2 } else { 4 }]).collect();
        let (variables, model) = fit(&journeys);
        let bits = |count: usize| model.surprise(&variables.profile(&vec![1; count]), None).millibits;
        assert!(bits(3) < 2_000 && bits(5) > 8_000, "{} {}", bits(3), bits(5));
    }
}
