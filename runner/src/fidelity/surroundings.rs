//! Words around a planted value that are gone although they say nothing about anybody. Shown, not judged: no threshold hangs on it.

use std::collections::{BTreeMap, BTreeSet};

use super::plant::{Planted, Role};
use super::views::Views;

/// Shortest word that is looked for.
const WORD_CHARS_MIN: usize = 4;
/// Lost words that are listed.
const LISTED_MAX: usize = 30;
/// Names of fields that `ingest` reads and takes out.
const TAKEN_OUT: [&str; 6] = ["timestamp", "time", "message", "msg", "level", "severity"];
/// Carriers whose own text names somebody.
const WITH_NAMES: [&str; 3] = ["swift-mt", "url-userinfo", "split-fields"];

/// Records whose surroundings were looked at, and the words that were lost.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// Records.
    pub records: u64,
    /// Records that lost a word.
    pub with_loss: u64,
    lost: BTreeMap<String, u64>,
}

impl Surroundings {
    /// Takes a planted record and what is left of it.
    pub fn add(&mut self, planted: &Planted, clean: Option<&Views>) {
        let Some(clean) = clean.filter(|_| planted.role == Role::Personal && !WITH_NAMES.contains(&planted.carrier.id)) else { return };
        let left = words(clean);
        // Escaped line ends would stick to the words behind them.
        let around = planted.text.replace(&planted.written, " ").replace("\\n", " ").replace("\\t", " ");
        let around = words(&Views::of(&around));
        let lost: Vec<&String> = around.iter().filter(|word| !left.contains(*word) && !TAKEN_OUT.contains(&word.as_str())).collect();
        self.records += 1;
        self.with_loss += u64::from(!lost.is_empty());
        for word in lost {
            *self.lost.entry(word.clone()).or_default() += 1;
        }
    }

    /// The words that were lost most often.
    #[must_use]
    pub fn most_lost(&self) -> Vec<(String, u64)> {
        let mut lost: Vec<(String, u64)> = self.lost.iter().map(|(word, count)| (word.clone(), *count)).collect();
        lost.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        lost.truncate(LISTED_MAX);
        lost
    }
}

fn words(views: &Views) -> BTreeSet<String> {
    let runs = views.cut.iter().flat_map(|layer| layer.split(|c: char| !c.is_ascii_alphabetic()));
    runs.filter(|run| run.len() >= WORD_CHARS_MIN).map(str::to_ascii_lowercase).collect()
}
