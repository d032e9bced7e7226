//! Asks where a symbolic link leads.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "read_link",
    what: "asks where a symbolic link leads",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::read_link(world.file("link")).map(drop)
}
