//! What a source is, from its first bytes: compression, encoding, format, and the details a reader needs. Survey and read sniff the same
//! bytes with the same function, so they agree. Content decides; the file's extension decides only where content leaves it open.

use schemas::record::{Charset, Compression, SourceFormat};

use crate::charset::{self, Utf16};
use crate::decompress;
use crate::format::lines::{LineRule, is_prefixed, looks_continued};
use crate::format::{csv, json_document, key_value};
use crate::json;
use crate::time::TimeContext;

/// Decoded bytes that are looked at.
pub(crate) const HEAD_BYTES: usize = 64 << 10;
/// Lines that are looked at.
const LINES: usize = 200;

/// What a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sniff {
    pub(crate) compression: Compression,
    pub(crate) charset: Charset,
    pub(crate) format: SourceFormat,
    /// Bytes of the byte-order mark, in the decompressed stream.
    pub(crate) mark_len: usize,
    /// Which lines begin records (formats divided by lines).
    pub(crate) rule: LineRule,
    /// Delimiter (CSV).
    pub(crate) delimiter: u8,
    /// Decoded bytes before the first record of a wrapped list (JSON documents).
    pub(crate) wrapper_len: Option<usize>,
}

impl Sniff {
    /// Sniffs the first stored bytes of a source (at least [`HEAD_BYTES`] of it, when it has so many).
    pub(crate) fn of(stored: &[u8], extension: &str, time: &TimeContext) -> Self {
        let compression = compression_of(stored);
        let decompressed = decompress::head(stored, compression, HEAD_BYTES);
        let whole = decompressed.len() < HEAD_BYTES;
        let (charset, mark_len) = charset_of(&decompressed);
        let content = &decompressed[mark_len..];
        let mut transcoded = Vec::new();
        let content = match charset {
            Charset::Utf8 => content,
            Charset::Utf16Le | Charset::Utf16Be => {
                Utf16::new(charset == Charset::Utf16Be).push(content, &mut transcoded);
                &transcoded
            }
        };
        let mut sniff =
            Self { compression, charset, format: SourceFormat::Text, mark_len, rule: LineRule::Every, delimiter: b',', wrapper_len: None };
        sniff.set_format(content, whole, extension, time);
        sniff
    }

    /// Whether shards may read ranges of the source.
    pub(crate) fn splittable(&self) -> bool {
        self.compression == Compression::None
            && self.charset == Charset::Utf8
            && matches!(self.format, SourceFormat::JsonLines | SourceFormat::KeyValue | SourceFormat::Text)
    }

    fn set_format(&mut self, content: &[u8], whole: bool, extension: &str, time: &TimeContext) {
        if content.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            self.format = if whole { SourceFormat::Empty } else { SourceFormat::Text };
            return;
        }
        if is_binary(content) {
            self.format = SourceFormat::Binary;
            return;
        }
        let lines = lines_of(content, whole);
        if let Some(format) = json_format(content, &lines, extension) {
            self.format = format;
            self.wrapper_len = if format == SourceFormat::JsonArray && extension == "json" { json_document::wrapper_len(content) } else { None };
            return;
        }
        if let Some(delimiter) = csv_delimiter(&lines, extension) {
            self.format = SourceFormat::Csv;
            self.delimiter = delimiter;
            return;
        }
        let pairs = lines.iter().filter(|line| key_value::pairs(&charset::decode(line)).is_some_and(|count| count >= 2)).count();
        if pairs * 2 >= lines.len() {
            self.format = SourceFormat::KeyValue;
            return;
        }
        self.rule = text_rule(&lines, time);
    }
}

