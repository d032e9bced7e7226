//! Blanks at the ends of texts.

/// The same as [`str::trim`]. Most texts have no blanks at their ends, and seeing that takes a fraction of what reading their letters does.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_trims(text in "[ a\\x7f\\u{85}\\u{a0}é\\t]{0,4}") {
            prop_assert_eq!(super::trim(&text), text.trim());
        }
    }
}
