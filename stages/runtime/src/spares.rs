//! Blocks that are used again.

use std::sync::{Mutex, PoisonError};

use schemas::container::BlockBuilder;
use schemas::record::Record;

/// Empty blocks between their uses. As many are in use at a time as items are in flight ([`crate::map_ordered`]), and their memory is taken once: given
/// back and asked for again with each block it would cost a fault for each page, and leave holes.
pub struct Spares<R: Record>(Mutex<Vec<BlockBuilder<R>>>);

impl<R: Record> Default for Spares<R> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<R: Record> Spares<R> {
    /// An empty block of partition 0.
    #[must_use]
    pub fn take(&self) -> BlockBuilder<R> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_else(|| BlockBuilder::new(0))
    }

    /// Takes a block back that was written.
    pub fn give(&self, block: BlockBuilder<R>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(block);
    }
}