fn compression_of(stored: &[u8]) -> Compression {
    match stored {
        [0x1f, 0x8b, 8, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

fn charset_of(bytes: &[u8]) -> (Charset, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => (Charset::Utf8, 3),
        [0xff, 0xfe, ..] => (Charset::Utf16Le, 2),
        [0xfe, 0xff, ..] => (Charset::Utf16Be, 2),
        _ => (Charset::Utf8, 0),
    }
}

/// Whether more than one byte in 25 is a control byte no text has. Long runs of NUL are the padding of a crash and do not count.
pub(crate) fn is_binary(content: &[u8]) -> bool {
    const PADDING_RUN: usize = 16;
    let (mut controls, mut counted, mut nul_run) = (0usize, 0usize, 0usize);
    for &byte in content {
        if byte == 0 {
            nul_run += 1;
            continue;
        }
        if nul_run > 0 && nul_run < PADDING_RUN {
            controls += nul_run;
            counted += nul_run;
        }
        nul_run = 0;
        counted += 1;
        controls += usize::from(matches!(byte, 1..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f));
    }
    controls * 25 > counted
}

/// The first lines that are not blank; the last is left out when the head cuts it.
fn lines_of(content: &[u8], whole: bool) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = content.split(|byte| matches!(byte, b'\n' | 0)).collect();
    if !whole && lines.len() > 1 {
        lines.pop();
    }
    lines.retain(|line| !line.trim_ascii().is_empty());
    lines.truncate(LINES);
    lines.into_iter().map(trim_end).collect()
}

fn trim_end(line: &[u8]) -> &[u8] {
    line.trim_ascii_end()
}

fn json_format(content: &[u8], lines: &[&[u8]], extension: &str) -> Option<SourceFormat> {
    let first = lines.first()?.trim_ascii();
    let names_lines = matches!(extension, "jsonl" | "ndjson");
    let objects = lines.iter().filter(|line| line.trim_ascii_start().starts_with(b"{") && is_json(line.trim_ascii())).count();
    if objects * 2 >= lines.len() && (lines.len() > 1 || extension != "json") {
        return Some(SourceFormat::JsonLines);
    }
    let inside = first.get(1..).map(<[u8]>::trim_ascii_start).and_then(<[u8]>::first);
    let document = match first[0] {
        b'[' => match inside {
            Some(b'{' | b'"' | b']' | b'[') => true,
            Some(_) => extension == "json",
            None => lines.get(1).is_none_or(|next| matches!(next.trim_ascii_start().first(), Some(b'{' | b'"' | b']' | b'['))),
        },
        b'{' => matches!(inside, None | Some(b'"' | b'}')) && (extension == "json" || lines.len() > 1 && opens_document(content)),
        _ => extension == "json" && is_json(first),
    };
    match (document, names_lines) {
        (true, false) => Some(SourceFormat::JsonArray),
        (true, true) if first[0] == b'[' && !is_json(first) => Some(SourceFormat::JsonArray),
        (_, true) => Some(SourceFormat::JsonLines),
        (false, false) => None,
    }
}

fn is_json(text: &[u8]) -> bool {
    // Too deep or too many keys: it may well be JSON, and the record is refused for that alone.
    !matches!(json::walk(text, |_| {}), Err(json::JsonError::Invalid | json::JsonError::Cut))
}

/// Whether a pretty-printed object begins here: its first line alone is cut JSON, not broken JSON.
fn opens_document(content: &[u8]) -> bool {
    let content = content.trim_ascii();
    let first_line = content.split(|&byte| byte == b'\n').next().unwrap_or_default();
    json::walk(first_line.trim_ascii(), |_| {}) == Err(json::JsonError::Cut) && {
        let mut spans = Vec::new();
        json_document::Values::new(false).cut(content, true, &mut spans);
        spans.first().is_some_and(|span| span.bad.is_none() && is_json_or_cut(&content[span.start..span.end]))
    }
}

fn is_json_or_cut(text: &[u8]) -> bool {
    json::walk(text, |_| {}) != Err(json::JsonError::Invalid)
}

/// The delimiter, when the lines are rows: by the extension, or because all of the first lines have as many cells as a header has names.
fn csv_delimiter(lines: &[&[u8]], extension: &str) -> Option<u8> {
    let header = charset::decode(lines.first()?);
    let names_of = |delimiter: u8| {
        let mut names = Vec::new();
        csv::cells(&header, delimiter, |name| names.push(name.trim().to_owned()));
        names
    };
    if matches!(extension, "csv" | "tsv") {
        let widest = csv::DELIMITERS.into_iter().rev().max_by_key(|&delimiter| names_of(delimiter).len());
        return widest.or(Some(b','));
    }
    let sample = &lines[..lines.len().min(20)];
    csv::DELIMITERS.into_iter().find(|&delimiter| {
        let names = names_of(delimiter);
        let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
        let are_names = names.iter().all(|name| !name.is_empty() && name.len() <= 64 && name.bytes().all(is_name_byte));
        sample.len() >= 3
            && names.len() >= 3
            && distinct.len() == names.len()
            && are_names
            && csv::looks_like_names(&names)
            && sample.iter().all(|line| {
                let mut cells = 0;
                csv::cells(&charset::decode(line), delimiter, |_| cells += 1);
                cells == names.len()
            })
    })
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'@' | b'#' | b'(' | b')') || byte >= 0x80
}

