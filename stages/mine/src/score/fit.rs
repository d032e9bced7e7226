//! Fitting the two channels and deciding, in each by itself, where surprise begins.
//!
//! The order channel is the most surprising step of a journey (with the one beside it, where what was learned from is normal), the
//! count channel its most surprising count. Their bits are never added: a swap leaves every count as it is, a missing step may leave every transition ordinary, and in a sum each would hide in the
//! other's noise. A threshold is the cross-fitted quantile of what was learned from, with a floor. Among journeys that nobody has
//! looked at, the most surprising are left out and the model is fitted again, several times.

use schemas::exit::Exit;
use schemas::ids::TokenKey;
use schemas::record::{Channel, JourneyRecord};
use stage_runtime::{Scratch, StepError, join, map_ordered};

use super::counts::{BUCKETS, Cells, LocalCells, Occurrences, Variables};
use super::fold::{FOLDS, fold_of, one_of};
use super::log2::log2;
use super::ngram::{Counts, LocalCounts, Model};
use super::scan::Journeys;
use super::traces::{Trace, Traces};
use super::tree::{CountModel, Smoothing};

/// Share left out of the count channel when no journey is known to be normal, per thousand, round by round. The first rounds find a core; the last lets back in
/// what the core speaks for. What is let back in is not trimmed again: each fit makes its own five percent look odd.
const TRIMS_PER_MILLE: [u64; 5] = [150, 150, 150, 150, 50];
/// Share left out of the order channel, per thousand, in each round: its bits have no such bound, so no kind of journey would be safe in a core.
const ORDER_TRIM_PER_MILLE: u64 = 50;
/// What so many journeys in a thousand have in common is never left out: a kind of journey, however many kinds there are. While it is counted,
/// none of its counts has more bits than its share.
const KIND_PER_MILLE: f64 = 20.0;
/// Greatest share left out, when more than that is without any support, per thousand.
const TRIM_PER_MILLE_MAX: u64 = 200;
/// Share of normal journeys that each channel may flag, per million.
const ALPHA_PER_MILLION: u64 = 2_000;
/// Bits above the logarithm of the number of journeys below which nothing is flagged: a step seen once in N is no anomaly.
const FLOOR_BITS: f64 = 2.0;
/// Bits above the logarithm of the number of journeys from which a count is flagged where nobody has looked at them: less than four in N, in
/// a surrounding that is a good part of all.
const UNSUPPORTED_BITS: f64 = -2.0;
/// Bits below those of a count without any support, in a surrounding that is nearly all of what was learned from, from which it is left out.
const NEARLY_ALL_BITS: f64 = 0.1;
/// Traces that are counted before their counts join the bounded ones.
const TRACES_TOGETHER: usize = 4_096;
/// Traces that one thread scores at a time.
const TRACES_SCORED: usize = 512;
/// Highest score told apart, in thousandths of a bit.
const SCORE_MAX: usize = 100_000;

/// Which journeys the model learns from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mode {
    /// The first so many.
    train: u64,
    /// The most surprising of them left out: none is known to be normal.
    trims: bool,
}

impl Mode {
    /// The mode of the step's parameters.
    ///
    /// # Errors
    /// When the number is not one, or more than there are.
    pub(super) fn of_parameters(train_journeys: Option<&str>, unlabelled: Option<&str>, count: u64) -> Result<Self, StepError> {
        let Some(text) = train_journeys else { return Ok(Self { train: count, trims: true }) };
        let wrong = || StepError::new(Exit::Usage, format!("read the parameter train_journeys: it must be a number from 1 to {count}"));
        let train = text.parse().map_err(|_| wrong())?;
        if (1..=count).contains(&train) { Ok(Self { train, trims: unlabelled == Some("true") }) } else { Err(wrong()) }
    }
}

/// How surprising a journey is, thousandths of a bit by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Score {
    /// Its most surprising step.
    pub order: u32,
    /// Its most surprising count.
    pub count: u32,
}

/// Bytes of a score at rest.
const SCORE_BYTES: usize = 8;

