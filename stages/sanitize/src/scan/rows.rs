//! Tables in text: a header of field names, then rows with as many columns (`sortcode,account,name|16-00-38,31926819,Hamish Auchterlonie`); each column
//! is of the class that its header names. Found at the first sign that parts columns; a text that is no table is asked once a line.

use schemas::pii::PiiClass;

use super::hits::Hit;
use crate::fields::{Rule, is_count};
use crate::fold::cut;
use crate::worker::{Worker, is_placeholder};

/// Columns of a table, and bytes of a cell of its header.
const COLUMNS_MAX: usize = 48;
const HEADER_CELL_BYTES_MAX: usize = 40;
/// Bytes between a header in brackets and its row: ` values: [`.
const ROW_WORD_BYTES_MAX: usize = 12;
/// Bytes of a row.
const ROW_BYTES_MAX: usize = 4096;
/// Words in front of a header that stands behind its row: `# cols: date,pan,expiry`.
const HINTS: &[&str] = &["cols", "columns", "header", "headers", "hdr", "fields", "layout", "format", "spalten", "felder", "colonnes", "columnas"];

/// The columns of a header.
struct Header {
    rules: Vec<(Rule, String)>,
    start: usize,
    end: usize,
}

/// What is known of the tables of a text.
#[derive(Default)]
pub(super) struct Tables {
    /// Up to here the text was looked at.
    pub(super) none_to: usize,
    /// The next sign that may end a header, as far as it was looked for.
    row_at: usize,
    /// The same of what leads from a header to its row on one line.
    arrow_at: usize,
}

impl Tables {
    /// Whether a row may stand behind a header that a sign at `at` parts, or a header behind its row.
    fn may_be_at(&mut self, text: &str, at: usize) -> bool {
        let bytes = text.as_bytes();
        if self.row_at <= at && self.row_at < bytes.len() {
            self.row_at = memchr::memchr3(b'\n', b'\\', b'|', &bytes[at..]).map_or(bytes.len(), |row| at + row);
        }
        if self.arrow_at <= at && self.arrow_at < bytes.len() {
            self.arrow_at = memchr::memchr2(b'>', b']', &bytes[at..]).map_or(bytes.len(), |arrow| at + arrow);
        }
        self.row_at < bytes.len()
            || self.arrow_at < bytes.len()
            || is_hinted(text, header_start(bytes, at, bytes[at]))
            || row_before(text, header_start(bytes, at, bytes[at])).is_some()
    }
}

impl Worker<'_> {
    /// Handles the sign at `at` that may part columns: notes the personal cells of a table; returns from where on a sign may begin another.
    pub(super) fn table(&mut self, text: &str, at: usize, tables: &mut Tables) -> usize {
        let bytes = text.as_bytes();
        let sign = bytes[at];
        // In prose a blank follows a comma; in a header a name does.
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if !(next.is_ascii_alphabetic() || next >= 0x80 || matches!(next, b'"' | b'_' | b' ' | b'\'')) || at == 0 || !tables.may_be_at(text, at) {
            return at + 1;
        }
        let header = match self.header(text, at, sign) {
            Ok(header) => header,
            Err(end) => return end.max(at + 1),
        };
        let behind = row_sign(bytes, header.end, sign).or_else(|| hinted_row(text, header.start, header.end));
        if let Some(row) = row_before(text, header.start).filter(|_| behind.is_none_or(|(_, stop)| stop != b']')) {
            self.row(text, row, sign, &header, 0);
            return header.end;
        }
        let Some((mut from, stop)) = behind else { return header.end.max(at + 1) };
        while let Some(end) = self.row(text, (from, bytes.len().min(from + ROW_BYTES_MAX)), sign, &header, stop) {
            let Some((next, _)) = row_sign(bytes, end, sign).filter(|&(_, sign)| sign == stop) else { return end };
            from = next;
        }
        from
    }

    /// The header around the sign at `at`; otherwise where it ends to be one.
    fn header(&mut self, text: &str, at: usize, sign: u8) -> Result<Header, usize> {
        let bytes = text.as_bytes();
        let first = header_start(bytes, at, sign);
        // Its shape first, which costs little: nearly all signs stand in prose or in rows.
        let (mut from, mut count) = (first, 0);
        let end = loop {
            let len = bytes[from..]
                .iter()
                .take(HEADER_CELL_BYTES_MAX + 4)
                .position(|&byte| byte == sign || byte < b' ' || matches!(byte, b'|' | b'\\' | b')' | b']' | b'=' | b'>'));
            let end = len.map_or(bytes.len(), |len| from + len);
            if !is_header_cell(bare_cell(cut(text, from, end))) || count >= COLUMNS_MAX {
                return Err(end);
            }
            count += 1;
            if bytes.get(end) != Some(&sign) {
                break end;
            }
            from = end + 1;
        };
        let end = without_row_hint(text, end);
        let behind = || row_sign(bytes, end, sign).or_else(|| hinted_row(text, first, end)).is_some();
        if count < 2 || (!behind() && row_before(text, first).is_none()) {
            return Err(end);
        }
        let (mut rules, mut known, mut sensitive) = (Vec::new(), 0, 0);
        for cell in cut(text, first, end).split(char::from(sign)) {
            let cell = bare_cell(cell);
            // `Geb.Datum` is no path.
            let name = cell.replace('.', " ");
            let rule = self.engine.fields.decide(None, &name, &name).rule;
            known += usize::from(rule != Rule::Scan);
            sensitive += usize::from(matches!(rule, Rule::Class(_) | Rule::Shaped(..) | Rule::Own(Some(_), _)));
            rules.push((rule, name));
        }
        if sensitive >= 1 && (known >= 2 || rules.len() >= 3) { Ok(Header { rules, start: first, end }) } else { Err(end) }
    }

    /// Notes the personal cells of the row; returns its end, none when it is no row of the table.
    fn row(&mut self, text: &str, (start, end): (usize, usize), sign: u8, header: &Header, stop: u8) -> Option<usize> {
        let mut cells = [(0, 0); COLUMNS_MAX];
        let (count, end) = split_row(text.as_bytes(), start, end, sign, stop, &mut cells)?;
        if count != header.rules.len() {
            return None;
        }
        for (&(from, to), (rule, name)) in cells.iter().zip(&header.rules) {
            let value = cut(text, from, to);
            let (class, own) = match rule.of_value(value) {
                Rule::Class(class) => (class, None),
                Rule::Own(Some(class), number) => (class, Some(self.engine.fields.own_operator(number))),
                _ => continue,
            };
            if !value.is_empty() && !is_placeholder(value) && !is_count(&crate::fields::normalise(name), value) {
                self.own = own;
                self.note_cell(class, text, (from, to));
                self.own = None;
            }
        }
        Some(end)
    }

    /// Notes a cell; it comes before what the detectors find inside it.
    #[cold]
    #[inline(never)]
    pub(super) fn note_cell(&mut self, class: PiiClass, text: &str, (start, end): (usize, usize)) {
        let value = cut(text, start, end);
        if value.is_empty() || self.is_token(value) {
            return;
        }
        if let Some(made) = self.make_value(class, value) {
            self.cells.push(Hit { start, end, made });
        }
    }
}

