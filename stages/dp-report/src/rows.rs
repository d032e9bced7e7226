//! Sorting rows outside memory: runs of fixed-width rows in one scratch file, merged in one pass.
//!
//! A row on disk is 25 bytes: unit (16, big-endian), metric (1), key (8, big-endian).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::slice::ParallelSliceMut;
use schemas::exit::Exit;
use stage_runtime::{Scratch, StepError};

const ROW_BYTES: usize = 25;
/// Bytes of one run that the merge holds in memory.
const RUN_BUFFER_BYTES: usize = 2_500 * ROW_BYTES;
/// Runs of one merge, which then takes about as much memory as the sort.
const RUNS_MAX: usize = 1_024;

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

/// Collects rows and gives them back sorted and without duplicates.
pub(crate) struct Sorter {
    rows: Vec<Row>,
    rows_max: usize,
    scratch: Scratch,
    runs: Vec<std::ops::Range<u64>>,
}

impl Sorter {
    /// A sorter that holds at most `rows_max` rows (32 bytes each) in memory.
    pub(crate) fn new(scratch: Scratch, rows_max: usize) -> Self {
        Self { rows: Vec::new(), rows_max, scratch, runs: Vec::new() }
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
        if self.runs.len() >= RUNS_MAX {
            return Err(StepError::new(Exit::OutOfMemory, format!("sort contributions: more than {RUNS_MAX} runs of {} rows", self.rows_max)));
        }
        self.sort();
        let start = self.runs.last().map_or(0, |run| run.end);
        let mut offset = start;
        for chunk in self.rows.chunks(32 * 1024) {
            let bytes: Vec<u8> = chunk.iter().flat_map(|row| row.to_bytes()).collect();
            self.scratch.write_all_at(&bytes, offset)?;
            offset += bytes.len() as u64;
        }
        self.runs.push(start..offset);
        self.rows.clear();
        Ok(())
    }

    /// Hands every distinct row to `sink`, in order.
    pub(crate) fn finish(mut self, mut sink: impl FnMut(Row) -> Result<(), StepError>) -> Result<(), StepError> {
        if self.runs.is_empty() {
            self.sort();
            return self.rows.into_iter().try_for_each(sink);
        }
        self.spill()?;
        self.rows = Vec::new();
        let mut readers: Vec<RunReader<'_>> = self.runs.iter().map(|run| RunReader::new(&self.scratch, run.clone())).collect();
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
}

struct RunReader<'a> {
    scratch: &'a Scratch,
    left: std::ops::Range<u64>,
    buffer: Vec<u8>,
    used: usize,
}

impl<'a> RunReader<'a> {
    fn new(scratch: &'a Scratch, run: std::ops::Range<u64>) -> Self {
        Self { scratch, left: run, buffer: Vec::new(), used: 0 }
    }

    fn next(&mut self) -> Result<Option<Row>, StepError> {
        if self.used == self.buffer.len() {
            let want = usize::try_from(self.left.end - self.left.start).unwrap_or(usize::MAX).min(RUN_BUFFER_BYTES);
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
