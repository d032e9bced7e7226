//! Searching published text for values that were replaced, whatever stands between their pieces.

use schemas::pii::PiiClass;

use super::form::{FORM_BYTES_MAX, LOWER, PIECES_MAX, push_lower};
use super::seen::{Seen, TEXT_BYTES_MAX};
use crate::fold;
use crate::lexicon::Lexicon;
use crate::secret::Keys;
use crate::token::token_len;

/// Bytes of the shortest form of [`super::form::BITS_MIN`]: nine letters.
const FORM_BYTES_MIN: usize = 9;
/// Digits of the shortest number that is searched for.
const NUMBER_DIGITS_MIN: usize = 13;
/// Bytes of lower-case pieces that are kept before those that cannot matter any more are let go.
const CHAIN_BYTES_MAX: usize = 4096;

/// Digests whose meaning is kept: the ends of values (`com`) are words too, and an HMAC each time costs more than all the rest.
const FOUND: usize = 1 << 12;

/// What stands before a piece, a bit each, so that those within a value can be taken together.
const DASH: u8 = 1;
const SIGN: u8 = 2;
const BLANK: u8 = 4;
const COMMA: u8 = 8;
/// No value goes on here.
const NOTHING: u8 = 16;

/// Whether a value of a class is written with these between its pieces.
fn may_join(class: PiiClass, number: bool, joints: u8) -> bool {
    let may = match class {
        PiiClass::Name => DASH | SIGN | BLANK | COMMA,
        _ if number => DASH | BLANK,
        PiiClass::Iban => DASH | BLANK,
        _ => DASH | SIGN,
    };
    joints & !may == 0
}

/// A piece of the chain at hand.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins in the chain.
    start: usize,
    joint: u8,
    number: bool,
}

/// A searcher and its buffers.
pub(crate) struct Searcher<'k> {
    keys: &'k Keys,
    known: &'k Lexicon,
    chain: Vec<u8>,
    pieces: Vec<Piece>,
    folded: String,
    map: Vec<u32>,
    decoded: String,
    /// Texts without a value, as many as fit.
    clean: Seen,
    /// What digests were found to be, by the hash they begin with.
    found: Vec<(u64, Option<(PiiClass, bool)>)>,
}

impl<'k> Searcher<'k> {
    /// Searches for what `known` holds.
    pub(crate) fn new(keys: &'k Keys, known: &'k Lexicon) -> Self {
        Self {
            keys,
            known,
            chain: Vec::new(),
            pieces: Vec::new(),
            folded: String::new(),
            map: Vec::new(),
            decoded: String::new(),
            clean: Seen::default(),
            found: vec![(0, None); FOUND],
        }
    }

    /// The class of the first value in a text; none when there is none.
    pub(crate) fn find(&mut self, text: &[u8]) -> Option<PiiClass> {
        if text.len() <= TEXT_BYTES_MAX {
            return self.find_in_part(text);
        }
        // These signs are never within a value, nor within an entity or a percent-encoding. The parts of a file repeat where the file does not.
        let mut rest = text;
        while let Some(end) = memchr::memchr3(b'\n', b'"', b'>', rest) {
            if let Some(class) = self.find_in_part(&rest[..end]) {
                return Some(class);
            }
            rest = &rest[end + 1..];
        }
        self.find_in_part(rest)
    }

    fn find_in_part(&mut self, text: &[u8]) -> Option<PiiClass> {
        // Most texts are a token, or one that was just searched: the name of a service, a route.
        if text.len() < FORM_BYTES_MIN || self.is_token(text) || self.clean.has(text) {
            return None;
        }
        let found = self.search(text);
        if found.is_none() {
            self.clean.add(text);
        }
        found
    }

    fn is_token(&self, text: &[u8]) -> bool {
        text[0] == b'[' && text[text.len() - 1] == b']' && token_len(self.keys, text) == Some(text.len())
    }

    fn search(&mut self, text: &[u8]) -> Option<PiiClass> {
        let mut folded = std::mem::take(&mut self.folded);
        let found = unfolded(text).and_then(|text| {
            self.fold(text, &mut folded);
            self.find_plain(folded.as_bytes()).or_else(|| self.find_encoded(folded.as_bytes()))
        });
        self.folded = folded;
        found.or_else(|| self.find_plain(text)).or_else(|| self.find_encoded(text))
    }

