//! Ordinary words of bank and system logs, and how a word is known by them: in any case and inflection, or hump by hump. No name of a person is on
//! purpose among them; a word that is also a name (`grant`, `page`) is here only if logs need it.

use std::collections::BTreeSet;

/// Letters of a word that is too short to tell anything.
const SHORT_MAX: usize = 1;
/// Letters beside digits that tell nothing: `T0042`, `v2`, `ms`.
const SHORT_WITH_DIGITS_MAX: usize = 2;
/// The list, in small letters.
const WORDS: &str = include_str!("words.txt");

/// A set of words in small letters.
#[derive(Debug, Clone)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// The list, and `more` words in small letters.
    pub fn with(more: impl IntoIterator<Item = String>) -> Self {
        Self(WORDS.split_whitespace().map(str::to_owned).chain(more).filter(|word| !word.is_empty()).collect())
    }

    /// Whether each part of a word is known: humps (`PaymentService`), and letters between digits.
    pub fn has_all(&self, word: &str) -> bool {
        self.has_all_or(word, |_| false)
    }

    /// The same where `other` knows words as well, given as they are written.
    pub fn has_all_or(&self, word: &str, other: impl Fn(&str) -> bool) -> bool {
        let digits = word.bytes().any(|byte| byte.is_ascii_digit());
        let short = if digits { SHORT_WITH_DIGITS_MAX } else { SHORT_MAX };
        let known = |part: &str| part.chars().count() <= short || self.has(part) || other(part);
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
pub fn humps(word: &str) -> impl Iterator<Item = &str> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_in_their_forms() {
        let words = Words::with(["zwiebelfisch".to_owned()]);
        for word in ["payment", "Declined", "PaymentService", "retrying", "stopped", "queries", "customer's", "HTTPServer", "T0042", "Zwiebelfisch"] {
            assert!(words.has_all(word), "{word}");
        }
        assert!(!words.has_all("JaneRoe") && !words.has_all("jdoe42"));
        assert!(words.has_all_or("JanePayment", |part| part == "Jane") && !words.has_all_or("JaneRoe", |part| part == "Jane"));
    }

    #[test]
    fn the_list_is_sorted_small_and_without_doubles() {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        assert!(words.len() > 900 && words.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", words.windows(2).find(|pair| pair[0] >= pair[1]));
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
    }
}
