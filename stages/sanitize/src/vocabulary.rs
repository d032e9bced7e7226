//! The words that stay under `strict`: ordinary words of bank and system logs, the words of the built-in field names, and those of the policy's
//! dictionary `vocabulary`. No name of a person is on purpose among them; a word that is also a name (`grant`, `page`) is here only if logs
//! need it.

use std::collections::BTreeSet;

use schemas::policy::{SanitizePolicy, VOCABULARY};

use crate::fields::Fields;

/// Letters of a word that is too short to tell anything.
const SHORT_MAX: usize = 1;
/// Letters beside digits that tell nothing: `T0042`, `v2`, `ms`.
const SHORT_WITH_DIGITS_MAX: usize = 2;

/// A set of words in small letters.
pub(crate) struct Vocabulary(BTreeSet<String>);

impl Vocabulary {
    pub(crate) fn of(policy: &SanitizePolicy) -> Self {
        let own = policy.dictionary.iter().filter(|dictionary| dictionary.name == VOCABULARY).flat_map(|dictionary| &dictionary.words);
        let split = |text: &str| text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase).collect::<Vec<_>>();
        let around = [&policy.token_prefix, &policy.token_suffix];
        let words = WORDS.split_whitespace().map(str::to_owned).chain(own.chain(around).flat_map(|text| split(text))).chain(Fields::words());
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    /// Whether each part of a word is known: humps (`PaymentService`), and letters between digits.
    pub(crate) fn has_all(&self, word: &str) -> bool {
        let digits = word.bytes().any(|byte| byte.is_ascii_digit());
        let short = if digits { SHORT_WITH_DIGITS_MAX } else { SHORT_MAX };
        let known = |part: &str| part.chars().count() <= short || self.has(part);
        word.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|part| !part.is_empty()).all(|part| known(part) || humps(part).all(known))
    }

    fn has(&self, part: &str) -> bool {
        let word = part.to_lowercase();
        let word = word.strip_suffix("'s").unwrap_or(&word);
        let stem = |end: &str, with: &str| {
            word.strip_suffix(end).filter(|stem| stem.len() >= 3).is_some_and(|stem| self.0.contains(&format!("{stem}{with}")))
        };
        let doubled = |end: &str| {
            let stem = word.strip_suffix(end).filter(|stem| stem.len() >= 4 && stem.is_ascii()).map(str::as_bytes);
            stem.is_some_and(|stem| {
                stem[stem.len() - 1] == stem[stem.len() - 2] && self.0.contains(&String::from_utf8_lossy(&stem[..stem.len() - 1]).into_owned())
            })
        };
        self.0.contains(word)
            || stem("s", "")
            || stem("es", "")
            || stem("ies", "y")
            || stem("ed", "")
            || stem("ed", "e")
            || stem("ied", "y")
            || stem("ing", "")
            || stem("ing", "e")
            || stem("ly", "")
            || doubled("ed")
            || doubled("ing")
    }
}

/// The humps of a word: `PaymentService` has two, `HTTPServer`, too.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let chars: Vec<(usize, char)> = word.char_indices().collect();
    let begins = |i: usize| {
        let upper = |i: usize| chars.get(i).is_some_and(|(_, c)| c.is_uppercase());
        let lower = |i: usize| chars.get(i).is_some_and(|(_, c)| c.is_lowercase());
        i == 0 || (upper(i) && (lower(i - 1) || lower(i + 1)))
    };
    let mut starts: Vec<usize> = (0..chars.len()).filter(|&i| begins(i)).map(|i| chars[i].0).collect();
    starts.push(word.len());
    (1..starts.len()).filter_map(move |i| word.get(starts[i - 1]..starts[i]))
}

/// Ordinary words of logs.
const WORDS: &str = include_str!("vocabulary.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_logs_stay_and_names_go() {
        let vocabulary = Vocabulary::of(&SanitizePolicy::default());
        for word in [
            "payment",
            "Declined",
            "PaymentService",
            "NullPointerException",
            "retrying",
            "stopped",
            "queries",
            "customer's",
            "HTTPServer",
            "T0042",
            "x",
        ] {
            assert!(vocabulary.has_all(word), "{word}");
        }
        for name in ["Jane", "Zwiebelfisch", "müller", "jdoe42", "JaneRoe", "Larkspurton1", "wang"] {
            assert!(!vocabulary.has_all(name), "{name}");
        }
    }

    #[test]
    fn the_list_is_sorted_small_and_without_doubles() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        assert!(words.len() > 900 && words.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", words.windows(2).find(|pair| pair[0] >= pair[1]));
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
    }
}
