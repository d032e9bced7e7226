//! Searches text for planted values in the notations in which they could still be read: as they are, as digits whatever stands between
//! them, percent-decoded, and base64-decoded.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::{Context, Result};

/// Characters below which a text value is too short to be told from chance.
const TEXT_CHARS_MIN: usize = 7;
/// Digits below which a number is too short to be told from chance.
const DIGITS_MIN: usize = 8;
/// Digits from which a number is also looked for inside longer ones.
const DIGITS_INSIDE_MIN: usize = 14;

/// Values to look for.
pub struct Needles {
    texts: AhoCorasick,
    text_owner: Vec<usize>,
    digits: BTreeMap<String, usize>,
    inside: AhoCorasick,
    inside_owner: Vec<usize>,
    count: usize,
}

impl Needles {
    /// Prepares the search. Values too short to be told from chance are left out; [`Needles::searched`] says how many remain.
    ///
    /// # Errors
    /// When there are too many values.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let (mut texts, mut text_owner, mut inside, mut inside_owner) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut digits = BTreeMap::new();
        let mut count = 0;
        for (owner, value) in values.into_iter().enumerate() {
            let value = value.trim();
            let only: String = value.chars().filter(char::is_ascii_digit).collect();
            let other = value.chars().filter(|c| !c.is_ascii_digit() && !" -.()/+".contains(*c)).count();
            let is_text = value.chars().count() >= TEXT_CHARS_MIN && (other > 0 || only.len() >= DIGITS_MIN);
            let is_number = other == 0 && only.len() >= DIGITS_MIN;
            if is_text && !is_number {
                texts.push(value.to_lowercase());
                text_owner.push(owner);
            }
            if is_number {
                if only.len() >= DIGITS_INSIDE_MIN {
                    inside.push(only.clone());
                    inside_owner.push(owner);
                }
                digits.insert(only, owner);
            }
            // What is left when only the first group of a grouped value was taken.
            if let Some((_, rest)) = value.split_once(' ')
                && rest.chars().filter(char::is_ascii_digit).count() >= DIGITS_MIN
            {
                texts.push(rest.to_lowercase());
                text_owner.push(owner);
            }
            count += usize::from(is_text || is_number);
        }
        let build = |patterns: Vec<String>| AhoCorasick::builder().match_kind(MatchKind::Standard).build(patterns).context("build the search");
        Ok(Self { texts: build(texts)?, text_owner, digits, inside: build(inside)?, inside_owner, count })
    }

    /// Values that are looked for.
    #[must_use]
    pub fn searched(&self) -> usize {
        self.count
    }

    /// Numbers (in the order given to [`Needles::new`]) of the values that can be read in `text`, sorted, each once.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<usize> {
        let mut found = Vec::new();
        self.find_plain(text, &mut found);
        let decoded = percent_decoded(text);
        if decoded != text {
            self.find_plain(&decoded, &mut found);
        }
        for piece in base64_pieces(text) {
            self.find_plain(&piece, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn find_plain(&self, text: &str, found: &mut Vec<usize>) {
        let lower = text.to_lowercase();
        // A value inside a longer word is not the value: `user1` in `user12`.
        let is_word = |c: char| c.is_alphanumeric();
        for hit in self.texts.find_overlapping_iter(&lower) {
            let (before, after) = (lower.get(..hit.start()), lower.get(hit.end()..));
            let begins = before.and_then(|text| text.chars().next_back()).is_none_or(|c| !is_word(c));
            let ends = after.and_then(|text| text.chars().next()).is_none_or(|c| !is_word(c));
            if begins && ends {
                found.push(self.text_owner[hit.pattern().as_usize()]);
            }
        }
        for run in digit_runs(&lower) {
            found.extend(self.digits.get(&run));
            if run.len() >= DIGITS_INSIDE_MIN {
                found.extend(self.inside.find_overlapping_iter(&run).map(|hit| self.inside_owner[hit.pattern().as_usize()]));
            }
        }
    }
}

/// Runs of digits; one blank, dash, dot, slash or bracket between two digits does not end a run, and the parts of such a run count too.
/// Short runs beside a letter are left out: they are parts of hexadecimal digests and other words.
fn digit_runs(text: &str) -> Vec<String> {
    let mut runs = Vec::new();
    let mut run = DigitRun::default();
    let mut before = '\n';
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            run.push(c, before);
        } else {
            run.end_part(c, &mut runs);
        }
        before = c;
    }
    runs
}

