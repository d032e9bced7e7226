//! Which part of a shape stands at each place of its template.

use crate::hash::hash_bytes;
use crate::rare::HIDDEN;
use crate::shape::VARIABLE;

/// What a shape has at a place of its template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The shape's own place of this number; of a list its first item.
    Place(usize),
    /// A word, by its hash.
    Word(u64),
    /// Anything else.
    Text,
}

/// Blanks squeezed and cut at the ends, as templates have them.
fn squeezed(shape: &str) -> String {
    let mut out = String::with_capacity(shape.len());
    let mut blank = false;
    for letter in shape.trim().chars() {
        if letter <= ' ' {
            blank = true;
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        out.push(letter);
    }
    out
}

/// For each `<*>` of the template, what the shape has there: `None` when the shape is not cut as the template is. Constants are searched from
/// the left, the last one stands at the end.
pub(super) fn parts(template: &str, shape: &str) -> Option<Vec<Part>> {
    let shape = squeezed(shape);
    let (mut at, mut places_before, mut out) = (0, 0, Vec::new());
    let mut rest = template;
    // What stands between the last gap and the next constant; the kind of gap that is open.
    let mut open: Option<bool> = None;
    loop {
        let (constant, gap) = next_gap(rest);
        let start = match open {
            None if gap.is_none() => (shape == constant).then_some(at)?,
            None => shape.get(at..)?.starts_with(constant).then_some(at)?,
            Some(_) if gap.is_none() => shape.len().checked_sub(constant.len()).filter(|start| *start >= at && shape.ends_with(constant))?,
            Some(_) if constant.is_empty() => at,
            Some(_) => at + shape.get(at..)?.find(constant)?,
        };
        if let Some(shown) = open {
            let segment = shape.get(at..start)?;
            if shown {
                out.push(part_of(segment, places_before));
            }
            places_before += segment.matches(VARIABLE).count();
        }
        at = start + constant.len();
        match gap {
            None => return Some(out),
            Some((shown, length)) => {
                open = Some(shown);
                rest = rest.get(constant.len() + length..)?;
            }
        }
    }
}

/// The constant in front, and the gap behind it: whether it is a place (else a word that is not shown), and its length.
fn next_gap(template: &str) -> (&str, Option<(bool, usize)>) {
    let (place, hidden) = (template.find(VARIABLE), template.find(HIDDEN));
    match (place, hidden) {
        (Some(place), hidden) if hidden.is_none_or(|hidden| place < hidden) => (template.get(..place).unwrap_or(""), Some((true, VARIABLE.len()))),
        (_, Some(hidden)) => (template.get(..hidden).unwrap_or(""), Some((false, HIDDEN.len()))),
        _ => (template, None),
    }
}

fn part_of(segment: &str, places_before: usize) -> Part {
    // `+<*>`, `(<*>)`: one value in marks that the template has not is that value.
    let is_one_value = segment.matches(VARIABLE).count() == 1 && !segment.replacen(VARIABLE, "", 1).contains(char::is_alphanumeric);
    if segment.starts_with(VARIABLE) || is_one_value {
        Part::Place(places_before)
    } else if !segment.is_empty() && !segment.contains(VARIABLE) && !segment.contains(' ') {
        Part::Word(hash_bytes(segment.as_bytes()))
    } else {
        Part::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, shape: &str, expected: Option<&[&str]>) {
        let part = |text: &&str| match (text.parse(), *text) {
            (Ok(number), _) => Part::Place(number),
            (_, "...") => Part::Text,
            (_, word) => Part::Word(hash_bytes(word.as_bytes())),
        };
        assert_eq!(parts(template, shape), expected.map(|parts| parts.iter().map(part).collect()));
    }

    #[test]
    fn shapes_are_laid_on_their_templates() {
        check("took <*> ms for <*>", "took <*>  ms for <*>", Some(&["0", "1"]));
        check("user <*> from <*>", "user alice from <*>", Some(&["alice", "0"]));
        check("nodes <*> done in <*>", "nodes <*>, <*>, <*> done in <*>", Some(&["0", "3"]));
        check("of <*> up", "of Source{<*>} up", Some(&["..."]));
        check("to <*> sent", "to +<*> sent", Some(&["0"]));
        check("to <*> sent <*>", "to (<*>), sent <*>", Some(&["0", "1"]));
        check("to <*> sent", "to a+<*> sent", Some(&["..."]));
        check("to <*> sent", "to +<*> -<*> sent", Some(&["..."]));
        check("Call <WORD> back on <*>", "Call Wendeltraut back on <*>", Some(&["0"]));
        check("<*>", "<*>", Some(&["0"]));
        check("a <*> b <*>", "a <*> c", None);
        check("plain", "plain", Some(&[]));
        check("plain", "plainer", None);
        check("x=<*> é", "x=y é", Some(&["y"]));
    }
}
