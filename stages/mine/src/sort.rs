//! External merge sort of fixed-size byte rows: a bounded buffer, sorted runs in a scratch file, a k-way merge.
//!
//! Rows compare as bytes (numbers are written big endian), so the order is total and equal rows are the same row: the result does
//! not depend on the order of arrival. The merge can be walked more than once.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use rayon::slice::ParallelSliceMut;
use stage_runtime::{Scratch, StepError};

/// Bytes of rows held before a run is written. Small, and touched whole at once, so that memory does not follow the input.
pub(crate) const BUFFER_BYTES: usize = 2 << 20;
/// Bytes of read buffers of one merge, shared by its runs.
const READ_BYTES: usize = 512 << 10;

/// Sorts rows of `N` bytes.
pub(crate) struct Sorter<const N: usize> {
    scratch: Scratch,
    buffer: Vec<[u8; N]>,
    capacity: usize,
    runs: Vec<Run>,
    end: u64,
    distinct: bool,
}

#[derive(Clone, Copy)]
struct Run {
    offset: u64,
    rows: u64,
}

impl Run {
    /// The same without the rows before `first`.
    fn from<const N: usize>(self, first: &[u8; N], scratch: &Scratch) -> Result<Self, StepError> {
        let (mut low, mut high) = (0, if *first == [0; N] { 0 } else { self.rows });
        let mut row = [0; N];
        while low < high {
            let middle = u64::midpoint(low, high);
            scratch.read_exact_at(&mut row, self.offset + middle * N as u64)?;
            if row < *first { low = middle + 1 } else { high = middle }
        }
        Ok(Self { offset: self.offset + low * N as u64, rows: self.rows - low })
    }
}

impl<const N: usize> Sorter<N> {
    /// An empty sorter that spills to `scratch`; `distinct` drops equal rows.
    pub(crate) fn new(scratch: Scratch, distinct: bool) -> Self {
        Self::with_capacity(scratch, distinct, BUFFER_BYTES / N)
    }

    fn with_capacity(scratch: Scratch, distinct: bool, capacity: usize) -> Self {
        let mut buffer = vec![[0xff; N]; capacity];
        buffer.clear();
        Self { scratch, buffer, capacity, runs: Vec::new(), end: 0, distinct }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(crate) fn push(&mut self, row: [u8; N]) -> Result<(), StepError> {
        if self.buffer.len() == self.capacity {
            self.sort_buffer();
            // Many equal rows shrink to few: no run is worth writing then. Those that stay are sorted again each time, so they must be few.
            if self.buffer.len() > self.capacity / 4 {
                self.spill()?;
            }
        }
        self.buffer.push(row);
        Ok(())
    }

    /// Ends the input.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(crate) fn finish(mut self) -> Result<Sorted<N>, StepError> {
        self.sort_buffer();
        if !self.runs.is_empty() {
            self.spill()?;
            // The merge has read buffers of its own, smaller ones.
            self.buffer = Vec::new();
        }
        Ok(Sorted { scratch: self.scratch, memory: self.buffer, runs: self.runs })
    }

    fn sort_buffer(&mut self) {
        // Rows that compare equal are equal, so that threads cannot show.
        self.buffer.par_sort_unstable_by(order);
        if self.distinct {
            self.buffer.dedup();
        }
    }

    fn spill(&mut self) -> Result<(), StepError> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let bytes = self.buffer.as_flattened();
        self.scratch.write_all_at(bytes, self.end)?;
        self.runs.push(Run { offset: self.end, rows: self.buffer.len() as u64 });
        self.end += bytes.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// How rows compare: as bytes, of which the first are nearly always enough and make one number. The last make another one, which says the rest of
/// short rows.
fn order<const N: usize>(a: &[u8; N], b: &[u8; N]) -> Ordering {
    let head = |row: &[u8; N]| row.first_chunk::<16>().map(|head| u128::from_be_bytes(*head));
    let tail = |row: &[u8; N]| row.last_chunk::<16>().map(|tail| u128::from_be_bytes(*tail));
    head(a).cmp(&head(b)).then_with(|| if (16..=32).contains(&N) { tail(a).cmp(&tail(b)) } else { a.cmp(b) })
}

/// The next row of a run, and which run.
#[derive(PartialEq, Eq)]
struct Next<const N: usize>([u8; N], usize);

impl<const N: usize> Ord for Next<N> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(&self.0, &other.0).then_with(|| self.1.cmp(&other.1))
    }
}