/// The fitted channels and their thresholds.
pub(super) struct Fitted {
    /// The order channel.
    pub order: Model,
    /// The variables of the count channel.
    pub variables: Variables,
    /// The count channel.
    pub count: CountModel,
    /// Scores above are flagged.
    pub threshold: Score,
    /// Journeys the model learned from.
    pub trained: u64,
    mode: Mode,
}

/// What a score comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// The channel that is furthest above (or least below) its threshold.
    pub channel: Channel,
    /// Thousandths of a bit, so that both channels flag above the same number, [`Fitted::flagged_above`].
    pub millibits: u32,
    /// Whether it is above.
    pub flagged: bool,
}

impl Fitted {
    /// The fold to leave out when a journey is judged: its own, unless the model cannot have seen it.
    pub(super) fn fold(&self, number: u64, key: TokenKey) -> Option<usize> {
        fold(self.mode, number, key)
    }

    /// The greater of the two thresholds: verdicts flag above it.
    pub(super) fn flagged_above(&self) -> u32 {
        self.threshold.order.max(self.threshold.count)
    }

    /// Compares each channel with its own threshold.
    pub(super) fn verdict(&self, score: Score) -> Verdict {
        let above = self.flagged_above();
        let order = score.order.saturating_add(above - self.threshold.order);
        let count = score.count.saturating_add(above - self.threshold.count);
        let (channel, millibits) = if order > count { (Channel::Order, order) } else { (Channel::Count, count) };
        Verdict { channel, millibits, flagged: millibits > above }
    }
}

fn fold(mode: Mode, number: u64, key: TokenKey) -> Option<usize> {
    (number < mode.train).then(|| fold_of(key))
}

/// Which journeys a fit leaves out: those whose score is above in either channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Border(Score);

const NO_BORDER: Border = Border(Score { order: u32::MAX, count: u32::MAX });

/// Fits both channels; leaves the score of every journey in `scores`, in order.
///
/// # Errors
/// When an input is damaged or the scratch disk is full.
pub(super) fn fit(journeys: &Journeys, mode: Mode, scores: &Scratch) -> Result<Fitted, StepError> {
    let train = mode.train;
    let from_log2 = |number: f64, bits: f64| ((log2(number.max(1.0)) + bits) * 1_000.0).max(0.0).round() as u32;
    let floor = from_log2(train as f64, FLOOR_BITS);
    let (variables, mut traces) = read_variables(journeys, train)?;
    let mut fit_once = |border: Border| -> Result<_, StepError> {
        Ok(match &mut traces {
            Some(traces) => {
                let models = count_traces(traces, mode, border, &variables)?;
                let histograms = score_traces(traces, border, &models, &variables)?;
                (models, histograms)
            }
            None => {
                let models = count(journeys, mode, border, scores, &variables)?;
                let histograms = score(journeys, mode, border, &models, &variables, scores)?;
                (models, histograms)
            }
        })
    };
    let mut border = NO_BORDER;
    let (mut models, mut histograms) = fit_once(border)?;
    if mode.trims {
        let kind = from_log2(1_000.0 / KIND_PER_MILLE, 0.0);
        let mut kept = train;
        for share in TRIMS_PER_MILLE {
            // A journey is judged by four fifths of what was kept.
            let others = kept as f64 * (FOLDS - 1) as f64 / FOLDS as f64;
            let unsupported = from_log2(others + BUCKETS as f64, -NEARLY_ALL_BITS);
            let next = Border(Score {
                order: trim(&histograms.order, train, ORDER_TRIM_PER_MILLE, floor),
                count: trim(&histograms.count, train, share, unsupported).max(kind),
            });
            if next == border {
                continue;
            }
            border = next;
            kept = within(&histograms.count, border.0.count);
            // Gone before the next ones are counted: two of each would be the height of the step's memory.
            drop(models);
            (models, histograms) = fit_once(border)?;
        }
    }
    if let Some(traces) = traces {
        write_scores(journeys, mode, &traces, &models, &variables, scores)?;
    }
    let threshold = if mode.trims {
        // Among unlabelled journeys the quantile would hide whatever is more frequent than alpha, so the floor decides. Only the order
        // channel, whose bits pile up over three histories, looks at how it scores journeys whose counts are ordinary.
        let kept: u64 = histograms.order_of_kept.iter().sum();
        Score {
            order: floor.max(upper_quantile(&histograms.order_of_kept, kept * ALPHA_PER_MILLION / 1_000_000)),
            count: from_log2(train as f64, UNSUPPORTED_BITS),
        }
    } else {
        // Journeys enough for a quantile say by themselves what is rare; of fewer, one seen once must not be an anomaly.
        let floor = from_log2((train as f64).min(1_000_000.0 / ALPHA_PER_MILLION as f64), FLOOR_BITS);
        let quantile = |histogram: &[u64]| upper_quantile(histogram, train * ALPHA_PER_MILLION / 1_000_000).max(floor);
        Score { order: quantile(&histograms.order), count: quantile(&histograms.count) }
    };
    let (order, count) = models;
    Ok(Fitted { order, variables, count, threshold, trained: train, mode })
}

