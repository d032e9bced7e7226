//! Records from pieces: what runs in the worker threads.

use schemas::container::BlockBuilder;
use schemas::ids::RecordRef;
use schemas::limits::{BLOCK_TARGET_BYTES, JSON_KEYS_MAX, RECORD_BYTES_MAX, RECORD_LINES_MAX};
use schemas::record::{Raw, RawFormat, RawRecord, RawText, RejectReason, RejectRecord, Severity, SourceFormat};
use stage_runtime::{Spares, StepError};

use crate::ansi;
use crate::charset;
use crate::fields::{Collected, Facts, FieldMap};
use crate::format::access_log;
use crate::format::csv::Header;
use crate::format::key_value::{self, Blanks};
use crate::format::lines::Lines;
use crate::json::{self, JsonError, Kind};
use crate::made::Made;
use crate::severity;
use crate::sniff::is_binary;
use crate::work::{Item, Piece, Work};

/// Bytes of a block above which it is closed whatever follows.
const BLOCK_BYTES_MAX: usize = 1 << 20;
/// Bytes that must be left of the work for a block to be closed at its target size: the next one would be too small otherwise.
const BLOCK_REST_MIN: usize = 256 << 10;

/// What a batch of items became.
pub(crate) struct Parsed {
    pub(crate) blocks: Vec<BlockBuilder<Raw>>,
    pub(crate) rejects: Vec<RejectRecord>,
    pub(crate) records: u64,
    pub(crate) without_time: u64,
}

/// Parses a batch.
pub(crate) fn parse(items: Vec<Item>, map: &FieldMap, spares: &Spares<Raw>) -> Result<Parsed, StepError> {
    let left = items.iter().map(Item::len).sum();
    let out = Parsed { blocks: vec![spares.take()], rejects: Vec::new(), records: 0, without_time: 0 };
    let mut parser = Parser { map, spares, out, left, at: RecordRef { source: 0, offset: 0 }, bytes: 0, made: Made::default() };
    for item in items {
        match item {
            Item::Reject(reject) => parser.out.rejects.push(reject),
            Item::Piece(piece) => parser.piece(&piece)?,
        }
    }
    Ok(parser.out)
}

struct Parser<'m> {
    map: &'m FieldMap,
    spares: &'m Spares<Raw>,
    out: Parsed,
    /// Bytes of work that are left.
    left: usize,
    /// Place and length of the current record.
    at: RecordRef,
    bytes: u64,
    made: Made,
}

