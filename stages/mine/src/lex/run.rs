//! Classifying one run: as a whole, else part by part.

use super::beyond::{fraction_len, is_scheme_end, protocol_len, unit_len};
use super::{Class, Piece, part};

/// Whether a word stands for a value.
fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "True" | "False" | "TRUE" | "FALSE" | "NULL" | "nil" | "None")
}

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

fn class_of(core: &str) -> Option<Class> {
    let bytes = core.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let has = |wanted: u8| bytes.contains(&wanted);
    if memchr::memchr(b'/', bytes).is_some_and(|at| is_scheme_end(bytes, at)) {
        return Some(Class::Url);
    }
    if has(b'@') && bytes.len() > 4 && core.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Some(Class::Identifier);
    }
    if is_literal(core) {
        return Some(Class::Literal);
    }
    if is_hex(bytes) {
        return Some(if bytes.iter().all(u8::is_ascii_digit) { Class::Number } else { Class::Hex });
    }
    if digits > 0 {
        if is_number(bytes) {
            return Some(Class::Number);
        }
        if is_ip(core) {
            return Some(Class::Ip);
        }
        if has(b':') && is_time(bytes) {
            return Some(Class::Time);
        }
        if is_date(bytes) {
            return Some(Class::Date);
        }
        if is_mac(bytes) {
            return Some(Class::Mac);
        }
        if is_uuid(bytes) {
            return Some(Class::Uuid);
        }
    }
    if is_path(core) {
        return Some(Class::Path);
    }
    if has(b':') {
        return if is_host_port(core) { Some(Class::HostPort) } else { is_place(core).then_some(Class::Identifier) };
    }
    if digits > 0 && is_identifier(core, digits) {
        return Some(Class::Identifier);
    }
    is_host(core).then_some(Class::HostPort)
}

/// `-12`, `1.5`, `12KB`, `99.5%`, `35ms`, `1.2e-3`, `1/8`.
fn is_number(bytes: &[u8]) -> bool {
    let unsigned = bytes.strip_prefix(b"-").or_else(|| bytes.strip_prefix(b"+")).unwrap_or(bytes);
    let digits = unsigned.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    if digits == 0 || !unsigned[..digits].iter().any(u8::is_ascii_digit) || unsigned[..digits].iter().filter(|&&byte| byte == b'.').count() > 1 {
        return false;
    }
    let rest = &unsigned[digits..];
    match rest {
        [] | b"%" => true,
        [b'e' | b'E', b'-' | b'+', exponent @ ..] | [b'e' | b'E', exponent @ ..] if !exponent.is_empty() => exponent.iter().all(u8::is_ascii_digit),
        _ => is_unit(rest),
    }
}

pub(super) fn is_unit(bytes: &[u8]) -> bool {
    const UNITS: [&str; 38] = [
        "ms", "s", "us", "ns", "sec", "secs", "min", "mins", "h", "hr", "hrs", "d", "b", "kb", "mb", "gb", "tb", "kib", "mib", "gib", "tib", "k",
        "m", "g", "t", "hz", "khz", "mhz", "ghz", "kbps", "mbps", "gbps", "x", "px", "\u{b0}", "\u{b0}c", "\u{b5}s", "\u{3bc}s",
    ];
    bytes.len() <= 6 && UNITS.iter().any(|unit| bytes.eq_ignore_ascii_case(unit.as_bytes()))
}

/// IPv4 with port or prefix length, with or without host name or slash in front; IPv6.
fn is_ip(core: &str) -> bool {
    let text = core.strip_prefix('/').unwrap_or(core);
    let (host, port) = match text.rsplit_once([':', '/']) {
        Some((host, port)) if host.contains('.') && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (host, true),
        _ => (text, false),
    };
    let octets = host.split('.').filter(|octet| !octet.is_empty() && octet.len() <= 3 && octet.bytes().all(|byte| byte.is_ascii_digit())).count();
    if octets == 4 && host.split('.').count() == 4 {
        return true;
    }
    let groups = text.split(':').count();
    !port
        && (3..=9).contains(&groups)
        && (text.contains("::") || groups == 8)
        && text.split(':').all(|group| group.len() <= 4 && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// `12:34`, `12:34:56`, `12:34:56.789`.
pub(super) fn is_time(bytes: &[u8]) -> bool {
    let groups: Vec<&[u8]> = bytes.split(|&byte| byte == b':').collect();
    let (last, front) = match groups.split_last() {
        Some((last, front)) if (1..=3).contains(&front.len()) => (last, front),
        _ => return false,
    };
    let seconds = last.split(|&byte| byte == b'.').next().unwrap_or(last);
    front.iter().chain([&seconds]).all(|group| (1..=3).contains(&group.len()) && group.iter().all(u8::is_ascii_digit))
        && last.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.' || *byte == b'Z')
}

/// `2026-11-22`, `2026/11/22`, `22-11-2026`, with a time after `T` or `_`.
fn is_date(bytes: &[u8]) -> bool {
    let day = bytes.split(|byte| matches!(byte, b'T' | b'_')).next().unwrap_or(bytes);
    let groups: Vec<&[u8]> = day.split(|byte| matches!(byte, b'-' | b'/')).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    groups.iter().all(|group| group.iter().all(u8::is_ascii_digit))
        && matches!(lengths[..], [4, 1..=2, 1..=2] | [1..=2, 1..=2, 4] | [2, 2, 2])
        && bytes.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'T' | b'Z' | b':' | b'-' | b'/' | b'.' | b'+' | b'_'))
}

