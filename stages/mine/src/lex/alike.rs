//! What the lexer cuts alike. It asks where digits stand and how many there are, never which; it takes redaction tokens whole, by class; and
//! long hexadecimal ids and UUIDs that are a run of their own are one value, whatever they say. Digits that it leaves in constants (`IPv4`) do
//! count: [`digits_of_constants`].
//!
//! ```text
//! digit              '1'
//! redaction token    0xff class length
//! hexadecimal id     0xfe length 0 or 1      1: a digit ends it, so that a unit may follow
//! ```
//! Bytes from 0xfe on stand in no text, so nothing else is written as these are. A property test holds the lexer against it.

use super::token::redaction;
use super::{KINDS, Kind, Piece};

/// In front of a token's class and length.
const TOKEN: u8 = 0xff;
/// In front of a hexadecimal id's length and end.
const HEX: u8 = 0xfe;
/// Bytes of an id from which on it is taken whole: then it holds eight at a multiple of eight.
const ID_BYTES_MIN: usize = 16;
/// Bytes of a UUID.
const UUID_BYTES: usize = 36;

/// Writes to `out` what the lexer sees of a text. Only what [`is_certain`] says of it may be relied on.
pub(crate) fn without_digits(bytes: &[u8], out: &mut Vec<u8>) {
    let mut done = 0;
    for at in memchr::memchr_iter(b'[', bytes) {
        // What an operator left of a value stands behind a colon and may be anything.
        if at >= done
            && let Some((class, length)) = redaction(&bytes[at..])
            && !bytes[at..at + length].contains(&b':')
        {
            push(bytes, done..at, out);
            out.extend([TOKEN, class as u8, length as u8]);
            done = at + length;
        }
    }
    push(bytes, done..bytes.len(), out);
}

/// Whether texts of which the lexer sees this are alike to it. Not those of several lines; nor those with `0x`, as the zero does not show; nor
/// those with an id where a query of a URL may go on over what ends a run elsewhere.
pub(crate) fn is_certain(seen: &[u8]) -> bool {
    let (mut before, mut has_id, mut has_query) = ([0; 2], false, false);
    let mut rest = seen;
    while let [byte, behind @ ..] = rest {
        rest = match *byte {
            TOKEN | HEX => behind.get(2..).unwrap_or_default(),
            _ => behind,
        };
        match (before, *byte) {
            (_, b'\n') | ([_, b'1'], b'x' | b'X') => return false,
            (_, b'?') | ([b':', b'/'], b'/') => has_query = true,
            (_, HEX) => has_id = true,
            _ => {}
        }
        before = [before[1], *byte];
    }
    !(has_id && has_query)
}

/// Where digits stand in the constants of a text; at the same places in all texts of which the lexer sees the same.
pub(crate) fn digits_of_constants(text: &str) -> Vec<u16> {
    // Shapes are made of trimmed texts.
    let (mut places, mut at) = (Vec::new(), text.len() - text.trim_start().len());
    super::lex(text.trim(), &mut |piece| {
        let part = match piece {
            Piece::Text(part) => {
                let digits = (at..).zip(part.bytes()).filter(|(_, byte)| byte.is_ascii_digit());
                places.extend(digits.filter_map(|(place, _)| u16::try_from(place).ok()));
                part
            }
            Piece::Variable(_, part) => part,
        };
        at += part.len();
    });
    places
}

/// Appends the part of a text that stands between tokens.
fn push(bytes: &[u8], mut part: std::ops::Range<usize>, out: &mut Vec<u8>) {
    let mut at = part.start;
    while at + 8 <= part.end {
        if !bytes[at..at + 8].iter().all(|byte| is_of_id(*byte)) {
            at += 8;
            continue;
        }
        let start = at - bytes[part.start..at].iter().rev().take_while(|byte| is_of_id(**byte)).count();
        let end = at + bytes[at..part.end].iter().take_while(|byte| is_of_id(**byte)).count();
        if is_id(bytes, start, end) {
            push_digits(&bytes[part.start..start], out);
            out.extend([HEX, (end - start) as u8, bytes[end - 1].is_ascii_digit().into()]);
            part.start = end;
        }
        at = end;
    }
    push_digits(&bytes[part], out);
}

fn push_digits(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend(bytes.iter().map(|byte| if byte.is_ascii_digit() { b'1' } else { *byte }));
}

const OF_IDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(byte as u8, b'0'..=b'9' | b'a'..=b'f' | b'-');
        byte += 1;
    }
    table
};

fn is_of_id(byte: u8) -> bool {
    OF_IDS[usize::from(byte)]
}

