//! Text written as the hexadecimal codes of its bytes, as auditd writes what a program was called with (`proctitle=67726570002D72...`): decoded, searched,
//! and encoded again when something was found.

use super::driver::Scope;
use super::hits::Hit;
use crate::worker::Worker;

/// Characters of the shortest and the longest word that is decoded.
const LEN: std::ops::RangeInclusive<usize> = 16..=16 << 10;

impl Worker<'_> {
    /// Handles the word at `at..end` when it is a text with personal values in it; returns where to go on.
    #[inline]
    pub(super) fn hex_text(&mut self, text: &str, (at, end): (usize, usize), base: usize, scope: Scope) -> Option<usize> {
        let word = text.as_bytes().get(at..end)?;
        let long = word.len().is_multiple_of(2) && LEN.contains(&word.len());
        if long && begins_text(word) { self.readable_hex(text, (at, end), base, scope) } else { None }
    }

    #[cold]
    #[inline(never)]
    fn readable_hex(&mut self, text: &str, (at, end): (usize, usize), base: usize, scope: Scope) -> Option<usize> {
        let word = text.as_bytes().get(at..end)?;
        let bytes = word.chunks_exact(2).map(value).collect::<Option<Vec<u8>>>()?;
        // What parts the arguments of a program, as a sign that parts words.
        let parted = !bytes.contains(&b'\t');
        let bytes = bytes.into_iter().map(|byte| if byte == 0 && parted { b'\t' } else { byte }).collect();
        let decoded = String::from_utf8(bytes).ok()?;
        let rendered = self.rendered_inside(&decoded, scope)?;
        let from = self.hits.made.len();
        let digits: &[u8; 16] = if word.iter().any(u8::is_ascii_lowercase) { b"0123456789abcdef" } else { b"0123456789ABCDEF" };
        for byte in rendered.bytes() {
            let byte = if byte == b'\t' && parted { 0 } else { byte };
            for digit in [byte >> 4, byte & 15] {
                self.hits.made.push(char::from(digits[usize::from(digit)]));
            }
        }
        self.return_buffer(rendered);
        self.hits.push(base, Hit { start: at, end, made: (from, self.hits.made.len()) });
        Some(end)
    }
}

/// The byte that two hexadecimal digits mean.
fn value(pair: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8)
}

/// Whether the first bytes are of a text: nearly all that is none shows there.
fn begins_text(word: &[u8]) -> bool {
    let mut head = [0; 12];
    for (byte, pair) in head.iter_mut().zip(word.chunks_exact(2)) {
        match value(pair) {
            Some(read) if read >= b' ' && read != 0x7F || matches!(read, 0 | b'\n' | b'\r' | b'\t' | 0x1B) => *byte = read,
            _ => return false,
        }
    }
    // A letter of several bytes may be cut.
    std::str::from_utf8(&head[..head.len().min(word.len() / 2)]).err().is_none_or(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{engine, scan_text};

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02X}")).collect()
    }

    #[test]
    fn values_inside_are_replaced_and_the_rest_stays() {
        let out = scan_text(&engine(), &format!("proctitle={} key=\"x\"", hex("grep\0-r\0jane.roe@example.com\0/var/log/cbs")));
        let word = out.strip_prefix("proctitle=").and_then(|rest| rest.strip_suffix(" key=\"x\"")).unwrap();
        let bytes: Vec<u8> = word.as_bytes().chunks_exact(2).filter_map(value).collect();
        let decoded = String::from_utf8(bytes).unwrap();
        assert!(decoded.starts_with("grep\0-r\0[EMAIL_") && decoded.ends_with("]\0/var/log/cbs"), "{decoded}");
        // A second time finds nothing more.
        assert_eq!(scan_text(&engine(), &out), out);
        let mixed = hex("Jürgen\0jane.roe@example.com\0x");
        assert!(!scan_text(&engine(), &format!("acct={mixed}")).contains(&mixed));
    }

    #[test]
    fn what_is_no_text_or_nobodys_stays() {
        for text in [
            format!("proctitle={}", hex("systemctl\0restart\0ledger")),
            "sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned(),
            "trace 4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        ] {
            assert_eq!(scan_text(&engine(), &text), text);
        }
    }
}
