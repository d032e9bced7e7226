//! State that is used again.

use std::sync::{Mutex, PoisonError};

/// States of worker threads between their items: as many as there are items in flight ([`crate::map_ordered`]). Which item meets which state must not
/// show in an output, so that a state holds what is remembered and buffers, nothing else. Taken and given back with each item, memory would
/// leave holes.
pub struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Pool<T> {
    /// A state that is idle, or what `make` makes.
    pub fn take(&self, make: impl FnOnce() -> T) -> T {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(make)
    }

    /// Takes a state back.
    pub fn give(&self, state: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(state);
    }

    /// Lends a state to `work`.
    pub fn lend<U>(&self, make: impl FnOnce() -> T, work: impl FnOnce(&mut T) -> U) -> U {
        let mut state = self.take(make);
        let result = work(&mut state);
        self.give(state);
        result
    }
}