/// Where the header begins whose first sign is at `at`: at the line's start or behind what introduces it, else at the last word.
fn header_start(bytes: &[u8], at: usize, sign: u8) -> usize {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'"' | b'#' | b'/' | b'\'');
    let wide = at - bytes[..at].iter().rev().take(HEADER_CELL_BYTES_MAX).take_while(|&&byte| inside(byte) && byte != sign).count();
    let is_edge = wide == 0 || matches!(bytes[wide - 1], b'\n' | b'|' | b':' | b'=' | b'(' | b'[' | b'{' | b';');
    let narrow = at - bytes[wide..at].iter().rev().take_while(|&&byte| byte != b' ').count();
    let digits = bytes[wide..at].iter().any(u8::is_ascii_digit) && narrow > wide;
    let start = if is_edge && !digits { wide } else { narrow };
    start + bytes[start..at].iter().take_while(|&&byte| byte == b' ' || byte == b'#').count()
}

/// A cell of a header without quotes and signs of comments.
fn bare_cell(cell: &str) -> &str {
    cell.trim().trim_matches(['"', '\'', '#', '`']).trim()
}

/// A name: it begins with a letter, and has no more than four words.
fn is_header_cell(cell: &str) -> bool {
    let named = cell.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    named
        && cell.len() <= HEADER_CELL_BYTES_MAX
        && cell.split(' ').count() <= 4
        && cell.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/' | '(' | '#'))
}

/// Where the first row begins behind a header that ends at `end`, and what ends rows.
fn row_sign(bytes: &[u8], end: usize, sign: u8) -> Option<(usize, u8)> {
    let blanks = bytes[end..].iter().take(2).take_while(|&&byte| byte == b' ').count();
    match bytes.get(end + blanks..)? {
        [b'\r', b'\n', ..] => Some((end + blanks + 2, b'\n')),
        [b'\n', ..] => Some((end + blanks + 1, b'\n')),
        [b'\\', b'r', b'\\', b'n', ..] => Some((end + blanks + 4, b'\\')),
        [b'\\', b'n', ..] => Some((end + blanks + 2, b'\\')),
        [b'|', b'|', ..] if sign != b'|' => Some((end + blanks + 2, b'|')),
        [b'|', rest @ ..] if sign != b'|' => Some((end + blanks + 1 + usize::from(rest.first() == Some(&b' ')), b'|')),
        // `a|b >> x|y`
        [b'>', b'>', b' ', ..] => Some((end + blanks + 3, b'\n')),
        // `hdr=[A;B] val=[x;y]`
        [b']', rest @ ..] => {
            let open = rest.iter().take(ROW_WORD_BYTES_MAX).position(|&byte| byte == b'[')?;
            let words = &rest[..open];
            let lead = words.iter().all(|byte| byte.is_ascii_alphabetic() || b" =:->,".contains(byte));
            lead.then_some((end + blanks + 2 + open, b']'))
        }
        _ => None,
    }
}

/// Words in front of a row that stands behind its header on the same line.
const ROW_HINTS: [&[u8]; 9] = [b"row", b"rows", b"values", b"vals", b"value", b"data", b"record", b"rec", b"line"];

/// The end of a header that ends at `end`, without the word for the row behind it: `cols=a,b,c row=`.
fn without_row_hint(text: &str, end: usize) -> usize {
    let Some((head, word)) = cut(text, 0, end).rsplit_once(' ').filter(|_| text.as_bytes().get(end) == Some(&b'=')) else { return end };
    if ROW_HINTS.iter().any(|known| known.eq_ignore_ascii_case(word.as_bytes())) { head.trim_end_matches([' ', ';', ',']).len() } else { end }
}

/// Where the row begins that a word introduces behind a header with a hint: `cols=a,b,c row=1,2,3`; and what ends it.
fn hinted_row(text: &str, start: usize, end: usize) -> Option<(usize, u8)> {
    if !is_hinted(text, start) {
        return None;
    }
    let rest = text.as_bytes().get(end..)?;
    let signs = rest.iter().take(3).take_while(|byte| matches!(byte, b' ' | b';' | b',')).count();
    let word = rest[signs..].iter().take(8).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let known = ROW_HINTS.iter().any(|known| known.eq_ignore_ascii_case(&rest[signs..signs + word]));
    let sign = matches!(rest.get(signs + word), Some(b'=' | b':'));
    let blank = usize::from(rest.get(signs + word + 1) == Some(&b' '));
    (signs > 0 && known && sign).then_some((end + signs + word + 1 + blank, b'\n'))
}

/// Whether a hint introduces the header that begins at `start`.
fn is_hinted(text: &str, start: usize) -> bool {
    let Some(head) = cut(text, 0, start).trim_end_matches(' ').strip_suffix([':', '=']) else { return false };
    let word = head.bytes().rev().take(10).take_while(u8::is_ascii_alphabetic).count();
    HINTS.iter().any(|known| known.eq_ignore_ascii_case(cut(head, head.len() - word, head.len())))
}

/// The row in front of a header that a hint introduces: `a,b,c # cols: x,y,z`.
fn row_before(text: &str, start: usize) -> Option<(usize, usize)> {
    let head = cut(text, 0, start).trim_end_matches([' ', '[', '(', '"']).strip_suffix([':', '='])?;
    let word = head.bytes().rev().take(10).take_while(u8::is_ascii_alphabetic).count();
    let (head, word) = (cut(head, 0, head.len() - word), cut(head, head.len() - word, head.len()));
    if !HINTS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        return None;
    }
    let row = head.trim_end_matches([' ', '#', '-', '(', ';', '/', '<', '!', '\n', '\r', '[']);
    let from = row.len().saturating_sub(ROW_BYTES_MAX);
    let line = memchr::memrchr(b'\n', &row.as_bytes()[from..]).map_or(from, |line| from + line + 1);
    (line < row.len()).then_some((line, row.len()))
}