impl<const N: usize> PartialOrd for Next<N> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Sorted rows, to be walked as often as needed.
pub(crate) struct Sorted<const N: usize> {
    scratch: Scratch,
    memory: Vec<[u8; N]>,
    runs: Vec<Run>,
}

impl<const N: usize> Sorted<N> {
    /// Hands all rows to `sink` in order. Equal rows of different runs come one after the other; `sink` sees each.
    ///
    /// # Errors
    /// The first error of reading or of `sink`.
    pub(crate) fn for_each(&self, sink: impl FnMut(&[u8; N]) -> Result<(), StepError>) -> Result<(), StepError> {
        self.for_each_from(&[0; N], sink)
    }

    /// Hands the rows that are not before `first` to `sink` in order.
    ///
    /// # Errors
    /// The first error of reading or of `sink`.
    pub(crate) fn for_each_from(&self, first: &[u8; N], mut sink: impl FnMut(&[u8; N]) -> Result<(), StepError>) -> Result<(), StepError> {
        if self.runs.is_empty() {
            return self.memory[self.memory.partition_point(|row| row < first)..].iter().try_for_each(sink);
        }
        let rows = (READ_BYTES / N / self.runs.len()).max(16);
        let runs = self.runs.iter().map(|run| run.from(first, &self.scratch)).collect::<Result<Vec<Run>, StepError>>()?;
        let mut readers: Vec<RunReader<N>> = runs.into_iter().map(|run| RunReader::new(run, rows)).collect();
        let mut heap = BinaryHeap::with_capacity(readers.len());
        for (number, reader) in readers.iter_mut().enumerate() {
            if let Some(row) = reader.next(&self.scratch)? {
                heap.push(Reverse(Next(row, number)));
            }
        }
        while let Some(mut top) = heap.peek_mut() {
            let Reverse(Next(row, number)) = &*top;
            let number = *number;
            sink(row)?;
            match readers[number].next(&self.scratch)? {
                Some(next) => *top = Reverse(Next(next, number)),
                None => {
                    std::collections::binary_heap::PeekMut::pop(top);
                }
            }
        }
        Ok(())
    }

    /// Hands each distinct row that is not before `first` to `sink` once, in order.
    ///
    /// # Errors
    /// The first error of reading or of `sink`.
    pub(crate) fn for_each_distinct_from(&self, first: &[u8; N], mut sink: impl FnMut(&[u8; N]) -> Result<(), StepError>) -> Result<(), StepError> {
        let mut last: Option<[u8; N]> = None;
        self.for_each_from(first, |row| {
            if last.as_ref() == Some(row) {
                return Ok(());
            }
            last = Some(*row);
            sink(row)
        })
    }

    /// Gives the scratch file back for other use.
    pub(crate) fn into_scratch(self) -> Scratch {
        self.scratch
    }
}

struct RunReader<const N: usize> {
    run: Run,
    buffer: Vec<[u8; N]>,
    next: usize,
    rows: usize,
}

impl<const N: usize> RunReader<N> {
    fn new(run: Run, rows: usize) -> Self {
        Self { run, buffer: Vec::new(), next: 0, rows }
    }

    fn next(&mut self, scratch: &Scratch) -> Result<Option<[u8; N]>, StepError> {
        if self.next == self.buffer.len() {
            let rows = self.run.rows.min(self.rows as u64);
            self.buffer.resize(rows as usize, [0; N]);
            self.next = 0;
            if rows == 0 {
                return Ok(None);
            }
            scratch.read_exact_at(self.buffer.as_flattened_mut(), self.run.offset)?;
            self.run.offset += rows * N as u64;
            self.run.rows -= rows;
        }
        self.next += 1;
        Ok(Some(self.buffer[self.next - 1]))
    }
}

/// Writes the fields of a row one after the other.
pub(crate) struct RowWriter<'a> {
    row: &'a mut [u8],
    at: usize,
}

impl<'a> RowWriter<'a> {
    /// Starts at the front of `row`.
    pub(crate) fn new(row: &'a mut [u8]) -> Self {
        Self { row, at: 0 }
    }
    /// Appends bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.row[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
        self
    }
    /// Appends one byte.
    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }
    /// Appends a number that sorts as such.
    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }
    /// Appends a number that sorts as such.
    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }
    /// Appends a number that sorts as such.
    pub(crate) fn u128(&mut self, value: u128) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }
    /// Appends a signed number that sorts as such.
    pub(crate) fn i64(&mut self, value: i64) -> &mut Self {
        self.u64(value.cast_unsigned() ^ (1 << 63))
    }
    /// Appends a flag and the number; none sorts first.
    pub(crate) fn option_i64(&mut self, value: Option<i64>) -> &mut Self {
        self.u8(u8::from(value.is_some())).i64(value.unwrap_or(i64::MIN))
    }
    /// Appends a flag and the number; none sorts first.
    pub(crate) fn option_u128(&mut self, value: Option<u128>) -> &mut Self {
        self.u8(u8::from(value.is_some())).u128(value.unwrap_or(0))
    }
}

