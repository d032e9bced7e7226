//! Texts that differ in their values alone are read once: records repeat, and most of what is found in a text depends on its outline. That is the
//! text with each redaction token as its class and length and, of messages, with one digit for all and no more of a long hexadecimal id than what
//! it is. Whoever remembers by outline knows that texts with the same outline have the same answer; outlines are compared byte by byte.

use crate::hash::FixedMap;
use crate::lex::{digits_of_constants, is_certain, redaction, without_digits};

/// Outlines that are remembered; with one more all are forgotten: texts that are new in each record would fill any memory.
const OUTLINES_MAX: usize = 1 << 10;
/// Texts that are read without looking for them where less than a third are known: then remembering costs more than it saves.
const UNLOOKED: usize = 16 * OUTLINES_MAX;
/// Texts with one outline that are told apart by the digits of their constants.
const DIGITS_MAX: usize = 16;
/// Bytes of a text that is worth it.
const TEXT_BYTES_MAX: usize = 1 << 10;
/// In front of a token's class and length: a byte that no text holds.
const TOKEN: u8 = 0xff;

/// What becomes of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digits {
    /// They are told apart.
    Kept,
    /// They are alike, as to the lexer ([`without_digits`]), where they do not stand in constants.
    Alike,
}

/// What is known of texts by outline. One thread's, so nothing of it may show in an output.
pub(crate) struct ByOutline<T> {
    digits: Digits,
    numbers: FixedMap<Box<[u8]>, Numbers>,
    known: Vec<T>,
    /// Of the last text that is not remembered.
    other: Option<T>,
    outline: Vec<u8>,
    /// Texts that were looked for, and those of them that were new.
    looked_for: usize,
    new: usize,
    /// Texts that are not to be looked for.
    unlooked: usize,
}

/// Where in the list of what is known something stands.
enum Numbers {
    /// The same for all texts with an outline.
    One(u32),
    /// There are digits in constants, at these places of a text: by what they are.
    ByDigits(Box<[u16]>, Vec<(Box<[u8]>, u32)>),
}

impl<T> Default for ByOutline<T> {
    /// Nothing known yet of messages.
    fn default() -> Self {
        Self::new(Digits::Alike)
    }
}

impl<T> ByOutline<T> {
    /// Nothing known yet.
    pub(crate) fn new(digits: Digits) -> Self {
        let (numbers, known, outline) = (FixedMap::default(), Vec::new(), Vec::new());
        Self { digits, numbers, known, other: None, outline, looked_for: 0, new: 0, unlooked: 0 }
    }

    /// What is known of a text, or what `find` finds.
    pub(crate) fn of(&mut self, text: &str, find: impl FnOnce(&str) -> T) -> &T {
        if text.len() > TEXT_BYTES_MAX || self.unlooked > 0 {
            self.unlooked = self.unlooked.saturating_sub(1);
            return self.other.insert(find(text));
        }
        self.looked_for += 1;
        outline(text.as_bytes(), self.digits, &mut self.outline);
        let number = match self.numbers.get(self.outline.as_slice()) {
            Some(Numbers::One(number)) => Some(*number),
            Some(Numbers::ByDigits(places, numbers)) => {
                let is_of = |digits: &[u8]| places.iter().zip(digits).all(|(place, digit)| text.as_bytes().get(usize::from(*place)) == Some(digit));
                numbers.iter().find(|(digits, _)| is_of(digits)).map(|(_, number)| *number)
            }
            None => None,
        };
        match number.or_else(|| self.number(text)) {
            Some(number) if (number as usize) < self.known.len() => &self.known[number as usize],
            Some(_) => {
                self.known.push(find(text));
                &self.known[self.known.len() - 1]
            }
            None => self.other.insert(find(text)),
        }
    }

    /// The number of a text that is new, the next one; none when it is not to be remembered.
    fn number(&mut self, text: &str) -> Option<u32> {
        self.new += 1;
        if self.new >= OUTLINES_MAX {
            self.unlooked = if self.looked_for < self.new + self.new / 2 { UNLOOKED } else { 0 };
            (self.looked_for, self.new) = (0, 0);
        }
        if self.digits == Digits::Alike && !is_certain(&self.outline) {
            return None;
        }
        if self.known.len() >= OUTLINES_MAX {
            self.numbers.clear();
            self.known.clear();
        }
        let number = self.known.len() as u32;
        let places = if self.digits == Digits::Alike { digits_of_constants(text) } else { Vec::new() };
        if places.is_empty() {
            self.numbers.insert(self.outline.as_slice().into(), Numbers::One(number));
            return Some(number);
        }
        let digits = places.iter().filter_map(|place| text.as_bytes().get(usize::from(*place)).copied()).collect();
        let new = || Numbers::ByDigits(places.into(), Vec::new());
        let Numbers::ByDigits(_, numbers) = self.numbers.entry(self.outline.as_slice().into()).or_insert_with(new) else { return None };
        if numbers.len() >= DIGITS_MAX {
            return None;
        }
        numbers.push((digits, number));
        Some(number)
    }
}

