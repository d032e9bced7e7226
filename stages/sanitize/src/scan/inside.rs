//! Known values inside longer references: `REQ-CUST-00418822-AB-000017` holds a customer's number, whatever the field that carries it. Only values
//! that tell enough to be nobody else's by chance are looked for, the same that the gate looks for: what stayed here would stop the run there.

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::canonical::reference_form_into;
use crate::detect::class_of_whole;
use crate::fold::cut;
use crate::gate::form::{Form, LOWER, PIECES_MAX};
use crate::gate::tell::is_telling_reference;
use crate::hash::digits;
use crate::worker::Worker;

/// Pieces of a reference that are looked at: a value that begins behind them is not looked for.
const PIECES: usize = 16;
/// Bytes of the shortest form of forty bits: nine letters.
const FORM_BYTES_MIN: usize = 9;
/// Digits of the shortest value: those of a reference with letters.
const DIGITS_MIN: usize = 4;
/// Digits of the shortest number: a card.
const NUMBER_DIGITS_MIN: usize = 13;

impl Worker<'_> {
    /// Notes the known values among the pieces of `text[start..end]`; they are laid over what else is found there. Says whether there is any.
    pub(crate) fn known_inside(&mut self, text: &str, start: usize, end: usize) -> bool {
        let bytes = text.as_bytes();
        let range = bytes.get(start..end).unwrap_or_default();
        if self.engine.lexicon.is_empty() || range.len() < FORM_BYTES_MIN || digits(range) < DIGITS_MIN || is_uuid(range) {
            return false;
        }
        let (mut pieces, mut count) = ([(0, 0); PIECES], 0);
        let mut at = start;
        while at < end && count < PIECES {
            let from = at + bytes[at..end].iter().take_while(|&&byte| LOWER[usize::from(byte)] == 0).count();
            at = from + bytes[from..end].iter().take_while(|&&byte| LOWER[usize::from(byte)] != 0).count();
            pieces[count] = (from, at);
            count += usize::from(at > from);
        }
        let (mut first, mut found) = (0, false);
        while first < count {
            let longest = (first + 1..=count.min(first + PIECES_MAX)).rev();
            let known = longest.map(|last| (last, pieces[first].0, pieces[last - 1].1)).find_map(|(last, from, to)| {
                let class = self.known_span(cut(text, from, to))?;
                let made = self.make(class, cut(text, from, to))?;
                Some((last, Hit { start: from, end: to, made }))
            });
            match known {
                Some((last, hit)) => {
                    self.cells.push(hit);
                    self.by_lexicon += 1;
                    (first, found) = (last, true);
                }
                None => first += 1,
            }
        }
        found
    }

    /// The class of a known value that tells enough to be found anywhere.
    fn known_span(&mut self, span: &str) -> Option<PiiClass> {
        let (mut letters_and_digits, mut digits) = (0, 0);
        for byte in span.bytes() {
            letters_and_digits += usize::from(byte.is_ascii_alphanumeric());
            digits += usize::from(byte.is_ascii_digit());
        }
        let number = digits == letters_and_digits;
        if digits < DIGITS_MIN || letters_and_digits < if number { NUMBER_DIGITS_MIN } else { FORM_BYTES_MIN } {
            return None;
        }
        let mut form = std::mem::take(&mut self.form);
        form.clear();
        reference_form_into(span, &mut form);
        let class = self.known_form(form.as_bytes(), 1);
        self.form = form;
        let class = class?;
        let mut told = Form::default();
        (told.of(span).is_some() && is_telling_reference(span, &told) && may_be_written(class, number, span)).then_some(class)
    }

    /// What is left of a number in a technical field when a known value is in it, as a range of `hits.made`.
    pub(crate) fn known_in_measure(&mut self, text: &str) -> Option<(usize, usize)> {
        if !has_long_number(text) {
            return None;
        }
        let (base, cells) = (self.hits.len(), self.cells.len());
        if !self.known_inside(text, 0, text.len()) {
            return None;
        }
        let mut noted = std::mem::take(&mut self.cells);
        self.hits.overlay(text, base, &mut noted, cells);
        self.cells = noted;
        let mut rendered = self.take_buffer();
        self.hits.render(text, base, &mut rendered);
        let from = self.hits.made.len();
        self.hits.made.push_str(&rendered);
        self.return_buffer(rendered);
        Some((from, self.hits.made.len()))
    }
}

/// Whether a value of a class is written with the signs that stand in this text, as the gate has it: a customer's number of two words is two words.
fn may_be_written(class: PiiClass, number: bool, span: &str) -> bool {
    let blank = number || matches!(class, PiiClass::Iban | PiiClass::Card);
    let signs: &[u8] = if blank { b"- " } else { b"-._" };
    span.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80 || signs.contains(&byte)) || class_of_whole(span) == Some(class)
}

/// Whether so many digits stand together as the shortest number that is looked for has, with blanks and dashes between them.
fn has_long_number(text: &str) -> bool {
    let mut digits = 0;
    text.len() >= NUMBER_DIGITS_MIN
        && text.bytes().any(|byte| {
            digits = match byte {
                b'0'..=b'9' => digits + 1,
                b'-' | b' ' => digits,
                _ => 0,
            };
            digits >= NUMBER_DIGITS_MIN
        })
}

/// A UUID (RFC 9562): one value, and the most frequent one of several pieces.
fn is_uuid(text: &[u8]) -> bool {
    let dashes = |text: &[u8]| [8, 13, 18, 23].iter().all(|&at| text[at] == b'-');
    text.len() == 36 && dashes(text) && text.iter().enumerate().all(|(at, byte)| matches!(at, 8 | 13 | 18 | 23) || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_long_when_their_groups_are_near() {
        for text in ["0418822770041993", "4539-6613-1860-9139", "17 0418822770041993 4"] {
            assert!(has_long_number(text), "{text}");
        }
        for text in ["2026-11-20T10:15:00.123456Z", "123456789012", "2026-11-20 10:15:00", "10.0.0.1:8080", ""] {
            assert!(!has_long_number(text), "{text}");
        }
    }

    #[test]
    fn a_uuid_is_no_chain_of_pieces() {
        assert!(is_uuid(b"8c26de50-06d9-4ccd-a922-f915324a418d"));
        assert!(!is_uuid(b"8c26de50-06d9-4ccd-a922-f915324a418g") && !is_uuid(b"CUST-00418822-AB"));
    }
}