/// Reads the fields of a row one after the other.
pub(crate) struct RowReader<'a>(&'a [u8]);

impl<'a> RowReader<'a> {
    /// Starts at the front of `row`.
    pub(crate) fn new(row: &'a [u8]) -> Self {
        Self(row)
    }
    /// The next bytes.
    pub(crate) fn bytes<const M: usize>(&mut self) -> [u8; M] {
        let (head, rest) = self.0.split_at(M);
        self.0 = rest;
        let mut bytes = [0; M];
        bytes.copy_from_slice(head);
        bytes
    }
    /// The next byte.
    pub(crate) fn u8(&mut self) -> u8 {
        self.bytes::<1>()[0]
    }
    /// The next number.
    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_be_bytes(self.bytes())
    }
    /// The next number.
    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_be_bytes(self.bytes())
    }
    /// The next number.
    pub(crate) fn u128(&mut self) -> u128 {
        u128::from_be_bytes(self.bytes())
    }
    /// The next signed number.
    pub(crate) fn i64(&mut self) -> i64 {
        (self.u64() ^ (1 << 63)).cast_signed()
    }
    /// The next flagged number.
    pub(crate) fn option_i64(&mut self) -> Option<i64> {
        let some = self.u8() == 1;
        let value = self.i64();
        some.then_some(value)
    }
    /// The next flagged number.
    pub(crate) fn option_u128(&mut self) -> Option<u128> {
        let some = self.u8() == 1;
        let value = self.u128();
        some.then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stage_runtime::StepContext;
    use stage_runtime::testing::Harness;

    /// Rows of a small number space, so that equal ones fall into different runs.
    fn rows() -> Vec<[u8; 4]> {
        (0..5_000_u32).map(|number| (crate::hash::hash_bytes(&number.to_le_bytes()) as u32 % 700).to_be_bytes()).collect()
    }

    fn sorted(context: &mut StepContext, distinct: bool, capacity: usize) -> Result<Sorted<4>, StepError> {
        let mut sorter = Sorter::with_capacity(context.take_scratch()?, distinct, capacity);
        rows().into_iter().try_for_each(|row| sorter.push(row))?;
        sorter.finish()
    }

    fn walk(sorted: &Sorted<4>) -> Result<Vec<[u8; 4]>, StepError> {
        let mut seen = Vec::new();
        sorted.for_each(|row| {
            seen.push(*row);
            Ok(())
        })?;
        Ok(seen)
    }

    fn check(context: &mut StepContext) -> Result<(), StepError> {
        let mut expected = rows();
        expected.sort_unstable();
        let spilled = sorted(context, false, 64)?;
        assert!(spilled.runs.len() > 50, "the test must spill");
        assert_eq!(walk(&spilled)?, expected);
        assert_eq!(walk(&spilled)?, expected, "it can be walked again");
        let in_memory = sorted(context, false, 10_000)?;
        assert!(in_memory.runs.is_empty());
        assert_eq!(walk(&in_memory)?, expected);
        expected.dedup();
        for capacity in [64, 10_000] {
            let distinct = sorted(context, true, capacity)?;
            let mut seen = Vec::new();
            distinct.for_each_distinct_from(&[0; 4], |row| {
                seen.push(*row);
                Ok(())
            })?;
            assert_eq!(seen, expected, "capacity {capacity}");
            for first in [expected[0], expected[350], 351_u32.to_be_bytes(), [0xff; 4]] {
                let mut seen = Vec::new();
                distinct.for_each_distinct_from(&first, |row| {
                    seen.push(*row);
                    Ok(())
                })?;
                assert!(seen.iter().eq(expected.iter().filter(|row| **row >= first)), "capacity {capacity}, from {first:?}");
            }
        }
        Ok(())
    }

    #[test]
    fn rows_come_back_sorted_from_memory_and_from_disk() {
        let outcome = Harness::new("mine.test").run(check);
        assert_eq!(outcome.report.error, "");
    }
}
