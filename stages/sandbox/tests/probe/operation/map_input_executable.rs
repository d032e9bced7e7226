//! Maps an input that is a program to run code from it, as a loader does.

use super::twin::{MAP_INPUT};
use super::{Alone, Operation, PROGRAM, Refused, World, map};

pub(super) const OPERATION: Operation = Operation {
    name: "map_input_executable",
    what: "maps an input that is a program to run code from it, as a loader does",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&MAP_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    map(libc::PROT_READ | libc::PROT_EXEC, Some(PROGRAM))
}
