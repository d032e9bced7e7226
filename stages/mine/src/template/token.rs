//! Tokens of a shape: words, variables, punctuation, squeezed blanks; numbers instead of text.

use crate::event::kind::outcome_number;
use crate::event::outcome::of_text;
use crate::hash::FixedMap;
use crate::shape::{THROWN, VARIABLE};

/// A token's number. [`VAR`] is the variable.
pub(super) type Token = u32;
/// The tokens of a shape.
pub(super) type Tokens = Vec<Token>;

/// The variable.
pub(super) const VAR: Token = 0;
/// A blank.
pub(super) const BLANK: Token = 1;

/// Tokens of a list's item.
const ITEM_TOKENS_MAX: usize = 10;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The variable.
    Variable,
    /// Blanks.
    Blank,
    /// A word with letters.
    Word,
    /// Punctuation.
    Mark,
}

/// All tokens seen, by number.
pub(super) struct Vocabulary {
    numbers: FixedMap<Box<str>, Token>,
    texts: Vec<(Box<str>, TokenKind)>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let texts = vec![(VARIABLE.into(), TokenKind::Variable), (" ".into(), TokenKind::Blank)];
        Self { numbers: FixedMap::default(), texts }
    }
}

impl Vocabulary {
    /// Cuts a shape into tokens.
    pub(super) fn tokens(&mut self, shape: &str) -> Tokens {
        let mut tokens = Tokens::new();
        let mut rest = shape;
        while !rest.is_empty() {
            let length = token_len(rest);
            let (token, after) = rest.split_at(length);
            let number = match token {
                VARIABLE => VAR,
                _ if token.starts_with(char::is_whitespace) => BLANK,
                _ => self.number(token),
            };
            if !(number == BLANK && tokens.last() == Some(&BLANK)) {
                tokens.push(number);
            }
            rest = after;
        }
        tokens
    }

    /// The text of tokens.
    pub(super) fn text(&self, tokens: &[Token]) -> String {
        tokens.iter().map(|&token| &*self.texts[token as usize].0).collect()
    }

    /// What a token is.
    pub(super) fn kind(&self, token: Token) -> TokenKind {
        self.texts[token as usize].1
    }

    /// Whether the token is this mark.
    pub(super) fn is(&self, token: Token, text: &str) -> bool {
        &*self.texts[token as usize].0 == text
    }

    /// Whether the token is a name of three or more parts: `org.example.Thing`. Two such names in one place are values.
    pub(super) fn is_qualified(&self, token: Token) -> bool {
        memchr::memchr_iter(b'.', self.texts[token as usize].0.as_bytes()).count() >= 2
    }

    /// What the token says of how something ended: nothing, well, or badly.
    pub(super) fn outcome(&self, token: Token) -> u8 {
        outcome_number(of_text(&self.texts[token as usize].0))
    }

    /// Whether the token is a method of HTTP.
    pub(super) fn is_method(&self, token: Token) -> bool {
        matches!(&*self.texts[token as usize].0, "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS" | "TRACE" | "CONNECT")
    }

    fn number(&mut self, text: &str) -> Token {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = Token::try_from(self.texts.len()).expect("shapes are bounded in number and length");
        let kind = if text.chars().any(char::is_alphanumeric) && !text.starts_with(THROWN) { TokenKind::Word } else { TokenKind::Mark };
        self.texts.push((text.into(), kind));
        self.numbers.insert(text.into(), number);
        number
    }

