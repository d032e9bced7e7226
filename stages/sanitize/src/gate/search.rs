//! Searching published text for values that were replaced, whatever stands between their pieces.
//!
//! Nearly all of what is published was seen a moment ago: names of services, markup, the constant words of messages. So a text is cut where no value
//! goes on (at tokens, and long ones at quotes, tags and lines), parts and pieces that were searched before are known by their very bytes,
//! and only what is left costs a keyed hash.

use schemas::pii::PiiClass;

use super::form::{FORM_BYTES_MAX, LOWER, PIECES_MAX};
use super::labels::{Labels, TOKEN_BYTES_USUAL};
use super::pieces::Pieces;
use super::quiet::Quiet;
use super::seen::{Seen, TEXT_BYTES_MAX};
use crate::fold;
use crate::lexicon::Lexicon;
use crate::secret::Keys;
use crate::token::token_len;

/// Bytes of the shortest form of [`super::form::BITS_MIN`]: nine letters.
const FORM_BYTES_MIN: usize = 9;
/// Digits of the shortest number that is searched for.
const NUMBER_DIGITS_MIN: usize = 13;
/// Pieces that are kept before those that cannot matter any more are let go.
const CHAIN_PIECES_MAX: usize = 64;

/// Digests whose meaning is kept: the ends of values (`com`) are words too, and an HMAC each time costs more than all the rest.
const FOUND: usize = 1 << 12;

/// What stands before a piece, a bit each, so that those within a value can be taken together.
const DASH: u8 = 1;
const SIGN: u8 = 2;
const BLANK: u8 = 4;
const COMMA: u8 = 8;
/// No value goes on here.
const NOTHING: u8 = 16;

/// What a byte is: 0 in a piece, what it means between two pieces otherwise.
const KIND: [u8; 256] = {
    let mut kind = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if LOWER[byte] == 0 {
            kind[byte] = match byte as u8 {
                b'-' => DASH,
                b'.' | b'_' | b'+' | b'\'' => SIGN,
                b' ' | b'\t' => BLANK,
                _ => NOTHING,
            };
        }
        byte += 1;
    }
    kind
};

/// Classes whose values are written with these between their pieces, a bit each. What [`super::tell`] tells of names has no digits.
fn may_join(number: bool, digit: bool, joints: u8) -> u64 {
    let only = |may: u8| if joints & !may == 0 { u64::MAX } else { 0 };
    let others = !(bit(PiiClass::Name) | bit(PiiClass::Iban));
    let name = if digit { 0 } else { bit(PiiClass::Name) & only(DASH | SIGN | BLANK | COMMA) };
    let grouped = bit(PiiClass::Iban) & only(DASH | BLANK);
    name | grouped | others & only(if number { DASH | BLANK } else { DASH | SIGN })
}

/// The bit of a class in a number that stands for several.
const fn bit(class: PiiClass) -> u64 {
    1 << class as u8
}

/// A piece of the chain at hand.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins and ends in the text at hand.
    place: (usize, usize),
    joint: u8,
    number: bool,
}

/// A hash, and what the digest that begins with it was found to be.
type Found = (u64, Option<(PiiClass, bool)>);

/// A searcher and its buffers.
pub(crate) struct Searcher<'k> {
    keys: &'k Keys,
    known: &'k Lexicon,
    /// The text at hand.
    text: Pieces,
    /// Pieces of it that may belong to one value.
    chain: Vec<Piece>,
    folded: String,
    map: Vec<u32>,
    decoded: String,
    labels: Labels,
    /// Texts without a value, as many as fit.
    clean: Seen,
    /// Pieces that are no value.
    quiet: Quiet,
    /// Digests that were looked up.
    found: Vec<Found>,
}

impl<'k> Searcher<'k> {
    /// Searches for what `known` holds.
    pub(crate) fn new(keys: &'k Keys, known: &'k Lexicon) -> Self {
        Self {
            keys,
            known,
            text: Pieces::default(),
            chain: Vec::new(),
            folded: String::new(),
            map: Vec::new(),
            decoded: String::new(),
            labels: Labels::default(),
            clean: Seen::default(),
            quiet: Quiet::default(),
            found: vec![(0, None); FOUND],
        }
    }

    /// The class of the first value in a text; none when there is none.
    pub(crate) fn find(&mut self, text: &[u8]) -> Option<PiiClass> {
        if text.len() <= TEXT_BYTES_MAX {
            return self.find_in_part(text);
        }
        // `>` and the signs below are never within a value, nor within an entity or a percent-encoding. The parts of a file repeat where the file does not.
        let mut rest = text;
        while let Some(end) = memchr::memchr(b'>', rest) {
            if let Some(class) = self.find_in_tag(&rest[..end]) {
                return Some(class);
            }
            rest = &rest[end + 1..];
        }
        self.find_in_tag(rest)
    }

