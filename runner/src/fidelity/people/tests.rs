//! The names' days and their score: nothing is planted that the score would not see, and the score can fail.

use super::form::FORMS;
use super::plant::{Day, Line, plant};
use super::report::{NameReport, NameThresholds};
use super::score::{NameScore, ORDINARY};
use super::{Half, Set, ordinary, persons, sentences::Sentences};
use crate::fidelity::views::Views;

const THRESHOLDS: NameThresholds = NameThresholds { known_max_ppm: 20_000, free_max_ppm: 100_000, strict_max_ppm: 10_000, words_max_ppm: 5_000 };

/// The score of a day of each set of which `clean` says what is left of each line.
fn scored(clean: impl Fn(&Line) -> Option<String>) -> NameScore {
    let mut score = NameScore::default();
    for set in Set::ALL {
        for line in &plant(1, 1, set).lines {
            score.add(set, line, clean(line).map(|text| Views::of(&text)).as_ref());
        }
    }
    score
}

/// What a sanitizer without fault leaves: no part of the name, and every other word.
fn without_name(line: &Line) -> String {
    if line.form.is_some() { format!("{} [NAME_0123456789abcdef]", line.words.join(" ")) } else { line.text.clone() }
}

/// A score without fault, for reports about something else.
pub(in crate::fidelity) fn faultless() -> (NameScore, NameThresholds) {
    static SCORE: std::sync::OnceLock<NameScore> = std::sync::OnceLock::new();
    let score = SCORE.get_or_init(|| scored(|line| Some(without_name(line))));
    let copied = NameScore { mentions: score.mentions.clone(), words: score.words.clone(), records: score.records, ..NameScore::default() };
    (copied, THRESHOLDS)
}

#[test]
fn a_name_that_is_left_in_is_a_leak_in_every_form_and_half() {
    let report = NameReport::of(&scored(|line| Some(line.text.clone())), THRESHOLDS);
    for form in &report.forms {
        for of in &form.sets {
            assert_eq!(of.halves.all.bad, of.halves.all.planted, "{} in {}", form.form, of.set.id());
            assert!(of.halves.shown.planted >= 5 && of.halves.held_out.planted >= 5, "{} in {}: {:?}", form.form, of.set.id(), of.halves);
        }
        let everywhere = FORMS.iter().any(|known| known.id == form.form && known.free);
        assert_eq!(form.sets.len(), if everywhere { 3 } else { 1 }, "{}", form.form);
    }
    assert_eq!(report.words.all.bad, 0, "{:?}", report.lost_words);
    assert_eq!(report.failures().len(), 3, "{:?}", report.failures());
}

#[test]
fn a_faultless_sanitizer_passes() {
    let report = NameReport::of(&faultless().0, THRESHOLDS);
    assert!(report.failures().is_empty(), "{:?}", report.failures());
    assert!(report.words_alone.all.planted > 500 && report.words_beside.all.planted > 100, "{:?}", report.words);
}

#[test]
fn lost_words_count_and_lost_records_are_no_leak() {
    let report = NameReport::of(&scored(|line| Some(without_name(line).replace("Frankfurt", "[NAME_0123456789abcdef]"))), THRESHOLDS);
    assert!(report.words_alone.all.bad >= 4, "{:?}", report.words);
    assert_eq!(report.lost_words, [("frankfurt".to_owned(), 2)], "of the shown half in two sets");
    let report = NameReport::of(&scored(|_| None), THRESHOLDS);
    assert!(report.sets.iter().all(|of| of.halves.all.bad == 0 && of.halves.all.quarantined == of.halves.all.planted));
    assert_eq!(report.words.all.bad, report.words.all.planted);
}

/// Whoever works on the detectors sees nothing of the other half.
#[test]
fn examples_are_of_the_shown_half() {
    let score = scored(|line| Some(if line.form.is_some() { line.text.clone() } else { String::new() }));
    let held: Vec<&str> = ordinary::lines(Half::HeldOut).to_vec();
    let report = NameReport::of(&score, THRESHOLDS);
    assert!(report.examples.iter().any(|example| example.form == ORDINARY) && report.examples.iter().any(|example| example.form != ORDINARY));
    let texts: Vec<(Set, String)> = Set::ALL
        .iter()
        .flat_map(|&set| plant(1, 1, set).lines.into_iter().filter(|line| line.half == Half::HeldOut).map(move |line| (set, line.text)))
        .collect();
    for example in &report.examples {
        assert!(!held.contains(&example.planted.as_str()) && !texts.contains(&(example.set, example.planted.clone())), "{}", example.planted);
    }
}

#[test]
fn equal_seeds_plant_equal_days_and_every_line_stands_where_the_truth_says() {
    let day = |seed| plant(seed, 1, Set::Known);
    let (first, again, other): (Day, Day, Day) = (day(3), day(3), day(4));
    assert_eq!(first.files, again.files);
    assert_ne!(first.files, other.files);
    for line in &first.lines {
        let record = first.files[&line.file].split_at(usize::try_from(line.offset).unwrap()).1.lines().next().unwrap();
        let decoded = Views::of(record);
        assert!(decoded.layers.iter().any(|layer| layer.contains(&line.text)), "{record}");
    }
}

/// In `known` each person has a field; in the others no record has one.
#[test]
fn fields_know_everybody_or_nobody() {
    let (known, free) = (plant(2, 1, Set::Known), plant(2, 1, Set::Free));
    let fields = known.files["names/fields.jsonl"].lines().count();
    assert_eq!(fields, known.lines.iter().filter(|line| line.form.is_some()).count());
    assert!(!free.files.contains_key("names/fields.jsonl"));
    assert_eq!(free.files, plant(2, 1, Set::Strict).files);
}

#[test]
fn the_halves_have_no_sentence_in_common() {
    for form in FORMS {
        let [shown, held] = Half::ALL.map(|half| Sentences::of(form.frame, half));
        assert!(shown.len() >= 8 && held.len() >= 8, "{}: {} and {}", form.id, shown.len(), held.len());
        assert!(shown.iter().all(|sentence| sentence.1.contains("{N}") && !held.contains(sentence)), "{}", form.id);
    }
    let [shown, held] = Half::ALL.map(ordinary::lines);
    assert!(shown.iter().all(|line| !held.contains(line)));
}

#[test]
fn names_are_told_by_parts_and_user_names_are_plain() {
    assert_eq!(persons::telling("van den Heuvel"), ["heuvel"]);
    assert_eq!(persons::telling("Hans-Dieter Li"), ["hans", "dieter"]);
    for (name, plain) in
        [("Großkopf", "grosskopf"), ("Łukasiewicz", "lukasiewicz"), ("D'Angelantonio", "dangelantonio"), ("İpek Yıldırım", "ipekyildirim")]
    {
        assert_eq!(persons::plain(name), plain);
    }
}
