//! Comma-separated values with a header line: rows become JSON objects of strings.
//!
//! Quoting is that of RFC 4180, read leniently: a quote opens a quoted cell only at the cell's beginning, and within one line a quote
//! that nothing ends is a character like any other. A quoted cell may hold line ends; when such a cell turns out to be malformed
//! (a closing quote followed by something else, or a cell that never ends), only the row's first line is refused and reading goes on with the
//! next line, so that one stray quote does not swallow the file. A column without a name is `column_<n>` (from 0), and so are
//! cells beyond the header. A first row that looks like data (a cell that does not begin with a letter) is a record, and all columns
//! are `column_<n>`.

use memchr::{memchr, memchr2};
use schemas::limits::{CSV_COLUMNS_MAX, RECORD_BYTES_MAX};
use schemas::record::RejectReason;

use super::Span;
use crate::fields::FieldMap;
use crate::json::write_string;
use crate::made::Made;

/// Delimiters that are looked for, the likeliest first.
pub(crate) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Where a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowEnd {
    /// After the line end at this position, which is the start of the next row.
    At(usize),
    /// Its quoting is malformed, in a line after the first.
    Malformed,
    /// Not in the buffer.
    Open,
}

/// Divides a CSV source into rows.
pub(crate) struct Rows {
    delimiter: u8,
    /// Bytes scanned in rows that turned out to be malformed; bounds the time a hostile file can take.
    wasted: usize,
    passed: usize,
}

impl Rows {
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, wasted: 0, passed: 0 }
    }

    /// Appends the rows that end in `buffer`; returns how much of the buffer is done with. `ends`: the source ends with it.
    pub(crate) fn cut(&mut self, buffer: &[u8], ends: bool, spans: &mut Vec<Span>) -> usize {
        let mut start = 0;
        while start < buffer.len() {
            let overlong = buffer.len() - start > RECORD_BYTES_MAX;
            match row_end(buffer, start, self.delimiter, ends) {
                RowEnd::At(end) => {
                    self.passed += end - start;
                    spans.push(Span { start, end, bad: (end - start > RECORD_BYTES_MAX + 1).then_some(RejectReason::TooLong) });
                    start = end;
                }
                RowEnd::Open if !(overlong || ends) => break,
                RowEnd::Open | RowEnd::Malformed => match self.refuse(buffer, start, ends) {
                    Some(end) => {
                        spans.push(Span { start, end, bad: Some(RejectReason::InvalidCsv) });
                        start = end;
                    }
                    None => break,
                },
            }
        }
        start
    }

    /// Where to go on after a malformed row: its first line end, or (when too much was scanned in vain) the last one of the buffer.
    fn refuse(&mut self, buffer: &[u8], start: usize, ends: bool) -> Option<usize> {
        let window = &buffer[start..buffer.len().min(start + RECORD_BYTES_MAX)];
        self.wasted += window.len();
        let generous = self.wasted < 16 * RECORD_BYTES_MAX + 4 * self.passed;
        let line_end = if generous { memchr(b'\n', window) } else { memchr::memrchr(b'\n', window) };
        match line_end {
            Some(end) => {
                self.passed += end + 1;
                Some(start + end + 1)
            }
            None => ends.then_some(buffer.len()),
        }
    }
}

/// Finds the end of the row at `start`.
fn row_end(buffer: &[u8], start: usize, delimiter: u8, ends: bool) -> RowEnd {
    let line_end = |at: usize| memchr(b'\n', &buffer[at..]).map(|end| at + end + 1);
    // Most rows have no quote: the row is the line.
    let Some(first) = memchr2(b'\n', b'"', &buffer[start..]) else {
        return if ends { RowEnd::At(buffer.len()) } else { RowEnd::Open };
    };
    if buffer[start + first] == b'\n' {
        return RowEnd::At(start + first + 1);
    }
    let mut cell = start;
    let mut in_first_line = true;
    loop {
        if buffer.get(cell) != Some(&b'"') {
            match memchr2(delimiter, b'\n', &buffer[cell..]) {
                Some(end) if buffer[cell + end] == b'\n' => return RowEnd::At(cell + end + 1),
                Some(end) => cell += end + 1,
                None => return if ends { RowEnd::At(buffer.len()) } else { RowEnd::Open },
            }
            continue;
        }
        let mut at = cell + 1;
        loop {
            let Some(quote) = memchr2(b'"', b'\n', &buffer[at..]) else {
                // Within one line an open quote is a character like any other.
                return if ends && in_first_line { RowEnd::At(buffer.len()) } else { RowEnd::Open };
            };
            at += quote + 1;
            if buffer[at - 1] == b'\n' {
                in_first_line = false;
                continue;
            }
            match buffer.get(at) {
                Some(b'"') => at += 1,
                None => return if ends { RowEnd::At(buffer.len()) } else { RowEnd::Open },
                Some(b'\n') => return RowEnd::At(at + 1),
                Some(b'\r') => return line_end(at).map_or(if ends { RowEnd::At(buffer.len()) } else { RowEnd::Open }, RowEnd::At),
                Some(&next) if next == delimiter => {
                    cell = at + 1;
                    break;
                }
                Some(_) if in_first_line => {}
                Some(_) => return RowEnd::Malformed,
            }
        }
    }
}

