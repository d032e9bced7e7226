//! The steps of the stage.

pub(crate) mod apply;
pub(crate) mod collect;
pub(crate) mod explain;
pub(crate) mod lexicon;

use stage_runtime::Pool;

use crate::engine::Engine;
use crate::worker::Worker;

/// Workers between their blocks. Which worker gets which block does not show in the output: their state is caches only.
pub(crate) struct Workers<'e> {
    engine: &'e Engine,
    gathers: bool,
    idle: Pool<Worker<'e>>,
}

impl<'e> Workers<'e> {
    pub(crate) fn new(engine: &'e Engine, gathers: bool) -> Self {
        Self { engine, gathers, idle: Pool::default() }
    }

    /// Lends a worker to `work`.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Worker<'e>) -> T) -> T {
        self.idle.lend(|| Worker::new(self.engine, self.gathers), work)
    }
}