    fn find_in_tag(&mut self, text: &[u8]) -> Option<PiiClass> {
        if text.len() <= TEXT_BYTES_MAX {
            return self.find_in_part(text);
        }
        let mut rest = text;
        while let Some(end) = memchr::memchr2(b'\n', b'"', rest) {
            if let Some(class) = self.find_in_part(&rest[..end]) {
                return Some(class);
            }
            rest = &rest[end + 1..];
        }
        self.find_in_part(rest)
    }

    #[inline]
    fn find_in_part(&mut self, text: &[u8]) -> Option<PiiClass> {
        // Most texts are a token, or one that was just searched: the name of a service, a route.
        if text.len() < FORM_BYTES_MIN || self.is_token(text) || self.clean.has(text) {
            return None;
        }
        let found = if is_small_word(text) { self.value(text) } else { self.search(text) };
        if found.is_none() {
            self.clean.add(text);
        }
        found
    }

    #[inline]
    fn is_token(&self, text: &[u8]) -> bool {
        text[0] == b'[' && text[text.len() - 1] == b']' && (self.labels.is_usual(self.keys, text) || token_len(self.keys, text) == Some(text.len()))
    }

    /// Length of the token at the beginning of a text.
    fn token_at(&self, text: &[u8]) -> Option<usize> {
        if !text.get(1)?.is_ascii_uppercase() {
            return None;
        }
        let end = memchr::memchr(b']', text.get(..TOKEN_BYTES_USUAL).unwrap_or(text));
        match end.filter(|&end| self.labels.is_usual(self.keys, &text[..=end])) {
            Some(end) => Some(end + 1),
            None => token_len(self.keys, text),
        }
    }

    /// The class of a form that is a value.
    fn value(&mut self, form: &[u8]) -> Option<PiiClass> {
        look_up((self.keys, self.known, &mut self.found), form).filter(|(_, whole)| *whole).map(|(class, _)| class)
    }

    fn search(&mut self, text: &[u8]) -> Option<PiiClass> {
        if is_plain(text) {
            return self.find_plain(text, true);
        }
        let mut folded = std::mem::take(&mut self.folded);
        let found = unfolded(text).and_then(|text| {
            self.fold(text, &mut folded);
            self.find_plain(folded.as_bytes(), false).or_else(|| self.find_encoded(folded.as_bytes()))
        });
        self.folded = folded;
        found.or_else(|| self.find_plain(text, false)).or_else(|| self.find_encoded(text))
    }

    /// The same in what a text is without percent-encoding, folded or not.
    fn find_encoded(&mut self, text: &[u8]) -> Option<PiiClass> {
        memchr::memchr_iter(b'%', text).find(|&at| fold::percent_at(text, at).is_some())?;
        let mut decoded = std::mem::take(&mut self.decoded);
        decoded.clear();
        fold::percent_decode_into(std::str::from_utf8(text).unwrap_or_default(), &mut decoded);
        let mut found = self.find_plain(decoded.as_bytes(), false);
        if found.is_none() && fold::needs_fold(&decoded) {
            let mut folded = std::mem::take(&mut self.folded);
            self.fold(&decoded, &mut folded);
            found = self.find_plain(folded.as_bytes(), false);
            self.folded = folded;
        }
        self.decoded = decoded;
        found
    }

    fn fold(&mut self, text: &str, folded: &mut String) {
        folded.clear();
        self.map.clear();
        fold::fold_into(text, folded, &mut self.map);
    }

    /// Searches what stands between tokens. What is plain means the same wherever it stands, so that it is searched once.
    fn find_plain(&mut self, text: &[u8], plain: bool) -> Option<PiiClass> {
        let (mut from, mut cut) = (0, false);
        for open in memchr::memchr_iter(b'[', text) {
            if open >= from
                && let Some(len) = self.token_at(&text[open..])
            {
                if let Some(class) = self.find_between(&text[from..open], plain) {
                    return Some(class);
                }
                (from, cut) = (open + len, true);
            }
        }
        self.find_between(&text[from..], plain && cut)
    }

    fn find_between(&mut self, text: &[u8], kept: bool) -> Option<PiiClass> {
        if text.len() < FORM_BYTES_MIN || kept && self.clean.has(text) {
            return None;
        }
        self.text.set(text);
        let found = self.find_pieces();
        if kept && found.is_none() {
            self.clean.add(text);
        }
        found
    }