impl Parser<'_> {
    fn piece(&mut self, piece: &Piece) -> Result<(), StepError> {
        if let Some(check) = &piece.check {
            check.make(&piece.buffer)?;
        }
        match &piece.work {
            Work::Lines { lines, start, end } => self.lines(piece, lines, *start, *end),
            Work::Values { spans } => spans.iter().try_for_each(|span| {
                self.begin(piece, span.start, span.end);
                match span.bad {
                    Some(reason) => self.reject(reason),
                    None => self.value(piece.buffer[span.start..span.end].trim_ascii()),
                }
            }),
            Work::Rows { spans, header } => spans.iter().try_for_each(|span| {
                self.begin(piece, span.start, span.end);
                let row = &piece.buffer[span.start..span.end];
                match span.bad {
                    _ if row.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) => Ok(()),
                    Some(reason) => self.reject(reason),
                    None => self.row(row, header),
                }
            }),
        }
    }

    fn lines(&mut self, piece: &Piece, lines: &Lines, start: usize, end: usize) -> Result<(), StepError> {
        let mut outcome = Ok(());
        lines.for_each(&piece.buffer[start..end], |from, to, line_count| {
            let text = trim(&piece.buffer[start + from..start + to]);
            if text.is_empty() || outcome.is_err() {
                return;
            }
            self.begin(piece, start + from, start + to);
            outcome = if to - from > RECORD_BYTES_MAX + 1 || line_count > RECORD_LINES_MAX && text_lines(text) > RECORD_LINES_MAX as usize {
                self.reject(RejectReason::TooLong)
            } else {
                self.line(text, piece.format)
            };
        });
        outcome
    }

    fn begin(&mut self, piece: &Piece, start: usize, end: usize) {
        self.at = RecordRef { source: piece.source, offset: piece.base + start as u64 };
        self.bytes = (end - start) as u64;
        self.left = self.left.saturating_sub(end - start);
    }

    /// A record of a format divided by lines. What is not what the format promises becomes text: nothing is lost.
    fn line(&mut self, bytes: &[u8], format: SourceFormat) -> Result<(), StepError> {
        let text = charset::decode(bytes);
        if matches!(text, std::borrow::Cow::Owned(_)) && is_binary(bytes) {
            return self.reject(RejectReason::Binary);
        }
        match (bytes[0], format) {
            (b'{', _) | (_, SourceFormat::JsonLines) => match self.json(&text) {
                Err(JsonError::Invalid | JsonError::Cut) => self.object_and_text(&text),
                Err(JsonError::TooDeep) => self.reject(RejectReason::TooDeep),
                Err(JsonError::TooManyKeys) => self.reject(RejectReason::TooManyKeys),
                Ok(done) => done,
            },
            (_, SourceFormat::Text) if memchr::memmem::find(bytes, b"] \"").is_some() => {
                let mut made = std::mem::take(&mut self.made);
                let is_access = access_log::to_json(&text, self.map, &mut made);
                let done = if is_access { self.made(&made) } else { self.text(&text) };
                self.made = made;
                done
            }
            (_, SourceFormat::KeyValue | SourceFormat::Text) if text.contains('=') => {
                let mut made = std::mem::take(&mut self.made);
                let blanks = if format == SourceFormat::KeyValue { Blanks::Belong } else { Blanks::Part };
                let is_pairs = key_value::to_json(&text, blanks, self.map, &mut made);
                let enough = if format == SourceFormat::KeyValue { 1 } else { 2 };
                let done = if is_pairs && made.fields() >= enough { self.made(&made) } else { self.text(&text) };
                self.made = made;
                done
            }
            _ => self.text(&text),
        }
    }

    /// Lines that begin with `{`: an object on the first of them is a record of its own, since nothing continues a complete object.
    fn object_and_text(&mut self, text: &str) -> Result<(), StepError> {
        let Some((first, rest)) = text.split_once('\n').filter(|(_, rest)| !rest.trim().is_empty()) else { return self.text(text) };
        match self.json(first) {
            Ok(done) => {
                done?;
                self.at.offset += first.len() as u64 + 1;
                self.bytes = self.bytes.saturating_sub(first.len() as u64 + 1);
                self.text(rest)
            }
            Err(_) => self.text(text),
        }
    }

    /// A value of a JSON document.
    fn value(&mut self, bytes: &[u8]) -> Result<(), StepError> {
        let text = charset::decode(bytes);
        match self.json(&text) {
            Err(JsonError::Invalid | JsonError::Cut) => self.reject(RejectReason::InvalidJson),
            Err(JsonError::TooDeep) => self.reject(RejectReason::TooDeep),
            Err(JsonError::TooManyKeys) => self.reject(RejectReason::TooManyKeys),
            Ok(done) => done,
        }
    }

    fn row(&mut self, bytes: &[u8], header: &Header) -> Result<(), StepError> {
        let text = charset::decode(bytes);
        let text = text.trim_matches('\0');
        let mut made = std::mem::take(&mut self.made);
        let done = if header.to_json(text, &mut made) { self.made(&made) } else { self.reject(RejectReason::InvalidCsv) };
        self.made = made;
        done
    }

    /// A JSON object made from another format.
    fn made(&mut self, made: &Made) -> Result<(), StepError> {
        if made.text().len() > RECORD_BYTES_MAX {
            return self.reject(RejectReason::TooLong);
        }
        if made.fields() > JSON_KEYS_MAX as usize {
            return self.reject(RejectReason::TooManyKeys);
        }
        let facts = made.facts(self.map);
        self.object(&facts, made.text())
    }

    fn object(&mut self, facts: &Facts<'_>, text: &str) -> Result<(), StepError> {
        if facts.any_present {
            self.push(facts.time_ns, facts.severity, RawFormat::Json, &facts.message_path, text)
        } else {
            self.reject(RejectReason::Empty)
        }
    }

    /// A text that may be a JSON value: objects are taken as they are, strings become text, other values are no records.
    fn json(&mut self, text: &str) -> Result<Result<(), StepError>, JsonError> {
        let mut collected = Collected::new();
        let map = self.map;
        let value = json::walk(text.as_bytes(), |field| collected.take(map, field))?;
        Ok(match value.kind {
            Kind::Object { .. } => self.object(&collected.facts(map), text),
            Kind::String { .. } => {
                let inner = text.trim_ascii().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
                let mut plain = String::with_capacity(inner.len());
                json::unescape(inner, &mut plain);
                let plain = plain.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\0');
                if plain.is_empty() { self.reject(RejectReason::Empty) } else { self.text(plain) }
            }
            _ => self.reject(RejectReason::NotARecord),
        })
    }

    fn text(&mut self, text: &str) -> Result<(), StepError> {
        let plain = ansi::without_colours(text);
        let text = plain.as_ref();
        let time_ns = self.map.time_context().of_line(text.as_bytes()).map(|(time, _)| time);
        self.push(time_ns, severity::of_line(text.as_bytes()), RawFormat::Text, "", text)
    }

    fn push(&mut self, time_ns: Option<i64>, severity: Severity, format: RawFormat, message_path: &str, text: &str) -> Result<(), StepError> {
        // Windows-1252 takes up to three bytes a character in UTF-8.
        if text.len() > RECORD_BYTES_MAX {
            return self.reject(RejectReason::TooLong);
        }
        let record = RawRecord { at: self.at, time_ns, severity, format, message_path, text: RawText::new(text) };
        let open = self.out.blocks.last_mut().map_or(0, |block| block.byte_len());
        if open >= BLOCK_TARGET_BYTES && self.left >= BLOCK_REST_MIN || open >= BLOCK_BYTES_MAX {
            self.out.blocks.push(self.spares.take());
        }
        if let Some(block) = self.out.blocks.last_mut() {
            block.push(&record, time_ns)?;
        }
        self.out.records += 1;
        self.out.without_time += u64::from(time_ns.is_none());
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "one of several ways a record can go")]
    fn reject(&mut self, reason: RejectReason) -> Result<(), StepError> {
        self.out.rejects.push(RejectRecord { at: self.at, bytes: self.bytes, reason });
        Ok(())
    }
}

/// A record's text without the white space and NULs around it.
fn trim(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let start = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

fn text_lines(text: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', text).count() + 1
}
