//! Where the judged steps are, for examples: looked at once a condition, so on the scratch disk but for the last ones.

use stage_runtime::{Scratch, StepError};

use super::bits::ones;

/// Steps that are held until they are written, and read at a time.
const BLOCK_ROWS: usize = 2_048;

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Position in the journey.
    pub at: u32,
    /// Number of the journey in the order of the store.
    pub journey: u32,
}

/// A place, and whether nothing comes after it in the journey, in eight bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed([u8; 8]);

impl Packed {
    /// Puts both together.
    pub(super) fn new(Place { at, journey }: Place, is_last: bool) -> Self {
        let at = at.saturating_mul(2) | u32::from(is_last);
        Self((u64::from(at) << 32 | u64::from(journey)).to_le_bytes())
    }

    fn unpack(self) -> (Place, bool) {
        let both = u64::from_le_bytes(self.0);
        let at = (both >> 32) as u32;
        (Place { at: at / 2, journey: both as u32 }, at & 1 == 1)
    }
}

/// The places of one side, failing or not, in the order of the steps.
#[derive(Default)]
pub(super) struct Places {
    /// Where each full block lies.
    full: Vec<u64>,
    open: Vec<[u8; 8]>,
}

impl Places {
    /// Takes the next one. `end` is the end of what was written to the scratch file.
    ///
    /// # Errors
    /// When the scratch file cannot be written.
    pub(super) fn push(&mut self, place: Packed, scratch: &Scratch, end: &mut u64) -> Result<(), StepError> {
        if self.open.len() == BLOCK_ROWS {
            let bytes = self.open.as_flattened();
            scratch.write_all_at(bytes, *end)?;
            self.full.push(*end);
            *end += bytes.len() as u64;
            self.open.clear();
        }
        self.open.push(place.0);
        Ok(())
    }

    /// Hands over the places of these steps.
    ///
    /// # Errors
    /// When the scratch file cannot be read.
    pub(super) fn for_each(&self, rows: &[u64], scratch: &Scratch, mut sink: impl FnMut(Place, bool)) -> Result<(), StepError> {
        let (mut block, mut read) = (Vec::new(), None);
        for row in ones(rows) {
            let (number, at) = (row / BLOCK_ROWS, row % BLOCK_ROWS);
            let packed = match self.full.get(number) {
                Some(offset) => {
                    if read != Some(number) {
                        block.resize(BLOCK_ROWS, [0; 8]);
                        scratch.read_exact_at(block.as_flattened_mut(), *offset)?;
                        read = Some(number);
                    }
                    block[at]
                }
                None => self.open[at],
            };
            let (place, is_last) = Packed(packed).unpack();
            sink(place, is_last);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_their_steps() {
        let scratch = stage_runtime::testing::scratch();
        let place = |row: usize| (Place { at: (row % 700) as u32, journey: row as u32 * 3 }, row.is_multiple_of(5));
        let (mut places, mut end) = (Places::default(), 40);
        for row in 0..3 * BLOCK_ROWS + 9 {
            let (place, is_last) = place(row);
            places.push(Packed::new(place, is_last), &scratch, &mut end).unwrap();
        }
        let mut rows = vec![0_u64; (3 * BLOCK_ROWS + 9).div_ceil(64)];
        let wanted = [0, 7, 2_047, 2_048, 2_049, 6_143, 6_144, 6_152];
        wanted.iter().for_each(|row| rows[row / 64] |= 1 << (row % 64));
        let mut seen = Vec::new();
        places.for_each(&rows, &scratch, |place, is_last| seen.push((place, is_last))).unwrap();
        assert_eq!(seen, wanted.map(place));
    }
}
