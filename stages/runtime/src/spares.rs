//! Blocks that are used again.

use schemas::container::BlockBuilder;
use schemas::record::Record;

use crate::Pool;

/// Empty blocks between their uses. As many are in use at a time as items are in flight ([`crate::map_ordered`]), and their memory is taken once: given
/// back and asked for again with each block it would cost a fault for each page, and leave holes.
pub struct Spares<R: Record>(Pool<BlockBuilder<R>>);

impl<R: Record> Default for Spares<R> {
    fn default() -> Self {
        Self(Pool::default())
    }
}

impl<R: Record> Spares<R> {
    /// An empty block of partition 0.
    #[must_use]
    pub fn take(&self) -> BlockBuilder<R> {
        self.0.take(|| BlockBuilder::new(0))
    }

    /// Takes a block back that was written.
    pub fn give(&self, block: BlockBuilder<R>) {
        self.0.give(block);
    }
}
