//! Colours of terminals in log lines (ECMA-48 control sequences, `ESC [ ... m`): they are no content, and hide time and level from those who look for them.

use std::borrow::Cow;

/// Bytes of one sequence at most; what is longer is no colour.
const SEQUENCE_BYTES_MAX: usize = 32;

/// The line behind the sequences it begins with.
pub(crate) fn behind_colours(mut line: &[u8]) -> &[u8] {
    while let Some(len) = sequence_len(line) {
        line = &line[len..];
    }
    line
}

/// The text without sequences.
pub(crate) fn without_colours(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(0x1b, text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut escape = Some(first);
    while let Some(found) = escape {
        let (before, rest) = (text.get(at..found).unwrap_or_default(), text.get(found..).unwrap_or_default());
        out.push_str(before);
        let len = sequence_len(rest.as_bytes());
        if len.is_none() {
            out.push('\u{1b}');
        }
        at = found + len.unwrap_or(1);
        escape = memchr::memchr(0x1b, &text.as_bytes()[at..]).map(|next| at + next);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

/// Length of the sequence a text begins with.
fn sequence_len(text: &[u8]) -> Option<usize> {
    let body = text.strip_prefix(b"\x1b[")?;
    let len = body.iter().take(SEQUENCE_BYTES_MAX).position(|byte| !(byte.is_ascii_digit() || matches!(byte, b';' | b':' | b'?')))?;
    matches!(body[len], b'm' | b'K').then_some(len + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_left_out_and_nothing_else() {
        assert_eq!(without_colours("\u{1b}[32mINFO\u{1b}[0m a \u{1b}[1;31mb\u{1b}[K"), "INFO a b");
        assert_eq!(without_colours("plain"), "plain");
        assert_eq!(without_colours("\u{1b}(B x \u{1b}[5"), "\u{1b}(B x \u{1b}[5");
        assert_eq!(behind_colours(b"\x1b[0m\x1b[31mERROR x"), b"ERROR x");
    }
}
