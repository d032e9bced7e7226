//! Removes a directory.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "remove_directory",
    what: "removes a directory",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::remove_dir(world.file("empty"))
}