/// `0x1f`, six hexadecimal digits with a figure among them, or 8, 16 or 32 letters a to f.
fn is_hex(bytes: &[u8]) -> bool {
    if let Some(rest) = bytes.strip_prefix(b"0x").or_else(|| bytes.strip_prefix(b"0X")) {
        return !rest.is_empty() && rest.iter().all(u8::is_ascii_hexdigit);
    }
    bytes.len() >= 6 && bytes.iter().all(u8::is_ascii_hexdigit) && (matches!(bytes.len(), 8 | 16 | 32) || bytes.iter().any(u8::is_ascii_digit))
}

fn is_mac(bytes: &[u8]) -> bool {
    let groups: Vec<&[u8]> = bytes.split(|byte| matches!(byte, b':' | b'-')).collect();
    groups.len() == 6 && groups.iter().all(|group| group.len() == 2 && group.iter().all(u8::is_ascii_hexdigit))
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

/// An absolute path, one with a drive letter, or a relative one: several parts, or a name with a dot in it.
fn is_path(core: &str) -> bool {
    let bytes = core.as_bytes();
    let drive = bytes.len() > 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/');
    let starts = bytes[0] == b'/' || ["~/", "./", "../", "\\\\"].iter().any(|start| core.starts_with(start));
    let slashes = bytes.iter().filter(|&&byte| byte == b'/').count();
    let named =
        slashes >= 1 && bytes.contains(&b'.') || slashes >= 2 && bytes.iter().any(|byte| byte.is_ascii_digit() || *byte == b'_') || slashes >= 3;
    let plain = !bytes.contains(&b':') && bytes.len() > 1 && bytes[1..].iter().any(u8::is_ascii_alphanumeric);
    drive || plain && (starts || named)
}

/// `host:8080`, `host/10.0.0.1:8080`: a host's name and a port of two to five digits.
fn is_host_port(core: &str) -> bool {
    core.rsplit_once(':').is_some_and(|(host, port)| {
        (2..=5).contains(&port.len())
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/'))
            && (host.bytes().any(|byte| byte.is_ascii_digit()) || is_host(host) || is_lower_name(host))
    })
}

/// A place in a program: `org.example.Thing.run:42`.
fn is_place(core: &str) -> bool {
    core.rsplit_once(':').is_some_and(|(name, line)| {
        memchr::memchr_iter(b'.', name.as_bytes()).count() >= 2
            && !line.is_empty()
            && line.bytes().all(|byte| byte.is_ascii_digit())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'))
    })
}

/// A small-letter name with a dash or dot inside: `mail-gateway`, `db.primary`.
fn is_lower_name(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'.') && host.bytes().any(|byte| !byte.is_ascii_lowercase())
}

/// A word with digits. Short ones whose digits are a version or an ordinal (`ssh2`, `IPv4`, `u0`) are words.
fn is_identifier(core: &str, digits: usize) -> bool {
    let bytes = core.as_bytes();
    let joined = bytes.iter().any(|byte| matches!(byte, b'_' | b'-' | b'.' | b'/' | b'#' | b'@' | b'+' | b'%' | b'\\' | b'*' | b'$'));
    if joined {
        return !is_versioned(core);
    }
    let letters = bytes.len() - digits;
    digits >= 3 || digits == 2 && letters <= 2
}

/// Names with a version inside: `metrics2.properties`, `jk2_init`. Each part is letters, or at least two letters, one digit, letters.
fn is_versioned(core: &str) -> bool {
    core.split(['_', '-', '.', '/', '#', '@', '+', '%', '\\', '*', '$']).all(|part| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let lead = part.bytes().take_while(u8::is_ascii_alphabetic).count();
        !part.is_empty() && (digits == 0 || digits == 1 && lead >= 2)
    })
}

/// A name under a top-level domain: the generic and private ones, or a country's behind two more parts.
fn is_host(core: &str) -> bool {
    const TOP: [&str; 14] = ["com", "net", "org", "edu", "gov", "info", "biz", "local", "localdomain", "lan", "corp", "internal", "home", "arpa"];
    let parts = core.split('.').count();
    let last = core.rsplit('.').next().unwrap_or("");
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let top = TOP.contains(&last) && parts >= 2 || parts >= 3 && last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    top && core.split('.').all(is_part)
}
