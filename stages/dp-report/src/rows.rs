//! Sorting rows outside memory, in a few MiB whatever their number.
//!
//! Rows are sorted in a small buffer and spilled as runs to the first scratch file. As soon as there are [`FAN_IN`] runs, they are merged,
//! duplicates dropped, into one run in the second file, and the first is used anew. The last merge takes what both hold.
//!
//! A row on disk is 25 bytes: unit (16, big-endian), metric (1), key (8, big-endian).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::slice::ParallelSliceMut;
use schemas::exit::Exit;
use stage_runtime::{Scratch, StepError};

const ROW_BYTES: usize = 25;
/// Rows of one run that a merge holds in memory.
const RUN_BUFFER_ROWS: usize = 1_000;
/// Rows written at once.
const WRITE_ROWS: usize = 8_000;
/// Runs in the first file.
const FAN_IN: usize = 64;
/// Merged runs in the second file: with the buffer of a release, eight billion distinct rows.
const MERGED_MAX: usize = 1_024;

/// A contribution in sort order: all rows of a unit and metric stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) unit: u128,
    pub(crate) metric: u8,
    pub(crate) key: u64,
}

impl Row {
    fn to_bytes(self) -> [u8; ROW_BYTES] {
        let mut bytes = [0; ROW_BYTES];
        bytes[..16].copy_from_slice(&self.unit.to_be_bytes());
        bytes[16] = self.metric;
        bytes[17..].copy_from_slice(&self.key.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Self {
        let (mut unit, mut key) = ([0; 16], [0; 8]);
        unit.copy_from_slice(&bytes[..16]);
        key.copy_from_slice(&bytes[17..ROW_BYTES]);
        Self { unit: u128::from_be_bytes(unit), metric: bytes[16], key: u64::from_be_bytes(key) }
    }
}

type Run = std::ops::Range<u64>;

/// Collects rows and gives them back sorted and without duplicates.
pub(crate) struct Sorter {
    rows: Vec<Row>,
    rows_max: usize,
    fresh: Scratch,
    fresh_runs: Vec<Run>,
    merged: Scratch,
    merged_runs: Vec<Run>,
}

impl Sorter {
    /// A sorter that holds at most `rows_max` rows (32 bytes each) in memory.
    pub(crate) fn new(fresh: Scratch, merged: Scratch, rows_max: usize) -> Self {
        Self { rows: Vec::with_capacity(rows_max), rows_max, fresh, fresh_runs: Vec::new(), merged, merged_runs: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Row) -> Result<(), StepError> {
        self.rows.push(row);
        if self.rows.len() >= self.rows_max { self.spill() } else { Ok(()) }
    }

    fn sort(&mut self) {
        self.rows.par_sort_unstable();
        self.rows.dedup();
    }

    fn spill(&mut self) -> Result<(), StepError> {
        self.sort();
        let mut writer = RunWriter::new(&self.fresh, self.fresh_runs.last().map_or(0, |run| run.end));
        self.rows.drain(..).try_for_each(|row| writer.push(row))?;
        self.fresh_runs.push(writer.finish()?);
        if self.fresh_runs.len() >= FAN_IN { self.fold() } else { Ok(()) }
    }

    /// Merges the first file's runs into one of the second.
    fn fold(&mut self) -> Result<(), StepError> {
        if self.merged_runs.len() >= MERGED_MAX {
            return Err(StepError::new(Exit::OutOfMemory, format!("sort contributions: there are more than {MERGED_MAX} merged runs")));
        }
        let mut writer = RunWriter::new(&self.merged, self.merged_runs.last().map_or(0, |run| run.end));
        merge(self.fresh_runs.drain(..).map(|run| RunReader::new(&self.fresh, run)).collect(), |row| writer.push(row))?;
        self.merged_runs.push(writer.finish()?);
        Ok(())
    }

    /// Hands every distinct row to `sink`, in order.
    pub(crate) fn finish(mut self, sink: impl FnMut(Row) -> Result<(), StepError>) -> Result<(), StepError> {
        if self.fresh_runs.is_empty() && self.merged_runs.is_empty() {
            self.sort();
            return self.rows.into_iter().try_for_each(sink);
        }
        self.spill()?;
        self.rows = Vec::new();
        let fresh = self.fresh_runs.drain(..).map(|run| RunReader::new(&self.fresh, run));
        merge(fresh.chain(self.merged_runs.drain(..).map(|run| RunReader::new(&self.merged, run))).collect(), sink)
    }
}

/// Hands the distinct rows of sorted runs to `sink`, in order.
fn merge(mut readers: Vec<RunReader<'_>>, mut sink: impl FnMut(Row) -> Result<(), StepError>) -> Result<(), StepError> {
    let mut heap = BinaryHeap::new();
    for (number, reader) in readers.iter_mut().enumerate() {
        if let Some(row) = reader.next()? {
            heap.push(Reverse((row, number)));
        }
    }
    let mut last = None;
    while let Some(Reverse((row, number))) = heap.pop() {
        if last != Some(row) {
            sink(row)?;
            last = Some(row);
        }
        if let Some(row) = readers[number].next()? {
            heap.push(Reverse((row, number)));
        }
    }
    Ok(())
}

struct RunWriter<'a> {
    scratch: &'a Scratch,
    start: u64,
    offset: u64,
    buffer: Vec<u8>,
}

impl<'a> RunWriter<'a> {
    fn new(scratch: &'a Scratch, start: u64) -> Self {
        Self { scratch, start, offset: start, buffer: Vec::with_capacity(WRITE_ROWS * ROW_BYTES) }
    }

    fn push(&mut self, row: Row) -> Result<(), StepError> {
        self.buffer.extend_from_slice(&row.to_bytes());
        if self.buffer.len() >= WRITE_ROWS * ROW_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StepError> {
        self.scratch.write_all_at(&self.buffer, self.offset)?;
        self.offset += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<Run, StepError> {
        self.flush()?;
        Ok(self.start..self.offset)
    }
}

struct RunReader<'a> {
    scratch: &'a Scratch,
    left: Run,
    buffer: Vec<u8>,
    used: usize,
}

impl<'a> RunReader<'a> {
    fn new(scratch: &'a Scratch, run: Run) -> Self {
        Self { scratch, left: run, buffer: Vec::new(), used: 0 }
    }

    fn next(&mut self) -> Result<Option<Row>, StepError> {
        if self.used == self.buffer.len() {
            let want = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX).min(RUN_BUFFER_ROWS * ROW_BYTES);
            if want == 0 {
                return Ok(None);
            }
            self.buffer.resize(want, 0);
            self.scratch.read_exact_at(&mut self.buffer, self.left.start)?;
            self.left.start += want as u64;
            self.used = 0;
        }
        let row = Row::from_bytes(&self.buffer[self.used..self.used + ROW_BYTES]);
        self.used += ROW_BYTES;
        Ok(Some(row))
    }
}
