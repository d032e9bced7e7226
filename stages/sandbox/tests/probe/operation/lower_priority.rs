//! Slows another process down.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "lower_priority",
    what: "slows another process down",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    raw(libc::SYS_setpriority, &[libc::PRIO_PROCESS as usize, world.victim(), 19])
}
