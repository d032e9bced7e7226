//! Texts in markup.

use crate::report::{Key, NumberReport};

/// Text for element content and quoted attributes. Control and direction-changing characters, which could hide or reorder what a reader
/// sees, become the replacement character.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => out.push('\u{fffd}'),
            control if control.is_control() => out.push('\u{fffd}'),
            plain => out.push(plain),
        }
    }
    out
}

/// At most `width` characters; what is left out stands in the middle, since names of one family differ at their ends. Not escaped.
pub(super) fn shorten(text: &str, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let (head, tail) = (width / 2, width - width / 2 - 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(count - tail)).collect()
}

/// An integer with thousands set apart.
pub(super) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::from(if value < 0 { "−" } else { "" });
    for (number, digit) in digits.chars().enumerate() {
        if number > 0 && (digits.len() - number).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The key of a number as one line. Not escaped.
pub(super) fn label(number: &NumberReport) -> String {
    label_of(&number.key)
}

/// The same of a key. Not escaped.
pub(super) fn label_of(key: &Key) -> String {
    match key {
        Key::Name { name, .. } => name.clone(),
        Key::Family { family, journeys: "failed" } => format!("{family}: failed"),
        Key::Family { family, .. } => family.clone(),
        Key::Edge { from, to } => format!("{} → {}", end(from.as_deref(), "start"), end(to.as_deref(), "end")),
    }
}

/// One end of an edge. Not escaped.
pub(super) fn end<'a>(name: Option<&'a str>, outside: &'static str) -> &'a str {
    name.unwrap_or(outside)
}

/// What stands behind a number that is not to be taken as it is.
pub(super) fn mark(number: &NumberReport) -> &'static str {
    match (number.too_small, number.near_threshold) {
        (true, _) => " ?",
        (_, true) => " *",
        _ => "",
    }
}

/// The same in words.
pub(super) fn remark(number: &NumberReport) -> &'static str {
    match (number.too_small, number.near_threshold) {
        (true, _) => "too small to tell",
        (_, true) => "close to the threshold: likelier too high than too low",
        _ => "",
    }
}

/// A number with the range of its noise, in words.
pub(super) fn in_words(number: &NumberReport) -> String {
    let [low, high] = number.ci95;
    let doubt = remark(number);
    let or_more = if number.is_whole() { "" } else { " or more" };
    let separator = if doubt.is_empty() { "" } else { "; " };
    format!(
        "{}: {} customers{or_more}; before noise {} to {} of them in 95 of 100 draws{separator}{doubt}",
        label(number),
        grouped(number.display),
        grouped(low.max(0)),
        grouped(high.max(0))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escape("<b a=\"x\" b='y'>&"), "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
        assert_eq!(escape("a\u{202e}b\u{7}\n"), "a\u{fffd}b\u{fffd}\u{fffd}");
    }

    #[test]
    fn long_names_are_shortened() {
        assert_eq!(shorten("abcdef", 6), "abcdef");
        assert_eq!(shorten("äbcdefgö", 5), "äb…gö");
        assert_eq!(shorten("abcdefg", 4), "ab…g");
    }

    #[test]
    fn thousands_are_grouped() {
        for (value, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "−12,345,678")] {
            assert_eq!(grouped(value), expected);
        }
    }
}
