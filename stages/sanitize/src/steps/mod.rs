//! The steps of the stage.

pub(crate) mod apply;
pub(crate) mod collect;
pub(crate) mod lexicon;

use std::sync::{Mutex, PoisonError};

use crate::engine::Engine;
use crate::worker::Worker;

/// Workers between their blocks. Which worker gets which block does not show in the output: their state is caches only.
pub(crate) struct Workers<'e> {
    engine: &'e Engine,
    gathers: bool,
    idle: Mutex<Vec<Worker<'e>>>,
}

impl<'e> Workers<'e> {
    pub(crate) fn new(engine: &'e Engine, gathers: bool) -> Self {
        Self { engine, gathers, idle: Mutex::new(Vec::new()) }
    }

    /// Lends a worker to `work`.
    pub(crate) fn lend<T>(&self, work: impl FnOnce(&mut Worker<'e>) -> T) -> T {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = idle.unwrap_or_else(|| Worker::new(self.engine, self.gathers));
        let result = work(&mut worker);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
        result
    }
}
