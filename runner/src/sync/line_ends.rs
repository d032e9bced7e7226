//! Line ends. What is generated has line feeds; a checkout (git's `autocrlf`, an editor) may have put carriage returns before them. That is no edit, and no
//! reason to change a file.

/// The text with line feeds alone.
#[must_use]
pub fn line_feeds(text: Vec<u8>) -> Vec<u8> {
    if !text.contains(&b'\r') {
        return text;
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&b'\n') {
            plain.push(byte);
        }
    }
    plain
}

/// `text`, which has line feeds alone, with the line ends of `like`: carriage returns too when each line there has one.
#[must_use]
pub fn like(text: &[u8], like: &[u8]) -> Vec<u8> {
    let mut ends = like.iter().enumerate().filter(|(_, byte)| **byte == b'\n').peekable();
    let returns = ends.peek().is_some() && ends.all(|(at, _)| at > 0 && like[at - 1] == b'\r');
    if !returns {
        return text.to_vec();
    }
    let with_returns = text.iter().flat_map(|byte| if *byte == b'\n' { b"\r\n".as_slice() } else { std::slice::from_ref(byte) });
    with_returns.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carriage_returns_before_line_feeds_are_no_text() {
        for (text, expected) in [("a\r\nb\r\n", "a\nb\n"), ("a\nb\r\n", "a\nb\n"), ("a\rb\r\r\n", "a\rb\r\n"), ("\r", "\r"), ("", "")] {
            assert_eq!(line_feeds(text.as_bytes().to_vec()), expected.as_bytes(), "{text:?}");
        }
    }

    #[test]
    fn a_text_takes_on_the_line_ends_of_another() {
        for (other, expected) in [("x\r\ny\r\n", "a\r\nb"), ("x\r\ny\n", "a\nb"), ("x\n", "a\nb"), ("x", "a\nb"), ("", "a\nb"), ("\n", "a\nb")] {
            assert_eq!(like(b"a\nb", other.as_bytes()), expected.as_bytes(), "{other:?}");
        }
    }
}