#[derive(Default)]
struct DigitRun {
    whole: String,
    part: String,
    whole_in_word: bool,
    part_in_word: bool,
    gap: u32,
}

impl DigitRun {
    fn push(&mut self, digit: char, before: char) {
        if self.part.is_empty() {
            self.part_in_word = before.is_alphabetic() || before == '_';
            self.whole_in_word |= self.part_in_word;
        }
        self.whole.push(digit);
        self.part.push(digit);
        self.gap = 0;
    }

    fn end_part(&mut self, after: char, runs: &mut Vec<String>) {
        let beside_letter = !self.part.is_empty() && (after.is_alphabetic() || after == '_');
        let counts = |run: &str, in_word: bool| run.len() >= DIGITS_MIN && (!in_word || run.len() >= DIGITS_INSIDE_MIN);
        if self.part.len() < self.whole.len() && counts(&self.part, self.part_in_word || beside_letter) {
            runs.push(self.part.clone());
        }
        self.whole_in_word |= beside_letter;
        self.part.clear();
        self.gap += 1;
        if self.gap > 1 || !" -./()".contains(after) {
            if counts(&self.whole, self.whole_in_word) {
                runs.push(self.whole.clone());
            }
            self.whole.clear();
            self.whole_in_word = false;
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What base64 (both alphabets) of at least 12 characters decodes to, where that is text. Words joined by `/`, `-`, `_` are tried apart too.
fn base64_pieces(text: &str) -> Vec<String> {
    let in_alphabet = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let whole = text.split(move |c: char| !in_alphabet(c));
    let apart = text.split(|c: char| !c.is_ascii_alphanumeric());
    whole.chain(apart).filter(|piece| piece.len() >= 12).filter_map(decode_base64).collect()
}

fn decode_base64(piece: &str) -> Option<String> {
    let mut out = Vec::with_capacity(piece.len());
    let (mut bits, mut have) = (0_u32, 0);
    for byte in piece.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8);
            bits &= (1 << have) - 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, text: &str, found: bool) {
        let needles = Needles::new([value]).unwrap();
        assert_eq!(!needles.find(text).is_empty(), found, "{value} in {text}");
    }

    #[test]
    fn values_are_found_in_every_notation() {
        check("4111111111111111", "card 4111 1111 1111 1111 ok", true);
        check("4111 1111 1111 1111", "card 4111-1111-1111-1111", true);
        check("4111111111111111", "x94111111111111111", true);
        check("jane.roe@example.com", "q=jane.roe%40example.com&x", true);
        check("jane.roe@example.com", "amFuZS5yb2VAZXhhbXBsZS5jb20=", true);
        check("Jane Roe", "customer JANE ROE called", true);
        check("123456789", "at 123-45-6789.", true);
    }

    #[test]
    fn what_only_looks_alike_is_not_found() {
        check("4111111111111111", "card [CARD_ab12] ok", false);
        check("Jane Roe", "janet roebuck", false);
        check("12345678", "id 1234567 8, x", true);
        check("12345678", "id 123456789", false);
        check("12345678", "key a12345678f", false);
        check("12345678", "key (12345678)", true);
        check("1234", "1234", false);
    }

    #[test]
    fn what_is_left_of_a_grouped_value_is_found() {
        check("4539 6613 1860 9139", "card=[CARD_ab12] 6613 1860 9139 declined", true);
        check("GB82 WEST 1234 5698 7654 32", "iban=[IBAN_ab12] WEST 1234 5698 7654 32", true);
        check("Jane Roe", "[NAME_ab12] Roe", false);
    }
}
