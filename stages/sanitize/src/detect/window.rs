//! Words anywhere near a candidate, before or behind it: for cues that do not touch what they speak of.

/// Bytes looked at before and behind a candidate.
const BEFORE_BYTES: usize = 96;
const BEHIND_BYTES: usize = 48;

/// Whether one of `words` (small letters) stands within reach, in either case; it may be a part of a longer word.
pub(super) fn holds(text: &[u8], start: usize, end: usize, words: &[&[u8]]) -> bool {
    let before = text.get(start.saturating_sub(BEFORE_BYTES)..start).unwrap_or_default();
    let before = memchr::memrchr(b'\n', before).map_or(before, |line| &before[line + 1..]);
    words.iter().any(|word| find(before, word)) || is_followed(text, end, words)
}

/// Whether one of `words` stands behind, on the same line.
pub(super) fn is_followed(text: &[u8], end: usize, words: &[&[u8]]) -> bool {
    let behind = text.get(end..text.len().min(end + BEHIND_BYTES)).unwrap_or_default();
    let behind = memchr::memchr(b'\n', behind).map_or(behind, |line| &behind[..line]);
    words.iter().any(|word| find(behind, word))
}

/// Whether a unit stands behind a number: what is measured is nobody's number.
pub(crate) fn is_measured(text: &[u8], end: usize) -> bool {
    const UNITS: &[&[u8]] = &[
        b"ms",
        b"us",
        b"ns",
        b"s",
        b"sec",
        b"secs",
        b"seconds",
        b"min",
        b"mins",
        b"minutes",
        b"h",
        b"hours",
        b"days",
        b"bytes",
        b"byte",
        b"kb",
        b"mb",
        b"gb",
        b"kib",
        b"mib",
        b"gib",
        b"rows",
        b"records",
        b"lines",
        b"times",
        b"items",
        b"entries",
        b"events",
        b"messages",
        b"requests",
        b"attempts",
        b"eur",
        b"usd",
        b"gbp",
        b"chf",
        b"msec",
        b"millis",
        b"micros",
        b"zeilen",
        b"sekunden",
        b"minuten",
        b"lignes",
        b"secondes",
        b"filas",
        b"righe",
    ];
    let behind = text.get(end..text.len().min(end + 12)).unwrap_or_default();
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    let len = behind.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    len > 0 && UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(&behind[..len]))
}

fn find(text: &[u8], word: &[u8]) -> bool {
    let Some((&first, rest)) = word.split_first() else { return false };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text)
        .any(|at| text.get(at + 1..at + 1 + rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest)))
}