/// Whether what stands there is a run of its own and one value: a UUID, or hexadecimal digits, letters among them. A number, a comma or a sign before
/// it may take some of its digits.
fn is_id(bytes: &[u8], start: usize, end: usize) -> bool {
    let id = &bytes[start..end];
    let is_border = |at: usize| bytes.get(at).is_none_or(|byte| matches!(KINDS[usize::from(*byte)], Kind::Blank | Kind::Delimiter));
    let is_free = start == 0 || is_border(start - 1) && !matches!(bytes[start - 1], b'<' | b'>' | b',' | b'\'' | b'`');
    // What is as long as a UUID is one: by its length and its end alone another id could not be told from it.
    let is_plain = id.iter().any(u8::is_ascii_digit)
        && if id.len() == UUID_BYTES { super::class::is_uuid(id) } else { !id.contains(&b'-') && id.iter().any(u8::is_ascii_lowercase) };
    is_free && is_border(end) && is_plain && (ID_BYTES_MIN..=usize::from(u8::MAX)).contains(&id.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outline::ByOutline;
    use crate::place::LinePlaces;
    use crate::shape::shape_with;
    use proptest::prelude::*;

    fn seen(text: &str) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        without_digits(text.as_bytes(), &mut out);
        is_certain(&out).then_some(out)
    }

    #[test]
    fn ids_are_taken_whole() {
        let of = |id: &str| seen(&format!("trace={id} ended"));
        assert_eq!(of("67a348f94999ba1664e8ddbbbc0129a1"), of("dabbf5d994e4c210d77f38d2cc332960"));
        assert_eq!(of("b12cb842-33dd-44d4-9c77-716587b9c01d"), of("a8f84ccf-4710-4b47-8ede-28b278e5d5aa"));
        assert_ne!(of("67a348f94999ba1664e8ddbbbc0129a1"), of("dabbf5d994e4c210d77f38d2cc33296f"), "one may have a unit");
        assert_ne!(of("b12cb842-33dd-44d4-9c77-716587b9c01d"), of("b12cb842-33dd-44d4-9c77-716587b9c01-"));
        assert_ne!(of("b12cb842-33dd-44d4-9c77-716587b9c01d"), of("b12cb84233dd44d49c77716587b9c01d1a2b"), "a UUID has dashes");
        for text in ["/a?t=67a348f94999ba1664e8", "http://b t=67a348f94999ba1664e8", "0x1f", "1x1f", "two\nlines"] {
            assert_eq!(seen(text), None);
        }
        assert_ne!(seen("<67a348f94999ba1664e8"), seen("<67a348f94999ba1664a8"));
        assert_ne!(seen("is-67a348f94999ba1664e8"), seen("is-67a348f94999ba1664a8"));
    }

    /// What is made of a text: its shape and the classes at its places.
    fn read(text: &str) -> (String, String) {
        let (mut shape, mut line) = (String::new(), LinePlaces::default());
        shape_with(text, &mut shape, &mut |value| line.push(value));
        (shape, format!("{line:?}"))
    }

    #[track_caller]
    fn check_remembered(text: &str, changed: &str) {
        let mut known = ByOutline::default();
        known.of(text, read);
        assert_eq!(*known.of(changed, read), read(changed), "{text:?} {changed:?}");
        assert_eq!(*known.of(text, read), read(text), "{text:?} {changed:?}");
    }

    /// Another text that looks the same: other digits, other tokens, other ids.
    fn other(text: &str, seed: u64) -> String {
        let mut state = seed | 1;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let id = |next: &mut dyn FnMut() -> usize, letters: &[u8]| char::from(letters[next() % letters.len()]);
        let mut out = String::new();
        for letter in text.chars() {
            out.push(match letter {
                '0'..='9' if next() % 2 == 0 => id(&mut next, b"0123456789"),
                'a'..='f' if next() % 8 == 0 => id(&mut next, b"abcdef0123456789"),
                '0'..='9' if next() % 4 == 0 => id(&mut next, b"abcdef"),
                'Q'..='Z' if next() % 4 == 0 => id(&mut next, b"QRSTUVWXYZ"),
                _ => letter,
            });
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn what_looks_the_same_is_lexed_alike(
            text in "[ \u{a0}]?(([a-f0-9]{16,17}|[a-f0-9]{36}|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}|[0-9]{1,4}|\\[CARD_[Q-Z]{2}[0-9]\\]|\\[IBAN_[Q-Z]:[0-9]\\]|[A-Za-f]{1,4}|EUR|USD|Jan|Mon| KB| HTTP/|http://|KB|ms|€|é|IPv[46]|L[0-9]|ssh2|jk2_init|x86|v1\\.[0-9])[ =,;:.'\"<>/?\\[\\]$+_-]{0,2}){1,8}[ \u{a0}]?",
            seed in any::<u64>(),
        ) {
            // Single changes, so that many of them leave the same picture.
            let letters: Vec<char> = text.chars().collect();
            for (at, letter) in letters.iter().enumerate() {
                for with in ['0', '7', 'b', 'd', 'e', 'Z'] {
                    let mut changed = letters.clone();
                    changed[at] = with;
                    let changed: String = changed.into_iter().collect();
                    if letter.is_ascii_alphanumeric() && seen(&text).is_some() && seen(&text) == seen(&changed) {
                        check_remembered(&text, &changed);
                    }
                }
            }
            check_remembered(&text, &other(&text, seed));
            check_remembered(&text, &text.replace('-', "a"));
        }
    }
}
