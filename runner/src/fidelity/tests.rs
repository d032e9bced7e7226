//! The planted set and its score: equal seeds plant equal logs, nothing is planted that the score would not see, and the score can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use schemas::pii::Locale;

use super::carrier::CARRIERS;
use super::class::all;
use super::form::{Report, Thresholds};
use super::html;
use super::look_alike::KINDS;
use super::plant::{Garden, Plan, Planted, Role, classes, plant};
use super::report::Measured;
use super::score::Score;
use super::surroundings::Surroundings;
use super::table;
use super::tokens::Tokens;
use super::views::Views;

const LINES: usize = 1;

fn every_locale() -> BTreeSet<Locale> {
    Locale::ALL.iter().copied().collect()
}

fn planted(seed: u64) -> Garden {
    plant(Plan { seed, lines_per_cell: LINES, locales: &every_locale() })
}

/// One set for all tests that only look at it.
fn garden() -> &'static Garden {
    static GARDEN: OnceLock<Garden> = OnceLock::new();
    GARDEN.get_or_init(|| planted(1))
}

/// One without locale packs, for what does not depend on the class.
fn small() -> &'static Garden {
    static GARDEN: OnceLock<Garden> = OnceLock::new();
    GARDEN.get_or_init(|| plant(Plan { seed: 1, lines_per_cell: LINES, locales: &BTreeSet::new() }))
}

/// A report over a planted set of which `clean` says what is left of each record.
fn report(garden: &Garden, clean: impl Fn(&Planted) -> Option<String>) -> Report {
    let matched: Vec<(&Planted, Option<Views>)> =
        garden.planted.iter().map(|planted| (planted, clean(planted).map(|text| Views::of(&text)))).collect();
    let (mut score, mut tokens, mut surroundings) = (Score::default(), Tokens::default(), Surroundings::default());
    for (planted, left) in &matched {
        score.add(planted, left.as_ref());
        surroundings.add(planted, left.as_ref());
    }
    tokens.add(&matched);
    Report::of(Measured {
        seeds: vec![1],
        lines_per_cell: LINES,
        locales: Vec::new(),
        policy: String::new(),
        binary: String::new(),
        records: garden.records,
        thresholds: Thresholds { leak_must_max_ppm: 10_000, leak_max_ppm: 30_000, over_max_ppm: 10_000 },
        score,
        surroundings,
        names: super::people::tests::faultless(),
        tokens,
        second_run_identical: true,
        shared_with_other_secret: Some(0),
        classes: classes(&every_locale()),
    })
}

/// What a sanitizer without fault leaves.
fn faultless(planted: &Planted) -> Option<String> {
    match planted.role {
        Role::LookAlike => Some(planted.text.clone()),
        _ => Some(planted.text.replace(&planted.written, &format!("[CARD_{}]", short_digest(&planted.canonical)))),
    }
}

fn short_digest(text: &str) -> String {
    schemas::ids::Digest::of(text.as_bytes()).to_string().chars().take(16).collect()
}

#[test]
fn equal_seeds_plant_equal_logs_and_other_seeds_others() {
    let (first, again, other) = (planted(1), garden(), plant(Plan { seed: 2, lines_per_cell: LINES, locales: &BTreeSet::new() }));
    assert_eq!(first.files, again.files);
    let truth =
        |garden: &Garden| garden.planted.iter().map(|planted| (planted.file.clone(), planted.offset, planted.canonical.clone())).collect::<Vec<_>>();
    assert_eq!(truth(&first), truth(again));
    assert_ne!(first.files, other.files);
}

#[test]
fn the_truth_says_where_each_record_stands() {
    let garden = garden();
    for planted in &garden.planted {
        let content = &garden.files[&planted.file];
        let from = usize::try_from(planted.offset).unwrap();
        let (before, after) = content.split_at(from);
        assert!(after.starts_with(&planted.text) && (from == 0 || before.ends_with('\n')), "{} {}", planted.file, planted.offset);
    }
}

/// A record that comes out as it went in leaks, whatever its class and carrier: no cell is blind.
#[test]
fn values_that_are_left_in_are_leaks_in_every_cell() {
    let garden = garden();
    let report = report(garden, |planted| Some(planted.text.clone()));
    for row in &report.cells {
        assert_eq!(row.bad, row.planted, "{} in {}", row.class, row.carrier);
    }
    assert_eq!(report.over_redaction.bad, 0, "{:?}", report.look_alike_examples.first());
    assert!(!report.passed && report.failed.len() == 2, "{:?}", report.failed);
}

#[test]
fn a_faultless_sanitizer_passes() {
    let garden = garden();
    let report = report(garden, faultless);
    assert_eq!(report.leak.bad, 0, "{:?}", report.examples.first());
    assert_eq!(report.tokens.other + report.tokens.none, 0, "{:?}", report.tokens.examples.first());
    assert_eq!(report.tokens.shared_by_values, 0, "{:?}", report.tokens.shared_examples);
    assert_eq!(report.surroundings.bad, 0, "{:?}", report.lost_words);
    assert!(report.passed, "{:?}", report.failed);
}

