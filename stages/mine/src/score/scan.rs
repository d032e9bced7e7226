//! Walking the journeys of all partitions, block by block, in file order.

use std::ops::ControlFlow;

use schemas::container::Block;
use schemas::record::{Journey, JourneyRecord};
use stage_runtime::{InputBytes, StepError, map_ordered};

/// The journey inputs.
pub(super) struct Journeys {
    inputs: Vec<InputBytes>,
    /// Number of the first journey of each block, by input.
    starts: Vec<Vec<u64>>,
    count: u64,
}

impl Journeys {
    /// Checks the inputs and numbers their blocks.
    ///
    /// # Errors
    /// When an input is damaged.
    pub(super) fn new(inputs: Vec<InputBytes>) -> Result<Self, StepError> {
        let (mut starts, mut count) = (Vec::new(), 0);
        for input in &inputs {
            let container = input.open::<Journey>()?;
            let mut of_input = Vec::with_capacity(container.block_count());
            let mut scratch = Vec::new();
            for number in 0..container.block_count() {
                of_input.push(count);
                count += u64::from(container.block::<Journey>(number, &mut scratch)?.len());
            }
            starts.push(of_input);
        }
        Ok(Self { inputs, starts, count })
    }

    /// Journeys in all.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Maps each block with the number of its first journey, results in order.
    ///
    /// # Errors
    /// The first error, in order.
    pub(super) fn scan<U, W, S>(&self, work: W, mut sink: S) -> Result<(), StepError>
    where
        U: Send,
        W: Fn(Block<'_, Journey>, u64) -> Result<U, StepError> + Sync,
        S: FnMut(U) -> Result<(), StepError>,
    {
        let containers = self.inputs.iter().map(InputBytes::open::<Journey>).collect::<Result<Vec<_>, StepError>>()?;
        // All partitions as one row of blocks: those of a small day have one block each, too few to share out.
        let blocks = containers.iter().zip(&self.starts).flat_map(|(container, starts)| (0..).zip(starts).map(move |place| (container, place)));
        map_ordered(
            blocks,
            |(container, (number, start))| {
                let mut scratch = Vec::new();
                work(container.block::<Journey>(number, &mut scratch)?, *start)
            },
            &mut sink,
        )
    }

    /// Hands over every journey in order, until `sink` has enough; says whether it had. For what must be done in order, and while other
    /// threads are at something else.
    ///
    /// # Errors
    /// When an input is damaged, or the first error of `sink`.
    pub(super) fn for_each(&self, mut sink: impl FnMut(&JourneyRecord) -> Result<ControlFlow<()>, StepError>) -> Result<ControlFlow<()>, StepError> {
        let mut scratch = Vec::new();
        for input in &self.inputs {
            let container = input.open::<Journey>()?;
            for number in 0..container.block_count() {
                for journey in container.block::<Journey>(number, &mut scratch)?.records() {
                    if sink(&journey?)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
