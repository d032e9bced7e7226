//! The attribute values of a partition's events, read beside these: the nth record belongs to the nth event.

use std::collections::VecDeque;

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::RecordRef;
use schemas::limits::ATTRIBUTES_MAX;
use schemas::record::EventValues;
use stage_runtime::{InputBytes, StepError};

/// Numbers of attribute values by slot.
pub(super) type Slots = [u8; ATTRIBUTES_MAX];

/// Walks the values of one shard's events of one partition.
pub(super) struct ValuesReader<'a> {
    container: Container<'a>,
    blocks: VecDeque<usize>,
    scratch: Vec<u8>,
    ready: VecDeque<(RecordRef, Slots)>,
}

impl<'a> ValuesReader<'a> {
    /// Before the first record.
    ///
    /// # Errors
    /// When the input is damaged.
    pub(super) fn new(input: &'a InputBytes, partition: u32) -> Result<Self, StepError> {
        let container = input.open::<EventValues>()?;
        let blocks = container.blocks_of(partition).collect();
        Ok(Self { container, blocks, scratch: Vec::new(), ready: VecDeque::new() })
    }

    /// The values of the next event, which is the one at `at`.
    ///
    /// # Errors
    /// When the input is damaged or belongs to other events.
    pub(super) fn next(&mut self, at: RecordRef) -> Result<Slots, StepError> {
        while self.ready.is_empty() {
            let Some(number) = self.blocks.pop_front() else { break };
            for record in self.container.block::<EventValues>(number, &mut self.scratch)?.records() {
                let record = record?;
                let mut slots = [0; ATTRIBUTES_MAX];
                slots.iter_mut().zip(record.values).for_each(|(slot, value)| *slot = *value);
                self.ready.push_back((record.at, slots));
            }
        }
        match self.ready.pop_front() {
            Some((known, slots)) if known == at => Ok(slots),
            _ => Err(StepError::new(Exit::CorruptInput, "read attribute values: they are not those of the events beside them")),
        }
    }
}
