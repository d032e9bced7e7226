//! `format_preserving`: other digits for digits, other letters for letters, drawn from HMAC-SHA256(drawing key, class, 0, canonical value, 0,
//! counter); length and signs stay. One value has one drawing, in every notation. It is no encryption (nothing leads back), and no permutation:
//! values shorter than forty bits would share drawings, so they become tokens.
//!
//! A drawn card never passes Luhn, so that it can never be somebody's card, and no test that goes wrong can charge one.

use schemas::pii::PiiClass;

use super::{HIDDEN_CENTIBITS_MIN, centibits};
use crate::detect::luhn;
use crate::secret::{Keys, mac};

/// Hundredths of bits of the shortest card: twelve digits.
const CARD_CENTIBITS_MIN: u32 = 12 * 332;

pub(super) fn draw(keys: &Keys, class: PiiClass, value: &str, canonical: &str) -> Option<String> {
    let size: u32 = value.chars().map(centibits).sum();
    if size < if class == PiiClass::Card { CARD_CENTIBITS_MIN } else { HIDDEN_CENTIBITS_MIN } {
        return None;
    }
    let mut bytes = Bytes { keys, class, canonical, block: [0; 32], counter: 0, at: 32 };
    let mut drawn = String::with_capacity(value.len());
    for c in value.chars() {
        drawn.push(match c {
            '0'..='9' => char::from(b'0' + (bytes.next() % 10) as u8),
            c if c.is_uppercase() => char::from(b'A' + (bytes.next() % 26) as u8),
            c if c.is_alphabetic() => char::from(b'a' + (bytes.next() % 26) as u8),
            sign => sign,
        });
    }
    if class == PiiClass::Card {
        drawn = without_luhn(drawn);
    }
    Some(drawn)
}

/// Changes the last digit of a number that passes Luhn.
fn without_luhn(drawn: String) -> String {
    let digits: Vec<u8> = drawn.bytes().filter(u8::is_ascii_digit).collect();
    let Some(last) = drawn.bytes().rposition(|byte| byte.is_ascii_digit()).filter(|_| luhn(&digits)) else { return drawn };
    let other = |(at, c): (usize, char)| if at == last { char::from(b'0' + (c as u8 - b'0' + 1) % 10) } else { c };
    drawn.char_indices().map(other).collect()
}

/// Pairs of bytes, so that the remainder by 26 is even to a thousandth.
struct Bytes<'a> {
    keys: &'a Keys,
    class: PiiClass,
    canonical: &'a str,
    block: [u8; 32],
    counter: u8,
    at: usize,
}

impl Bytes<'_> {
    fn next(&mut self) -> u16 {
        if self.at >= 32 {
            self.block = mac(&self.keys.drawn, &[self.class.label().as_bytes(), &[0], self.canonical.as_bytes(), &[0, self.counter]]);
            self.counter = self.counter.wrapping_add(1);
            self.at = 0;
        }
        self.at += 2;
        u16::from_be_bytes([self.block[self.at - 2], self.block[self.at - 1]])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SECRET;

    #[test]
    fn a_drawing_has_the_shape_of_its_value() {
        let keys = Keys::derive(SECRET).unwrap();
        let drawn = draw(&keys, PiiClass::Iban, "DE89 3704 0044 0532 0130 00", "DE89370400440532013000").unwrap();
        let shape = |text: &str| -> String {
            text.chars()
                .map(|c| {
                    if c.is_ascii_digit() {
                        '9'
                    } else if c.is_uppercase() {
                        'A'
                    } else {
                        c
                    }
                })
                .collect()
        };
        assert_eq!(shape(&drawn), "AA99 9999 9999 9999 9999 99");
        let other = draw(&keys, PiiClass::Iban, "DE89370400440532013000", "DE89370400440532013000").unwrap();
        assert_eq!(drawn.replace(' ', ""), other, "one value has one drawing");
        assert_eq!(draw(&keys, PiiClass::Account, "12345678", "12345678"), None);
    }

    #[test]
    fn no_drawn_card_passes_luhn() {
        let keys = Keys::derive(SECRET).unwrap();
        for number in 0..3000_u64 {
            let card = format!("{}", 4_000_000_000_000_000 + number * 7919);
            let drawn = draw(&keys, PiiClass::Card, &card, &card).unwrap();
            assert!(drawn.len() == 16 && !luhn(drawn.as_bytes()), "{drawn}");
        }
    }
}
