//! Texts in pages for people.

/// Text for element content and quoted attributes. Control characters, and those that could hide or reorder what a reader sees, become the
/// replacement character.
///
/// ```
/// assert_eq!(stage_runtime::markup::escape("<b>'a'\u{202e}"), "&lt;b&gt;&#39;a&#39;\u{fffd}");
/// ```
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            control if control.is_control() => out.push('\u{fffd}'),
            plain => out.push(plain),
        }
    }
    out
}

/// At most `width` characters; what is left out stands in the middle, since names of one family differ at their ends. Not escaped.
///
/// ```
/// assert_eq!(stage_runtime::markup::shorten("abcdefgh", 5), "ab…gh");
/// ```
#[must_use]
pub fn shorten(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let (head, tail) = (width / 2, width - width / 2 - 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(count - tail)).collect()
}

/// A number with thousands set apart.
///
/// ```
/// assert_eq!(stage_runtime::markup::grouped(1_234_567), "1,234,567");
/// ```
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_tame() {
        assert_eq!(escape("<a href='x' b=\"y\">\u{202e}&\u{7}\n"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;\u{fffd}&amp;\u{fffd}\u{fffd}");
        for letter in ['\u{61c}', '\u{200b}', '\u{200d}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert_eq!(escape(&format!("a{letter}b")), "a\u{fffd}b");
        }
    }

    #[test]
    fn long_names_are_shortened() {
        for (text, width, expected) in [("abcdef", 6, "abcdef"), ("äbcdefgö", 5, "äb…gö"), ("abcdefg", 4, "ab…g"), ("abc", 5, "abc")] {
            assert_eq!(shorten(text, width), expected);
        }
    }

    #[test]
    fn thousands_are_grouped() {
        for (number, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), expected);
        }
    }
}