/// What is known of the names of fields, where a token in a name is no more than its class: `balances.[ACCOUNT_K7QABCD].open` is one for all accounts.
pub(crate) struct ByName<T>(ByOutline<T>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(ByOutline::new(Digits::Kept))
    }
}

impl<T: Clone> ByName<T> {
    /// What is known of a name, or what `find` finds.
    pub(crate) fn of(&mut self, name: &str, find: impl FnOnce(&str) -> T) -> T {
        self.0.of(name, find).clone()
    }
}

/// Writes the outline of a text to `out`.
fn outline(bytes: &[u8], digits: Digits, out: &mut Vec<u8>) {
    out.clear();
    if digits == Digits::Alike {
        return without_digits(bytes, out);
    }
    let mut done = 0;
    for at in memchr::memchr_iter(b'[', bytes) {
        if at >= done
            && let Some((class, length)) = redaction(&bytes[at..])
        {
            out.extend_from_slice(&bytes[done..at]);
            out.extend([TOKEN, class as u8, length as u8]);
            done = at + length;
        }
    }
    out.extend_from_slice(&bytes[done..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(digits: Digits, one: &str, other: &str, expected: bool) {
        let mut known = ByOutline::new(digits);
        known.of(one, |_| 1);
        assert_eq!(*known.of(other, |_| 2) == 1, expected, "{one} {other}");
    }

    #[test]
    fn values_do_not_count() {
        check(Digits::Alike, "paid 12.50 by [CARD_K7QABCD]", "paid 98.01 by [CARD_K7QZZZZ]", true);
        check(Digits::Kept, "/cards/[CARD_K7QABCD]/v1", "/cards/[CARD_K7QZZZZ]/v1", true);
    }

    #[test]
    fn words_classes_and_lengths_do() {
        check(Digits::Alike, "paid 12.50", "paid 1.50", false);
        check(Digits::Alike, "by [CARD_K7QABCD]", "by [IBAN_K7QABCD]", false);
        check(Digits::Alike, "by [CARD_K7QABCD]", "by [CARD_K7QABCDE]", false);
        check(Digits::Alike, "in [main]", "in [mail]", false);
        check(Digits::Alike, "at 0x1f", "at 1x1f", false);
        check(Digits::Alike, "two\nlines", "two\nlines", false);
        check(Digits::Kept, "/v1", "/v2", false);
    }

    #[test]
    fn digits_of_constants_do() {
        check(Digits::Alike, "IPv4 of 10.0.0.1", "IPv4 of 10.0.0.2", true);
        check(Digits::Alike, "IPv4 of 10.0.0.1", "IPv6 of 10.0.0.1", false);
        let mut known = ByOutline::default();
        for round in 0..2 {
            for number in 0..100 {
                let text = format!("cache L{} of node n{}", number % 10, number / 10);
                assert_eq!(known.of(&text, str::to_owned), &text, "{round}");
            }
        }
        assert!(known.known.len() <= DIGITS_MAX && known.numbers.len() == 1);
    }

    #[test]
    fn memory_is_bounded() {
        let mut lengths = ByOutline::new(Digits::Kept);
        for number in 0..3 * OUTLINES_MAX {
            let text = number.to_string();
            assert_eq!((*lengths.of(&text, str::len), *lengths.of(&text, |_| 0)), (text.len(), text.len()));
        }
        assert_eq!(lengths.unlooked, 0, "every other one was known");
        let long = "a".repeat(TEXT_BYTES_MAX + 1);
        assert_eq!((*lengths.of(&long, str::len), *lengths.of(&long, |_| 0)), (long.len(), 0));
        assert!(lengths.known.len() <= OUTLINES_MAX && lengths.numbers.len() <= OUTLINES_MAX);
        let (mut lengths, mut found) = (ByOutline::new(Digits::Kept), 0);
        for number in 0..4 * OUTLINES_MAX + UNLOOKED {
            let text = number.to_string();
            lengths.of(&text, str::len);
            found += usize::from(*lengths.of(&text, |_| 0) > 0);
        }
        assert_eq!(found, 4 * OUTLINES_MAX + UNLOOKED, "half are known: it is worth it");
        for number in 0..OUTLINES_MAX {
            lengths.of(&format!("new {number}"), str::len);
        }
        assert!(lengths.unlooked > 0);
        assert_eq!(*lengths.of("new 0", |_| 0), 0, "it is not looked for");
    }
}
