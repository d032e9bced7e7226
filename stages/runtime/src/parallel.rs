//! Block by block over rayon, results in input order, memory bounded by a window of blocks.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use rayon::Yield;
use schemas::container::{Block, Container};
use schemas::exit::Exit;
use schemas::record::Record;

use crate::StepError;

/// Items in flight: one in the hands of each thread, and one more whose result waits for its turn or whose thread comes next.
fn window() -> usize {
    rayon::current_num_threads() + 1
}

/// Maps `items` in parallel and hands the results to `sink` in input order. At most a few items a thread are in flight; workers go on
/// while the sink is at work, and the thread of the sink works as well while its next result is not ready.
///
/// `work` must not itself wait for other threads ([`join`], [`map_ordered`], a parallel sort): whoever waits for a result trusts that it is made
/// to its end once it was begun. Several of these may be at work side by side, and a sink may wait.
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
    let mut items = items.into_iter();
    if rayon::current_num_threads() == 1 {
        return items.try_for_each(|item| sink(work(item)?));
    }
    let work = &work;
    // First in, first out: whoever works next takes the item whose result is wanted first.
    rayon::in_place_scope_fifo(|scope| {
        let window = window();
        let mut pending = VecDeque::with_capacity(window);
        loop {
            for item in items.by_ref().take(window - pending.len()) {
                let (done, result) = channel();
                // Nobody waits any more after an error.
                scope.spawn_fifo(move |_| drop(done.send(work(item))));
                pending.push_back(result);
            }
            match pending.pop_front() {
                Some(result) => sink(wait(&result)??)?,
                None => return Ok(()),
            }
        }
    })
}

/// Waits for a result, working on other items meanwhile.
fn wait<U>(result: &Receiver<U>) -> Result<U, StepError> {
    let lost = || StepError::new(Exit::StageCrashed, "wait for a thread: it ended without a result");
    loop {
        match result.try_recv() {
            Ok(value) => return Ok(value),
            Err(TryRecvError::Disconnected) => return Err(lost()),
            Err(TryRecvError::Empty) => {}
        }
        // Idle: every item in flight is in the hands of another thread.
        if rayon::yield_now() != Some(Yield::Executed) {
            return result.recv().map_err(|_| lost());
        }
    }
}

/// Does two things that need nothing of each other, at the same time where there is a thread for it.
///
/// # Errors
/// The error of the first, else that of the second.
///
/// ```
/// let both = stage_runtime::join(|| Ok(1), || Ok("one"));
/// assert_eq!(both.ok(), Some((1, "one")));
/// ```
pub fn join<T: Send, U: Send>(
    first: impl FnOnce() -> Result<T, StepError> + Send,
    second: impl FnOnce() -> Result<U, StepError> + Send,
) -> Result<(T, U), StepError> {
    let (first, second) = rayon::join(first, second);
    Ok((first?, second?))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start")
    }

    #[test]
    fn results_come_in_order_and_few_are_in_flight() {
        for threads in [1, 2, 3, 8] {
            let (begun, in_flight_max) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let mut seen = Vec::new();
            let work = |number: u64| {
                begun.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(std::time::Duration::from_micros(number * 7_919 % 300));
                Ok(number * 2)
            };
            let outcome = pool(threads).install(|| {
                map_ordered(0..200, work, |result| {
                    seen.push(result);
                    in_flight_max.fetch_max(begun.load(Ordering::SeqCst) + 1 - seen.len(), Ordering::SeqCst);
                    Ok(())
                })
            });
            assert!(outcome.is_ok());
            assert_eq!(seen, (0..200).map(|number| number * 2).collect::<Vec<_>>(), "{threads} threads");
            assert!(in_flight_max.into_inner() <= threads + 1, "{threads} threads");
        }
    }

    #[test]
    fn the_first_error_in_input_order_ends_it() {
        let failed = |number: u64| StepError::new(Exit::Internal, format!("fail at {number}"));
        for threads in [1, 4] {
            let mut seen = 0;
            let outcome = pool(threads).install(|| {
                let work = |number| if number >= 30 { Err(failed(number)) } else { Ok(number) };
                map_ordered(0..1_000, work, |_| {
                    seen += 1;
                    Ok(())
                })
            });
            assert_eq!((outcome.map_err(|error| error.to_string()), seen), (Err(failed(30).to_string()), 30));
            let outcome = pool(threads).install(|| map_ordered(0..1_000, Ok, |number| if number == 7 { Err(failed(7)) } else { Ok(()) }));
            assert_eq!(outcome.map_err(|error| error.to_string()), Err(failed(7).to_string()));
        }
    }
}
