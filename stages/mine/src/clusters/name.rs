//! Names of clusters: the words that most of a cluster has and few others have.

use std::collections::BTreeMap;

use super::linkage::Features;
use crate::score::log2;

/// Words of a name.
const NAME_WORDS: usize = 4;
/// Percent of a cluster that must have a word of its name.
const SHARED_PERCENT: usize = 60;

/// How much words tell: the fewer things have one, the more.
pub(super) struct Telling {
    numbers: BTreeMap<String, u32>,
    /// Thousandths of a bit by word.
    pub weights: Vec<u64>,
}

impl Telling {
    /// Of the words of all things.
    pub(super) fn of<'w>(things: impl Iterator<Item = &'w [String]>) -> Self {
        let (mut counts, mut all) = (BTreeMap::<&str, u64>::new(), 0_u64);
        for words in things {
            all += 1;
            words.iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
        // Twice as many as all, so that what everything has still tells one bit.
        let weight = |count: &u64| (log2(2.0 * all as f64 / *count as f64) * 1_000.0) as u64;
        let weights = counts.values().map(weight).collect();
        Self { numbers: counts.keys().zip(0..).map(|(word, number)| ((*word).to_owned(), number)).collect(), weights }
    }

    /// Words as a set.
    pub(super) fn features(&self, words: &[String]) -> Features {
        let mut features: Features = words.iter().filter_map(|word| Some((*self.numbers.get(word)?, 1))).collect();
        features.sort_unstable();
        features.dedup();
        features
    }

    fn weight(&self, word: &str) -> u64 {
        self.numbers.get(word).and_then(|number| self.weights.get(*number as usize)).copied().unwrap_or(0)
    }

    /// The most telling words that most members have, in the order of the medoid. Where they share none, those of the medoid.
    pub(super) fn name<'w>(&self, medoid: &[String], members: impl Iterator<Item = &'w [String]>) -> String {
        let (mut shared, mut all) = (BTreeMap::<&str, usize>::new(), 0_usize);
        for words in members {
            all += 1;
            words.iter().for_each(|word| *shared.entry(word).or_default() += 1);
        }
        let is_shared = |word: &&String| shared.get(word.as_str()).is_some_and(|count| count * 100 >= all * SHARED_PERCENT);
        let mut chosen: Vec<(u64, usize)> =
            medoid.iter().enumerate().filter(|(_, word)| is_shared(word)).map(|(at, word)| (self.weight(word), at)).collect();
        if chosen.is_empty() {
            chosen = medoid.iter().enumerate().map(|(at, word)| (self.weight(word), at)).collect();
        }
        chosen.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut places: Vec<usize> = chosen.into_iter().take(NAME_WORDS).map(|(_, at)| at).collect();
        places.sort_unstable();
        let words: Vec<&str> = places.into_iter().map(|at| medoid[at].as_str()).collect();
        if words.is_empty() { "Without words".to_owned() } else { capital(&words.join(" ")) }
    }
}

/// With a capital letter in front.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Numbers names that occur again.
pub(super) fn unlike<'n>(names: impl Iterator<Item = &'n mut String>) {
    let mut seen = BTreeMap::<String, u32>::new();
    for name in names {
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name.push_str(&format!(" ({times})"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_occur_again_are_numbered() {
        let mut names = ["a", "b", "a", "a"].map(str::to_owned);
        unlike(names.iter_mut());
        assert_eq!(names, ["a", "b", "a (2)", "a (3)"]);
        assert_eq!((capital("été"), capital("")), ("Été".to_owned(), String::new()));
    }
}