/// Splits the row; quotes hold signs that part columns otherwise. Returns the number of cells and where the row ends.
pub(super) fn split_row(bytes: &[u8], start: usize, end: usize, sign: u8, stop: u8, cells: &mut [(usize, usize)]) -> Option<(usize, usize)> {
    let (mut count, mut from) = (0, start);
    loop {
        let open = from + bytes[from..end].iter().take_while(|&&byte| byte == b' ').count();
        let quote = bytes.get(open).copied().filter(|&byte| open < end && (byte == b'"' || byte == b'\''));
        let closed = quote.and_then(|quote| {
            let close = open + 1 + memchr::memchr2(quote, b'\n', &bytes[open + 1..end])?;
            let behind = bytes.get(close + 1).copied().filter(|_| close + 1 < end);
            (bytes[close] == quote && behind.is_none_or(|byte| byte == sign || byte == stop || byte < b' ' || byte == b'\\' || byte == b' '))
                .then_some(close)
        });
        let search = closed.map_or(from, |close| close + 1);
        let len = bytes[search..end].iter().position(|&byte| byte == sign || byte == b'\n' || (stop != 0 && byte == stop));
        let to = len.map_or(end, |len| search + len);
        let mut cell = match closed {
            Some(close) => (open + 1, close),
            None => (open, to),
        };
        while cell.1 > cell.0 && matches!(bytes[cell.1 - 1], b' ' | b'\r') {
            cell.1 -= 1;
        }
        *cells.get_mut(count)? = cell;
        count += 1;
        if bytes.get(to) != Some(&sign) || to >= end {
            return Some((count, to));
        }
        from = to + 1;
    }
}
