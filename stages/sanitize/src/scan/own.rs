//! What a policy adds to the search of a text: patterns and dictionaries of its own, and `strict`, under which a word that is not of the
//! vocabulary becomes `<WORD>`. A policy without them never comes here.

use schemas::pattern::Match;

use super::driver::Scope;
use super::hits::Hit;
use super::names::is_also_name;
use crate::fold::cut;
use crate::token::token_len;
use crate::worker::Worker;
use schemas::words::Words;

/// What stands for a word that is not of the vocabulary.
const WORD: &str = "<WORD>";

impl Worker<'_> {
    /// Adds what the policy's own rules find in a text to the hits above `base`, in the order of places.
    #[cold]
    #[inline(never)]
    pub(super) fn own_rules(&mut self, text: &str, base: usize, scope: Scope) {
        let engine = self.engine;
        if self.gathered.is_some() {
            return;
        }
        let mut matches = std::mem::take(&mut self.matches);
        matches.clear();
        if let Some(patterns) = &engine.patterns {
            patterns.find(text, &mut matches);
        }
        if !matches.is_empty() || engine.vocabulary.is_some() {
            let found = self.hits.take_above(base);
            let replaced = self.replacements(text, &matches);
            self.merge(base, found, replaced);
        }
        if let Some(vocabulary) = engine.vocabulary.as_ref().filter(|_| !scope.strong_only) {
            let found = self.hits.take_above(base);
            let words = self.unknown_words(text, &found, vocabulary);
            self.merge(base, found, words);
        }
        self.matches = matches;
    }

    /// Replacements of the matches that are no part of a token.
    fn replacements(&mut self, text: &str, matches: &[Match]) -> Vec<Hit> {
        let tokens = if matches.is_empty() { Vec::new() } else { self.tokens_in(text) };
        let mut hits = Vec::new();
        for &Match { start, end, class, operator } in matches {
            if tokens.iter().any(|&(from, to)| start < to && from < end) {
                continue;
            }
            let value = cut(text, start, end);
            let made = match operator {
                Some(operator) => self.make_own(class, operator, value),
                None => self.make(class, value),
            };
            hits.extend(made.map(|made| Hit { start, end, made }));
        }
        hits
    }

    /// Where tokens stand in a text that was sanitized before.
    fn tokens_in(&self, text: &str) -> Vec<(usize, usize)> {
        let bytes = text.as_bytes();
        let len = |at: usize| token_len(&self.engine.keys, &bytes[at..]).map(|len| (at, at + len));
        memchr::memchr_iter(b'[', bytes).filter_map(len).collect()
    }

    /// Hits in the order of their places, those that overlap as one.
    fn merge(&mut self, base: usize, mut hits: Vec<Hit>, more: Vec<Hit>) {
        hits.extend(more);
        hits.sort_by_key(|hit| (hit.start, hit.end));
        for hit in hits {
            self.hits.push(base, hit);
        }
    }

    /// `<WORD>` for each word outside the hits and outside tokens that the vocabulary does not have.
    fn unknown_words(&mut self, text: &str, found: &[Hit], vocabulary: &Words) -> Vec<Hit> {
        let named = words_of_names(text, found, vocabulary);
        let mut spans: Vec<(usize, usize)> = found.iter().map(|hit| (hit.start, hit.end)).chain(self.tokens_in(text)).collect();
        spans.extend(text.match_indices(WORD).map(|(at, word)| (at, at + word.len())));
        spans.sort_unstable();
        let mut spans = spans.into_iter().peekable();
        let mut hits = Vec::new();
        let mut made = None;
        let mut words: Vec<(usize, usize)> = unknown(text, vocabulary).chain(named).collect();
        words.sort_unstable();
        for (start, end) in words {
            while spans.next_if(|&(_, to)| to <= start).is_some() {}
            // A word that is replaced in part only goes as a whole.
            if spans.peek().is_some_and(|&(from, to)| from <= start && end <= to) {
                continue;
            }
            let made = *made.get_or_insert_with(|| {
                let from = self.hits.made.len();
                self.hits.made.push_str(WORD);
                (from, self.hits.made.len())
            });
            self.replaced += 1;
            hits.push(Hit { start, end, made });
        }
        hits
    }
}

