//! Block by block over rayon, results in input order, memory bounded by a window of blocks.

use rayon::prelude::*;
use schemas::container::{Block, Container};
use schemas::record::Record;

use crate::StepError;

/// Items in flight for each thread.
const WINDOW_PER_THREAD: usize = 4;

/// Maps `items` in parallel and hands the results to `sink` in input order. At most a few items a thread are in flight.
///
/// # Errors
/// The first error of `work` or `sink`, in input order.
pub fn map_ordered<T, U, W, S>(items: impl IntoIterator<Item = T>, work: W, mut sink: S) -> Result<(), StepError>
where
    T: Send,
    U: Send,
    W: Fn(T) -> Result<U, StepError> + Sync,
    S: FnMut(U) -> Result<(), StepError>,
{
    let window = WINDOW_PER_THREAD * rayon::current_num_threads();
    let mut items = items.into_iter();
    loop {
        let batch: Vec<T> = items.by_ref().take(window).collect();
        if batch.is_empty() {
            return Ok(());
        }
        let results: Vec<Result<U, StepError>> = batch.into_par_iter().map(&work).collect();
        for result in results {
            sink(result?)?;
        }
    }
}

/// Maps the blocks with the given numbers (all: `0..container.block_count()`) in parallel, results in order.
///
/// # Errors
/// The first error, in block order.
pub fn map_blocks<R, U, W, S>(container: &Container<'_>, numbers: impl IntoIterator<Item = usize>, work: W, sink: S) -> Result<(), StepError>
where
    R: Record,
    U: Send,
    W: Fn(Block<'_, R>) -> Result<U, StepError> + Sync,
    S: FnMut(U) -> Result<(), StepError>,
{
    map_ordered(
        numbers,
        |number| {
            let mut scratch = Vec::new();
            work(container.block::<R>(number, &mut scratch)?)
        },
        sink,
    )
}