    /// The same in what a text is without percent-encoding, folded or not.
    fn find_encoded(&mut self, text: &[u8]) -> Option<PiiClass> {
        memchr::memchr_iter(b'%', text).find(|&at| fold::percent_at(text, at).is_some())?;
        let mut decoded = std::mem::take(&mut self.decoded);
        decoded.clear();
        fold::percent_decode_into(std::str::from_utf8(text).unwrap_or_default(), &mut decoded);
        let mut found = self.find_plain(decoded.as_bytes());
        if found.is_none() && fold::needs_fold(&decoded) {
            let mut folded = std::mem::take(&mut self.folded);
            self.fold(&decoded, &mut folded);
            found = self.find_plain(folded.as_bytes());
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

    fn find_plain(&mut self, text: &[u8]) -> Option<PiiClass> {
        self.clear();
        let (mut at, mut last_end) = (0, 0);
        while at < text.len() {
            if LOWER[usize::from(text[at])] == 0 {
                if text[at] == b'['
                    && let Some(len) = token_len(self.keys, &text[at..])
                {
                    self.clear();
                    at += len;
                    last_end = at;
                } else {
                    at += 1;
                }
                continue;
            }
            let end = at + text[at..].iter().position(|&byte| LOWER[usize::from(byte)] == 0).unwrap_or(text.len() - at);
            let joint = joint(&text[last_end..at]);
            if let Some(class) = self.piece(&text[at..end], joint) {
                return Some(class);
            }
            (at, last_end) = (end, end);
        }
        None
    }

    fn clear(&mut self) {
        self.chain.clear();
        self.pieces.clear();
    }

    /// Takes the next piece and looks at the values that may end with it.
    fn piece(&mut self, piece: &[u8], joint: u8) -> Option<PiiClass> {
        if joint == NOTHING || self.chain.len() > CHAIN_BYTES_MAX {
            self.clear();
        }
        if piece.len() > FORM_BYTES_MAX {
            self.clear();
            return None;
        }
        let start = self.chain.len();
        push_lower(piece, &mut self.chain);
        let number = self.chain[start..].iter().all(u8::is_ascii_digit);
        self.pieces.push(Piece { start, joint, number });
        // Too short for a value, and nothing before it that it could end.
        if self.pieces.len() == 1 && self.chain.len() - start < FORM_BYTES_MIN {
            return None;
        }
        let end = match self.look_up(start) {
            Some((class, true)) => return Some(class),
            Some((_, false)) => true,
            None => false,
        };
        if self.pieces.len() == 1 || !(end || number) {
            return None;
        }
        self.longer(end)
    }

    /// The values of several pieces that end with the last one.
    fn longer(&mut self, end: bool) -> Option<PiiClass> {
        let (mut joints, mut number) = (0, true);
        for at in (0..self.pieces.len()).rev().take(PIECES_MAX) {
            let piece = self.pieces[at];
            number &= piece.number;
            if !(end || number) {
                return None;
            }
            let length = self.chain.len() - piece.start;
            if at + 1 < self.pieces.len() && length <= FORM_BYTES_MAX && (!number || length >= NUMBER_DIGITS_MIN) {
                match self.look_up(piece.start) {
                    Some((class, true)) if may_join(class, number, joints) => return Some(class),
                    _ => {}
                }
            }
            joints |= piece.joint;
        }
        None
    }

    /// What is known of the chain from `start` on: its class, and whether it is a value, not only the end of one.
    #[inline]
    fn look_up(&mut self, start: usize) -> Option<(PiiClass, bool)> {
        let form = &self.chain[start..];
        if !self.known.may_have(form.len()) {
            return None;
        }
        let hash = self.keys.gate_hash(form);
        if !self.known.may_begin((hash >> 32) as u32) {
            return None;
        }
        let slot = &mut self.found[hash as usize % FOUND];
        if slot.0 != hash {
            *slot = (hash, self.known.find(&self.keys.gate_digest(form)));
        }
        slot.1
    }
}

/// A text that says something else once it is folded.
fn unfolded(text: &[u8]) -> Option<&str> {
    if text.is_ascii() && memchr::memchr(b'&', text).is_none() {
        return None;
    }
    std::str::from_utf8(text).ok().filter(|text| fold::needs_fold(text))
}

/// What the signs between two pieces mean.
fn joint(signs: &[u8]) -> u8 {
    match signs {
        b"-" => DASH,
        [b'.' | b'_' | b'+' | b'\''] => SIGN,
        [b' ' | b'\t', rest @ ..] if rest.iter().all(|byte| matches!(byte, b' ' | b'\t')) => BLANK,
        b", " => COMMA,
        _ => NOTHING,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::form::Form;
    use crate::testing::SECRET;
    use schemas::record::LexiconRecord;

    fn known(keys: &Keys, values: &[(PiiClass, &str)]) -> Lexicon {
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