/// The score above which journeys are left out: a share of them, and whatever has no support, up to a limit.
fn trim(histogram: &[u64], train: u64, per_mille: u64, unsupported: u32) -> u32 {
    let share = upper_quantile(histogram, train * per_mille / 1_000);
    let most = upper_quantile(histogram, train * TRIM_PER_MILLE_MAX / 1_000);
    share.min(unsupported.max(most))
}

/// The variables of the first `train` journeys, and their traces unless there are too many.
fn read_variables(journeys: &Journeys, train: u64) -> Result<(Variables, Option<Traces>), StepError> {
    let mut traces = Traces::default();
    learn(
        journeys,
        train,
        |local: &mut Traces, journey| local.add(&journey.events, journey.events_left_out == 0, fold_of(journey.key)),
        |local| traces.merge(&local),
    )?;
    let mut occurrences = Occurrences::default();
    if traces.are_all() {
        traces.count_occurrences(&mut occurrences);
        return Ok((Variables::new(occurrences), Some(traces)));
    }
    drop(traces);
    learn(journeys, train, |local: &mut Occurrences, journey| local.add(&journey.events, 1), |local| occurrences.merge(local))?;
    Ok((Variables::new(occurrences), None))
}

/// Hands the first `train` journeys to `add`, by block, and what it made of each block to `merge`.
fn learn<L: Default + Send>(
    journeys: &Journeys,
    train: u64,
    add: impl Fn(&mut L, &JourneyRecord) + Sync,
    mut merge: impl FnMut(L),
) -> Result<(), StepError> {
    journeys.scan(
        |block, start| {
            let mut local = L::default();
            (start..train).zip(block.records()).try_for_each(|(_, journey)| journey.map(|journey| add(&mut local, &journey)))?;
            Ok(local)
        },
        |local| {
            merge(local);
            Ok(())
        },
    )
}

/// Counts the journeys of all traces, those over the border left out; each channel by itself.
fn count_traces(traces: &Traces, mode: Mode, border: Border, variables: &Variables) -> Result<(Model, CountModel), StepError> {
    let within = |trace: &Trace, of: fn(&Score) -> u32| {
        std::array::from_fn(|fold| if of(&trace.scores[fold]) <= of(&border.0) { trace.by_fold[fold] } else { 0 })
    };
    let order = || {
        let mut runs = Counts::new();
        for (events, ends, trace) in traces.each() {
            let journeys = within(trace, |score| score.order);
            if journeys != [0; FOLDS] {
                runs.add(events, ends, journeys);
            }
        }
        Ok(runs.model(!mode.trims))
    };
    let count = || {
        let (mut cells, mut local) = (Cells::new(), LocalCells::default());
        for (number, (events, _, trace)) in (1_usize..).zip(traces.each()) {
            let journeys = within(trace, |score| score.count);
            if journeys != [0; FOLDS] {
                local.add(variables.profile(events), journeys);
            }
            if number.is_multiple_of(TRACES_TOGETHER) {
                cells.add(std::mem::take(&mut local));
            }
        }
        cells.add(local);
        Ok(count_model(cells, mode, variables))
    };
    join(order, count)
}

