//! What of the names can be read, and which ordinary words are gone.

use std::collections::BTreeMap;

use super::plant::{Line, readable};
use super::{Half, Set};
use crate::fidelity::score::Cell;
use crate::fidelity::views::Views;

/// Examples that are kept of a form in a set.
const EXAMPLES_MAX: usize = 4;

/// A line before and after.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Example {
    /// The set.
    pub set: Set,
    /// The form; `ordinary` where nobody is named.
    pub form: &'static str,
    /// The sentence as it was planted.
    pub planted: String,
    /// What is left of the record.
    pub clean: String,
}

/// The form's name of lines that name nobody.
pub const ORDINARY: &str = "ordinary";

/// Scores of the names' days.
#[derive(Debug, Default)]
pub struct NameScore {
    /// Mentions.
    pub mentions: BTreeMap<(Set, &'static str, Half), Cell>,
    /// Ordinary words: those of lines with nobody in them, and those beside a name.
    pub words: BTreeMap<(Set, &'static str, Half), Cell>,
    /// Ordinary words that were lost, by how often; of the shown half.
    pub lost: BTreeMap<String, u64>,
    /// Lines of the shown half that are not as they should be.
    pub examples: BTreeMap<(Set, &'static str), Vec<Example>>,
    /// Records over all days.
    pub records: u64,
}

impl NameScore {
    /// Takes a line and what is left of it; none when its record did not come out.
    pub fn add(&mut self, set: Set, line: &Line, clean: Option<&Views>) {
        let form = line.form.map_or(ORDINARY, |form| form.id);
        let mut bad = false;
        if line.form.is_some() {
            bad = clean.is_some_and(|views| readable(&line.tells, views));
            let cell = self.mentions.entry((set, form, line.half)).or_default();
            cell.planted += 1;
            cell.bad += u64::from(bad);
            cell.quarantined += u64::from(clean.is_none());
        }
        // Under `strict` words go on purpose.
        if set != Set::Strict {
            let lost = lost(&line.words, clean);
            let kind = if line.form.is_some() { "beside a name" } else { ORDINARY };
            let cell = self.words.entry((set, kind, line.half)).or_default();
            cell.planted += line.words.len() as u64;
            cell.bad += lost.len() as u64;
            bad |= !lost.is_empty() && line.form.is_none();
            if line.half == Half::Shown {
                lost.into_iter().for_each(|word| *self.lost.entry(word).or_default() += 1);
            }
        }
        let kept = self.examples.entry((set, form)).or_default();
        if bad && line.half == Half::Shown && kept.len() < EXAMPLES_MAX {
            let clean = clean.map_or_else(|| "(quarantined)".to_owned(), |views| views.text().to_owned());
            kept.push(Example { set, form, planted: line.text.clone(), clean });
        }
    }
}

/// The words that are not there any more, each as often as it is missing.
fn lost(words: &[String], clean: Option<&Views>) -> Vec<String> {
    let left = clean.map_or_else(String::new, |views| views.cut.first().cloned().unwrap_or_default().to_lowercase());
    let mut left: Vec<&str> = left.split(|c: char| !c.is_alphabetic()).collect();
    let mut lost = Vec::new();
    for word in words {
        match left.iter().position(|other| other == word) {
            Some(at) => {
                left.swap_remove(at);
            }
            None => lost.push(word.clone()),
        }
    }
    lost
}
