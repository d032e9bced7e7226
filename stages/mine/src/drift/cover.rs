//! Which template covers another: every line of the narrower one would also be one of the wider.

use std::collections::BTreeMap;

use crate::shape::VARIABLE;

/// Constant words a template needs to cover others: `<*> failed` would cover half of a system.
const CONSTANTS_MIN: usize = 2;
/// Blank-separated parts that one variable may stand for: `<*> sent` covers `<*> bytes (<*>) sent`.
const PARTS_MAX: usize = 4;
/// Templates looked at for one word; of more, those of smallest number.
const CANDIDATES_MAX: usize = 256;

/// Templates that may cover others, found by a word they need.
pub(super) struct Index<'a> {
    texts: Vec<&'a str>,
    by_word: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    /// An index of templates; results are positions in `texts`.
    pub(super) fn new(texts: Vec<&'a str>) -> Self {
        let mut frequency: BTreeMap<&str, u64> = BTreeMap::new();
        for text in &texts {
            words(text).for_each(|word| *frequency.entry(word).or_default() += 1);
        }
        let mut by_word: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (number, text) in texts.iter().enumerate() {
            // The rarest word keeps the lists short.
            if words(text).count() >= CONSTANTS_MIN
                && text.contains(VARIABLE)
                && let Some(word) = words(text).min_by_key(|word| (frequency[word], *word))
            {
                by_word.entry(word).or_default().push(number);
            }
        }
        Self { texts, by_word }
    }

    /// The narrowest template, other than `text` itself, that covers it.
    pub(super) fn covering(&self, text: &str) -> Option<usize> {
        let mut candidates: Vec<usize> =
            words(text).filter_map(|word| self.by_word.get(word)).flat_map(|found| found.iter().take(CANDIDATES_MAX).copied()).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let constants = |number: usize| words(self.texts[number]).map(str::len).sum::<usize>();
        candidates
            .into_iter()
            .filter(|&number| self.texts[number] != text && covers(self.texts[number], text))
            .max_by_key(|&number| (constants(number), std::cmp::Reverse(number)))
    }
}

/// Words of the constant text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(VARIABLE).flat_map(|part| part.split(|letter: char| !letter.is_alphanumeric() && letter != '_')).filter(|word| !word.is_empty())
}

/// Whether `wide` covers `narrow`.
fn covers(wide: &str, narrow: &str) -> bool {
    let (wide, narrow): (Vec<&str>, Vec<&str>) = (wide.split(' ').collect(), narrow.split(' ').collect());
    // reached[j]: the parts of `wide` so far cover the first j of `narrow`.
    let mut reached = vec![false; narrow.len() + 1];
    reached[0] = true;
    for part in wide {
        let mut next = vec![false; narrow.len() + 1];
        for start in (0..narrow.len()).filter(|&start| reached[start]) {
            next[start + 1] |= part_covers(part, narrow[start]);
            // A value of several parts has a variable in front; otherwise a variable would swallow words.
            if part == VARIABLE && narrow[start].contains(VARIABLE) {
                (2..=PARTS_MAX.min(narrow.len() - start)).for_each(|length| next[start + length] = true);
            }
        }
        reached = next;
    }
    reached[narrow.len()]
}

/// The same of two parts without blanks; a variable stands for at least one character.
fn part_covers(wide: &str, narrow: &str) -> bool {
    let mut pieces = wide.split(VARIABLE);
    let Some(mut rest) = narrow.strip_prefix(pieces.next().unwrap_or("")) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        let mut after = rest.chars();
        after.next();
        let Some(at) = after.as_str().find(piece) else { return false };
        rest = after.as_str().get(at + piece.len()..).unwrap_or("");
    }
    rest.len() > last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wide: &str, narrow: &str, expected: bool) {
        assert_eq!(covers(wide, narrow), expected, "{wide} | {narrow}");
    }

    #[test]
    fn variables_stand_for_words_and_variables() {
        check("user <*> logged in", "user alice logged in", true);
        check("user <*> logged in", "user <*> logged in", true);
        check("user <*> logged in", "user logged in", false);
        check("user <*> logged in", "user alice logged out", false);
        check("tty=<*>, from=<*>", "tty=ssh, from=<*>", true);
        check("tty=<*>, from=<*>", "tty=, from=x", false);
        check("<*> sent to peer", "<*> bytes (<*>) sent to peer", true);
        check("connection from <*>", "connection from peer was closed", false);
        check("a-<*>-b-<*>", "a-x-b-y", true);
        check("é<*>", "é", false);
    }

    #[test]
    fn the_narrowest_is_found_and_wide_ones_do_not_count() {
        let index = Index::new(vec!["<*> failed", "user <*> <*> in", "user <*> logged in", "user alice logged in"]);
        assert_eq!(index.covering("user alice logged in"), Some(2));
        assert_eq!(index.covering("user alice walked in"), Some(1));
        assert_eq!(index.covering("login failed"), None);
    }
}
