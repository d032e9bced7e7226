//! Reads a range of a source that is divided by lines.
//!
//! The records of a range are those that begin in it. A range that does not begin the source starts with the unit before it, so that its
//! first record is found by the same rule by which the range before ends: both ask [`Lines::first_begin`] for the same position.

use std::collections::VecDeque;

use schemas::limits::RECORD_BYTES_MAX;
use schemas::record::{RejectReason, SourceFormat};
use stage_runtime::StepError;

use crate::bytes::{Bytes, Check, Fill, UNIT};
use crate::format::lines::{Begin, LOOK_BYTES, Lines};
use crate::work::{Item, Piece, Work};

/// Bytes in which no record begins after which a record is surely too long.
const OVERLONG: usize = RECORD_BYTES_MAX + 2 * LOOK_BYTES;

enum State {
    /// Looking for the first record at or after `from` in the buffer; `too_long`: offset of a record that is being skipped.
    Seek {
        from: usize,
        too_long: Option<u64>,
    },
    /// A record begins at `start` in the buffer.
    Run,
    Done,
}

/// A range being read.
pub(crate) struct LineRun {
    source: u32,
    format: SourceFormat,
    bytes: Bytes,
    lines: Lines,
    range_end: u64,
    buffer: Vec<u8>,
    /// Offset of the buffer in the decoded source.
    base: u64,
    start: usize,
    state: State,
    queue: VecDeque<Item>,
}

impl LineRun {
    /// A range that begins at `start` of the source's bytes (after its byte-order mark).
    pub(crate) fn from_start(source: u32, format: SourceFormat, bytes: Bytes, lines: Lines, start: usize, range_end: u64) -> Self {
        Self { source, format, bytes, lines, range_end, buffer: Vec::new(), base: 0, start, state: State::Run, queue: VecDeque::new() }
    }

    /// A range from `range_start` on; `bytes` begin one unit before it.
    pub(crate) fn from_middle(source: u32, format: SourceFormat, bytes: Bytes, lines: Lines, range_start: u64, range_end: u64) -> Self {
        let state = State::Seek { from: UNIT, too_long: None };
        let base = range_start - UNIT as u64;
        Self { source, format, bytes, lines, range_end, buffer: Vec::new(), base, start: 0, state, queue: VecDeque::new() }
    }

    /// The next item.
    pub(crate) fn next(&mut self) -> Result<Option<Item>, StepError> {
        loop {
            if let Some(item) = self.queue.pop_front() {
                return Ok(Some(item));
            }
            if matches!(self.state, State::Done) {
                return Ok(None);
            }
            self.buffer.reserve(UNIT);
            let fill = self.bytes.fill(&mut self.buffer)?;
            self.take(fill)?;
        }
    }

    fn take(&mut self, fill: Fill) -> Result<(), StepError> {
        let ends = fill.ends && fill.damage.is_none();
        let mut check = fill.check;
        if matches!(self.state, State::Seek { .. }) {
            self.make(check.take())?;
            self.seek(ends);
        }
        if matches!(self.state, State::Run) {
            self.run(ends, &mut check);
            self.make(check)?;
            if matches!(self.state, State::Run) && self.buffer.len() - self.start > OVERLONG {
                self.state = State::Seek { from: self.start + 1, too_long: Some(self.base + self.start as u64) };
                self.seek(false);
            }
        }
        if let Some(reason) = fill.damage {
            self.damage(reason);
        }
        Ok(())
    }

    fn make(&self, check: Option<Check>) -> Result<(), StepError> {
        check.map_or(Ok(()), |check| check.make(&self.buffer))
    }

    /// Looks for the record to begin (again) with.
    fn seek(&mut self, ends: bool) {
        let State::Seek { from, too_long } = self.state else { return };
        if self.buffer.len() < from {
            // The source ends before the range begins.
            self.state = if ends { State::Done } else { State::Seek { from, too_long } };
            return;
        }
        let (at, found) = match self.lines.first_begin(&self.buffer, from, ends) {
            Begin::At(at) => (at, true),
            Begin::Undecided(at) => (at, false),
            Begin::Nowhere => (self.buffer.len(), false),
        };
        let offset = self.base + at as u64;
        if found && let Some(start) = too_long {
            self.queue.push_back(Item::reject(self.source, start, offset - start, RejectReason::TooLong));
        }
        if offset >= self.range_end && (found || too_long.is_none()) {
            self.state = State::Done;
        } else if found {
            self.start = at;
            self.state = State::Run;
        } else {
            // Whether a line begins at a position is told by the byte before it.
            let keep = at.saturating_sub(1);
            self.state = State::Seek { from: at - keep, too_long };
            self.discard(keep);
        }
    }

    /// Hands out what is complete.
    fn run(&mut self, ends: bool, check: &mut Option<Check>) {
        let limit = usize::try_from(self.range_end.saturating_sub(self.base)).unwrap_or(usize::MAX);
        if self.start >= limit {
            self.state = State::Done;
            return;
        }
        if self.buffer.len() >= limit {
            if let Begin::At(end) = self.lines.first_begin(&self.buffer, limit, ends) {
                self.emit(end, check);
                self.state = State::Done;
                return;
            }
        } else if ends {
            self.emit(self.buffer.len(), check);
            self.state = State::Done;
            return;
        }
        if let Some(end) = self.lines.last_begin(&self.buffer[self.start..]) {
            self.emit(self.start + end, check);
        }
    }

    /// The stream cannot be read on: whole lines are kept, the rest is one refused record.
    fn damage(&mut self, reason: RejectReason) {
        let mut lost = self.base + self.start as u64;
        match self.state {
            State::Seek { too_long, .. } => lost = too_long.unwrap_or(lost),
            State::Run => {
                let whole = memchr::memrchr2(b'\n', 0, &self.buffer[self.start..]).map_or(self.start, |at| self.start + at + 1);
                lost = self.base + whole as u64;
                let end = self.base + self.buffer.len() as u64;
                self.emit(whole, &mut None);
                self.queue.push_back(Item::reject(self.source, lost, end - lost, reason));
                self.state = State::Done;
                return;
            }
            State::Done => {}
        }
        let end = self.base + self.buffer.len() as u64;
        self.queue.push_back(Item::reject(self.source, lost, end.saturating_sub(lost), reason));
        self.state = State::Done;
    }

    /// Hands out the buffer up to `end` and keeps the rest.
    fn emit(&mut self, end: usize, check: &mut Option<Check>) {
        if end <= self.start {
            return;
        }
        let mut carry = Vec::with_capacity(UNIT + self.buffer.len() - end);
        carry.extend_from_slice(&self.buffer[end..]);
        let buffer = std::mem::replace(&mut self.buffer, carry);
        let work = Work::Lines { lines: self.lines, start: self.start, end };
        let piece = Piece { source: self.source, format: self.format, buffer, base: self.base, work, check: check.take() };
        self.queue.push_back(Item::Piece(piece));
        self.base += end as u64;
        self.start = 0;
    }

    fn discard(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.base += bytes as u64;
    }
}
