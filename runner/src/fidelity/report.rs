//! From scores to a report: numbers by class and carrier, their sums, and whether the thresholds hold.

use std::collections::BTreeMap;

use super::carrier::{CARRIERS, Carrier};
use super::class::{Class, Need, all};
use super::form::{Named, Report, Row, Sum, Thresholds, TokenExample, TokenReport, TokenRow, percent};
use super::look_alike::KINDS;
use super::people::report::{NameReport, NameThresholds};
use super::people::score::NameScore;
use super::score::{Cell, Example, Place, Score};
use super::surroundings::Surroundings;
use super::tokens::{TokenCell, Tokens};

/// What was measured, and how.
pub struct Measured {
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Values in each cell of each set.
    pub lines_per_cell: usize,
    /// Locale packs that were on.
    pub locales: Vec<&'static str>,
    /// Digest of the policy.
    pub policy: String,
    /// Digest of the sealed `sanitize`.
    pub binary: String,
    /// Records over all sets.
    pub records: u64,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Scores.
    pub score: Score,
    /// What was lost around values.
    pub surroundings: Surroundings,
    /// Names of persons, and what is allowed of them.
    pub names: (NameScore, NameThresholds),
    /// Tokens.
    pub tokens: Tokens,
    /// Whether a second run gave the same bytes.
    pub second_run_identical: bool,
    /// Tokens that another secret gives too.
    pub shared_with_other_secret: Option<u64>,
    /// Classes that were planted.
    pub classes: Vec<&'static Class>,
}

impl Report {
    /// Sums up.
    #[must_use]
    pub fn of(measured: Measured) -> Self {
        let score = &measured.score;
        let of_class = |class: &Class| Sum::of(score.personal.iter().filter(|(place, _)| place.0 == class.id));
        let leak_by_need: BTreeMap<&'static str, Sum> = Need::ALL
            .into_iter()
            .map(|need| {
                let of_need = |place: &Place| measured.classes.iter().any(|class| class.id == place.0 && class.need == need);
                (need.letter(), Sum::of(score.personal.iter().filter(|(place, _)| of_need(place))))
            })
            .collect();
        let leak = Sum::of(&score.personal);
        let over_redaction = Sum::of(&score.look_alikes);
        let must = leak_by_need.get("M").copied().unwrap_or_default();
        let tokens = token_report(&measured);
        let names = NameReport::of(&measured.names.0, measured.names.1);
        let mut failed = failures(&measured.thresholds, must, leak, over_redaction, &tokens);
        failed.extend(names.failures());
        let common = CARRIERS.iter().filter(|carrier| carrier.look_alikes).collect::<Vec<_>>();
        Self {
            version: 2,
            seeds: measured.seeds.clone(),
            lines_per_cell: measured.lines_per_cell,
            locales: measured.locales.clone(),
            policy: measured.policy.clone(),
            binary: measured.binary.clone(),
            records: measured.records,
            thresholds: measured.thresholds,
            passed: failed.is_empty(),
            failed,
            leak_by_need,
            leak,
            over_redaction,
            classes: measured.classes.iter().map(|class| named(class, of_class(class))).collect(),
            carriers: CARRIERS.iter().map(|carrier| of_carrier(carrier, score)).collect(),
            look_alikes: KINDS
                .iter()
                .map(|kind| Named { need: None, ..named(kind, Sum::of(score.look_alikes.iter().filter(|(place, _)| place.0 == kind.id))) })
                .collect(),
            cells: rows(measured.classes.iter().copied(), CARRIERS.iter(), &score.personal),
            look_alike_cells: rows(KINDS.iter(), common.iter().copied(), &score.look_alikes),
            surroundings: Sum::share(measured.surroundings.with_loss, measured.surroundings.records),
            lost_words: measured.surroundings.most_lost(),
            names,
            tokens,
            examples: worst_first(&score.examples, &score.personal),
            look_alike_examples: worst_first(&score.look_alike_examples, &score.look_alikes),
            not_planted: all().into_iter().map(|class| class.id).filter(|id| measured.classes.iter().all(|class| class.id != *id)).collect(),
        }
    }

