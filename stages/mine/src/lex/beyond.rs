//! Values that reach beyond the run they begin in: over a blank, or over what ends a run elsewhere.

use super::class::{is_time, is_unit};
use super::part;

/// Length of ` HTTP/1.1` behind the target of a request: the version says nothing about what is asked for.
pub(super) fn protocol_len(text: &str) -> usize {
    let Some(version) = text.strip_prefix(" HTTP/") else { return 0 };
    let length = version.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    if length > 0 { " HTTP/".len() + length } else { 0 }
}

/// Length of `,123` behind a time.
pub(super) fn fraction_len(text: &str) -> usize {
    let digits = text.strip_prefix(',').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    if (3..=9).contains(&digits) { digits + 1 } else { 0 }
}

/// Length of ` KB` and the like at the front of a text.
pub(super) fn unit_len(text: &str) -> usize {
    const UNITS: [&str; 9] = [" KB", " MB", " GB", " TB", " KiB", " MiB", " GiB", " TiB", " B"];
    let found = UNITS.into_iter().find(|unit| text.starts_with(unit));
    found.filter(|unit| !text.as_bytes().get(unit.len()).is_some_and(|byte| byte.is_ascii_alphanumeric())).map_or(0, str::len)
}

/// Length of an inexact quantity at the front of a text: `<1 sec`, `>90%`.
pub(super) fn bound(text: &str) -> usize {
    let Some(rest) = text.strip_prefix(['<', '>']) else { return 0 };
    let number = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let word = |text: &str| text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let after = part(rest, number, rest.len());
    let (gap, unit) = match after.strip_prefix(' ') {
        Some(spaced) => (1, part(spaced, 0, word(spaced))),
        None => (0, part(after, 0, if after.starts_with('%') { 1 } else { word(after) })),
    };
    let ended =
        |at: usize| !rest.as_bytes().get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'>' | b'-' | b'_' | b':' | b'/'));
    match number {
        0 => 0,
        _ if (unit == "%" || is_unit(unit.as_bytes())) && ended(number + gap + unit.len()) => 1 + number + gap + unit.len(),
        _ if ended(number) => 1 + number,
        _ => 0,
    }
}

/// Whether the slash at `at` is the first one of `://`.
pub(super) fn is_scheme_end(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1] == b':' && bytes.get(at + 1) == Some(&b'/')
}

/// Length of a date with names at the front of a text whose first word has `word` bytes: `Sat Jul  9 12:16:49 2005`, `9 Jul 2005` from its month on.
pub(super) fn calendar(text: &str, word: usize) -> usize {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if word != 3 || !text.as_bytes()[0].is_ascii_uppercase() {
        return 0;
    }
    let mut at = 0;
    // The next word, with the blanks before it and one comma behind it.
    let next = |at: usize| {
        let rest = part(text, at, text.len());
        let gap = if at == 0 { 0 } else { rest.bytes().take_while(|byte| *byte == b' ').count() };
        let length = rest.bytes().skip(gap).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'.')).count();
        (part(rest, gap, gap + length), at + gap + length, (1..=2).contains(&gap) || at == 0)
    };
    let (day, end, _) = next(at);
    if DAYS.contains(&day) {
        at = end + usize::from(text.as_bytes().get(end) == Some(&b','));
    }
    let (month, end, close) = next(at);
    if !MONTHS.contains(&month) || !close {
        return 0;
    }
    let is_day = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, end, close) = next(end);
    if !is_day(number) || !close {
        return 0;
    }
    let mut done = end;
    let (time, end, close) = next(done);
    if close && is_time(time.as_bytes()) && time.contains(':') {
        done = end;
    }
    let (year, end, close) = next(done);
    if close && year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()) { end } else { done }
}

/// Where the URL or path ends that a run begins with: a query may hold what otherwise ends a run.
pub(super) fn query_end(message: &str, start: usize, end: usize) -> usize {
    let run = part(message, start, end);
    let Some(slash) = memchr::memchr(b'/', run.as_bytes()) else { return end };
    let has_query = slash == 0 && memchr::memchr(b'?', run.as_bytes()).is_some();
    if !has_query && !is_scheme_end(run.as_bytes(), slash) {
        return end;
    }
    let rest = part(message, end, message.len());
    let more = rest.bytes().take_while(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'^')
    });
    let length = more.count();
    end + part(rest, 0, length).trim_end_matches([',', ';', '=']).len()
}
