//! Takes a handle of another process.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "open_process",
    what: "takes a handle of another process",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    raw(libc::SYS_pidfd_open, &[world.victim(), 0])
}