/// Scores the journeys of all traces.
fn score_traces(traces: &mut Traces, border: Border, models: &(Model, CountModel), variables: &Variables) -> Result<Histograms, StepError> {
    let mut histograms = Histograms::new();
    map_ordered(
        traces.chunks_mut(TRACES_SCORED),
        |mut some| {
            let mut scored = Vec::with_capacity(TRACES_SCORED);
            some.for_each(|events, ends, trace| {
                let profile = variables.profile(events);
                let (order, count) = models;
                let wanted = trace.by_fold.map(|journeys| journeys > 0);
                let orders = order.surprises(events, ends, wanted);
                for fold in (0..FOLDS).filter(|fold| wanted[*fold]) {
                    trace.scores[fold] = Score { order: orders[fold], count: count.surprise(&profile, Some(fold)).millibits };
                    scored.push((trace.scores[fold], trace.by_fold[fold]));
                }
            });
            Ok(scored)
        },
        |scored| {
            scored.into_iter().for_each(|(score, journeys)| histograms.add(score, border, journeys.into()));
            Ok(())
        },
    )?;
    Ok(histograms)
}

/// Writes the scores of all journeys: of those that were learned from, the trace's.
fn write_scores(
    journeys: &Journeys,
    mode: Mode,
    traces: &Traces,
    models: &(Model, CountModel),
    variables: &Variables,
    scores: &Scratch,
) -> Result<(), StepError> {
    let mut position = 0;
    journeys.scan(
        |block, start| {
            let (mut of_block, mut key) = (Vec::with_capacity(block.len() as usize), Vec::new());
            for (number, journey) in (start..).zip(block.records()) {
                let journey = journey?;
                let (ends, fold) = (journey.events_left_out == 0, fold(mode, number, journey.key));
                let known = fold.and_then(|fold| traces.score(&mut key, &journey.events, ends, fold));
                of_block.push(known.unwrap_or_else(|| score_of((&journey.events, ends), &variables.profile(&journey.events), models, fold)));
            }
            Ok(of_block)
        },
        |of_block| write_block(scores, &mut position, &of_block),
    )
}

fn write_block(scores: &Scratch, position: &mut u64, of_block: &[Score]) -> Result<(), StepError> {
    let bytes: Vec<u8> = of_block.iter().flat_map(|score| [score.order, score.count]).flat_map(u32::to_le_bytes).collect();
    scores.write_all_at(&bytes, *position * SCORE_BYTES as u64)?;
    *position += of_block.len() as u64;
    Ok(())
}

fn count_model(cells: Cells, mode: Mode, variables: &Variables) -> CountModel {
    let smoothing = if mode.trims { Smoothing::Laplace } else { Smoothing::Interpolated };
    CountModel::new(&cells.finish(), variables.count(), smoothing)
}

/// Counts the first `train` journeys, those over the border left out.
fn count(journeys: &Journeys, mode: Mode, border: Border, scores: &Scratch, variables: &Variables) -> Result<(Model, CountModel), StepError> {
    let (mut runs, mut cells) = (Counts::new(), Cells::new());
    let train = mode.train;
    journeys.scan(
        |block, start| {
            let (mut local_runs, mut local_cells) = (LocalCounts::default(), LocalCells::default());
            let known = if border == NO_BORDER { Vec::new() } else { read_scores(scores, start, block.len())? };
            for (number, journey) in (start..train).zip(block.records()) {
                let journey = journey?;
                let score = known.get((number - start) as usize).copied().unwrap_or(Score { order: 0, count: 0 });
                let one = one_of(fold_of(journey.key));
                if score.order <= border.0.order {
                    local_runs.add(&journey.events, journey.events_left_out == 0, one);
                }
                if score.count <= border.0.count {
                    local_cells.add(variables.profile(&journey.events), one);
                }
            }
            Ok((local_runs, local_cells))
        },
        |(local_runs, local_cells)| {
            runs.merge(local_runs);
            cells.add(local_cells);
            Ok(())
        },
    )?;
    join(|| Ok(runs.model(!mode.trims)), || Ok(count_model(cells, mode, variables)))
}

/// Journeys by score, of those the model may learn from.
struct Histograms {
    order: Vec<u64>,
    count: Vec<u64>,
    /// By order score, of those whose counts are within the border.
    order_of_kept: Vec<u64>,
}

