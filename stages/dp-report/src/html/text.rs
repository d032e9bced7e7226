//! Texts in markup.

pub(super) use stage_runtime::markup::{escape, shorten};

use crate::report::{Key, NumberReport};

/// An integer with thousands set apart.
pub(super) fn grouped(value: i64) -> String {
    format!("{}{}", if value < 0 { "−" } else { "" }, stage_runtime::markup::grouped(value.unsigned_abs()))
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
    fn thousands_are_grouped() {
        for (value, expected) in [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "−12,345,678")] {
            assert_eq!(grouped(value), expected);
        }
    }
}