    fn find_pieces(&mut self) -> Option<PiiClass> {
        self.chain.clear();
        let mut at = 0;
        while let Some(place) = self.text.next(at) {
            let joint = joint(self.text.text((at, place.0)));
            if joint == NOTHING {
                self.chain.clear();
            }
            at = place.1;
            if let Some(class) = self.piece(place, joint) {
                return Some(class);
            }
        }
        None
    }

    /// Takes the next piece and looks at the values that may end with it.
    #[inline]
    fn piece(&mut self, place: (usize, usize), joint: u8) -> Option<PiiClass> {
        let len = place.1 - place.0;
        if len > FORM_BYTES_MAX {
            self.chain.clear();
            return None;
        }
        if self.chain.len() >= CHAIN_PIECES_MAX {
            self.chain.drain(..CHAIN_PIECES_MAX - PIECES_MAX);
        }
        let number = self.text.is_number(place);
        self.chain.push(Piece { place, joint, number });
        // Too short for a value, and nothing before it that it could end.
        if self.chain.len() == 1 && len < FORM_BYTES_MIN {
            return None;
        }
        let word = self.text.word(place);
        let is_end = match word.and_then(|word| self.quiet.get(word)) {
            Some(is_end) => is_end,
            None => {
                let is_end = match look_up((self.keys, self.known, &mut self.found), self.text.text(place)) {
                    Some((class, true)) => return Some(class),
                    Some((_, false)) => true,
                    None => false,
                };
                if let Some(word) = word {
                    self.quiet.put(word, is_end);
                }
                is_end
            }
        };
        if self.chain.len() == 1 || !(is_end || number) {
            return None;
        }
        self.longer(is_end)
    }

    /// The values of several pieces that end with the last one.
    fn longer(&mut self, is_end: bool) -> Option<PiiClass> {
        let (mut joints, mut number, mut digit, mut length) = (0, true, false, 0);
        for at in (0..self.chain.len()).rev().take(PIECES_MAX) {
            let piece = self.chain[at];
            number &= piece.number;
            digit = digit || piece.number || self.text.has_digit(piece.place);
            length += piece.place.1 - piece.place.0;
            if !(is_end || number) || length > FORM_BYTES_MAX {
                return None;
            }
            if at + 1 < self.chain.len()
                && length >= if number { NUMBER_DIGITS_MIN } else { FORM_BYTES_MIN }
                && self.known.classes_of(length) & may_join(number, digit, joints) != 0
                && let Some(class) = self.joined(at, length)
                && may_join(number, digit, joints) & bit(class) != 0
            {
                return Some(class);
            }
            joints |= piece.joint;
        }
        None
    }

    /// The class of the value that the pieces from this one on are together.
    fn joined(&mut self, first: usize, length: usize) -> Option<PiiClass> {
        let (mut form, mut at) = ([0; FORM_BYTES_MAX], 0);
        for piece in &self.chain[first..] {
            let text = self.text.text(piece.place);
            form[at..at + text.len()].copy_from_slice(text);
            at += text.len();
        }
        self.value(&form[..length])
    }
}

/// What is known of a form: its class, and whether it is a value, not only the end of one.
fn look_up((keys, known, found): (&Keys, &Lexicon, &mut [Found]), form: &[u8]) -> Option<(PiiClass, bool)> {
    if !known.may_have(form.len()) {
        return None;
    }
    let hash = keys.gate_hash(form);
    if !known.may_begin((hash >> 32) as u32) {
        return None;
    }
    let slot = &mut found[hash as usize % FOUND];
    if slot.0 != hash {
        *slot = (hash, known.find(&keys.gate_digest(form)));
    }
    slot.1
}

/// Whether a text is one piece as it is: an id, a number.
fn is_small_word(text: &[u8]) -> bool {
    text.iter().fold(true, |all, byte| all & (byte.is_ascii_digit() | byte.is_ascii_lowercase()))
}

/// Whether a text says nothing else once it is folded or decoded.
fn is_plain(text: &[u8]) -> bool {
    text.is_ascii() && memchr::memchr2(b'&', b'%', text).is_none()
}

/// A text that says something else once it is folded.
fn unfolded(text: &[u8]) -> Option<&str> {
    if text.is_ascii() && memchr::memchr(b'&', text).is_none() {
        return None;
    }
    std::str::from_utf8(text).ok().filter(|text| fold::needs_fold(text))
}

