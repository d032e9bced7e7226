//! JSON, byte by byte: where values end. Nothing is built, nothing is kept.

/// Skips blanks.
pub(crate) fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = bytes.get(at)
        && byte <= b' '
        && matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
    {
        at += 1;
    }
    at
}

/// The end of the string whose body begins at `at` (the offset of the closing quote), and whether it has escapes.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let mut from = at;
    loop {
        let found = from + quote_or_backslash(bytes.get(from..)?)?;
        if bytes[found] == b'"' {
            return Some((found, from != at));
        }
        from = found + 2;
    }
}

/// Eight-byte words that are looked at before the library is asked: most strings are short, and its call costs more than they do.
const WORDS_MAX: usize = 4;

/// Offset of the first quote or backslash.
fn quote_or_backslash(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The lowest high bit that is set marks the first zero byte exactly; those above it may be wrong.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & (ONES << 7);
    let (words, _) = bytes.as_chunks::<8>();
    for (number, word) in words.iter().take(WORDS_MAX).enumerate() {
        let word = u64::from_le_bytes(*word);
        let found = zero(word ^ (ONES * b'"' as u64)) | zero(word ^ (ONES * b'\\' as u64));
        if found != 0 {
            return Some(number * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let done = words.len().min(WORDS_MAX) * 8;
    Some(done + memchr::memchr2(b'"', b'\\', &bytes[done..])?)
}

/// The end of the bare word (number, true, false, null, NaN) at `at`; none when nothing stands there.
pub(crate) fn word_end(bytes: &[u8], at: usize) -> Option<usize> {
    let len = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')).count();
    (len > 0).then_some(at + len)
}

/// Whether a bare word is a number or a literal; anything else makes the text no JSON.
pub(crate) fn is_literal(word: &str) -> bool {
    if word.len() < 16 && word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty() {
        return true;
    }
    let number = word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')) && word.parse::<f64>().is_ok();
    number || matches!(word, "null" | "true" | "false" | "NaN" | "Infinity" | "-Infinity")
}

/// The end of the value at `at`, brackets balanced; contents are not checked further.
pub(crate) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => Some(string_end(bytes, at + 1)?.0 + 1),
        b'{' | b'[' => {
            let (mut depth, mut at) = (0_u32, at);
            loop {
                match bytes.get(at)? {
                    b'"' => at = string_end(bytes, at + 1)?.0,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        _ => word_end(bytes, at),
    }
}

/// Appends `text` as the body of a JSON string.
pub(crate) fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<usize>) {
        assert_eq!(value_end(text.as_bytes(), 0), expected, "{text}");
    }

    #[test]
    fn only_json_words_are_literals() {
        assert!(["0", "-1.5e3", "null", "true", "NaN"].into_iter().all(is_literal));
        assert!(!["GB29NWBK60161331926819", "jane", "1-2", "12ab", "e", "-"].into_iter().any(is_literal));
    }

    #[test]
    fn the_first_quote_or_backslash_is_found_wherever_it_is() {
        // Bytes that differ from either in one bit, or by one.
        for filler in [b'#', b'!', b']', b'[', 0x22 | 0x80, 0x5C | 0x80, 0, 0xFF, b'a'] {
            for sign in [b'"', b'\\'] {
                for len in 0..80 {
                    let mut text = vec![filler; len];
                    assert_eq!(quote_or_backslash(&text), None);
                    text.push(sign);
                    text.extend([b'"', filler, b'\\']);
                    assert_eq!(quote_or_backslash(&text), Some(len), "{filler} {len}");
                }
            }
        }
    }

    #[test]
    fn values_end_where_they_end() {
        check(r#""a\"b" x"#, Some(6));
        check(r#"{"a":[1,{"b":"]}"}]},"#, Some(20));
        check("-1.5e3,", Some(6));
        check("null}", Some(4));
        check(r#"{"a":"#, None);
        check(r#""abc"#, None);
        check(r#""abc\"#, None);
        check("", None);
    }
}
