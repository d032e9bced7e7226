//! Asks whether another process can be signalled.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "signal_process",
    what: "asks whether another process can be signalled",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    raw(libc::SYS_kill, &[world.victim(), 0])
}
