//! Texts whose quotes and brackets are written as numbers: `{\x22password\x22:\x22...\x22}` as nginx logs a request's body, `\u0022`, `\u003cpin\u003e`.
//! They are decoded and searched; what is found is replaced where it stands in the original.

use super::driver::{NESTING_MAX, Scope};
use crate::worker::Worker;

/// Bytes of one piece; longer ones are cut.
const PIECE_BYTES_MAX: usize = 4096;
/// Signs that part names and values; other escapes stay as they are until one of these comes.
const TELLING: &[u8] = b"\"'<>&=";

impl Worker<'_> {
    /// Handles the backslash at `at`: where it writes a sign that parts names and values, all up to the end of the line or a plain quote is searched as what
    /// it stands for. Returns where to go on, none when it is any other backslash.
    pub(super) fn hex_escapes(&mut self, text: &str, at: usize, scope: Scope) -> Option<usize> {
        let bytes = text.as_bytes();
        if scope.depth >= NESTING_MAX || !escape_at(bytes, at).is_some_and(|(byte, _)| TELLING.contains(&byte)) {
            return None;
        }
        Some(self.decoded_escapes(text, at, scope))
    }

    #[cold]
    #[inline(never)]
    fn decoded_escapes(&mut self, text: &str, start: usize, scope: Scope) -> usize {
        let bytes = text.as_bytes();
        let reach = &bytes[start..bytes.len().min(start + PIECE_BYTES_MAX)];
        let mut end = start + memchr::memchr2(b'"', b'\n', reach).unwrap_or(reach.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let (mut decoded, mut map) = (self.take_buffer(), self.maps.pop().unwrap_or_default());
        map.clear();
        let mut at = start;
        while at < end {
            if let Some((byte, len)) = escape_at(&bytes[..end], at) {
                map.push(at as u32);
                decoded.push(char::from(byte));
                at += len;
                continue;
            }
            let len = text.get(at..end).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            map.extend((at..at + len).map(|at| at as u32));
            decoded.push_str(text.get(at..at + len).unwrap_or("?"));
            at += len;
        }
        map.push(end as u32);
        let inner = self.hits.len();
        self.scan(&decoded, scope.deeper());
        for hit in self.hits.above_mut(inner) {
            hit.start = map.get(hit.start).map_or(start, |&at| at as usize);
            hit.end = map.get(hit.end).map_or(end, |&at| at as usize);
        }
        self.return_buffer(decoded);
        self.maps.push(map);
        end
    }
}

/// The ASCII character that an escape at `at` writes, and its length: `\x22`, `\u0022`.
fn escape_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let (digits, len) = match bytes.get(at..)? {
        [b'\\', b'x', high, low, ..] => ([*high, *low], 4),
        [b'\\', b'u', b'0', b'0', high, low, ..] => ([*high, *low], 6),
        _ => return None,
    };
    let value = |digit: u8| char::from(digit).to_digit(16);
    let byte = u8::try_from(value(digits[0])? * 16 + value(digits[1])?).ok()?;
    (b' '..=b'~').contains(&byte).then_some((byte, len))
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn written_quotes_and_brackets_are_read() {
        for (text, gone) in [
            (r#"body: "{\x22customerId\x22:\x2244188204\x22,\x22password\x22:\x22Harbor53$x\x22}" 200"#, &["44188204", "Harbor53"][..]),
            (r"req {\u0022email\u0022:\u0022jane.roe@example.com\u0022} ok", &["jane.roe"]),
            (r"\u003cpassword\u003eHarbor53$x\u003c/password\u003e", &["Harbor53"]),
        ] {
            let out = scan_text(&engine(), text);
            assert!(gone.iter().all(|value| !out.contains(value)), "{out}");
            assert_eq!(scan_text(&engine(), &out), out);
        }
        let out = scan_text(&engine(), r#"body: "{\x22pin\x22:\x224471\x22,\x22mode\x22:\x22fast\x22}" took 17 ms"#);
        assert!(out.ends_with(r#"\x22,\x22mode\x22:\x22fast\x22}" took 17 ms"#) && !out.contains("4471"), "{out}");
        for text in [r"C:\x22file and \u00e9t\u00e9", r"a\x41b\x42", r"\x", r"\u002", r"at \x3"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
    }
}
