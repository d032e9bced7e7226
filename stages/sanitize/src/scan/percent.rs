//! Percent-encoded pieces: decoded, searched, and replaced as a whole when something is in them.

use super::driver::Scope;
use super::hits::Hit;
use crate::fold::{cut, percent_decode_into};
use crate::worker::Worker;

/// Bytes of one piece; longer ones are cut.
const PIECE_BYTES_MAX: usize = 4096;
/// Bytes a piece reaches back from its first `%`.
const REACH_BACK: usize = 256;

impl Worker<'_> {
    /// Handles the encoded byte at `at`: the piece is what stands around it up to a sign that separates values. Returns where to go on.
    pub(super) fn percent(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let floor = self.hits.floor(base).max(at.saturating_sub(REACH_BACK));
        let mut start = bytes[floor..at].iter().rposition(|&byte| parts(byte)).map_or(floor, |before| floor + before + 1);
        let reach = &bytes[at..bytes.len().min(at + PIECE_BYTES_MAX)];
        let mut end = at + reach.iter().position(|&byte| parts(byte)).unwrap_or(reach.len());
        while !text.is_char_boundary(start) {
            start += 1;
        }
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut decoded = self.take_buffer();
        percent_decode_into(cut(text, start, end), &mut decoded);
        let inner = self.hits.len();
        self.scan(&decoded, scope.deeper());
        if self.hits.len() > inner {
            let mut rendered = self.take_buffer();
            self.hits.render(&decoded, inner, &mut rendered);
            let from = self.hits.made.len();
            encode_into(&rendered, &mut self.hits.made);
            let made = (from, self.hits.made.len());
            self.hits.push(base, Hit { start, end, made });
            self.return_buffer(rendered);
        }
        self.return_buffer(decoded);
        end.max(at + 3)
    }
}

/// Signs between the values of a URL or a text.
fn parts(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'&' | b'?' | b'=' | b'/' | b';' | b',' | b'(' | b')' | b'{' | b'}' | b'|' | b'#')
}

/// Encodes again what separates values, so that the text still parts where it did. Tokens stay readable.
fn encode_into(text: &str, out: &mut String) {
    for c in text.chars() {
        let byte = if c.is_ascii() { c as u8 } else { b'a' };
        if parts(byte) || c == '%' {
            out.push_str(&format!("%{byte:02X}"));
        } else {
            out.push(c);
        }
    }
}
