//! Merging patterns: lists of any length, words that vary, rare shapes that a merged pattern covers.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::chunk;
use super::token::{BLANK, Token, TokenKind, Tokens, VAR, Vocabulary};
use crate::hash::{FixedMap, hash_bytes};

/// Distinct words at one position, everything else equal, that make it a variable.
const WORDS_MIN: usize = 4;
/// The same directly after `key=`.
const WORDS_AFTER_KEY_MIN: usize = 2;
/// Variables that make a message a record of values.
const RECORD_VARIABLES_MIN: usize = 5;
/// Constant words that must remain.
pub(super) const CONSTANTS_MIN: usize = 2;
/// Rounds of merging; each makes at least one position of a pattern variable, and few need more than three.
const ROUNDS_MAX: usize = 12;
/// Distinct sets of merged positions tried for patterns of one length.
const MASKS_MAX: usize = 256;

/// A pattern and what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// Tokens.
    pub tokens: Tokens,
    /// Lines.
    pub lines: u64,
    /// Shapes.
    pub shapes: Vec<u32>,
    /// Positions that a merge made variable.
    pub merged: Vec<u32>,
}

/// Merges until nothing changes.
pub(super) fn merge(patterns: Vec<Pattern>, vocabulary: &Vocabulary) -> Vec<Pattern> {
    let mut patterns = unite(patterns, vocabulary);
    // Words that a whole-batch test found to be values: two of them are enough elsewhere.
    let mut values = BTreeSet::new();
    for _ in 0..ROUNDS_MAX {
        let mut changed = vary(&mut patterns, vocabulary, &mut values);
        patterns = unite(patterns, vocabulary);
        for step in [vary_keys, chunk::options, absorb, chunk::absorb] {
            if step(&mut patterns, vocabulary) {
                patterns = unite(patterns, vocabulary);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    patterns
}

/// Joins patterns that are equal once lists are collapsed. A list that has one form everywhere keeps it.
fn unite(patterns: Vec<Pattern>, vocabulary: &Vocabulary) -> Vec<Pattern> {
    let mut groups: BTreeMap<Tokens, Vec<Pattern>> = BTreeMap::new();
    for pattern in patterns {
        groups.entry(vocabulary.collapsed(&pattern.tokens).0).or_default().push(pattern);
    }
    groups.into_values().map(|group| unite_group(group, vocabulary)).collect()
}

fn unite_group(group: Vec<Pattern>, vocabulary: &Vocabulary) -> Pattern {
    let same = group.windows(2).all(|two| two[0].tokens == two[1].tokens);
    let mut merged: Vec<u32> = if same { group.iter().flat_map(|pattern| pattern.merged.iter().copied()).collect() } else { Vec::new() };
    merged.sort_unstable();
    merged.dedup();
    let lines = group.iter().map(|pattern| pattern.lines).sum();
    let tokens = if same { group[0].tokens.clone() } else { common_form(&group, vocabulary) };
    Pattern { tokens, lines, shapes: group.into_iter().flat_map(|pattern| pattern.shapes).collect(), merged }
}

/// The tokens of patterns that are equal once collapsed: each list as written where all write it alike, else collapsed.
fn common_form(group: &[Pattern], vocabulary: &Vocabulary) -> Tokens {
    let runs: Vec<Vec<std::ops::Range<usize>>> = group.iter().map(|pattern| vocabulary.collapsed(&pattern.tokens).1).collect();
    let mut tokens = Tokens::new();
    for (position, run) in runs[0].iter().enumerate() {
        let first = &group[0].tokens[run.clone()];
        let alike = group.iter().zip(&runs).all(|(pattern, runs)| &pattern.tokens[runs[position].clone()] == first);
        tokens.extend_from_slice(if alike { first } else { &first[..1] });
    }
    tokens
}

/// A position of a pattern, under the hash of everything else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot {
    rest: u64,
    position: u32,
    token: Token,
    pattern: u32,
}

/// One round of the variable test. Says whether any pattern changed.
fn vary(patterns: &mut [Pattern], vocabulary: &Vocabulary, values: &mut BTreeSet<Token>) -> bool {
    let mut slots = slots(patterns, vocabulary);
    slots.sort_unstable();
    // The best group of each pattern: most distinct words, then the first position.
    let mut best: FixedMap<u32, (usize, Reverse<u32>)> = FixedMap::default();
    let mut found = Vec::new();
    for group in slots.chunk_by(|a, b| a.rest == b.rest && a.position == b.position) {
        let mut words: Vec<Token> = group.iter().map(|slot| slot.token).collect();
        words.dedup();
        let distinct = words.len();
        words.retain(|token| *token != VAR);
        let after_key = follows_key(&patterns[group[0].pattern as usize].tokens, group[0].position as usize, vocabulary);
        // Most of them are values elsewhere.
        let known = 2 * words.iter().filter(|word| values.contains(word)).count() > words.len();
        let names = words.iter().all(|&word| vocabulary.is_qualified(word));
        // Where the lexer found a value in an equal message, a word is one too.
        let beside = words.len() < distinct;
        // A message with so many variables states a record: the words in it are values too, but for the first, which says of what.
        let record = distinct > 1 && is_record(&patterns[group[0].pattern as usize].tokens, group[0].position as usize, vocabulary);
        let value = after_key || known || names || beside || record;
        if words.len() < WORDS_MIN && !(distinct >= WORDS_AFTER_KEY_MIN && value) || words.is_empty() {
            continue;
        }
        // How something ended is what happened, not a value of it.
        if states_outcomes(&words, vocabulary) {
            continue;
        }
        if words.len() >= WORDS_MIN || after_key {
            found.extend(words);
        }
        for slot in group.iter().filter(|slot| slot.token != VAR) {
            let candidate = (distinct, Reverse(slot.position));
            let known = best.entry(slot.pattern).or_insert(candidate);
            *known = (*known).max(candidate);
        }
    }
    values.extend(found);
    let changed = !best.is_empty();
    for (number, pattern) in (0..).zip(patterns.iter_mut()) {
        if let Some(&(_, Reverse(position))) = best.get(&number) {
            pattern.tokens[position as usize] = VAR;
            pattern.merged.push(position);
        }
    }
    changed
}

/// Whether words are mostly such that say of different outcomes: `accepted`, `declined`.
fn states_outcomes(words: &[Token], vocabulary: &Vocabulary) -> bool {
    let outcomes: Vec<u8> = words.iter().map(|&word| vocabulary.outcome(word)).collect();
    let stated = outcomes.iter().filter(|&&outcome| outcome > 0).count();
    stated * 2 >= words.len() && outcomes.iter().any(|outcome| *outcome != outcomes[0])
}

/// Whether the position is behind the first word of a message of many variables.
fn is_record(tokens: &[Token], position: usize, vocabulary: &Vocabulary) -> bool {
    let variables = tokens.iter().filter(|&&token| token == VAR).count();
    variables >= RECORD_VARIABLES_MIN && tokens[..position].iter().any(|&token| vocabulary.kind(token) == TokenKind::Word)
}

fn slots(patterns: &[Pattern], vocabulary: &Vocabulary) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (pattern, number) in patterns.iter().zip(0..) {
        let words = pattern.tokens.iter().filter(|&&token| vocabulary.kind(token) == TokenKind::Word).count();
        let whole = (0..).zip(&pattern.tokens).fold(pattern.tokens.len() as u64, |sum, (at, &token)| sum.wrapping_add(place_hash(at, token)));
        for (position, &token) in (0_u32..).zip(&pattern.tokens) {
            let constants = match vocabulary.kind(token) {
                TokenKind::Word => words - 1,
                TokenKind::Variable => words,
                TokenKind::Blank | TokenKind::Mark => continue,
            };
            let needed = if follows_key(&pattern.tokens, position as usize, vocabulary) { CONSTANTS_MIN - 1 } else { CONSTANTS_MIN };
            if constants < needed {
                continue;
            }
            // The method of a call is what is done, however many there are.
            if vocabulary.is_method(token) && pattern.tokens.get(position as usize + 1..position as usize + 3) == Some(&[BLANK, VAR]) {
                continue;
            }
            slots.push(Slot { rest: whole.wrapping_sub(place_hash(position, token)), position, token, pattern: number });
        }
    }
    slots
}

/// What a token at a position adds to the hash of its pattern, so that one position can be taken out again.
fn place_hash(position: u32, token: Token) -> u64 {
    hash_bytes(&[position.to_le_bytes(), token.to_le_bytes()].concat())
}

/// Values after keys that vary together: with all of them masked, each that takes two values is variable. Says whether any changed.
fn vary_keys(patterns: &mut [Pattern], vocabulary: &Vocabulary) -> bool {
    let mut groups: BTreeMap<Tokens, Vec<u32>> = BTreeMap::new();
    for (pattern, number) in patterns.iter().zip(0..) {
        let mut masked = pattern.tokens.clone();
        let positions = key_positions(&pattern.tokens, vocabulary);
        let words = pattern.tokens.iter().filter(|&&token| vocabulary.kind(token) == TokenKind::Word).count();
        let values = positions.iter().filter(|&&at| pattern.tokens[at] != VAR).count();
        if values > 0 && words - values >= CONSTANTS_MIN {
            positions.into_iter().for_each(|at| masked[at] = VAR);
            groups.entry(masked).or_default().push(number);
        }
    }
    let mut changed = false;
    for (masked, members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
        for at in key_positions(&masked, vocabulary) {
            let first = patterns[members[0] as usize].tokens[at];
            if members.iter().all(|&member| patterns[member as usize].tokens[at] == first) {
                continue;
            }
            for &member in &members {
                let pattern = &mut patterns[member as usize];
                if pattern.tokens[at] != VAR {
                    pattern.tokens[at] = VAR;
                    pattern.merged.push(at as u32);
                    changed = true;
                }
            }
        }
    }
    changed
}

/// Positions of words and variables after `word=`.
fn key_positions(tokens: &[Token], vocabulary: &Vocabulary) -> Vec<usize> {
    let is_value = |at: &usize| matches!(vocabulary.kind(tokens[*at]), TokenKind::Word | TokenKind::Variable) && follows_key(tokens, *at, vocabulary);
    (0..tokens.len()).filter(is_value).collect()
}

/// Whether the position is directly after `word=` or `"word":`; a blank and an opening quote or bracket may stand between.
fn follows_key(tokens: &[Token], position: usize, vocabulary: &Vocabulary) -> bool {
    let mut at = position;
    let mut back = |skips: &dyn Fn(Token) -> bool| {
        if at > 0 && skips(tokens[at - 1]) {
            at -= 1;
        }
        at.checked_sub(1).map(|before| tokens[before])
    };
    let opening = |token: Token| ["\"", "'", "[", "(", "{"].iter().any(|mark| vocabulary.is(token, mark));
    let _ = back(&opening);
    let equals = back(&|token| token == BLANK);
    let quoted = equals.is_some_and(|token| vocabulary.is(token, ":"));
    if !quoted && !equals.is_some_and(|token| vocabulary.is(token, "=")) {
        return false;
    }
    at -= 1;
    if quoted {
        let is_quote = |at: Option<usize>| at.is_some_and(|at| vocabulary.is(tokens[at], "\""));
        return is_quote(at.checked_sub(1)) && is_quote(at.checked_sub(3)) && vocabulary.kind(tokens[at - 2]) == TokenKind::Word;
    }
    if at > 0 && tokens[at - 1] == BLANK {
        at -= 1;
    }
    at > 0 && vocabulary.kind(tokens[at - 1]) == TokenKind::Word
}

/// Lets patterns with merged positions take in those they cover. Says whether any did.
fn absorb(patterns: &mut [Pattern], vocabulary: &Vocabulary) -> bool {
    let mut masks: BTreeMap<usize, BTreeMap<Vec<u32>, FixedMap<u64, u32>>> = BTreeMap::new();
    for (pattern, number) in patterns.iter().zip(0..) {
        if !pattern.merged.is_empty() {
            let by_mask = masks.entry(pattern.tokens.len()).or_default();
            if by_mask.len() < MASKS_MAX || by_mask.contains_key(&pattern.merged) {
                by_mask.entry(pattern.merged.clone()).or_default().insert(masked_hash(&pattern.tokens, &pattern.merged), number);
            }
        }
    }
    let mut changed = false;
    for number in 0..patterns.len() {
        let pattern = &patterns[number];
        let Some(by_mask) = masks.get(&pattern.tokens.len()) else { continue };
        let covering = by_mask.iter().find_map(|(mask, known)| {
            let fits = mask.iter().all(|&at| matches!(vocabulary.kind(pattern.tokens[at as usize]), TokenKind::Word | TokenKind::Variable));
            let found = fits.then(|| known.get(&masked_hash(&pattern.tokens, mask))).flatten()?;
            (*found as usize != number && patterns[*found as usize].tokens != pattern.tokens).then(|| mask.clone())
        });
        if let Some(mask) = covering {
            mask.iter().for_each(|&at| patterns[number].tokens[at as usize] = VAR);
            changed = true;
        }
    }
    changed
}

fn masked_hash(tokens: &[Token], mask: &[u32]) -> u64 {
    let mut bytes = Vec::with_capacity(tokens.len() * 4);
    for (at, token) in (0..).zip(tokens) {
        bytes.extend_from_slice(&(if mask.binary_search(&at).is_ok() { VAR } else { *token }).to_le_bytes());
    }
    debug_assert!(!tokens.contains(&BLANK) || bytes.len() >= 4);
    hash_bytes(&bytes)
}
