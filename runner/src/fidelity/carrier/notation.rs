//! Notations: the same value in characters that look alike, or in other groups. It stands in a sentence, a pair or a JSON string.

use super::{Ask, Line, json, markup, text};
use crate::fidelity::value::Value;

/// Plants the value as it is written now.
fn somewhere(ask: &mut Ask<'_>, form: String) -> Option<Line> {
    if form == ask.form {
        return None;
    }
    ask.form = form;
    match ask.prng.below(3) {
        0 => json::string(ask),
        1 => markup::logfmt(ask),
        _ => text::prose(ask),
    }
}

/// The same where other separators take the usual shape away: with a word that says what it is.
fn in_context(ask: &mut Ask<'_>, form: String) -> Option<Line> {
    if form == ask.form {
        return None;
    }
    ask.form = form;
    match ask.prng.below(3) {
        0 => json::string(ask),
        1 => markup::logfmt(ask),
        _ => text::prose_in_context(ask),
    }
}

pub(super) fn unicode_digits(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.typed {
        return None;
    }
    let zero = ask.prng.one(&[0xff10_u32, 0xff10, 0x660, 0x6f0, 0x966, 0x9e6, 0x1d7d8]);
    let digit = |c: char| c.to_digit(10).and_then(|digit| char::from_u32(zero + digit)).unwrap_or(c);
    let form = ask.form.chars().map(digit).collect();
    somewhere(ask, form)
}

/// The value with something between its groups; without groups, for its blanks.
fn joined(value: &Value, form: &str, glue: &str) -> Option<String> {
    if value.groups.len() > 1 { Some(value.groups.join(glue)) } else { form.contains(' ').then(|| form.replace(' ', glue)) }
}

pub(super) fn blanks(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.typed {
        return None;
    }
    let glue = ask.prng.one(&["\u{a0}", "\u{a0}", "\u{202f}", "\u{2009}", "\u{3000}"]);
    let form = joined(ask.value, &ask.form, glue)?;
    in_context(ask, form)
}

pub(super) fn zero_width(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.typed {
        return None;
    }
    let mark = ask.prng.one(&['\u{200b}', '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{200e}']);
    let length = ask.form.chars().count();
    let every = (length / 3).max(1);
    let mut form = String::new();
    for (at, c) in ask.form.chars().enumerate() {
        if at > 0 && at % every == 0 {
            form.push(mark);
        }
        form.push(c);
    }
    somewhere(ask, form)
}

pub(super) fn dashes(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.typed {
        return None;
    }
    let dash = ask.prng.one(&["\u{2011}", "\u{2010}", "\u{2013}", "\u{2012}", "\u{2212}", "\u{ff0d}"]);
    let form = if ask.value.groups.len() > 1 { ask.value.groups.join(dash) } else { ask.form.replace('-', dash) };
    in_context(ask, form)
}

pub(super) fn case(ask: &mut Ask<'_>) -> Option<Line> {
    if !ask.class.fit.case {
        return None;
    }
    // A name without a capital is an ordinary word of a sentence; in a field of its own it is still a name.
    let written_words = matches!(ask.class.id, "name" | "address");
    let mut upper = false;
    let form: String = match ask.prng.below(if written_words { 2 } else { 3 }) {
        0 => ask.form.to_uppercase(),
        1 => ask.form.to_lowercase(),
        _ => ask
            .form
            .chars()
            .map(|c| {
                upper = !upper;
                if upper { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() }
            })
            .collect(),
    };
    if written_words && form == form.to_lowercase() && form != ask.form {
        ask.form = form;
        return if ask.prng.once_in(2) { json::string(ask) } else { markup::logfmt(ask) };
    }
    somewhere(ask, form)
}

pub(super) fn groups(ask: &mut Ask<'_>) -> Option<Line> {
    if ask.value.groups.len() < 2 || !ask.class.fit.typed {
        return None;
    }
    // A full stop joins groups of what is a telephone or social security number, and of nothing with a check of its own.
    let with_stop = ask.class.id.starts_with("us-") || ask.class.id == "phone";
    let glue = if with_stop { ask.prng.one(&[" ", "-", "."]) } else { ask.prng.one(&[" ", "-"]) };
    let form = ask.value.groups.join(glue);
    in_context(ask, form)
}
