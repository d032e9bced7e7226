//! The part of the report about names.

use super::form::FORMS;
use super::score::{Example, NameScore, ORDINARY};
use super::{Half, Set};
use crate::fidelity::form::{Sum, percent};

/// Shares of names and words that may be reached and not passed, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct NameThresholds {
    /// Of names that a field knows.
    pub known_max_ppm: u64,
    /// Of names in free text only.
    pub free_max_ppm: u64,
    /// The same under `strict`.
    pub strict_max_ppm: u64,
    /// Of ordinary words that go.
    pub words_max_ppm: u64,
}

impl NameThresholds {
    /// That of a set.
    #[must_use]
    pub const fn of(&self, set: Set) -> u64 {
        match set {
            Set::Known => self.known_max_ppm,
            Set::Free => self.free_max_ppm,
            Set::Strict => self.strict_max_ppm,
        }
    }
}

/// Sums over the two halves and both together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Halves {
    /// Both.
    pub all: Sum,
    /// The half whose failures may be looked at.
    pub shown: Sum,
    /// The half whose failures are only counted.
    pub held_out: Sum,
}

/// What came of one set.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct OfSet {
    /// The set.
    pub set: Set,
    /// Its sums.
    #[serde(flatten)]
    pub halves: Halves,
}

/// One form.
#[derive(Debug, Clone, serde::Serialize)]
pub struct FormRow {
    /// Name.
    pub form: &'static str,
    /// An example.
    pub title: &'static str,
    /// By set; a set in which it is not planted is missing.
    pub sets: Vec<OfSet>,
}

/// Names.
#[derive(Debug, Clone, serde::Serialize)]
pub struct NameReport {
    /// Thresholds.
    pub thresholds: NameThresholds,
    /// Records over all days.
    pub records: u64,
    /// Mentions left readable, by set.
    pub sets: Vec<OfSet>,
    /// Ordinary words destroyed: in all, in lines with nobody in them, beside a name.
    pub words: Halves,
    /// In lines with nobody in them.
    pub words_alone: Halves,
    /// Beside a name.
    pub words_beside: Halves,
    /// By form.
    pub forms: Vec<FormRow>,
    /// Ordinary words that were lost most often, with their counts; of the shown half.
    pub lost_words: Vec<(String, u64)>,
    /// A few lines of the shown half that are not as they should be.
    pub examples: Vec<Example>,
}

/// Lost words that are listed.
const LISTED_MAX: usize = 30;

impl NameReport {
    /// Sums up.
    #[must_use]
    pub fn of(score: &NameScore, thresholds: NameThresholds) -> Self {
        let mentions = |wanted: &dyn Fn(Set, &str) -> bool| halves(score.mentions.iter(), wanted);
        let words = |wanted: &dyn Fn(Set, &str) -> bool| halves(score.words.iter(), wanted);
        let mut lost: Vec<(String, u64)> = score.lost.iter().map(|(word, count)| (word.clone(), *count)).collect();
        lost.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), word.clone()));
        lost.truncate(LISTED_MAX);
        Self {
            thresholds,
            records: score.records,
            sets: Set::ALL.iter().map(|&set| OfSet { set, halves: mentions(&|of, _| of == set) }).collect(),
            words: words(&|_, _| true),
            words_alone: words(&|_, kind| kind == ORDINARY),
            words_beside: words(&|_, kind| kind != ORDINARY),
            forms: FORMS
                .iter()
                .map(|form| FormRow {
                    form: form.id,
                    title: form.title,
                    sets: Set::ALL
                        .iter()
                        .map(|&set| OfSet { set, halves: mentions(&|of, id| of == set && id == form.id) })
                        .filter(|row| row.halves.all.planted > 0)
                        .collect(),
                })
                .collect(),
            lost_words: lost,
            examples: score.examples.values().flatten().cloned().collect(),
        }
    }

    /// Thresholds that do not hold, as sentences.
    #[must_use]
    pub fn failures(&self) -> Vec<String> {
        let sets = self.sets.iter().map(|row| (format!("{}: readable are", row.set.title()), row.halves.all, self.thresholds.of(row.set)));
        let words = ("ordinary words beside and without names: destroyed are".to_owned(), self.words.all, self.thresholds.words_max_ppm);
        sets.chain([words])
            .filter(|(_, sum, max)| sum.planted == 0 || sum.ppm > *max)
            .map(|(what, sum, max)| format!("{what} {} ({} of {}); allowed are {}", percent(sum.ppm), sum.bad, sum.planted, percent(max)))
            .collect()
    }
}

fn halves<'a>(
    cells: impl Iterator<Item = (&'a (Set, &'static str, Half), &'a crate::fidelity::score::Cell)>,
    wanted: &dyn Fn(Set, &str) -> bool,
) -> Halves {
    let mut halves = Halves::default();
    for (&(set, id, half), cell) in cells {
        if wanted(set, id) {
            halves.all.add(*cell);
            match half {
                Half::Shown => halves.shown.add(*cell),
                Half::HeldOut => halves.held_out.add(*cell),
            }
        }
    }
    halves
}
