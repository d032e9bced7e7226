//! Fitting the order model and deciding where surprise begins.

use schemas::exit::Exit;
use stage_runtime::{Scratch, StepError};

use super::ngram::{Counts, FOLDS, LocalCounts, Model, fold_of, log2};
use super::scan::Journeys;

/// Rounds of leaving out and fitting again.
const ROUNDS: usize = 5;
/// Share of the journeys left out when none is known to be normal, per thousand.
const TRIM_PER_MILLE: u64 = 50;
/// Share of normal journeys that may be flagged, per million.
const ALPHA_PER_MILLION: u64 = 2_000;
/// Bits above the logarithm of the number of journeys below which nothing is flagged: a step seen once in N is no anomaly.
const FLOOR_BITS: f64 = 2.0;
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

/// The fitted model and its threshold.
pub(super) struct Fitted {
    /// The model.
    pub model: Model,
    /// Scores above are flagged, thousandths of a bit.
    pub threshold: u32,
    /// Journeys the model learned from.
    pub trained: u64,
    mode: Mode,
}

impl Fitted {
    /// The fold to leave out when a journey is judged: its own, unless the model cannot have seen it.
    pub(super) fn fold(&self, number: u64, key: schemas::ids::TokenKey) -> Option<usize> {
        fold(self.mode, number, key)
    }
}

fn fold(mode: Mode, number: u64, key: schemas::ids::TokenKey) -> Option<usize> {
    (number < mode.train).then(|| fold_of(key))
}

/// Fits the model; leaves the score of every journey in `scores`, four bytes each, in order.
///
/// # Errors
/// When an input is damaged or the scratch disk is full.
pub(super) fn fit(journeys: &Journeys, mode: Mode, scores: &Scratch) -> Result<Fitted, StepError> {
    let train = mode.train;
    let mut model = count(journeys, train, None, scores)?;
    let mut histogram = score(journeys, mode, &model, scores)?;
    if mode.trims {
        let mut kept_up_to = u32::MAX;
        for _ in 0..ROUNDS {
            let border = upper_quantile(&histogram, train * TRIM_PER_MILLE / 1_000);
            if border == kept_up_to {
                break;
            }
            kept_up_to = border;
            // Gone before the next one is counted: two models would be the height of the step's memory.
            drop(model);
            model = count(journeys, train, Some(border), scores)?;
            histogram = score(journeys, mode, &model, scores)?;
        }
    }
    let floor_bits = log2(train.max(1) as f64) + FLOOR_BITS;
    // Among unlabelled journeys the quantile would hide whatever is more frequent than alpha: there the floor decides alone.
    let quantile = if mode.trims { 0 } else { upper_quantile(&histogram, train * ALPHA_PER_MILLION / 1_000_000) };
    let threshold = quantile.max((floor_bits * 1_000.0).round() as u32);
    Ok(Fitted { model, threshold, trained: train, mode })
}

/// Counts the runs of the first `train` journeys, those with a score above `border` left out.
fn count(journeys: &Journeys, train: u64, border: Option<u32>, scores: &Scratch) -> Result<Model, StepError> {
    let mut counts = Counts::new();
    journeys.scan(
        |block, start| {
            let mut local = LocalCounts::default();
            let known = if border.is_some() { read_scores(scores, start, block.len())? } else { Vec::new() };
            for (number, journey) in (start..train).zip(block.records()) {
                let journey = journey?;
                let left_out = border.is_some_and(|border| known[(number - start) as usize] > border);
                if !left_out {
                    local.add(&journey.events, journey.events_left_out == 0, fold_of(journey.key));
                }
            }
            Ok(local)
        },
        |local| {
            counts.add(local);
            Ok(())
        },
    )?;
    Ok(counts.model())
}

/// Scores all journeys into `scores`; the histogram is of those the model may learn from.
fn score(journeys: &Journeys, mode: Mode, model: &Model, scores: &Scratch) -> Result<Vec<u64>, StepError> {
    let mut histogram = vec![0_u64; SCORE_MAX + 1];
    let mut position = 0_u64;
    journeys.scan(
        |block, start| {
            let mut of_block = Vec::with_capacity(block.len() as usize);
            for (number, journey) in (start..).zip(block.records()) {
                let journey = journey?;
                let fold = fold(mode, number, journey.key);
                of_block.push(model.surprise(&journey.events, journey.events_left_out == 0, fold).millibits);
            }
            Ok(of_block)
        },
        |of_block| {
            let bytes: Vec<u8> = of_block.iter().flat_map(|score| score.to_le_bytes()).collect();
            scores.write_all_at(&bytes, position * 4)?;
            for (_, score) in (position..mode.train).zip(&of_block) {
                histogram[(*score as usize).min(SCORE_MAX)] += 1;
            }
            position += of_block.len() as u64;
            Ok(())
        },
    )?;
    Ok(histogram)
}

/// The scores of `count` journeys from number `start`.
///
/// # Errors
/// When the scratch file cannot be read.
pub(super) fn read_scores(scores: &Scratch, start: u64, count: u32) -> Result<Vec<u32>, StepError> {
    let mut bytes = vec![0; count as usize * 4];
    scores.read_exact_at(&mut bytes, start * 4)?;
    Ok(bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect())
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
