//! The class of a value, by its form alone.

use super::Class;
use super::beyond::is_scheme_end;

/// How often what decides about a class stands in a run.
#[derive(Default)]
struct Marks {
    digits: usize,
    dots: usize,
    colons: usize,
    dashes: usize,
    slashes: usize,
    ats: usize,
    backslashes: usize,
}

/// The mark that each byte is, a byte of its own for each sort: the sum over a run of less than 256 bytes counts all sorts at once.
const MARKS: [u64; 256] = marks();

const fn marks() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let sort = match byte as u8 {
            b'0'..=b'9' => 0,
            b'.' => 1,
            b':' => 2,
            b'-' => 3,
            b'/' => 4,
            b'@' => 5,
            b'\\' => 6,
            _ => 7,
        };
        table[byte] = 1 << (8 * sort);
        byte += 1;
    }
    table
}

impl Marks {
    fn of(bytes: &[u8]) -> Self {
        let mut marks = Self::default();
        for part in bytes.chunks(usize::from(u8::MAX)) {
            let sums = part.iter().fold(0_u64, |sums, byte| sums + MARKS[usize::from(*byte)]).to_le_bytes().map(usize::from);
            let [digits, dots, colons, dashes, slashes, ats, backslashes, _] = sums;
            marks.digits += digits;
            marks.dots += dots;
            marks.colons += colons;
            marks.dashes += dashes;
            marks.slashes += slashes;
            marks.ats += ats;
            marks.backslashes += backslashes;
        }
        marks
    }
}

pub(super) fn class_of(core: &str) -> Option<Class> {
    let bytes = core.as_bytes();
    let marks = Marks::of(bytes);
    if marks.digits == bytes.len() {
        return Some(Class::Number);
    }
    if marks.slashes > 1 && marks.colons > 0 && memchr::memchr(b'/', bytes).is_some_and(|at| is_scheme_end(bytes, at)) {
        return Some(Class::Url);
    }
    if marks.ats > 0 && bytes.len() > 4 && core.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')) {
        return Some(Class::Identifier);
    }
    if is_literal(core) {
        return Some(Class::Literal);
    }
    if is_hex(bytes) {
        return Some(Class::Hex);
    }
    if let Some(class) = (marks.digits > 0).then(|| class_of_digits(core, &marks)).flatten() {
        return Some(class);
    }
    if (marks.slashes > 0 || marks.backslashes > 0) && is_path(core) {
        return Some(Class::Path);
    }
    if marks.colons > 0 {
        return if is_host_port(core) { Some(Class::HostPort) } else { is_place(core).then_some(Class::Identifier) };
    }
    if marks.digits > 0 && is_identifier(core, marks.digits) {
        return Some(Class::Identifier);
    }
    (marks.dots > 0 && is_host(core)).then_some(Class::HostPort)
}

fn class_of_digits(core: &str, marks: &Marks) -> Option<Class> {
    let bytes = core.as_bytes();
    if is_number(bytes) {
        return Some(Class::Number);
    }
    if (marks.dots > 2 || marks.colons > 1) && is_ip(core) {
        return Some(Class::Ip);
    }
    if marks.colons > 0 && is_time(bytes) {
        return Some(Class::Time);
    }
    if marks.dashes + marks.slashes > 1 && is_date(bytes) {
        return Some(Class::Date);
    }
    if marks.colons + marks.dashes == 5 && is_mac(bytes) {
        return Some(Class::Mac);
    }
    (marks.dashes == 4 && is_uuid(bytes)).then_some(Class::Uuid)
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
    let is_group = |group: &[u8]| (1..=3).contains(&group.len()) && group.iter().all(u8::is_ascii_digit);
    let Some(last) = memchr::memrchr(b':', bytes) else { return false };
    let (front, last) = (&bytes[..last], &bytes[last + 1..]);
    let seconds = last.split(|&byte| byte == b'.').next().unwrap_or(last);
    let colons = memchr::memchr_iter(b':', front).count();
    colons < 3
        && front.split(|&byte| byte == b':').all(is_group)
        && is_group(seconds)
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
pub(super) fn is_hex(bytes: &[u8]) -> bool {
    if let Some(rest) = bytes.strip_prefix(b"0x").or_else(|| bytes.strip_prefix(b"0X")) {
        return !rest.is_empty() && rest.iter().all(u8::is_ascii_hexdigit);
    }
    bytes.len() >= 6 && bytes.iter().all(u8::is_ascii_hexdigit) && (matches!(bytes.len(), 8 | 16 | 32) || bytes.iter().any(u8::is_ascii_digit))
}

fn is_mac(bytes: &[u8]) -> bool {
    bytes.len() == 17 && bytes.iter().enumerate().all(|(at, byte)| if at % 3 == 2 { matches!(byte, b':' | b'-') } else { byte.is_ascii_hexdigit() })
}

pub(super) fn is_uuid(bytes: &[u8]) -> bool {
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
pub(super) fn is_host(core: &str) -> bool {
    const TOP: [&str; 14] = ["com", "net", "org", "edu", "gov", "info", "biz", "local", "localdomain", "lan", "corp", "internal", "home", "arpa"];
    let parts = core.split('.').count();
    let last = core.rsplit('.').next().unwrap_or("");
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let top = TOP.contains(&last) && parts >= 2 || parts >= 3 && last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    top && core.split('.').all(is_part)
}

/// Whether a word stands for a value.
pub(super) fn is_literal(word: &str) -> bool {
    // Most words are longer or begin otherwise.
    let may_be = matches!(word.as_bytes(), [b't' | b'f' | b'n' | b'T' | b'F' | b'N', _, _, ..]) && word.len() <= 5;
    may_be && matches!(word, "true" | "false" | "null" | "True" | "False" | "TRUE" | "FALSE" | "NULL" | "nil" | "None")
}
