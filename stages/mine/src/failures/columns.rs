//! Columns of bits: the steps for which a fact or a clause holds, one after the other, on the scratch disk but for the last ones.
//!
//! A problem has thousands of columns of thousands of steps, of which a search looks at one at a time, mostly in their order. So only the
//! [`TAIL_BYTES`] that came last are held, and a window of what is read: neither follows the steps or the columns. The columns of a small
//! table all stay in memory.

use stage_runtime::StepError;

use super::bits::{self, Rows};
use super::desk::Desk;

/// Bytes of columns that are held until they are written.
const TAIL_BYTES: usize = 256 << 10;
/// Bytes of columns that are read at a time.
const WINDOW_BYTES: usize = 64 << 10;

/// A column: which it is, and how many steps it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Column {
    number: u32,
    /// Failing ones.
    pub failing: u32,
    /// Succeeding ones.
    pub fine: u32,
}

/// Bits of a column as they lie in memory: words, little endian.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits<'b> {
    /// Failing steps.
    pub failing: &'b [u8],
    /// Succeeding ones.
    pub fine: &'b [u8],
}

/// Columns of the same steps.
pub(super) struct Columns<'s> {
    desk: &'s Desk,
    /// Where the first lies.
    begin: u64,
    /// How many are written.
    written: u32,
    /// Those that are not.
    tail: Vec<u8>,
    failing_bytes: usize,
    stride: usize,
}

impl<'s> Columns<'s> {
    /// None yet, of so many steps, on the scratch disk from here on.
    pub(super) fn new(failing: usize, fine: usize, desk: &'s Desk, begin: u64) -> Self {
        let bytes_of = |rows: usize| rows.div_ceil(64) * 8;
        let (failing_bytes, stride) = (bytes_of(failing), bytes_of(failing) + bytes_of(fine));
        Self { desk, begin, written: 0, tail: desk.tails.take(|| Vec::with_capacity(TAIL_BYTES)), failing_bytes, stride }
    }

    /// The same without a column, behind this one, to which nothing may be added any more.
    pub(super) fn behind(&self) -> Self {
        let begin = self.place(self.len() as u32);
        let tail = self.desk.tails.take(|| Vec::with_capacity(TAIL_BYTES));
        Self { desk: self.desk, begin, written: 0, tail, failing_bytes: self.failing_bytes, stride: self.stride }
    }

    /// Where they lie.
    pub(super) fn desk(&self) -> &'s Desk {
        self.desk
    }

    /// Bytes of a column.
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    /// Bytes of its failing steps, which come first.
    pub(super) fn failing_bytes(&self) -> usize {
        self.failing_bytes
    }

    fn len(&self) -> usize {
        self.written as usize + self.tail.len() / self.stride
    }

    /// Appends a column.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(super) fn push(&mut self, bits: Bits<'_>) -> Result<Column, StepError> {
        let number = self.make_room()?;
        self.tail.extend_from_slice(bits.failing);
        self.tail.extend_from_slice(bits.fine);
        Ok(Column { number, failing: bits::count_of(bits.failing) as u32, fine: bits::count_of(bits.fine) as u32 })
    }

    /// Appends these steps.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(super) fn push_rows(&mut self, rows: &Rows) -> Result<Column, StepError> {
        let number = self.make_room()?;
        self.tail.extend(rows.failing.iter().chain(&rows.fine).flat_map(|word| word.to_le_bytes()));
        Ok(Column { number, failing: bits::count(&rows.failing) as u32, fine: bits::count(&rows.fine) as u32 })
    }

    /// Makes room for one more, and tells its number.
    fn make_room(&mut self) -> Result<u32, StepError> {
        if self.tail.len() + self.stride > TAIL_BYTES && !self.tail.is_empty() {
            self.desk.scratch.write_all_at(&self.tail, self.place(self.written))?;
            self.written += (self.tail.len() / self.stride) as u32;
            self.tail.clear();
        }
        Ok(self.len() as u32)
    }

    /// The steps of a column.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn rows(&self, column: Column) -> Result<Rows, StepError> {
        let mut window = Window::of_one();
        let bits = window.bits(self, column)?;
        Ok(Rows { failing: bits::words(bits.failing).collect(), fine: bits::words(bits.fine).collect() })
    }

    fn place(&self, number: u32) -> u64 {
        self.begin + u64::from(number) * self.stride as u64
    }

    /// What [`Columns::stride`] bytes of a column say.
    pub(super) fn bits<'b>(&self, bytes: &'b [u8]) -> Bits<'b> {
        let (failing, fine) = bytes.split_at(self.failing_bytes);
        Bits { failing, fine }
    }
}

