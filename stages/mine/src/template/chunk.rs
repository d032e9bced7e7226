//! Values of more than one token: a chunk is what stands between blanks, commas, semicolons, quotes and `=`.
//!
//! A value may be written with or without decoration (`null`, `Source{12}`; `host:80`, `10.0.0.1:80`), a quantity with or without a second
//! form of it in brackets (`7 bytes`, `2048 bytes (2 KB)`). Neither makes another kind of event.

use std::ops::Range;

use super::merge::{CONSTANTS_MIN, Pattern};
use super::token::{BLANK, Token, TokenKind, Tokens, VAR, Vocabulary};
use crate::hash::hash_bytes;

/// Tokens of a quantity: number, blank, unit.
const QUANTITY_TOKENS: usize = 3;

/// For each token of a key, the tokens of the pattern that it stands for.
type Runs = Vec<Range<usize>>;

/// Patterns whose keys are equal, by number; those without a key and those alone left out. Keys are hashed: there may be as many as shapes.
fn groups(patterns: &[Pattern], vocabulary: &Vocabulary, key: impl Fn(&[Token]) -> Tokens) -> Vec<Vec<usize>> {
    let mut keys: Vec<(u64, usize)> = Vec::new();
    for (number, pattern) in patterns.iter().enumerate() {
        let key = key(&pattern.tokens);
        if words(&key, vocabulary) >= CONSTANTS_MIN {
            let bytes: Vec<u8> = key.iter().flat_map(|token| token.to_le_bytes()).collect();
            keys.push((hash_bytes(&bytes), number));
        }
    }
    keys.sort_unstable();
    let equal = keys.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    equal.map(|group| group.iter().map(|(_, number)| *number).collect()).collect()
}

/// What the patterns of a group have in one place of their key.
#[derive(Clone, Default)]
struct Place {
    first: Tokens,
    differ: bool,
    bare: bool,
    other_than_series: bool,
}

/// Lets a chunk that holds a variable be one where another pattern, equal elsewhere, has nothing but a variable, or the number of another series. Says
/// whether any changed.
pub(super) fn absorb(patterns: &mut [Pattern], vocabulary: &Vocabulary) -> bool {
    let mut changed = false;
    for members in groups(patterns, vocabulary, |tokens| masked(tokens, vocabulary).0) {
        let mut places: Vec<Place> = Vec::new();
        for &number in &members {
            let tokens = &patterns[number].tokens;
            let (key, runs) = masked(tokens, vocabulary);
            places.resize(key.len(), Place::default());
            for (place, run) in places.iter_mut().zip(runs) {
                let chunk = &tokens[run];
                place.bare |= chunk == [VAR];
                place.other_than_series |= !is_series(chunk, vocabulary);
                if place.first.is_empty() {
                    place.first = chunk.to_vec();
                }
                place.differ |= place.first != chunk;
            }
        }
        let one: Vec<bool> = places.iter().map(|place| place.bare || place.differ && !place.other_than_series).collect();
        for number in members {
            let pattern = &mut patterns[number];
            let runs = masked(&pattern.tokens, vocabulary).1;
            if runs.iter().zip(&one).any(|(run, one)| *one && run.len() > 1) {
                pattern.tokens = rebuilt(&pattern.tokens, &runs, |at| one[at]);
                pattern.merged.clear();
                changed = true;
            }
        }
    }
    changed
}

/// Tokens with each chunk that holds a variable as one, and what each was made of.
fn masked(tokens: &[Token], vocabulary: &Vocabulary) -> (Tokens, Runs) {
    let (mut key, mut runs) = (Tokens::new(), Vec::new());
    let mut start = 0;
    while start < tokens.len() {
        let length = tokens[start..].iter().take_while(|&&token| !divides(token, vocabulary)).count();
        // What stands in brackets of its own is a remark, not a value.
        let chunk = &tokens[start..start + length];
        if chunk.first().is_none_or(|&first| vocabulary.is(first, "(")) || !chunk.contains(&VAR) {
            let end = start + length.max(1);
            key.extend_from_slice(&tokens[start..end]);
            runs.extend((start..end).map(|at| at..at + 1));
        } else {
            key.push(VAR);
            runs.push(start..start + length);
        }
        start += length.max(1);
    }
    (key, runs)
}

