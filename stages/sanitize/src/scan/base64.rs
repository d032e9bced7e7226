//! Base64 (RFC 4648) of text: decoded, searched, and encoded again when something was found, so that it can still be decoded. What does not decode to
//! text is no carrier of anything readable and stays.

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::driver::Scope;
use super::hits::Hit;
use crate::worker::Worker;

/// Characters of the shortest piece that is decoded: twelve bytes of text.
pub(super) const LEN_MIN: usize = 16;
/// Characters of the longest one.
const LEN_MAX: usize = 64 << 10;

impl Worker<'_> {
    /// Handles the word at `at` when it begins base64 of a text with personal values in it; returns where to go on.
    #[cold]
    #[inline(never)]
    pub(super) fn base64(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Option<usize> {
        let rest = text.as_bytes().get(at..)?;
        let body = rest.iter().take(LEN_MAX + 1).take_while(|&&byte| is_base64(byte)).count();
        let padding = rest[body..].iter().take(2).take_while(|&&byte| byte == b'=').count();
        if !(LEN_MIN..=LEN_MAX).contains(&body) || body % 4 == 1 || (padding > 0 && (body + padding) % 4 != 0) {
            return None;
        }
        let piece = &rest[..body];
        let alphabet = if piece.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_SAFE } else { &STANDARD };
        // Nearly all that is no text shows in the first twelve bytes.
        let head: [u8; 12] = codec(alphabet, false).decode(&piece[..LEN_MIN]).ok()?.try_into().ok()?;
        if !head.iter().all(|byte| (b' '..0x7F).contains(byte) || matches!(byte, b'\n' | b'\r' | b'\t') || *byte >= 0xC2) {
            return None;
        }
        let decoded = String::from_utf8(codec(alphabet, false).decode(piece).ok()?).ok()?;
        let rendered = self.rendered_inside(&decoded, scope)?;
        let from = self.hits.made.len();
        codec(alphabet, padding > 0).encode_string(&rendered, &mut self.hits.made);
        self.return_buffer(rendered);
        let end = at + body + padding;
        self.hits.push(base, Hit { start: at, end, made: (from, self.hits.made.len()) });
        Some(end)
    }

    /// What becomes of a text that was decoded, in a buffer to be given back; none when nothing in it is personal.
    pub(super) fn rendered_inside(&mut self, decoded: &str, scope: Scope) -> Option<String> {
        let inner = self.hits.len();
        self.scan(decoded, Scope { depth: scope.depth + 1, ..Scope::TEXT });
        if self.hits.len() == inner {
            return None;
        }
        let mut rendered = self.take_buffer();
        self.hits.render(decoded, inner, &mut rendered);
        Some(rendered)
    }
}

fn codec(alphabet: &Alphabet, padded: bool) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(padded)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(alphabet, config)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{engine, scan_text};

    fn check(text: &str, expected: &str) {
        let encoded = codec(&STANDARD, true).encode(text);
        let out = scan_text(&engine(), &format!("payload {encoded} end"));
        let piece = out.strip_prefix("payload ").and_then(|rest| rest.strip_suffix(" end")).unwrap();
        let decoded = String::from_utf8(codec(&STANDARD, true).decode(piece).unwrap()).unwrap();
        assert!(decoded.starts_with(expected), "{decoded}");
        // A second time finds nothing more.
        assert_eq!(scan_text(&engine(), &out), out);
    }

    #[test]
    fn values_inside_are_replaced_and_the_rest_stays() {
        check(r#"{"card":"4111111111111111","ok":true}"#, r#"{"card":"[CARD_"#);
        check("mail jane.roe@example.com now", "mail [EMAIL_");
        check("nothing personal in this text at all", "nothing personal in this text at all");
    }

    #[test]
    fn what_is_no_text_stays() {
        for text in ["sha256 n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=", "id 4bf92f3577b34da6a3ce929d0e0e4736", "AAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