impl Histograms {
    fn new() -> Self {
        let empty = || vec![0; SCORE_MAX + 1];
        Self { order: empty(), count: empty(), order_of_kept: empty() }
    }

    fn add(&mut self, score: Score, border: Border, journeys: u64) {
        let order = (score.order as usize).min(SCORE_MAX);
        self.order[order] += journeys;
        self.count[(score.count as usize).min(SCORE_MAX)] += journeys;
        if score.count <= border.0.count {
            self.order_of_kept[order] += journeys;
        }
    }
}

/// Scores all journeys into `scores`.
fn score(
    journeys: &Journeys,
    mode: Mode,
    border: Border,
    models: &(Model, CountModel),
    variables: &Variables,
    scores: &Scratch,
) -> Result<Histograms, StepError> {
    let mut histograms = Histograms::new();
    let mut position = 0_u64;
    journeys.scan(
        |block, start| {
            let mut of_block = Vec::with_capacity(block.len() as usize);
            for (number, journey) in (start..).zip(block.records()) {
                let journey = journey?;
                let trace = (&journey.events[..], journey.events_left_out == 0);
                of_block.push(score_of(trace, &variables.profile(&journey.events), models, fold(mode, number, journey.key)));
            }
            Ok(of_block)
        },
        |of_block| {
            (position..mode.train).zip(&of_block).for_each(|(_, score)| histograms.add(*score, border, 1));
            write_block(scores, &mut position, &of_block)
        },
    )?;
    Ok(histograms)
}

/// The score of a journey: its events and whether the last one is the journey's, its profile, the fold left out.
fn score_of((events, ends): (&[u32], bool), profile: &[(u8, u8)], (order, count): &(Model, CountModel), fold: Option<usize>) -> Score {
    Score { order: order.surprise(events, ends, fold).millibits, count: count.surprise(profile, fold).millibits }
}

/// The scores of `count` journeys from number `start`.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn read_scores(scores: &Scratch, start: u64, count: u32) -> Result<Vec<Score>, StepError> {
    let mut bytes = vec![0; count as usize * SCORE_BYTES];
    scores.read_exact_at(&mut bytes, start * SCORE_BYTES as u64)?;
    let four = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX);
    Ok(bytes.as_chunks::<SCORE_BYTES>().0.iter().map(|eight| Score { order: four(&eight[..4]), count: four(&eight[4..]) }).collect())
}

/// Journeys of at most this score.
fn within(histogram: &[u64], score: u32) -> u64 {
    histogram.iter().take((score as usize).saturating_add(1)).sum()
}

/// The least score such that at most `above` journeys have a greater one.
fn upper_quantile(histogram: &[u64], above: u64) -> u32 {
    let mut left = above;
    for (score, count) in histogram.iter().enumerate().rev() {
        if *count > left {
            return u32::try_from(score).unwrap_or(u32::MAX);
        }
        left -= count;
    }
    0
}

const _: () = assert!(FOLDS == 5, "the reference's cross-fitting");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_count_from_above() {
        let histogram = [5, 0, 3, 2];
        assert_eq!(upper_quantile(&histogram, 0), 3);
        assert_eq!(upper_quantile(&histogram, 1), 3);
        assert_eq!(upper_quantile(&histogram, 2), 2);
        assert_eq!(upper_quantile(&histogram, 5), 0);
        assert_eq!(upper_quantile(&histogram, 99), 0);
    }

    #[test]
    fn parameters_are_checked() {
        assert_eq!(Mode::of_parameters(None, None, 5).unwrap(), Mode { train: 5, trims: true });
        assert_eq!(Mode::of_parameters(Some("3"), Some("false"), 5).unwrap(), Mode { train: 3, trims: false });
        assert_eq!(Mode::of_parameters(Some("3"), Some("true"), 5).unwrap(), Mode { train: 3, trims: true });
        for wrong in ["0", "6", "many"] {
            assert_eq!(Mode::of_parameters(Some(wrong), None, 5).unwrap_err().exit, Exit::Usage);
        }
    }
}
