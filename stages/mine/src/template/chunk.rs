//! Values of more than one token: a chunk is what stands between blanks, commas, semicolons, quotes and `=`.
//!
//! A value may be written with or without decoration (`null`, `Source{12}`; `host:80`, `10.0.0.1:80`), a quantity with or without a second
//! form of it in brackets (`7 bytes`, `2048 bytes (2 KB)`). Neither makes another kind of event.

use std::collections::BTreeMap;
use std::ops::Range;

use super::merge::{CONSTANTS_MIN, Pattern};
use super::token::{BLANK, Token, TokenKind, Tokens, VAR, Vocabulary};

/// For each token of a key, the tokens of the pattern that it stands for.
type Runs = Vec<Range<usize>>;

/// Lets a chunk that holds a variable be one where another pattern, equal elsewhere, has nothing but a variable. Says whether any changed.
pub(super) fn absorb(patterns: &mut [Pattern], vocabulary: &Vocabulary) -> bool {
    let mut groups: BTreeMap<Tokens, Vec<(usize, Runs)>> = BTreeMap::new();
    for (number, pattern) in patterns.iter().enumerate() {
        let (key, runs) = masked(&pattern.tokens, vocabulary);
        if words(&key, vocabulary) >= CONSTANTS_MIN {
            groups.entry(key).or_default().push((number, runs));
        }
    }
    let mut changed = false;
    for (key, members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        let chunk = |member: &(usize, Runs), at: usize| patterns[member.0].tokens[member.1[at].clone()].to_vec();
        let is_bare = |at: usize| {
            let chunks: std::collections::BTreeSet<Tokens> = members.iter().map(|member| chunk(member, at)).collect();
            chunks.contains([VAR].as_slice()) || chunks.len() > 1 && chunks.iter().all(|chunk| is_series(chunk, vocabulary))
        };
        let bare: Vec<bool> = (0..key.len()).map(|at| key[at] == VAR && is_bare(at)).collect();
        for (number, runs) in members {
            let pattern = &mut patterns[number];
            if (0..key.len()).any(|at| bare[at] && runs[at].len() > 1) {
                pattern.tokens = rebuilt(&pattern.tokens, &runs, |at| bare[at]);
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
    let mut groups: BTreeMap<Tokens, Vec<(usize, Runs, Runs)>> = BTreeMap::new();
    for (number, pattern) in patterns.iter().enumerate() {
        // Decorated values do not hide a missing option.
        let (masked, chunks) = masked(&pattern.tokens, vocabulary);
        let (key, runs) = without_options(&masked, vocabulary);
        if words(&key, vocabulary) >= CONSTANTS_MIN {
            groups.entry(key).or_default().push((number, runs, chunks));
        }
    }
    let mut changed = false;
    for (key, members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        let varies: Vec<bool> = (0..key.len())
            .map(|at| members.iter().any(|(_, runs, _)| runs[at].len() > 3) && members.iter().any(|(_, runs, _)| runs[at].len() <= 3))
            .collect();
        for (number, runs, chunks) in members.iter().filter(|_| varies.contains(&true)) {
            let pattern = &mut patterns[*number];
            let whole: Vec<_> = runs.iter().map(|run| span(chunks, run)).collect();
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
