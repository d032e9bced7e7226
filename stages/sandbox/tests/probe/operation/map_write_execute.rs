//! Asks for memory that can be written and executed.

use super::twin::{ALLOCATE};
use super::{Alone, Operation, Refused, World, map};

pub(super) const OPERATION: Operation = Operation {
    name: "map_write_execute",
    what: "asks for memory that can be written and executed",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ALLOCATE),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    map(libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC, None)
}