/// Splits a row's text into cells, quotes resolved.
pub(crate) fn cells(row: &str, delimiter: u8, mut cell: impl FnMut(&str)) {
    let bytes = row.as_bytes();
    let end = row.trim_end_matches(['\n', '\r']).len();
    let mut unquoted = String::new();
    let mut at = 0;
    loop {
        if bytes[..end].get(at) == Some(&b'"') {
            unquoted.clear();
            at = quoted_cell(row, at + 1, end, delimiter, &mut unquoted);
            cell(&unquoted);
        } else {
            let next = memchr(delimiter, &bytes[at..end]).map_or(end, |found| at + found);
            cell(row.get(at..next).unwrap_or_default());
            at = next;
        }
        if at >= end {
            return;
        }
        at += 1;
    }
}

/// Reads a quoted cell from after its quote; returns the position of the delimiter after it, or `end`.
fn quoted_cell(row: &str, start: usize, end: usize, delimiter: u8, out: &mut String) -> usize {
    let bytes = &row.as_bytes()[..end];
    let mut from = start;
    loop {
        let Some(quote) = memchr(b'"', &bytes[from..]).map(|found| from + found) else {
            out.push_str(row.get(from..end).unwrap_or_default());
            return end;
        };
        out.push_str(row.get(from..quote).unwrap_or_default());
        match bytes.get(quote + 1) {
            Some(b'"') => {
                out.push('"');
                from = quote + 2;
            }
            None => return end,
            Some(&next) if next == delimiter => return quote + 1,
            Some(_) => {
                out.push('"');
                from = quote + 1;
            }
        }
    }
}

/// The columns of a source.
pub(crate) struct Header {
    delimiter: u8,
    columns: Vec<Column>,
    /// Whether the first row is the header (and no record).
    pub(crate) is_first_row: bool,
}

struct Column {
    /// `"name":`, as JSON.
    key: String,
    /// Whether its name may have a role.
    matters: bool,
}

impl Header {
    /// Reads the header from the first row.
    pub(crate) fn new(row: &str, delimiter: u8, map: &FieldMap) -> Self {
        let mut names: Vec<String> = Vec::new();
        cells(row, delimiter, |name| names.push(name.trim().to_owned()));
        let is_first_row = looks_like_names(&names);
        if !is_first_row {
            names.clear();
        }
        names.truncate(CSV_COLUMNS_MAX);
        let column = |(index, name): (usize, &String)| {
            let key = if name.is_empty() { key(&column(index)) } else { key(name) };
            Column { key, matters: map.may_matter(name.as_bytes()) }
        };
        Self { delimiter, columns: names.iter().enumerate().map(column).collect(), is_first_row }
    }

    /// Bytes of JSON each row has for its keys alone.
    pub(crate) fn json_bytes(&self) -> usize {
        self.columns.iter().map(|column| column.key.len()).sum()
    }

    /// Writes a row as a JSON object; false when it has too many cells.
    pub(crate) fn to_json(&self, row: &str, made: &mut Made) -> bool {
        made.begin();
        let mut fits = true;
        cells(row, self.delimiter, |value| match (self.columns.get(made.fields()), made.fields()) {
            (_, CSV_COLUMNS_MAX..) => fits = false,
            (Some(column), _) => made.field(&column.key, value, column.matters),
            (None, index) => made.field(&key(&column(index)), value, false),
        });
        made.end();
        fits
    }
}

/// Whether a first row's cells are names of columns: each that is not blank begins with a letter or `_`, `@`, `#` and is short.
pub(crate) fn looks_like_names(cells: &[String]) -> bool {
    let is_name = |cell: &String| {
        let first = cell.chars().next().is_none_or(|c| c.is_alphabetic() || matches!(c, '_' | '@' | '#'));
        first && cell.len() <= 128 && !cell.chars().any(char::is_control)
    };
    cells.iter().any(|cell| !cell.is_empty()) && cells.iter().all(is_name)
}

fn column(index: usize) -> String {
    format!("column_{index}")
}

