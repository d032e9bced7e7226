//! Makes a process by the call that also makes threads.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "clone_process",
    what: "makes a process by the call that also makes threads",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_clone, &[libc::SIGCHLD as usize, 0, 0, 0, 0])
}
