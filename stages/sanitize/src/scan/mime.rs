//! Encoded words of mail headers (RFC 2047): `=?UTF-8?B?...?=` and `=?iso-8859-1?Q?M=FCller?=`. Decoded, searched, and written again as base64 of UTF-8 when
//! something was found. In the headers of people the whole word is a name.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use schemas::pii::PiiClass;

use super::driver::{NESTING_MAX, Scope};
use super::hits::Hit;
use crate::fold::cut;
use crate::worker::Worker;

/// An encoded word has at most 75 characters; programs write longer ones.
const WORD_BYTES_MAX: usize = 512;

impl Worker<'_> {
    /// Handles the `=?` at `at`; returns where to go on, none when no encoded word begins there.
    #[cold]
    #[inline(never)]
    pub(super) fn mime_word(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        let rest = bytes.get(at + 2..bytes.len().min(at + WORD_BYTES_MAX))?;
        let charset = memchr::memchr(b'?', rest).filter(|&len| (2..=20).contains(&len))?;
        let kind = rest.get(charset + 1)?.to_ascii_uppercase();
        if rest.get(charset + 2) != Some(&b'?') || scope.depth >= NESTING_MAX || self.hits.floor(base) > at {
            return None;
        }
        let body = charset + 3;
        let len = memchr::memmem::find(rest.get(body..)?, b"?=")?;
        let raw = &rest[body..body + len];
        let decoded = match kind {
            b'B' => STANDARD.decode(raw).ok()?,
            b'Q' => decode_q(raw),
            _ => return None,
        };
        let utf8 = rest[..charset].eq_ignore_ascii_case(b"utf-8");
        let decoded = if utf8 { String::from_utf8(decoded).ok()? } else { decoded.iter().map(|&byte| char::from(byte)).collect() };
        let end = at + 2 + body + len + 2;
        if is_persons_header(cut(text, at.saturating_sub(24), at))
            && !decoded.contains('@')
            && decoded.chars().filter(|c| c.is_alphabetic()).count() > 2
            && !decoded.contains('[')
        {
            let made = self.make_value(PiiClass::Name, &decoded)?;
            self.hits.push(base, Hit { start: at, end, made });
            return Some(end);
        }
        let Some(rendered) = self.rendered_inside(&decoded, scope) else { return Some(end) };
        let from = self.hits.made.len();
        self.hits.made.push_str("=?UTF-8?B?");
        STANDARD.encode_string(&rendered, &mut self.hits.made);
        self.hits.made.push_str("?=");
        self.return_buffer(rendered);
        self.hits.push(base, Hit { start: at, end, made: (from, self.hits.made.len()) });
        Some(end)
    }
}

/// Whether the header that begins a text's end names people.
fn is_persons_header(head: &str) -> bool {
    let head = head.trim_end_matches([' ', '"']).to_ascii_lowercase();
    ["from:", "to:", "cc:", "bcc:", "reply-to:", "sender:", "name:", "name="].iter().any(|name| head.ends_with(name))
}

/// Quoted-printable with `_` for the blank.
fn decode_q(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let hex = |offset: usize| raw.get(at + offset).and_then(|&byte| char::from(byte).to_digit(16));
        match (byte, hex(1), hex(2)) {
            (b'=', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'_', ..) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{engine, scan_text};

    #[test]
    fn words_are_decoded() {
        assert_eq!(decode_q(b"M=C3=BCller_A"), "Müller A".as_bytes());
        let out = scan_text(&engine(), "From: =?utf-8?Q?Hildegard_M=C3=BCller?= <x>");
        assert!(out.starts_with("From: [NAME_"), "{out}");
        let out = scan_text(&engine(), &format!("Subject: =?UTF-8?B?{}?= x", STANDARD.encode("mail jane@x.org")));
        let word = out.strip_prefix("Subject: =?UTF-8?B?").and_then(|rest| rest.strip_suffix("?= x")).unwrap();
        let decoded = String::from_utf8(STANDARD.decode(word).unwrap()).unwrap();
        assert!(decoded.starts_with("mail [EMAIL_"), "{decoded}");
        assert_eq!(scan_text(&engine(), &out), out);
        for text in ["a =?b?c", "x=?1:2", "Subject: =?UTF-8?B?SGVsbG8gd29ybGQ=?="] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
