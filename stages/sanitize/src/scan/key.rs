//! Where the key of a pair begins and ends: before `=` and `:`, in quotes, or as an opening tag.

/// Bytes a key may have.
pub(super) const KEY_BYTES_MAX: usize = 64;
/// Bytes of an opening tag that are looked at.
const TAG_BYTES_MAX: usize = 256;

/// What a key in text is written with.
const IN_KEY: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte as u8, b'_' | b'-' | b'.' | b'@');
        byte += 1;
    }
    table
};
/// Headers whose value has several words.
pub(super) const HEADERS: [&[u8]; 3] = [b"authorization", b"cookie", b"cookies"];

pub(super) fn is_key(byte: u8) -> bool {
    IN_KEY[usize::from(byte)]
}

/// The key that ends before the sign at `at`: (start, end, in quotes).
pub(super) fn key_before(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    let mut end = at;
    if end > 0 && bytes[end - 1] == b' ' && bytes[at] != b'>' {
        end -= 1;
    }
    let quote = *bytes.get(end.checked_sub(1)?)?;
    if matches!(quote, b'"' | b'\'') && bytes[at] != b'>' {
        end -= 1;
        while end > 0 && bytes[end - 1] == b'\\' {
            end -= 1;
        }
        let start = back(bytes, end, |byte| byte == quote || byte < b' ')?;
        return (start > 0 && bytes[start - 1] == quote).then_some((start, end, true));
    }
    if bytes[at] == b'>'
        && let Some(name) = tag_with_attributes(bytes, at)
    {
        return Some(name);
    }
    let end = without_leader(bytes, end);
    let start = back(bytes, end, |byte| !is_key(byte))?;
    if bytes[at] == b'>' {
        // An opening tag, its prefix left out: `<ns:Name>`.
        let open = if start > 0 && bytes[start - 1] == b':' { back(bytes, start - 1, |byte| !is_key(byte))? } else { start };
        return (open > 0 && bytes[open - 1] == b'<').then_some((start, end, true));
    }
    // A space before a colon is prose, unless a capital begins the label as in French, and clock times are no names.
    let value_touches = bytes.get(at + 1).is_some_and(|&byte| byte > b' ' && byte != b':');
    let sound = bytes[start..end].iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)
        && (end == at
            || bytes[end] == b'.'
            || bytes[at] == b'='
            || value_touches
            || bytes[start].is_ascii_uppercase()
            || HEADERS.iter().any(|name| name.eq_ignore_ascii_case(&bytes[start..end])));
    sound.then_some((start, end, false))
}

/// Before the dots that lead from a label to its colon, with blanks between them or not: `CLIENTE.......: 0042`, `Kunde . . . . : 0042`.
fn without_leader(bytes: &[u8], end: usize) -> usize {
    let leader = bytes[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| matches!(byte, b'.' | b' ')).count();
    let label = end - leader;
    // `CUSTOMERS...: 182044` counts them.
    let counted = matches!(bytes[..label].last(), Some(b's' | b'S'));
    if counted || bytes[label..end].iter().filter(|&&byte| byte == b'.').count() < 2 { end } else { label }
}

/// What programmers put behind the name of a thing.
const SUFFIXES: [&[u8]; 8] = [b"Dto", b"DTO", b"Entity", b"Record", b"Model", b"Vo", b"VO", b"Impl"];

/// The name of the object that is printed around the key at `start`: `Account(number=1`, `Customer{id=5`.
pub(super) fn object_around(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let from = start.saturating_sub(TAG_BYTES_MAX);
    let window = bytes.get(from..start)?;
    let open = from + open_bracket(window)?;
    let end = open - usize::from(open > 0 && bytes[open] == b'{' && bytes[open - 1] == b' ');
    // `customer: { ref: 1`
    let end = end - usize::from(end < open && end > 0 && bytes[end - 1] == b':');
    let len = bytes[..end].iter().rev().take(KEY_BYTES_MAX).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let named = matches!(bytes[open], b'(' | b'{') && len > 1;
    // `CustomerDto{id=5` is a customer.
    let name = &bytes[end - len..end];
    let suffix = SUFFIXES.iter().find(|suffix| name.len() > suffix.len() + 1 && name.ends_with(suffix)).map_or(0, |suffix| suffix.len());
    named.then_some((end - len, end - suffix))
}

/// The last bracket or line feed that nothing closes; what was closed inside is passed.
fn open_bracket(window: &[u8]) -> Option<usize> {
    let open = memchr::memrchr3(b'(', b'{', b'\n', window)?;
    if memchr::memchr2(b')', b'}', &window[open..]).is_none() {
        return Some(open);
    }
    let mut closed = 0_usize;
    for (at, byte) in window.iter().enumerate().rev() {
        match byte {
            b')' | b'}' => closed += 1,
            b'(' | b'{' if closed == 0 => return Some(at),
            b'(' | b'{' => closed -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// Where the key that ends at `end` begins: behind a byte that is none of it.
fn back(bytes: &[u8], end: usize, stop: impl Fn(u8) -> bool) -> Option<usize> {
    let reach = &bytes[end.saturating_sub(KEY_BYTES_MAX + 1)..end];
    let len = reach.iter().rev().position(|&byte| stop(byte)).unwrap_or(reach.len());
    (len > 0 && len <= KEY_BYTES_MAX).then_some(end - len)
}

/// The name of an opening tag with attributes that ends at `at`: `<ns:pin v='1'>`.
fn tag_with_attributes(bytes: &[u8], at: usize) -> Option<(usize, usize, bool)> {
    if !matches!(bytes.get(at.checked_sub(1)?), Some(b'"' | b'\'')) {
        return None;
    }
    let from = at.saturating_sub(TAG_BYTES_MAX);
    let open = from + memchr::memrchr(b'<', &bytes[from..at])?;
    if memchr::memchr(b'>', &bytes[open..at]).is_some() {
        return None;
    }
    let len = bytes[open + 1..at].iter().take(KEY_BYTES_MAX).take_while(|&&byte| is_key(byte) || byte == b':').count();
    let (start, end) = (open + 1, open + 1 + len);
    if len == 0 || bytes.get(end) != Some(&b' ') {
        return None;
    }
    let prefix = memchr::memrchr(b':', &bytes[start..end]).map_or(0, |colon| colon + 1);
    (start + prefix < end).then_some((start + prefix, end, true))
}
