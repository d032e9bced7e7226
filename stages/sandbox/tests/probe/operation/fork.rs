//! Makes a process.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "fork",
    what: "makes a process",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_fork, &[])
}
