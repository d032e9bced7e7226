//! Severities by their many names.

use schemas::record::Severity;

/// Bytes of a line in which a level word is looked for.
const LINE_BYTES: usize = 160;

/// The severity of a field's value: a word in any case, a letter, a syslog number (0-7) or a bunyan or pino number (10-60).
pub(crate) fn of_field(text: &[u8]) -> Severity {
    let text = text.trim_ascii();
    match text {
        [b'0'..=b'2'] => Severity::Critical,
        b"3" => Severity::Error,
        b"4" => Severity::Warning,
        b"5" | b"6" => Severity::Info,
        b"7" | b"10" | b"20" => Severity::Debug,
        b"30" => Severity::Info,
        b"40" => Severity::Warning,
        b"50" => Severity::Error,
        b"60" => Severity::Critical,
        _ => of_word(text).or_else(|| of_letter(text)).unwrap_or_default(),
    }
}

/// The severity a line names near its beginning: the number of a syslog prefix, a word in capitals, or a word in any case that
/// stands in brackets or before a colon.
pub(crate) fn of_line(line: &[u8]) -> Severity {
    let head = &line[..line.len().min(LINE_BYTES)];
    let mut at = 0;
    let mut found = None;
    while at < head.len() && found.is_none() {
        let start = at + head[at..].iter().take_while(|byte| !byte.is_ascii_alphabetic()).count();
        at = start + head[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
        let word = &head[start..at];
        if word.len() < 3 || word.len() > 13 {
            continue;
        }
        let bracketed = start > 0 && head[start - 1] == b'[' && line.get(at) == Some(&b']');
        let capitals = word.iter().all(u8::is_ascii_uppercase);
        if capitals || bracketed || line.get(at) == Some(&b':') {
            found = of_word(word);
        }
    }
    found.or_else(|| of_syslog_prefix(line)).unwrap_or_default()
}

/// Whether a line begins with a level word in capitals or brackets: `ERROR ...`, `[warn] ...`.
pub(crate) fn begins_line(line: &[u8]) -> bool {
    let bracketed = line.first() == Some(&b'[');
    let rest = &line[usize::from(bracketed)..];
    let len = rest.iter().take(14).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let word = &rest[..len];
    let ends = if bracketed { rest.get(len) == Some(&b']') } else { matches!(rest.get(len), Some(b' ' | b':' | b'\t' | b'|' | b',')) };
    ends && (bracketed || word.iter().all(u8::is_ascii_uppercase)) && of_word(word).is_some()
}

fn of_syslog_prefix(line: &[u8]) -> Option<Severity> {
    let rest = line.strip_prefix(b"<")?;
    let digits = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 3 || rest.get(digits) != Some(&b'>') {
        return None;
    }
    let priority = rest[..digits].iter().fold(0u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    Some(match priority % 8 {
        0..=2 => Severity::Critical,
        3 => Severity::Error,
        4 => Severity::Warning,
        5 | 6 => Severity::Info,
        _ => Severity::Debug,
    })
}

fn of_letter(text: &[u8]) -> Option<Severity> {
    Some(match text {
        b"V" | b"T" | b"D" | b"v" | b"t" | b"d" => Severity::Debug,
        b"I" | b"N" | b"i" | b"n" => Severity::Info,
        b"W" | b"w" => Severity::Warning,
        b"E" | b"e" => Severity::Error,
        b"F" | b"C" | b"A" | b"f" | b"c" | b"a" => Severity::Critical,
        _ => return None,
    })
}

fn of_word(word: &[u8]) -> Option<Severity> {
    if word.len() > 13 {
        return None;
    }
    let mut lower = [0; 13];
    let lower = &mut lower[..word.len()];
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"trace" | b"debug" | b"verbose" | b"fine" | b"finer" | b"finest" | b"dbg" => Severity::Debug,
        b"info" | b"information" | b"informational" | b"notice" | b"config" => Severity::Info,
        b"warn" | b"warning" => Severity::Warning,
        b"error" | b"err" | b"severe" | b"failure" => Severity::Error,
        b"critical" | b"crit" | b"fatal" | b"alert" | b"emerg" | b"emergency" | b"panic" => Severity::Critical,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(text: &str, expected: Severity) {
        assert_eq!(of_field(text.as_bytes()), expected, "{text}");
    }

    fn line(text: &str, expected: Severity) {
        assert_eq!(of_line(text.as_bytes()), expected, "{text}");
    }

    #[test]
    fn reads_fields() {
        field("INFO", Severity::Info);
        field("warning", Severity::Warning);
        field(" Error ", Severity::Error);
        field("FATAL", Severity::Critical);
        field("E", Severity::Error);
        field("3", Severity::Error);
        field("0", Severity::Critical);
        field("30", Severity::Info);
        field("60", Severity::Critical);
        field("high", Severity::Unknown);
        field("", Severity::Unknown);
        field("informational-and-more", Severity::Unknown);
    }

    #[test]
    fn reads_lines() {
        line("2024-11-20 08:15:23 WARN  [main] x", Severity::Warning);
        line("[Wed Nov 20 08:15:23 2024] [error] x", Severity::Error);
        line("error: no such account", Severity::Error);
        line("an error happened", Severity::Unknown);
        line("<11>Nov 20 08:15:23 host su: x", Severity::Error);
        line("TERMINAL 5 opened", Severity::Unknown);
        line("INFORMATION_SCHEMA read", Severity::Unknown);
        line("", Severity::Unknown);
    }

    #[test]
    fn knows_lines_that_begin_with_a_level() {
        for text in ["ERROR x", "[warn] x", "INFO: x", "WARNING|x"] {
            assert!(begins_line(text.as_bytes()), "{text}");
        }
        for text in ["error x", "[x] y", "ERRORS x", "", "[", "ERROR"] {
            assert!(!begins_line(text.as_bytes()), "{text}");
        }
    }
}
