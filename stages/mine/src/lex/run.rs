//! Classifying one run: as a whole, else part by part.

use super::beyond::{fraction_len, is_scheme_end, protocol_len, unit_len};
use super::class::{class_of, is_hex, is_host, is_literal};
use super::{Class, Piece, part};

/// Bytes of a run that is classified.
const RUN_BYTES_MAX: usize = 4_096;
/// Colons of a run that is classified part by part.
const COLONS_MAX: usize = 24;

/// Whether a run without digits and slashes may hold a value all the same: `false`, `on:false`, `ffffffff`, `mail.example.org`.
pub(super) fn is_value(run: &str) -> bool {
    let bytes = run.as_bytes();
    let last = memchr::memrchr(b':', bytes).map_or(run, |at| part(run, at + 1, run.len()));
    is_literal(last) || is_hex(bytes) || memchr::memchr(b'.', bytes).is_some() && is_host(run.trim_end_matches(['.', ':', '!', '?']))
}

/// The same of a run of letters alone.
pub(super) fn is_word_value(run: &str) -> bool {
    (3..=5).contains(&run.len()) && is_literal(run) || matches!(run.len(), 8 | 16 | 32) && is_hex(run.as_bytes())
}

/// Hands the pieces of a run to `sink`; `after` is the text behind it. Returns how many bytes of that belong to the value too: the unit
/// after a number.
pub(super) fn classify<'a>(run: &'a str, after: &'a str, sink: &mut impl FnMut(Piece<'a>)) -> usize {
    let end = run.trim_end_matches(['.', ':', '!', '?', '-', '/', '*', '\\']).len();
    let core_end = if end == 0 { run.len() } else { end };
    let lead = lead_len(run.get(..core_end).unwrap_or(run));
    let core = part(run, lead, core_end);
    // `/` at the end belongs to a path, other trailing punctuation to the sentence.
    let (core, core_end) = if run.as_bytes().get(core_end) == Some(&b'/') && core.contains('/') {
        (part(run, lead, core_end + 1), core_end + 1)
    } else {
        (core, core_end)
    };
    push_text(part(run, 0, lead), sink);
    whole_or_parts(core, sink);
    push_text(part(run, core_end, run.len()), sink);
    if after.starts_with(" HTTP/") && memchr::memchr(b'/', core.as_bytes()).is_some_and(|at| at == 0 || is_scheme_end(core.as_bytes(), at)) {
        return protocol_len(after);
    }
    if core_end < run.len() || !core.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    if memchr::memchr(b':', core.as_bytes()).is_some() { fraction_len(after) } else { unit_len(after) }
}

/// Punctuation in front that is no part of a value. A sign stays with its number, a slash with its path.
fn lead_len(run: &str) -> usize {
    let bytes = run.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let skip = match bytes[at] {
            b'#' | b'@' | b'*' | b'!' | b'?' | b'&' | b'~' | b':' => !matches!((bytes[at], next), (b'~', b'/') | (b':', b':')),
            b'.' => next != b'/' && next != b'.',
            b'-' | b'+' => !next.is_ascii_digit() && next != b'.',
            b'$' => next.is_ascii_digit(),
            _ => false,
        };
        if !skip {
            break;
        }
        at += 1;
    }
    at
}

fn push_text<'a>(text: &'a str, sink: &mut impl FnMut(Piece<'a>)) {
    if !text.is_empty() {
        sink(Piece::Text(text));
    }
}

fn whole_or_parts<'a>(core: &'a str, sink: &mut impl FnMut(Piece<'a>)) {
    if core.is_empty() {
        return;
    }
    // What has more parts than anything that is read part by part is one value; so is what is longer. This bounds depth and time.
    if core.len() > RUN_BYTES_MAX || memchr::memchr_iter(b':', core.as_bytes()).nth(COLONS_MAX).is_some() {
        return sink(Piece::Variable(Class::Identifier, core));
    }
    if let Some(class) = class_of(core) {
        let kept = if matches!(class, Class::Identifier | Class::HostPort) { series_len(core) } else { 0 };
        push_text(part(core, 0, kept), sink);
        return sink(Piece::Variable(class, part(core, kept, core.len())));
    }
    // `user:12`, `10.0.0.1:80:refused`: each side of the last colons by itself.
    let bytes = core.as_bytes();
    let Some(last) = memchr::memrchr(b':', bytes) else { return push_text(core, sink) };
    let colons = bytes[..=last].iter().rev().take_while(|&&byte| byte == b':').count();
    whole_or_parts(part(core, 0, last + 1 - colons), sink);
    push_text(part(core, last + 1 - colons, last + 1), sink);
    whole_or_parts(part(core, last + 1, core.len()), sink);
}

/// Length of `node-` in `node-12`, of `core.` in `core.862`: the name of a series, all that is behind it being its number.
fn series_len(core: &str) -> usize {
    let letters = core.bytes().take_while(u8::is_ascii_alphabetic).count();
    let number = part(core, letters + 1, core.len());
    let is_series = match core.as_bytes().get(letters) {
        Some(b'-') => number.bytes().all(|byte| byte.is_ascii_alphanumeric()) && number.bytes().any(|byte| byte.is_ascii_digit()),
        Some(b'.') => letters > 1 && number.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    if letters > 0 && is_series { letters + 1 } else { 0 }
}
