//! The form of the report, as `fidelity.json` has it.

use std::collections::BTreeMap;

use super::class::Need;
use super::people::report::NameReport;
use super::score::{Cell, Example, Place};
use super::tokens::TokenCell;

/// Shares that may be reached and not passed, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Thresholds {
    /// Of values of need M that are left readable.
    pub leak_must_max_ppm: u64,
    /// Of all values.
    pub leak_max_ppm: u64,
    /// Of look-alikes that are destroyed.
    pub over_max_ppm: u64,
}

/// A sum of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    /// Planted.
    pub planted: u64,
    /// Left readable, or destroyed.
    pub bad: u64,
    /// Whose record did not come out.
    pub quarantined: u64,
    /// `bad` in millionths of `planted`.
    pub ppm: u64,
}

/// One cell of the report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Row {
    /// Class or kind.
    pub class: &'static str,
    /// Carrier.
    pub carrier: &'static str,
    /// Planted; 0 where the two make no sense together.
    pub planted: u64,
    /// Left readable, or destroyed.
    pub bad: u64,
    /// Whose record did not come out.
    pub quarantined: u64,
}

/// A class or carrier by name.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Named {
    /// Name.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Need, of classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// Locale pack, of classes that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'static str>,
    /// Its sum.
    pub sum: Sum,
}

/// What is known of tokens.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TokenReport {
    /// Values that have the same token in this carrier as in most others.
    pub same: u64,
    /// Values with another token, or several.
    pub other: u64,
    /// Values without a token.
    pub none: u64,
    /// Different values under one token.
    pub shared_by_values: u64,
    /// Token names under more than one class.
    pub shared_by_classes: u64,
    /// Tokens seen.
    pub seen: u64,
    /// Whether a second run over the first set gave the same bytes.
    pub second_run_identical: bool,
    /// Tokens of the first set that another secret gives too; none when the secret comes from the environment and cannot be changed.
    pub shared_with_other_secret: Option<u64>,
    /// By class and carrier.
    pub cells: Vec<TokenRow>,
    /// A few values with more than one token.
    pub examples: Vec<TokenExample>,
    /// A few tokens that stand for more than one value: the token and the values.
    pub shared_examples: Vec<(String, Vec<String>)>,
}

/// One cell of the tokens.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TokenRow {
    /// Class.
    pub class: &'static str,
    /// Carrier.
    pub carrier: &'static str,
    /// Counts.
    #[serde(flatten)]
    pub cell: TokenCell,
}

/// A value with more than one token.
#[derive(Debug, Clone, serde::Serialize)]
pub struct TokenExample {
    /// Class.
    pub class: &'static str,
    /// Carrier.
    pub carrier: &'static str,
    /// The value as it was written.
    pub written: String,
    /// The tokens that stand there.
    pub tokens: String,
}

/// The whole report.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Report {
    /// Version of this form.
    pub version: u32,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Values in each cell of each set.
    pub lines_per_cell: usize,
    /// Locale packs that were on.
    pub locales: Vec<&'static str>,
    /// Digest of the policy that was used.
    pub policy: String,
    /// Digest of the sealed `sanitize`.
    pub binary: String,
    /// Records over all sets.
    pub records: u64,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Whether all hold.
    pub passed: bool,
    /// Those that do not, as sentences.
    pub failed: Vec<String>,
    /// Values of need M, S, L.
    pub leak_by_need: BTreeMap<&'static str, Sum>,
    /// All values.
    pub leak: Sum,
    /// Look-alikes.
    pub over_redaction: Sum,
    /// Classes.
    pub classes: Vec<Named>,
    /// Carriers, over all classes.
    pub carriers: Vec<Named>,
    /// Kinds of look-alikes.
    pub look_alikes: Vec<Named>,
    /// Every class in every carrier.
    pub cells: Vec<Row>,
    /// Every kind of look-alike in every common carrier.
    pub look_alike_cells: Vec<Row>,
    /// Records around whose value a word was lost.
    pub surroundings: Sum,
    /// The words that were lost most often, with their counts.
    pub lost_words: Vec<(String, u64)>,
    /// Names of persons in free text.
    pub names: NameReport,
    /// Tokens.
    pub tokens: TokenReport,
    /// A few lines of each cell that is not as it should be, the worst cells first.
    pub examples: Vec<Example>,
    /// The same of look-alikes.
    pub look_alike_examples: Vec<Example>,
    /// Classes that were not planted: their locale pack is off.
    pub not_planted: Vec<&'static str>,
}

impl Sum {
    /// Adds a cell.
    pub(super) fn add(&mut self, cell: Cell) {
        self.planted += cell.planted;
        self.bad += cell.bad;
        self.quarantined += cell.quarantined;
        self.ppm = (self.bad * 1_000_000).checked_div(self.planted).unwrap_or(0);
    }

    /// So many of so many.
    pub(super) fn share(bad: u64, planted: u64) -> Self {
        let mut sum = Self::default();
        sum.add(Cell { planted, bad, quarantined: 0 });
        sum
    }

    pub(super) fn of<'a>(cells: impl IntoIterator<Item = (&'a Place, &'a Cell)>) -> Self {
        cells.into_iter().fold(Self::default(), |mut sum, (_, cell)| {
            sum.add(*cell);
            sum
        })
    }
}

/// Millionths as percent: `0.42 %`.
#[must_use]
pub fn percent(ppm: u64) -> String {
    format!("{}.{:02} %", ppm / 10_000, ppm / 100 % 100)
}
