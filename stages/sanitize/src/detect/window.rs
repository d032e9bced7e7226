//! Words anywhere near a candidate, before or behind it: for cues that do not touch what they speak of.

use crate::secret::is_base32;

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

/// Words right before a number that counts or numbers something of what was spoken of: `account page 10042`.
#[rustfmt::skip]
const COUNTED: &[&[u8]] = &[
    b"posting", b"postings", b"entry", b"entries", b"movement", b"movements", b"interest", b"page", b"pages", b"limit", b"score", b"timeout", b"command",
    b"error", b"errors", b"run", b"journal", b"line", b"lines", b"attempt", b"version", b"since", b"complaints", b"of", b"opening", b"closing", b"port",
    b"code", b"sqlstate", b"offset", b"partition", b"bucket", b"shard", b"chunk",
];

/// Whether the number at `start..end` is a count of, or the number of, something that its surroundings have: a word before says so, it is a part of another
/// id (`ORA-00001`) or the name of a file (`lib-4418200.jar`). `of_class` says whether the letters of the id are a word for the class.
pub(super) fn is_of_another(text: &[u8], start: usize, end: usize, of_class: impl Fn(&str) -> bool) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let file = matches!(text.get(end..), Some([b'.', first, second, ..]) if first.is_ascii_lowercase() && second.is_ascii_alphanumeric());
    if file {
        return true;
    }
    if let Some(head) = head.strip_suffix(b"-").or_else(|| head.strip_suffix(b"_"))
        && let (before, word @ [_, ..]) = last_word(head)
    {
        // `Member RW-55120093`
        let (_, cue) = last_word(before.strip_suffix(b" ").unwrap_or(before));
        return ![word, cue].into_iter().any(|word| of_class(std::str::from_utf8(word).unwrap_or_default()));
    }
    let counted = |head| COUNTED.iter().any(|known| known.eq_ignore_ascii_case(last_word(head).1));
    head.strip_suffix(b" ").is_some_and(counted)
}

/// What stands before the letters that end a text, and these.
fn last_word(text: &[u8]) -> (&[u8], &[u8]) {
    let letters = text.iter().rev().take(16).take_while(|byte| byte.is_ascii_alphabetic()).count();
    text.split_at(text.len() - letters)
}

fn find(text: &[u8], word: &[u8]) -> bool {
    let Some((&first, rest)) = word.split_first() else { return false };
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), text).any(|at| {
        let end = at + word.len();
        text.get(at + 1..end).is_some_and(|found| found.eq_ignore_ascii_case(rest)) && !is_label(text, at, end)
    })
}

/// Whether the word at `at..end` is the label of a token, `[IBAN_7XN...`: what was hidden is no cue for what stands near it.
fn is_label(text: &[u8], at: usize, end: usize) -> bool {
    /// Signs of a token's body that no other word in brackets has.
    const BODY_LEN_MIN: usize = 12;
    let body = text.get(end + 1..).unwrap_or_default();
    let len = body.iter().take(BODY_LEN_MIN).take_while(|&&byte| is_base32(byte)).count();
    // The window may end amid a token.
    at.checked_sub(1).is_none_or(|at| text[at] == b'[') && text.get(end) == Some(&b'_') && (len == BODY_LEN_MIN || len == body.len())
}
