//! A text in lower case, cut into pieces: eight bytes are told apart at a time, so that what a text costs follows its pieces, not its bytes.

use super::form::{LOWER, push_lower};

/// Bytes that follow the text, so that a short piece can be read at once.
const PADDING: usize = 16;
/// Bytes whose kinds fit a number.
const BLOCK: usize = 64;

/// A text and a bit for each of its bytes.
#[derive(Default)]
pub(super) struct Pieces {
    lower: Vec<u8>,
    /// Set for bytes of pieces.
    within: Vec<u64>,
    /// Set for digits.
    digits: Vec<u64>,
}

impl Pieces {
    /// Takes a text.
    pub(super) fn set(&mut self, text: &[u8]) {
        if !self.set_ascii(text) {
            let mut lower = Vec::with_capacity(text.len());
            for run in text.chunk_by(|a, b| is_within(*a) == is_within(*b)) {
                if is_within(run[0]) { push_lower(run, &mut lower) } else { lower.extend_from_slice(run) }
            }
            self.set_ascii(&lower);
        }
    }

    /// Takes a text whose letters beyond ASCII are in lower case; says whether it has none.
    fn set_ascii(&mut self, text: &[u8]) -> bool {
        let (words, rest) = text.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.lower.clear();
        self.within.clear();
        self.digits.clear();
        self.lower.reserve(text.len() + 8 + PADDING);
        let (mut within, mut digits, mut shift, mut all) = (0, 0, 0, 0);
        for word in words.iter().chain([&last]) {
            let word = u64::from_le_bytes(*word);
            let word = word | capitals(word) >> 2;
            self.lower.extend_from_slice(&word.to_le_bytes());
            let (piece, digit) = kinds(word);
            within |= piece << shift;
            digits |= digit << shift;
            all |= word;
            shift += 8;
            if shift == BLOCK {
                self.within.push(within);
                self.digits.push(digits);
                (within, digits, shift) = (0, 0, 0);
            }
        }
        // Behind the text stands a bit that is not set, so that the last piece ends as well.
        self.within.push(within);
        self.digits.push(digits);
        self.lower.extend_from_slice(&[0; PADDING]);
        all & HIGH == 0
    }

    /// Beginning and end of the first piece from `at` on.
    #[inline]
    pub(super) fn next(&self, at: usize) -> Option<(usize, usize)> {
        let start = first(&self.within, at, 0)?;
        Some((start, first(&self.within, start, u64::MAX)?))
    }

    /// Whether all bytes are digits.
    #[inline]
    pub(super) fn is_number(&self, (start, end): (usize, usize)) -> bool {
        first(&self.digits, start, u64::MAX).is_some_and(|other| other >= end)
    }

    /// Whether any byte is a digit.
    #[inline]
    pub(super) fn has_digit(&self, (start, end): (usize, usize)) -> bool {
        first(&self.digits, start, 0).is_some_and(|digit| digit < end)
    }

    /// The bytes of a piece, or of what stands between two.
    #[inline]
    pub(super) fn text(&self, (start, end): (usize, usize)) -> &[u8] {
        self.lower.get(start..end).unwrap_or_default()
    }

    /// A short piece and its length as one number, which no other piece has.
    #[inline]
    pub(super) fn word(&self, (start, end): (usize, usize)) -> Option<u128> {
        let len = end - start;
        if !(1..PADDING).contains(&len) {
            return None;
        }
        let bytes: &[u8; PADDING] = self.lower.get(start..)?.first_chunk()?;
        let kept = u128::MAX >> (8 * (PADDING - len));
        Some(u128::from_le_bytes(*bytes) & kept | (len as u128) << (8 * (PADDING - 1)))
    }
}

fn is_within(byte: u8) -> bool {
    LOWER[usize::from(byte)] != 0
}

/// Place of the first bit from `at` on that differs from those of `than`.
#[inline]
fn first(bits: &[u64], at: usize, than: u64) -> Option<usize> {
    let mut block = at / BLOCK;
    let mut rest = (bits.get(block)? ^ than) & u64::MAX << (at % BLOCK);
    while rest == 0 {
        block += 1;
        rest = bits.get(block)? ^ than;
    }
    Some(block * BLOCK + rest.trailing_zeros() as usize)
}

/// A byte in each of eight, and its highest bit.
const ONES: u64 = u64::MAX / 255;
const HIGH: u64 = ONES << 7;

/// The highest bit of each byte says whether its others are `least` or more; none carries into the next.
#[inline]
fn from(bytes: u64, least: u8) -> u64 {
    (bytes & !HIGH) + (0x80 - u64::from(least)) * ONES
}

/// The highest bit of each byte that is a capital of ASCII.
#[inline]
fn capitals(bytes: u64) -> u64 {
    from(bytes, b'A') & !from(bytes, b'Z' + 1) & !bytes & HIGH
}

/// Which of eight bytes in lower case belong to a piece, and which are digits: a bit each, the first byte's the lowest.
#[inline]
fn kinds(bytes: u64) -> (u64, u64) {
    let digits = from(bytes, b'0') & !from(bytes, b'9' + 1) & !bytes;
    let letters = from(bytes, b'a') & !from(bytes, b'z' + 1) | from(bytes, b'@') & !from(bytes, b'@' + 1) | bytes;
    // Brings the eight bits together.
    let gather = |bits: u64| ((bits & HIGH) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    (gather(letters | digits), gather(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_kind_at_every_place() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let word = u64::from(byte) << (8 * at);
                assert_eq!(word | capitals(word) >> 2, u64::from(byte.to_ascii_lowercase()) << (8 * at));
                if !byte.is_ascii_uppercase() {
                    assert_eq!(kinds(word), (u64::from(is_within(byte)) << at, u64::from(byte.is_ascii_digit()) << at), "{byte}");
                    assert_eq!(kinds(word | !(0xFF << (8 * at))).0 >> at & 1, u64::from(is_within(byte)), "{byte} among others");
                }
            }
        }
    }

    #[test]
    fn pieces_are_those_between_signs_whatever_the_length() {
        let mut pieces = Pieces::default();
        for before in 0..140 {
            for text in ["Jane.ROE@Example.com", "a", "4111 1111", "", "Zo\u{eb} \u{c4}ngstr\u{f6}m", "x-2"] {
                let text = ["-".repeat(before / 2), "ab".repeat(before % 7), ":".into(), text.into()].concat();
                pieces.set(text.as_bytes());
                let (mut found, mut at) = (Vec::new(), 0);
                while let Some(piece) = pieces.next(at) {
                    let bytes = pieces.text(piece);
                    assert_eq!(pieces.is_number(piece), bytes.iter().all(u8::is_ascii_digit));
                    assert_eq!(pieces.has_digit(piece), bytes.iter().any(u8::is_ascii_digit));
                    assert_eq!(pieces.word(piece).is_some(), bytes.len() < PADDING);
                    found.push(String::from_utf8(bytes.to_vec()).unwrap());
                    at = piece.1;
                }
                let expected = text.to_lowercase();
                let expected = expected.split(|c: char| c.is_ascii() && !is_within(c as u8)).filter(|piece| !piece.is_empty());
                assert_eq!(found, expected.collect::<Vec<_>>(), "{text}");
            }
        }
    }
}