    /// Cells with something wrong, the worst first.
    #[must_use]
    pub fn worst(rows: &[Row]) -> Vec<&Row> {
        let mut worst: Vec<&Row> = rows.iter().filter(|row| row.bad > 0).collect();
        worst.sort_by_key(|row| std::cmp::Reverse((row.bad * 1_000_000 / row.planted, row.bad)));
        worst
    }
}

fn named(class: &Class, sum: Sum) -> Named {
    Named { id: class.id, title: class.title, need: Some(class.need), locale: class.locale.map(schemas::pii::Locale::code), sum }
}

fn of_carrier(carrier: &Carrier, score: &Score) -> Named {
    let sum = Sum::of(score.personal.iter().filter(|(place, _)| place.1 == carrier.id));
    Named { id: carrier.id, title: carrier.title, need: None, locale: None, sum }
}

fn rows<'a>(
    classes: impl Iterator<Item = &'a Class>,
    carriers: impl Iterator<Item = &'a Carrier> + Clone,
    cells: &BTreeMap<Place, Cell>,
) -> Vec<Row> {
    classes
        .flat_map(|class| carriers.clone().map(move |carrier| (class.id, carrier.id)))
        .map(|place| {
            let cell = cells.get(&place).copied().unwrap_or_default();
            Row { class: place.0, carrier: place.1, planted: cell.planted, bad: cell.bad, quarantined: cell.quarantined }
        })
        .collect()
}

fn worst_first(examples: &BTreeMap<Place, Vec<Example>>, cells: &BTreeMap<Place, Cell>) -> Vec<Example> {
    let mut places: Vec<(&Place, &Vec<Example>)> = examples.iter().collect();
    places.sort_by_key(|(place, _)| {
        let cell = cells.get(*place).copied().unwrap_or_default();
        std::cmp::Reverse(((cell.bad * 1_000_000).checked_div(cell.planted), cell.bad))
    });
    places.into_iter().flat_map(|(_, examples)| examples.clone()).collect()
}

fn token_report(measured: &Measured) -> TokenReport {
    let tokens = &measured.tokens;
    let sum = |part: fn(&TokenCell) -> u64| tokens.cells.values().map(part).sum();
    TokenReport {
        same: sum(|cell| cell.same),
        other: sum(|cell| cell.other),
        none: sum(|cell| cell.none),
        shared_by_values: tokens.shared_by_values,
        shared_by_classes: tokens.shared_by_classes,
        seen: tokens.seen,
        second_run_identical: measured.second_run_identical,
        shared_with_other_secret: measured.shared_with_other_secret,
        shared_examples: tokens.shared_examples.clone(),
        cells: tokens.cells.iter().map(|(place, cell)| TokenRow { class: place.0, carrier: place.1, cell: *cell }).collect(),
        examples: tokens
            .examples
            .iter()
            .map(|(class, carrier, written, stands)| TokenExample { class, carrier, written: written.clone(), tokens: stands.clone() })
            .collect(),
    }
}

fn failures(thresholds: &Thresholds, must: Sum, leak: Sum, over: Sum, tokens: &TokenReport) -> Vec<String> {
    let mut failed = Vec::new();
    for (what, sum, max) in [
        ("values that must not be readable are", must, thresholds.leak_must_max_ppm),
        ("of all values are", leak, thresholds.leak_max_ppm),
        ("look-alikes are destroyed:", over, thresholds.over_max_ppm),
    ] {
        if sum.planted == 0 || sum.ppm > max {
            failed.push(format!("{what} {} ({} of {}); allowed are {}", percent(sum.ppm), sum.bad, sum.planted, percent(max)));
        }
    }
    if tokens.shared_by_values + tokens.shared_by_classes > 0 {
        failed.push(format!("{} tokens stand for several values, {} for several classes", tokens.shared_by_values, tokens.shared_by_classes));
    }
    if !tokens.second_run_identical {
        failed.push("a second run gave other bytes".to_owned());
    }
    if tokens.shared_with_other_secret.is_some_and(|count| count > 0) {
        failed.push("another secret gave tokens that were there before".to_owned());
    }
    failed
}
