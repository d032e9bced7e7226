//! Steps as they come, each with its facts, turned into a column for each fact.
//!
//! The facts of the latest [`BLOCK_ROWS`] steps are held, a row of bits for each fact; full blocks are written to the scratch disk as they are, and at the
//! end put together to columns, a few facts at a time.

use stage_runtime::{Scratch, StepError};

use super::columns::{Column, Columns};
use super::desk::Desk;

/// Steps of a block.
const BLOCK_ROWS: usize = 2_048;
/// Bytes of a fact in a block.
const BLOCK_BYTES: usize = BLOCK_ROWS / 8;
/// The bits of a fact in a block.
pub(super) type Block = [u8; BLOCK_BYTES];
/// Bytes of columns that are put together at a time, of one fact at least.
const TOGETHER_BYTES: usize = 64 << 10;

/// Steps of one side, failing or not.
pub(super) struct Side {
    rows: usize,
    /// Bits of the open block by fact, of facts that no step has had yet nothing.
    open: Vec<Block>,
    /// Where each full block lies, and of how many facts it is.
    full: Vec<(u64, usize)>,
}

impl Side {
    /// None yet.
    pub(super) fn new(desk: &Desk) -> Self {
        Self { rows: 0, open: desk.blocks.take(Vec::new), full: Vec::new() }
    }

    /// Takes a step with the facts of these numbers. `end` is the end of what was written to the scratch file.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(super) fn push(&mut self, facts: impl Iterator<Item = usize>, scratch: &Scratch, end: &mut u64) -> Result<(), StepError> {
        let row = self.rows % BLOCK_ROWS;
        if row == 0 && self.rows > 0 {
            let bytes = self.open.as_flattened();
            scratch.write_all_at(bytes, *end)?;
            self.full.push((*end, self.open.len()));
            *end += bytes.len() as u64;
            self.open.fill([0; BLOCK_BYTES]);
        }
        for fact in facts {
            if self.open.len() <= fact {
                self.open.resize(fact + 1, [0; BLOCK_BYTES]);
            }
            self.open[fact][row / 8] |= 1 << (row % 8);
        }
        self.rows += 1;
        Ok(())
    }

    /// Puts the bits of the facts from `first` on into columns of `stride` bytes, at this place in each.
    fn read(&self, scratch: &Scratch, first: usize, columns: &mut [u8], stride: usize, place: std::ops::Range<usize>) -> Result<(), StepError> {
        let mut block = Vec::new();
        for (number, (offset, facts)) in self.full.iter().enumerate() {
            block.resize(facts.saturating_sub(first).min(columns.len() / stride) * BLOCK_BYTES, 0);
            scratch.read_exact_at(&mut block, offset + (first * BLOCK_BYTES) as u64)?;
            let at = place.start + number * BLOCK_BYTES;
            for (column, bits) in columns.chunks_exact_mut(stride).zip(block.as_chunks::<BLOCK_BYTES>().0) {
                column[at..at + BLOCK_BYTES].copy_from_slice(bits);
            }
        }
        let at = place.start + self.full.len() * BLOCK_BYTES;
        for (column, bits) in columns.chunks_exact_mut(stride).zip(self.open.iter().skip(first)) {
            column[at..place.end].copy_from_slice(&bits[..place.end - at]);
        }
        Ok(())
    }
}

/// Turns the blocks of both sides, which have the same facts, into columns, one for each fact. They lie behind what was written to the scratch file.
///
/// # Errors
/// When the scratch file cannot be read or written.
pub(super) fn columns<'s>([failing, fine]: [Side; 2], facts: usize, desk: &'s Desk, end: u64) -> Result<(Columns<'s>, Vec<Column>), StepError> {
    let scratch = &desk.scratch;
    let mut columns = Columns::new(failing.rows, fine.rows, desk, end);
    let (stride, border) = (columns.stride(), columns.failing_bytes());
    let together = (TOGETHER_BYTES / stride.max(1)).max(1);
    let (mut found, mut bytes) = (Vec::with_capacity(facts), Vec::new());
    for first in (0..facts).step_by(together) {
        bytes.clear();
        bytes.resize((facts - first).min(together) * stride, 0);
        failing.read(scratch, first, &mut bytes, stride, 0..border)?;
        fine.read(scratch, first, &mut bytes, stride, border..stride)?;
        for column in bytes.chunks_exact(stride) {
            found.push(columns.push(columns.bits(column))?);
        }
    }
    for mut side in [fine, failing] {
        side.open.clear();
        desk.blocks.give(side.open);
    }
    Ok((columns, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::bits;

    #[test]
    fn each_fact_has_the_steps_that_have_it() {
        let desk = Desk::new(stage_runtime::testing::scratch());
        let has = |row: usize, fact: usize| row % (fact + 2) == 1 && row >= 30 * fact;
        for rows in [[1, 5_000], [2_048, 2_047], [0, 6_145]] {
            let (mut sides, mut end) = ([Side::new(&desk), Side::new(&desk)], 0);
            for (side, rows) in sides.iter_mut().zip(rows) {
                (0..rows).for_each(|row| side.push((0..70).filter(|fact| has(row, *fact)), &desk.scratch, &mut end).unwrap());
            }
            let (columns, found) = columns(sides, 70, &desk, end).unwrap();
            for (fact, column) in found.iter().enumerate() {
                let of_fact = columns.rows(*column).unwrap();
                let wanted = rows.map(|rows| (0..rows).filter(|row| has(*row, fact)).collect::<Vec<_>>());
                assert_eq!([bits::ones(&of_fact.failing).collect::<Vec<_>>(), bits::ones(&of_fact.fine).collect()], wanted);
            }
        }
    }
}
