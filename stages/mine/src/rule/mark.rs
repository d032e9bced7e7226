//! What the sanitizer left where it replaced something: the class is the evidence that the writer of the log did not.

use super::part::is_authentication;
use crate::hash::last_word;

/// What a text was found to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// A card number.
    pub card: bool,
    /// A number of a government: social security, tax, passport.
    pub national_id: bool,
    /// A secret: password, key, credential.
    pub secret: bool,
    /// A verification value, PIN or stripe data.
    pub authentication: bool,
}

impl Marks {
    /// Looks at free text, or at a path.
    pub(crate) fn of_text(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut marks = Self::default();
        each_bracket(bytes, |at| {
            let rest = &bytes[at + 1..];
            match rest.first() {
                Some(b'C') if is_class(rest, b"CARD") => marks.card |= is_free(bytes, at),
                Some(b'S') if is_class(rest, b"SSN") => marks.national_id |= is_free(bytes, at),
                Some(b'N') if is_class(rest, b"NATIONAL_ID") => marks.national_id |= is_free(bytes, at),
                Some(b'S') if is_class(rest, b"SECRET") => {
                    let authentication = is_authentication(&key_before(&bytes[..at]));
                    marks.authentication |= authentication;
                    marks.secret |= !authentication;
                }
                _ => {}
            }
        });
        marks
    }

    /// Looks at the text of a field; what is dropped there is authentication data when the field is one of it. A government number in a field
    /// of its own is no slip of the pen.
    pub(super) fn of_field(text: &str, authentication: bool) -> Self {
        let mut marks = Self::of_text(text);
        if authentication && marks.secret {
            (marks.authentication, marks.secret) = (true, false);
        }
        marks.national_id = false;
        marks
    }

    /// Adds what another text holds.
    pub(super) fn join(&mut self, other: Self) {
        self.card |= other.card;
        self.national_id |= other.national_id;
        self.secret |= other.secret;
        self.authentication |= other.authentication;
    }
}

/// Bytes that are looked at together for having any bracket, which most have not.
const TOGETHER: usize = 32;

/// Hands over where brackets open. Most texts of a night are short fields, for which this takes a fraction of what beginning a search does.
fn each_bracket(bytes: &[u8], mut found: impl FnMut(usize)) {
    let mut begin = 0;
    while let Some(together) = bytes.get(begin..begin + TOGETHER) {
        if together.iter().fold(false, |any, byte| any | (*byte == b'[')) {
            brackets_by_word(together, begin, &mut found);
        }
        begin += TOGETHER;
    }
    brackets_by_word(&bytes[begin..], begin, &mut found);
}

#[inline(always)]
fn brackets_by_word(bytes: &[u8], mut begin: usize, found: &mut impl FnMut(usize)) {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let mut brackets = brackets_of(u64::from_le_bytes(*word));
        while brackets != 0 {
            found(begin + brackets.trailing_zeros() as usize / 8);
            brackets &= brackets - 1;
        }
        begin += 8;
    }
    let mut brackets = brackets_of(last_word(bytes, rest));
    while brackets != 0 {
        found(begin + brackets.trailing_zeros() as usize / 8);
        brackets &= brackets - 1;
    }
}

/// The highest bit of each byte that is a bracket.
#[inline(always)]
const fn brackets_of(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = EACH * 0x7f;
    let differs = word ^ (EACH * b'[' as u64);
    !(((differs & LOW) + LOW) | differs | LOW)
}

/// Whether `CLASS_...]` or `CLASS]` stands there.
fn is_class(rest: &[u8], class: &[u8]) -> bool {
    rest.strip_prefix(class).is_some_and(|rest| matches!(rest.first(), Some(b'_' | b']')))
}

/// The key before `="` or `: `, in lower case; empty when none stands there.
fn key_before(before: &[u8]) -> String {
    let signs = |byte: &u8| matches!(byte, b'=' | b':' | b'"' | b'\'' | b' ' | b'\\');
    let end = before.len() - before.iter().rev().take_while(|byte| signs(byte)).count();
    let start = end - before[..end].iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    String::from_utf8_lossy(&before[start..end]).to_lowercase()
}

/// Whether the token at `at` stands for itself: what is glued to a word (`blk_[CARD_...]`) is a part of a technical name that looks like a number.
pub(crate) fn is_free(bytes: &[u8], at: usize) -> bool {
    let sign = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let word = at.checked_sub(2).map_or(b' ', |before| bytes[before]);
    !(sign.is_ascii_alphanumeric() || (matches!(sign, b'_' | b'-') && (word.is_ascii_alphanumeric() || word == b'_')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, card: bool, national_id: bool, secret: bool, authentication: bool) {
        assert_eq!(Marks::of_text(text), Marks { card, national_id, secret, authentication }, "{text}");
    }

    #[test]
    fn all_brackets_are_found() {
        let text = "[\u{db}[[aZ\\]\u{5b}\u{15b}[234567[[]{[";
        for text in [text.to_owned(), format!("{}{text}", "a".repeat(40)), text.repeat(3), "b".repeat(64) + text] {
            let (mut found, expected) = (Vec::new(), text.match_indices('[').map(|(at, _)| at));
            each_bracket(text.as_bytes(), |at| found.push(at));
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn marks_of_texts() {
        check("card [CARD_k1A] ssn [SSN_k1B]", true, true, false, false);
        check("blk_[CARD_k1A] [CARDHOLDER] [SSNX_1]", false, false, false, false);
        check("login password=[SECRET]", false, false, true, false);
        check("pan=[CARD_k1A] cvv=[SECRET]", true, false, false, true);
        check("{\"pin\": \"[SECRET]\", \"x\": 1}", false, false, false, true);
        check("Authorization: [SECRET]", false, false, true, false);
    }
}
