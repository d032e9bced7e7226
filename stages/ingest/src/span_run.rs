//! Reads a source whose records can only be found from its beginning: CSV and JSON documents.

use std::collections::VecDeque;
use std::sync::Arc;

use schemas::limits::RECORD_BYTES_MAX;
use schemas::record::{RejectReason, SourceFormat};
use stage_runtime::StepError;

use crate::bytes::{Bytes, Check, Fill, UNIT};
use crate::charset;
use crate::fields::FieldMap;
use crate::format::Span;
use crate::format::csv::{Header, Rows};
use crate::format::json_document::Values;
use crate::work::{Item, Piece, Work};

/// Bytes without the end of a record after which it is surely too long.
const OVERLONG: usize = RECORD_BYTES_MAX + 4_096;
/// Bytes of JSON one piece of CSV may become by its column names alone.
const KEYS_BYTES: usize = 4 << 20;

/// How the source is divided.
pub(crate) enum Divider {
    Csv { delimiter: u8, rows: Rows, header: Option<Arc<Header>> },
    Json(Values),
}

/// A source being read.
pub(crate) struct SpanRun {
    source: u32,
    format: SourceFormat,
    bytes: Bytes,
    divider: Divider,
    buffer: Vec<u8>,
    base: u64,
    start: usize,
    /// Offset of a record that is being skipped.
    too_long: Option<u64>,
    done: bool,
    queue: VecDeque<Item>,
}

impl SpanRun {
    /// A source whose records begin at `start`.
    pub(crate) fn new(source: u32, format: SourceFormat, bytes: Bytes, divider: Divider, start: usize) -> Self {
        Self { source, format, bytes, divider, buffer: Vec::new(), base: 0, start, too_long: None, done: false, queue: VecDeque::new() }
    }

    /// The next item.
    pub(crate) fn next(&mut self, map: &FieldMap) -> Result<Option<Item>, StepError> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Ok(Some(item));
            }
            if self.done {
                return Ok(None);
            }
            self.buffer.reserve(UNIT);
            let fill = self.bytes.fill(&mut self.buffer)?;
            self.take(fill, map)?;
        }
    }

    fn take(&mut self, fill: Fill, map: &FieldMap) -> Result<(), StepError> {
        let ends = fill.ends && fill.damage.is_none();
        let mut check = fill.check;
        if let Some(start) = self.too_long {
            if let Some(check) = check.take() {
                check.make(&self.buffer)?;
            }
            self.skip(start, ends);
        }
        if self.too_long.is_none() {
            self.cut(ends, &mut check, map)?;
        }
        if let Some(reason) = fill.damage {
            let lost = self.too_long.unwrap_or(self.base + self.start as u64);
            let end = self.base + self.buffer.len() as u64;
            self.queue.push_back(Item::reject(self.source, lost, end.saturating_sub(lost), reason));
        }
        self.done = fill.ends;
        Ok(())
    }

    /// Hands out the records that are complete.
    fn cut(&mut self, ends: bool, check: &mut Option<Check>, map: &FieldMap) -> Result<(), StepError> {
        let mut spans = Vec::new();
        let start = self.start.min(self.buffer.len());
        let open = &self.buffer[start..];
        let consumed = match &mut self.divider {
            Divider::Csv { delimiter, rows, header } => {
                let consumed = rows.cut(open, ends, &mut spans);
                if header.is_none() && !spans.is_empty() {
                    let first = spans[0];
                    let names = Header::new(&charset::decode(&open[first.start..first.end]), *delimiter, map);
                    if names.is_first_row {
                        spans.remove(0);
                    }
                    *header = Some(Arc::new(names));
                }
                consumed
            }
            Divider::Json(values) => values.cut(open, ends, &mut spans),
        };
        for span in &mut spans {
            span.start += start;
            span.end += start;
        }
        let end = start + consumed;
        if consumed > 0 {
            self.emit(end, spans, check);
        }
        if let Some(check) = check.take() {
            check.make(&self.buffer)?;
        }
        if !ends && self.buffer.len() - self.start > OVERLONG {
            let offset = self.base + self.start as u64;
            self.discard(self.start);
            self.too_long = Some(offset);
            self.skip(offset, false);
        }
        Ok(())
    }

    /// Skips on in a record that is too long.
    fn skip(&mut self, start: u64, ends: bool) {
        let found = match &mut self.divider {
            Divider::Csv { .. } => memchr::memchr(b'\n', &self.buffer).map(|at| at + 1).or(ends.then_some(self.buffer.len())),
            Divider::Json(values) => values.skip(&self.buffer, ends),
        };
        match found {
            Some(at) => {
                let offset = self.base + at as u64;
                self.queue.push_back(Item::reject(self.source, start, offset - start, RejectReason::TooLong));
                self.too_long = None;
                self.discard(at);
            }
            None => self.discard(self.buffer.len()),
        }
    }

    /// Hands out the buffer up to `end` and keeps the rest.
    fn emit(&mut self, end: usize, spans: Vec<Span>, check: &mut Option<Check>) {
        let carry = self.buffer[end..].to_vec();
        let buffer = std::mem::replace(&mut self.buffer, carry);
        let base = self.base;
        self.base += end as u64;
        self.start = 0;
        let piece = |buffer, base, work, check| Item::Piece(Piece { source: self.source, format: self.format, buffer, base, work, check });
        let Divider::Csv { header: Some(header), .. } = &self.divider else {
            self.queue.push_back(piece(buffer, base, Work::Values { spans }, check.take()));
            return;
        };
        let rows_max = (KEYS_BYTES / header.json_bytes().max(1)).max(1);
        if spans.len() <= rows_max {
            self.queue.push_back(piece(buffer, base, Work::Rows { spans, header: Arc::clone(header) }, check.take()));
            return;
        }
        // Long column names make rows much larger: fewer of them go into one piece. The unit stays to be checked with the first.
        let mut rest = buffer;
        let mut at = 0;
        for (number, group) in spans.chunks(rows_max).enumerate() {
            let (from, to) = (group[0].start, group[group.len() - 1].end);
            let shift = if number == 0 { 0 } else { from };
            let part = if number == 0 { rest.clone() } else { rest[from..to].to_vec() };
            let moved = group.iter().map(|span| Span { start: span.start - shift, end: span.end - shift, ..*span }).collect();
            let work = Work::Rows { spans: moved, header: Arc::clone(header) };
            self.queue.push_back(piece(part, base + shift as u64, work, check.take()));
            at = to;
        }
        rest.truncate(at);
    }

    fn discard(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.base += bytes as u64;
        self.start = 0;
    }
}