/// `node-VAR`: the name of a series and a number. Two series in one place are one variable.
fn is_series(chunk: &[Token], vocabulary: &Vocabulary) -> bool {
    matches!(chunk, &[name, mark, VAR] if vocabulary.kind(name) == TokenKind::Word && ["-", "."].iter().any(|text| vocabulary.is(mark, text)))
}

fn divides(token: Token, vocabulary: &Vocabulary) -> bool {
    token == BLANK || [",", ";", "=", "\"", "'"].iter().any(|mark| vocabulary.is(token, mark))
}

fn rebuilt(tokens: &[Token], runs: &[Range<usize>], one: impl Fn(usize) -> bool) -> Tokens {
    let mut out = Tokens::new();
    for (at, run) in runs.iter().enumerate() {
        out.extend_from_slice(if one(at) { &[VAR] } else { &tokens[run.clone()] });
    }
    out
}

fn words(tokens: &[Token], vocabulary: &Vocabulary) -> usize {
    tokens.iter().filter(|&&token| vocabulary.kind(token) == TokenKind::Word).count()
}

/// Where patterns are equal but for a variable in round brackets behind a quantity, number, unit and brackets are one variable. Says whether
/// any changed.
pub(super) fn options(patterns: &mut [Pattern], vocabulary: &Vocabulary) -> bool {
    // Decorated values do not hide a missing option.
    let key_of = |tokens: &[Token]| {
        let (masked, chunks) = masked(tokens, vocabulary);
        let (key, runs) = without_options(&masked, vocabulary);
        (key, runs, chunks)
    };
    let mut changed = false;
    for members in groups(patterns, vocabulary, |tokens| key_of(tokens).0) {
        let (mut with, mut without): (Vec<bool>, Vec<bool>) = (Vec::new(), Vec::new());
        for &number in &members {
            let (_, runs, _) = key_of(&patterns[number].tokens);
            with.resize(runs.len(), false);
            without.resize(runs.len(), false);
            for (at, run) in runs.iter().enumerate() {
                *(if run.len() > QUANTITY_TOKENS { &mut with[at] } else { &mut without[at] }) = true;
            }
        }
        let varies: Vec<bool> = with.iter().zip(&without).map(|(with, without)| *with && *without).collect();
        for &number in members.iter().filter(|_| varies.contains(&true)) {
            let pattern = &mut patterns[number];
            let (_, runs, chunks) = key_of(&pattern.tokens);
            let whole: Vec<_> = runs.iter().map(|run| span(&chunks, run)).collect();
            pattern.tokens = rebuilt(&pattern.tokens, &whole, |at| varies[at]);
            pattern.merged.clear();
            changed = true;
        }
    }
    changed
}

/// The tokens that the chunks of a range cover.
fn span(chunks: &[Range<usize>], run: &Range<usize>) -> Range<usize> {
    chunks[run.clone()].iter().cloned().reduce(|first, last| first.start..last.end).unwrap_or(0..0)
}

/// Tokens with each `VAR word`, with or without ` (VAR)` behind it, as one.
fn without_options(tokens: &[Token], vocabulary: &Vocabulary) -> (Tokens, Runs) {
    let (mut key, mut runs) = (Tokens::new(), Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        let start = at;
        key.push(tokens[at]);
        at += 1;
        if tokens[start] == VAR
            && tokens.get(at) == Some(&BLANK)
            && tokens.get(at + 1).is_some_and(|&token| vocabulary.kind(token) == TokenKind::Word)
        {
            // The unit stays part of the key.
            key.push(tokens[at + 1]);
            runs.push(start..start);
            at += 2;
            let bracket = |offset: usize, mark: &str| tokens.get(at + offset).is_some_and(|&token| vocabulary.is(token, mark));
            if tokens.get(at) == Some(&BLANK) && bracket(1, "(") && tokens.get(at + 2) == Some(&VAR) && bracket(3, ")") {
                at += 4;
            }
        }
        runs.push(start..at);
    }
    (key, runs)
}
