//! Removes a file.

use super::twin::{EMPTY_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "unlink_file",
    what: "removes a file",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&EMPTY_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::remove_file(world.file("victim"))
}