impl Drop for Columns<'_> {
    fn drop(&mut self) {
        self.tail.clear();
        self.desk.tails.give(std::mem::take(&mut self.tail));
    }
}

/// What is read of columns, in their order best.
pub(super) struct Window {
    first: u32,
    bytes: Vec<u8>,
    /// Bytes that are read at a time, one column at least.
    size: usize,
}

impl Window {
    /// Nothing is read yet, and much will be at a time.
    pub(super) fn of_many() -> Self {
        Self { first: 0, bytes: Vec::new(), size: WINDOW_BYTES }
    }

    /// The same for columns that are read in no order.
    pub(super) fn of_one() -> Self {
        Self { size: 0, ..Self::of_many() }
    }

    /// The bits of a column.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn bits<'b>(&'b mut self, columns: &'b Columns<'_>, column: Column) -> Result<Bits<'b>, StepError> {
        let (number, stride) = (column.number, columns.stride);
        if let Some(number) = number.checked_sub(columns.written) {
            return Ok(columns.bits(&columns.tail[number as usize * stride..][..stride]));
        }
        let is_read = self.first <= number && (number - self.first) as usize * stride < self.bytes.len();
        if !is_read {
            let read = ((columns.written - number) as usize).min((self.size / stride).max(1));
            self.bytes.resize(read * stride, 0);
            columns.desk.scratch.read_exact_at(&mut self.bytes, columns.place(number))?;
            self.first = number;
        }
        Ok(columns.bits(&self.bytes[(number - self.first) as usize * stride..][..stride]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Column `number` of so many steps: every so many of them.
    fn rows(number: usize, failing: usize, fine: usize) -> Rows {
        let every = |rows: usize| {
            let mut words = vec![0; rows.div_ceil(64)];
            (0..rows).filter(|row| row % (number + 1) == 0).for_each(|row| words[row / 64] |= 1 << (row % 64));
            words
        };
        Rows { failing: every(failing), fine: every(fine) }
    }

    #[test]
    fn columns_are_read_as_they_were_written_from_memory_and_from_the_disk() {
        let desk = Desk::new(stage_runtime::testing::scratch());
        for (failing, fine, count) in [(3, 70, 40), (900, 30_000, 300), (0, 64, 5)] {
            let mut columns = Columns::new(failing, fine, &desk, 17);
            let mut known = Vec::new();
            for number in 0..count {
                known.push(columns.push_rows(&rows(number, failing, fine)).unwrap());
            }
            assert_eq!(columns.written > 0, columns.stride * count > TAIL_BYTES);
            assert!(columns.tail.len() <= TAIL_BYTES);
            let mut behind = columns.behind();
            let (mut many, mut one) = (Window::of_many(), Window::of_one());
            for (number, column) in known.iter().enumerate() {
                let wanted = rows(number, failing, fine);
                assert_eq!((u64::from(column.failing), u64::from(column.fine)), (bits::count(&wanted.failing), bits::count(&wanted.fine)));
                assert_eq!(columns.rows(*column).unwrap(), wanted);
                assert_eq!(bits::words(many.bits(&columns, *column).unwrap().fine).collect::<Vec<_>>(), wanted.fine);
                let copied = behind.push(one.bits(&columns, *column).unwrap()).unwrap();
                assert_eq!((copied, behind.rows(copied).unwrap()), (*column, wanted));
            }
        }
    }
}