fn key(name: &str) -> String {
    let mut key = String::new();
    write_string(name, &mut key);
    key.push(':');
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> FieldMap {
        FieldMap::new(&schemas::policy::IngestPolicy::default(), 0)
    }

    fn rows(text: &str) -> Vec<(&str, bool)> {
        let mut spans = Vec::new();
        let done = Rows::new(b',').cut(text.as_bytes(), true, &mut spans);
        assert_eq!(done, text.len());
        spans.into_iter().map(|span| (text.get(span.start..span.end).unwrap().trim_end(), span.bad.is_none())).collect()
    }

    fn row(header: &str, row: &str, expected: &str) {
        let mut made = Made::default();
        assert!(Header::new(header, b',', &map()).to_json(row, &mut made));
        assert_eq!(made.text(), expected, "{header:?} {row:?}");
    }

    #[test]
    fn divides_rows() {
        assert_eq!(rows("a,b\nc,d"), [("a,b", true), ("c,d", true)]);
        assert_eq!(rows("a,\"b\nc\"\nd\n"), [("a,\"b\nc\"", true), ("d", true)]);
        assert_eq!(rows("a,\"b \"\"x\"\" c\",d\r\ne\r\n"), [("a,\"b \"\"x\"\" c\",d", true), ("e", true)]);
        assert_eq!(rows("a,b\"c\nd\n"), [("a,b\"c", true), ("d", true)]);
        assert_eq!(rows("a,\"b \"c\" d\"\ne\n"), [("a,\"b \"c\" d\"", true), ("e", true)]);
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        assert_eq!(rows("1,\"x\n2,\"y\"\n3,z\n"), [("1,\"x", false), ("2,\"y\"", true), ("3,z", true)]);
        assert_eq!(rows("1,\"x\n2,y\n3,z\n"), [("1,\"x", false), ("2,y", true), ("3,z", true)]);
    }

    #[test]
    fn hostile_quotes_take_bounded_time() {
        let text = "\"a\"\"\n".repeat(400_000);
        let mut spans = Vec::new();
        Rows::new(b',').cut(text.as_bytes(), true, &mut spans);
        assert_eq!(spans.iter().map(|span| span.end - span.start).sum::<usize>(), text.len());
    }

    #[test]
    fn rows_become_objects() {
        row("a,b", "1,x\n", r#"{"a":"1","b":"x"}"#);
        row("a,,c", "1,2,3,4\r\n", r#"{"a":"1","column_1":"2","c":"3","column_3":"4"}"#);
        row("a,b,c", "1", r#"{"a":"1"}"#);
        row("a,b", "\"x, \"\"y\"\"\nz\",", r#"{"a":"x, \"y\"\nz","b":""}"#);
        row("a,a", "1,2", r#"{"a":"1","a":"2"}"#);
        row("17,maria@example.com", "1,2", r#"{"column_0":"1","column_1":"2"}"#);
        row("a,b", "\"open,1", r#"{"a":"open,1"}"#);
    }

    #[test]
    fn bounds_the_columns() {
        let mut out = Made::default();
        let header = Header::new("a", b',', &map());
        assert!(header.to_json(&",".repeat(CSV_COLUMNS_MAX - 1), &mut out));
        assert!(!header.to_json(&",".repeat(CSV_COLUMNS_MAX), &mut out));
    }

    proptest::proptest! {
        #[test]
        fn cutting_anywhere_gives_the_same_rows(text in "[ab\",\n\r]{0,60}", cut in 0usize..60) {
            let bytes = text.as_bytes();
            let mut whole = Vec::new();
            Rows::new(b',').cut(bytes, true, &mut whole);
            let cut = cut.min(bytes.len());
            let mut parts = Vec::new();
            let mut rows = Rows::new(b',');
            let done = rows.cut(&bytes[..cut], false, &mut parts);
            let mut rest = Vec::new();
            rows.cut(&bytes[done..], true, &mut rest);
            parts.extend(rest.into_iter().map(|span| Span { start: span.start + done, end: span.end + done, ..span }));
            proptest::prop_assert_eq!(&parts, &whole);
            let total: usize = whole.iter().map(|span| span.end - span.start).sum();
            proptest::prop_assert_eq!(total, bytes.len());
        }

        #[test]
        fn what_it_writes_is_json(header in "[ab\",]{0,12}", row in "[ab\",\n\r\\\\]{0,40}") {
            let mut made = Made::default();
            Header::new(&header, b',', &map()).to_json(&row, &mut made);
            let sound = crate::json::walk(made.text().as_bytes(), |_| {}).is_ok();
                proptest::prop_assert!(sound);
        }
    }
}
