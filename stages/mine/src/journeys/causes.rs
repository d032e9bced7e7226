//! The causes of a partition's events, read beside these: some events have one, in the order of the events.

use std::collections::VecDeque;

use schemas::container::Container;
use schemas::ids::RecordRef;
use schemas::record::{EventCause, EventCauseRecord};
use stage_runtime::{InputBytes, StepError};

/// Walks the causes of one shard's events of one partition.
pub(super) struct CausesReader<'a> {
    container: Container<'a>,
    blocks: VecDeque<usize>,
    scratch: Vec<u8>,
    ready: VecDeque<EventCauseRecord>,
}

impl<'a> CausesReader<'a> {
    /// Before the first record.
    ///
    /// # Errors
    /// When the input is damaged.
    pub(super) fn new(input: &'a InputBytes, partition: u32) -> Result<Self, StepError> {
        let container = input.open::<EventCause>()?;
        let blocks = container.blocks_of(partition).collect();
        Ok(Self { container, blocks, scratch: Vec::new(), ready: VecDeque::new() })
    }

    /// The cause of the next event, which is the one at `at`, if it has one.
    ///
    /// # Errors
    /// When the input is damaged.
    pub(super) fn next(&mut self, at: RecordRef) -> Result<Option<EventCauseRecord>, StepError> {
        while self.ready.is_empty() {
            let Some(number) = self.blocks.pop_front() else { break };
            for record in self.container.block::<EventCause>(number, &mut self.scratch)?.records() {
                self.ready.push_back(record?);
            }
        }
        Ok(if self.ready.front().is_some_and(|cause| cause.at == at) { self.ready.pop_front() } else { None })
    }
}