/// A word of a text, as far as it may be a part of a name.
#[derive(Clone, Copy)]
struct Word {
    start: usize,
    end: usize,
    capital: bool,
    single: bool,
    /// Goes anyway.
    goes: bool,
    /// A word of the vocabulary that is a name, too.
    named: bool,
}

/// Words of the vocabulary that are names, too (`Page`, `Grant`), where a capital or what stands beside them says that they are: amid a sentence, beside
/// an initial, beside another word with a capital that goes or is such a one.
fn words_of_names(text: &str, found: &[Hit], vocabulary: &Words) -> Vec<(usize, usize)> {
    let mut words: Vec<Word> = Vec::new();
    let mut spans: Vec<(usize, usize)> = found.iter().map(|hit| (hit.start, hit.end)).collect();
    spans.sort_unstable();
    let mut spans = spans.into_iter().peekable();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(char::is_alphabetic)).map(|from| at + from) {
        let rest = cut(text, start, text.len());
        let len = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let (word, end) = (cut(text, start, start + len), start + len);
        while spans.next_if(|&(_, to)| to <= start).is_some() {}
        let goes = spans.peek().is_some_and(|&(from, to)| from <= start && end <= to) || !vocabulary.has_all(word);
        let capital = word.starts_with(char::is_uppercase);
        words.push(Word { start, end, capital, single: word.chars().count() == 1, goes, named: capital && !goes && is_also_name(word) });
        at = end;
    }
    let near = |from: usize, to: usize| matches!(cut(text, from, to), " " | ", " | "," | ". " | "-" | "." | "'");
    let beside = |index: usize, other: Option<&Word>| {
        let word = &words[index];
        other.is_some_and(|other| {
            let touches = if other.start > word.end { near(word.end, other.start) } else { near(other.end, word.start) };
            let initial = other.single && other.capital && (text.as_bytes().get(other.end) == Some(&b'.') || other.end < word.start && other.goes);
            touches && (initial || other.capital && !other.single && (other.goes || other.named))
        })
    };
    let amid = |index: usize| {
        index
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .is_some_and(|before| !before.capital && cut(text, before.end, words[index].start) == " ")
    };
    let goes = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        amid(index) || beside(index, before) || beside(index, words.get(index + 1))
    };
    (0..words.len()).filter(|&index| words[index].named && goes(index)).map(|index| (words[index].start, words[index].end)).collect()
}

/// Words of letters that the vocabulary does not have. Digits and signs are looked at as ever; a word with digits in it that is hexadecimal is a
/// number of its own kind.
fn unknown<'t>(text: &'t str, vocabulary: &'t Words) -> impl Iterator<Item = (usize, usize)> + 't {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let start = at + rest.find(char::is_alphanumeric)?;
            let body = text.get(start..)?;
            let len = body.find(|c: char| !c.is_alphanumeric() && c != '\'').unwrap_or(body.len());
            at = start + len;
            let word = cut(text, start, start + len).trim_end_matches('\'');
            if word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                continue;
            }
            let letters = word.find(char::is_alphabetic);
            if let Some(first) = letters
                && !vocabulary.has_all(word)
            {
                let last = word
                    .rfind(char::is_alphabetic)
                    .map_or(first, |last| last + word.get(last..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
                return Some((start + first, start + last));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::policy::SanitizePolicy;

    #[test]
    fn words_outside_the_vocabulary_are_named_with_their_places() {
        let vocabulary = crate::vocabulary::of(&SanitizePolicy::default());
        let text = "Payment declined for Zwiebelfisch at 10:30, PaymentService v2 trace 4bf92f3577b34da6 jdoe42 T0042 O'Brien 日本";
        let found: Vec<&str> = unknown(text, &vocabulary).map(|(start, end)| text.get(start..end).unwrap()).collect();
        assert_eq!(found, ["Zwiebelfisch", "jdoe", "O'Brien", "日本"]);
    }
}