    /// The tokens with lists collapsed (variables that only marks and blanks divide are one), and what each was made of.
    pub(super) fn collapsed(&self, tokens: &[Token]) -> (Tokens, Vec<std::ops::Range<usize>>) {
        let (mut out, mut runs) = (Tokens::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
        let mut at = 0;
        while at < tokens.len() {
            let start = at;
            out.push(tokens[at]);
            if tokens[at] == VAR {
                while let Some(next) = self.next_of_list(tokens, at) {
                    at = next;
                }
            }
            at += 1;
            runs.push(start..at);
        }
        self.without_cycles(&out, &runs)
    }

    /// The same with lists whose items have several tokens collapsed to their first item.
    fn without_cycles(&self, tokens: &[Token], runs: &[std::ops::Range<usize>]) -> (Tokens, Vec<std::ops::Range<usize>>) {
        let (mut out, mut out_runs) = (Tokens::with_capacity(tokens.len()), Vec::with_capacity(tokens.len()));
        let mut at = 0;
        while at < tokens.len() {
            let start = runs[at].start;
            out.push(tokens[at]);
            at += 1;
            while let Some(length) = self.next_of_cycle(&out, &tokens[at..]) {
                at += length;
            }
            out_runs.push(start..runs[at - 1].end);
        }
        (out, out_runs)
    }

    /// The position of the next variable of the list that the variable at `at` is in.
    fn next_of_list(&self, tokens: &[Token], at: usize) -> Option<usize> {
        let gap = tokens[at + 1..].iter().take_while(|&&token| token == BLANK || self.is_list_mark(token)).count();
        let next = at + 1 + gap;
        (gap <= 3 && tokens.get(next) == Some(&VAR)).then_some(next)
    }

    /// Length of a further item of a list whose items have several tokens: what was written last, after a separator, once more.
    fn next_of_cycle(&self, before: &[Token], after: &[Token]) -> Option<usize> {
        let gap = after.iter().take_while(|&&token| token == BLANK || self.is_list_mark(token)).count();
        let is_item = |&length: &usize| {
            let (Some(item), Some(next)) = (before.len().checked_sub(length).map(|at| &before[at..]), after.get(gap..gap + length)) else {
                return false;
            };
            item == next && item.contains(&VAR) && item[0] != BLANK && !self.is_list_mark(item[0])
        };
        (1..=3).contains(&gap).then(|| (2..=ITEM_TOKENS_MAX).find(is_item).map(|length| gap + length)).flatten()
    }

    fn is_list_mark(&self, token: Token) -> bool {
        matches!(&*self.texts[token as usize].0, "," | ";" | "|" | "/" | "-" | "." | ":" | "_")
    }
}

/// Length of the token at the front of a text that is not empty.
fn token_len(text: &str) -> usize {
    if text.starts_with(VARIABLE) {
        return VARIABLE.len();
    }
    if text.starts_with(THROWN) {
        return thrown_len(text);
    }
    let bytes = text.as_bytes();
    if bytes[0] <= b' ' {
        return bytes.iter().take_while(|byte| **byte <= b' ').count();
    }
    if is_word_byte(bytes[0]) {
        let mut end = 0;
        loop {
            end += bytes[end..].iter().take_while(|byte| is_word_byte(**byte)).count();
            // A joiner between two word bytes stays inside the word: `java.io.IOException`, `pre-auth`.
            let joins =
                bytes.get(end).is_some_and(|byte| matches!(byte, b'.' | b'-' | b'/' | b'@' | b'$' | b'#' | b'\\' | b'+' | b'%' | b'&' | b'*' | b'~'));
            if !(joins && bytes.get(end + 1).is_some_and(|byte| is_word_byte(*byte))) {
                return end;
            }
            end += 1;
        }
    }
    1
}

/// Length of what names an error or a frame, with the mark in front: `\u{23ce} java.io.IOException`, `\u{23ce} at a.b.Net.read`.
fn thrown_len(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(THROWN).and_then(|rest| rest.strip_prefix(' ')) else { return THROWN.len() };
    let name = rest.find([':', ' ']).unwrap_or(rest.len());
    let is_frame = rest.starts_with("at ") || rest.get(name..).is_some_and(|after| after.starts_with(" at "));
    let end = if is_frame { rest.len() } else { name };
    THROWN.len() + 1 + rest.get(..end).and_then(|whole| whole.find(VARIABLE)).unwrap_or(end)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