#[test]
fn a_word_that_goes_with_the_value_is_a_loss() {
    let report = report(small(), |planted| faultless(planted).map(|text| text.replace("status", "[NAME_0123456789abcdef]")));
    assert!(report.surroundings.bad > 20 && report.lost_words[0].0 == "status", "{:?}", report.lost_words);
}

#[test]
fn destroyed_look_alikes_are_over_redaction_and_lost_records_are_counted() {
    let garden = small();
    let destroyed = report(garden, |planted| Some(planted.text.replace(&planted.written, "[PHONE_0123456789abcdef]")));
    assert_eq!(destroyed.over_redaction.bad, destroyed.over_redaction.planted);
    assert!(destroyed.failed.iter().any(|sentence| sentence.contains("look-alikes")));
    let lost = report(garden, |_| None);
    assert_eq!((lost.leak.bad, lost.leak.quarantined), (0, lost.leak.planted));
    assert_eq!(lost.over_redaction.bad, lost.over_redaction.planted);
}

#[test]
fn a_value_with_two_tokens_and_two_values_with_one_are_noticed() {
    let garden = small();
    let by_notation = report(garden, |planted| Some(planted.text.replace(&planted.written, &format!("[CARD_{}]", short_digest(&planted.written)))));
    assert!(by_notation.tokens.other > 100);
    let by_class = |planted: &Planted| {
        let label = if planted.class.id == "account" { "ACCOUNT" } else { "CUSTOMER" };
        Some(planted.text.replace(&planted.written, &format!("[{label}_{}]", short_digest(&planted.canonical))))
    };
    assert!(report(garden, by_class).tokens.shared_by_classes > 0);
    let by_nothing = report(garden, |planted| Some(planted.text.replace(&planted.written, "[CARD_0123456789abcdef]")));
    assert!(by_nothing.tokens.shared_by_values > 0 && !by_nothing.passed);
}

/// Class and carrier that make sense together are planted as often as was asked.
#[test]
fn every_cell_is_full_or_empty() {
    let garden = garden();
    let mut cells: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for planted in garden.planted.iter().filter(|planted| !matches!(planted.role, Role::Shared(_) | Role::Twin)) {
        *cells.entry((planted.class.id, planted.carrier.id)).or_default() += 1;
    }
    for (place, count) in &cells {
        assert_eq!(*count, LINES, "{place:?}");
    }
    // Carriers that take nearly everything: an empty cell there would be a mistake of the generator.
    for carrier in
        ["json-string", "json-array", "json-nested", "json-pair", "json-in-string", "json-broken", "base64", "xml", "csv", "pairs", "logfmt", "prose"]
    {
        for class in all() {
            assert!(cells.contains_key(&(class.id, carrier)), "{} is not planted in {carrier}", class.id);
        }
    }
    for carrier in CARRIERS {
        let classes = cells.keys().filter(|(_, id)| *id == carrier.id).count();
        assert!(classes >= 4, "{} carries {classes} classes", carrier.id);
    }
}

#[test]
fn classes_of_a_locale_pack_are_planted_where_it_is_on() {
    let german: BTreeSet<Locale> = [Locale::De].into();
    let ids: Vec<&str> = classes(&german).iter().map(|class| class.id).collect();
    assert!(ids.contains(&"de-tax-id") && ids.contains(&"card") && !ids.contains(&"pl-pesel"));
    assert!(!classes(&BTreeSet::new()).iter().any(|class| class.locale.is_some()));
    for locale in Locale::ALL.iter().filter(|locale| **locale != Locale::Gb) {
        let of_pack = all().iter().any(|class| class.locale == Some(*locale));
        assert!(of_pack || *locale == Locale::Ca, "no class of {}", locale.code());
    }
}

#[test]
fn the_page_stands_alone() {
    let garden = garden();
    let page = html::page(&report(garden, |planted| Some(planted.text.clone())));
    for outside in ["<script", "<link", "src=\"", "href=\"", "@import", "url(", "<iframe"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("prefers-color-scheme:dark") && page.contains("@media print"));
    for name in all().iter().map(|class| class.id).chain(KINDS.iter().map(|kind| kind.id)).chain(CARRIERS.iter().map(|carrier| carrier.id)) {
        assert!(page.contains(&format!(">{name}<")), "{name} is not on the page");
    }
}

#[test]
fn the_table_shows_every_cell_and_the_verdict() {
    let garden = garden();
    let lines = table::lines(&report(garden, |planted| Some(planted.text.clone())));
    for class in all() {
        let row = lines.iter().find(|line| line.starts_with(&format!("{:<20}", class.id))).unwrap();
        assert!(row.split_whitespace().count() > CARRIERS.len(), "{row}");
    }
    assert!(lines.iter().any(|line| line.starts_with("FAILED")));
    assert_eq!(table::lines(&report(garden, faultless)).last().unwrap(), "passed: all thresholds hold");
}