/// What the signs between two pieces mean.
#[inline]
fn joint(signs: &[u8]) -> u8 {
    match signs {
        [sign] => KIND[usize::from(*sign)],
        b", " => COMMA,
        _ if !signs.is_empty() && signs.iter().all(|sign| KIND[usize::from(*sign)] == BLANK) => BLANK,
        _ => NOTHING,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::gate::form::Form;
    use crate::testing::SECRET;
    use schemas::record::LexiconRecord;

    pub(crate) fn known(keys: &Keys, values: &[(PiiClass, &str)]) -> Lexicon {
        let mut entries = Vec::new();
        for &(class, value) in values {
            let mut form = Form::default();
            form.of(value).unwrap();
            let entry = |text: &[u8], words| LexiconRecord { digest: keys.gate_digest(text), class, length: text.len() as u16, words };
            entries.push(entry(&form.text, form.pieces() as u8));
            entries.extend(form.ends(class).map(|end| entry(end, 0)));
        }
        crate::lexicon::combine(&mut entries);
        let mut lexicon = Lexicon::with_room(entries.len() as u64);
        entries.iter().for_each(|entry| lexicon.push(entry));
        lexicon.indexed()
    }

    #[test]
    fn values_are_found_in_any_notation_and_nothing_else() {
        let keys = Keys::derive(SECRET).unwrap();
        let known = known(
            &keys,
            &[
                (PiiClass::Card, "4111111111111111"),
                (PiiClass::Email, "jane.roe@example.com"),
                (PiiClass::Name, "Thandiwe Okonkwo"),
                (PiiClass::Iban, "DE89370400440532013000"),
                (PiiClass::Customer, "CUST-00418822-AB"),
            ],
        );
        let mut searcher = Searcher::new(&keys, &known);
        for (text, class) in [
            ("card 4111 1111 1111 1111 declined", PiiClass::Card),
            ("4111-1111-1111-1111", PiiClass::Card),
            ("{\"n\":4111111111111111}", PiiClass::Card),
            ("1 4111 1111 1111 1111 2", PiiClass::Card),
            ("mailto:JANE.ROE@example.com?x", PiiClass::Email),
            ("q=jane.roe%40example.com&x=1", PiiClass::Email),
            ("jane.roe＠example.com", PiiClass::Email),
            ("<text>thandiwe okonkwo</text>", PiiClass::Name),
            ("thandiwe_okonkwo", PiiClass::Name),
            ("iban DE89 3704 0044 0532 0130 00.", PiiClass::Iban),
            ("de89370400440532013000", PiiClass::Iban),
            ("/customers/cust-00418822-ab/x", PiiClass::Customer),
            ("4111  1111  1111  1111", PiiClass::Card),
            ("jane.roe&#64;example.com", PiiClass::Email),
            ("thandiwe&nbsp;okonkwo", PiiClass::Name),
        ] {
            assert_eq!(searcher.find(text.as_bytes()), Some(class), "{text}");
        }
        for text in [
            "Thandiwe said: Okonkwo",
            "4111 1111 1111 1112",
            "cust 00418822 ab",
            "example.com",
            "jane.roe",
            "jane.roe.example.com",
            "411111, 11111, 11111",
            "cust/00418822/ab",
            "[CARD_ABC]",
            "",
            "%",
            "\u{e9}",
        ] {
            assert_eq!(searcher.find(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_value_is_found_wherever_a_part_may_end() {
        let keys = Keys::derive(SECRET).unwrap();
        let known = known(&keys, &[(PiiClass::Email, "jane.roe@example.com")]);
        let mut searcher = Searcher::new(&keys, &known);
        for value in [
            "jane.roe@example.com",
            "JANE.ROE%40example.com",
            "jane.roe%EF%BC%A0example.com",
            "jane.roe\u{ff20}example.com",
            "jane.roe&#x40;example.com",
        ] {
            for before in 0..200 {
                for (sign, after) in [("\n", "\n"), ("\"", "\",\""), ("<b>", "</b>"), ("\u{23ce}", " ")] {
                    let text = ["x.".repeat(before / 2), sign.into(), value.into(), after.into(), "y ".repeat(600)].concat();
                    assert_eq!(searcher.find(text.as_bytes()), Some(PiiClass::Email), "{value} {before} {sign}");
                }
            }
        }
    }

    #[test]
    fn numbers_of_any_length_and_bytes_of_no_text_are_no_trouble() {
        let keys = Keys::derive(SECRET).unwrap();
        let known = known(&keys, &[(PiiClass::Card, "4111111111111111")]);
        let mut searcher = Searcher::new(&keys, &known);
        assert_eq!(searcher.find(&b"1 ".repeat(100_000)), None);
        assert_eq!(searcher.find(&[0xFF, b'a', 0x80, b'[', 0xC3]), None);
        assert_eq!(searcher.find(&[0xFF; 200]), None);
        let mut long = b"x-".repeat(5000);
        long.extend_from_slice(b"4111 1111 1111 1111");
        assert_eq!(searcher.find(&long), Some(PiiClass::Card));
    }
}