/// Which lines begin records in plain text.
fn text_rule(lines: &[&[u8]], time: &TimeContext) -> LineRule {
    let own: Vec<&&[u8]> = lines.iter().filter(|line| !looks_continued(line)).collect();
    let prefixed = own.iter().filter(|line| is_prefixed(line, time)).count();
    if prefixed > 0 && prefixed * 2 >= own.len() {
        LineRule::Prefixed
    } else if own.len() * 4 >= lines.len() {
        LineRule::NotContinued
    } else {
        LineRule::Every
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: TimeContext = TimeContext { offset_s: 0, logical_day: 20_047 };

    fn check(text: &str, extension: &str, expected: SourceFormat) -> Sniff {
        let sniff = Sniff::of(text.as_bytes(), extension, &TIME);
        assert_eq!(sniff.format, expected, "{extension} {text:?}");
        sniff
    }

    #[test]
    fn json() {
        check("{\"a\":1}\n{\"a\":2}\n", "", SourceFormat::JsonLines);
        check("{\"a\":1}\n{\"a\":2}\n", "log", SourceFormat::JsonLines);
        check("{\"a\":1}\n{\"a\":2}\n", "json", SourceFormat::JsonLines);
        check("{\"a\":1}\nnot json\n", "jsonl", SourceFormat::JsonLines);
        check("nothing\nis json\n", "jsonl", SourceFormat::JsonLines);
        check("{\"a\":1}", "", SourceFormat::JsonLines);
        check("{\"a\":1}", "json", SourceFormat::JsonArray);
        check("{\n  \"a\": 1\n}\n", "", SourceFormat::JsonArray);
        check("[{\"a\":1},{\"a\":2}]", "log", SourceFormat::JsonArray);
        check("[\n{\"a\":1},\n{\"a\":2}\n]", "", SourceFormat::JsonArray);
        check("[\n{\"a\":1},\n{\"a\":2}\n]", "jsonl", SourceFormat::JsonArray);
        check("[1,2]", "json", SourceFormat::JsonArray);
        assert_eq!(check("{\"logs\":[{\"a\":1}]}", "json", SourceFormat::JsonArray).wrapper_len, Some(9));
        check("[2024-11-20 08:15:23] {\"a\":1}\n[2024-11-20 08:15:24] x\n", "log", SourceFormat::Text);
        check("{ not json at all\n{ here\n", "log", SourceFormat::Text);
    }

    #[test]
    fn csv() {
        assert_eq!(check("a,b\n1,2\n", "csv", SourceFormat::Csv).delimiter, b',');
        assert_eq!(check("a;b\n1;2\n", "csv", SourceFormat::Csv).delimiter, b';');
        assert_eq!(check("a\tb,c\td\n", "tsv", SourceFormat::Csv).delimiter, b'\t');
        assert_eq!(check("ts,level,msg\n1,2,3\n4,5,6\n", "txt", SourceFormat::Csv).delimiter, b',');
        check("Hello, dear, world\nthis is, I say, text\nand more\n", "txt", SourceFormat::Text);
        check("message\nx\n", "csv", SourceFormat::Csv);
        check("{\"a\":1}\n{\"b\":2}\n", "csv", SourceFormat::JsonLines);
    }

    #[test]
    fn pairs_and_text() {
        check("ts=1 level=info msg=\"a b\"\nts=2 level=warn msg=x\n", "log", SourceFormat::KeyValue);
        check("2024-11-20 08:15:23 a=1 b=2\n", "log", SourceFormat::Text);
        assert_eq!(check("2024-11-20 08:15:23 x\njava.io.IOException: y\n\tat z\n", "log", SourceFormat::Text).rule, LineRule::Prefixed);
        assert_eq!(check("2024-11-20 08:15:23 x\n\tat z\n\tat z\n\tat z\n\tat z\n", "log", SourceFormat::Text).rule, LineRule::Prefixed);
        assert_eq!(check("a\nb\n  c\n", "log", SourceFormat::Text).rule, LineRule::NotContinued);
        assert_eq!(check("  a\n  b\n  c\n", "log", SourceFormat::Text).rule, LineRule::Every);
    }

    #[test]
    fn encodings_and_nothing() {
        let bytes = [b"\xef\xbb\xbf".as_slice(), b"{\"a\":1}\n{\"a\":2}"].concat();
        let sniff = Sniff::of(&bytes, "", &TIME);
        assert_eq!((sniff.charset, sniff.mark_len, sniff.format), (Charset::Utf8, 3, SourceFormat::JsonLines));
        let wide: Vec<u8> = "\u{feff}a,b\r\n1,2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let sniff = Sniff::of(&wide, "csv", &TIME);
        assert_eq!((sniff.charset, sniff.mark_len, sniff.format), (Charset::Utf16Le, 2, SourceFormat::Csv));
        assert!(!sniff.splittable());
        check("", "jsonl", SourceFormat::Empty);
        check(" \n\r\n\0\0", "", SourceFormat::Empty);
        let binary: Vec<u8> = (0..=255).cycle().take(4_000).collect();
        assert_eq!(Sniff::of(&binary, "log", &TIME).format, SourceFormat::Binary);
        let padded = [vec![0; 5_000], b"hello\nworld\n".to_vec()].concat();
        assert_eq!(Sniff::of(&padded, "log", &TIME).format, SourceFormat::Text);
    }
}
