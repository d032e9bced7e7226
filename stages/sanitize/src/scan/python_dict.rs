//! Dictionaries as Python prints them: `{'user': {'id': 'u-1'}, 'ok': True}`. Written out as JSON of the same length, so that the one walk of JSON decides about them
//! by their keys and its hits stand at the same places.

use super::driver::Scope;
use crate::json;
use crate::worker::Worker;

/// Bytes of a dictionary that is followed.
const BYTES_MAX: usize = 64 << 10;

impl Worker<'_> {
    /// Handles the `{` at `at` when a Python dictionary begins there; returns where to go on.
    #[cold]
    #[inline(never)]
    pub(crate) fn python_dict(&mut self, text: &str, at: usize, base: usize, scope: Scope) -> Option<usize> {
        let next = json::blanks(text.as_bytes(), at + 1);
        if text.as_bytes().get(next) != Some(&b'\'') || self.hits.floor(base) > at || self.wasted > 2 * text.len() {
            return None;
        }
        let mut written = self.take_buffer();
        let end = transcribe(text.get(at..)?, &mut written);
        if end.is_none() {
            self.wasted += written.len();
            self.return_buffer(written);
            return None;
        }
        let inner = self.hits.len();
        let walked = self.embedded(&written, 0, inner, scope);
        let whole = walked == written.len();
        for hit in self.hits.above_mut(inner) {
            hit.start += at;
            hit.end += at;
        }
        if !whole {
            self.hits.truncate(inner);
        }
        self.return_buffer(written);
        whole.then_some(at + walked)
    }
}

/// Appends the dictionary at the start of `text` as JSON of the same length; none when it is no dictionary.
fn transcribe(text: &str, out: &mut String) -> Option<()> {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_u32, 0);
    while at < bytes.len().min(BYTES_MAX) {
        match bytes[at] {
            quote @ (b'\'' | b'"') => {
                let len = memchr::memchr3(quote, b'\\', b'\n', &bytes[at + 1..])?;
                let body = text.get(at + 1..at + 1 + len)?;
                // Escapes and inner quotes would change the length.
                if bytes[at + 1 + len] != quote || body.contains('"') {
                    return None;
                }
                out.push('"');
                out.push_str(body);
                out.push('"');
                at += len + 2;
            }
            open @ (b'{' | b'[' | b'(') => {
                depth += 1;
                out.push(if open == b'(' { '[' } else { char::from(open) });
                at += 1;
            }
            close @ (b'}' | b']' | b')') => {
                depth -= 1;
                out.push(if close == b')' { ']' } else { char::from(close) });
                at += 1;
                if depth == 0 {
                    return Some(());
                }
            }
            b'T' | b'F' | b'N' => {
                let word = [("True", "true"), ("False", "false"), ("None", "null")]
                    .into_iter()
                    .find(|(word, _)| bytes[at..].starts_with(word.as_bytes()))?;
                out.push_str(word.1);
                at += word.0.len();
            }
            byte if byte.is_ascii_digit() || b" ,:.-+eE\n".contains(&byte) => {
                out.push(char::from(byte));
                at += 1;
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::testing::{engine, scan_text};

    #[test]
    fn keys_decide_in_python_dictionaries() {
        let out = scan_text(&engine(), "got {'user': {'id': 'u-1', 'name': 'Jane Roe'}, 'ok': True, 'pin': 4821, 'n': None} back");
        assert!(!out.contains("u-1") && !out.contains("Jane") && !out.contains("4821"), "{out}");
        assert!(out.starts_with("got {'user': {'id': '[") && out.ends_with("'n': None} back"), "{out}");
    }

    #[test]
    fn what_is_no_dictionary_is_text() {
        for text in ["set {'a', 'b", "{'it's broken'}", "{'x': object at 0x7f}"] {
            assert_eq!(scan_text(&engine(), text), text);
        }
        let out = scan_text(&engine(), r#"{'note': 'mail "x" to jane@x.org'}"#);
        assert!(!out.contains("jane@x.org"), "{out}");
    }
}
