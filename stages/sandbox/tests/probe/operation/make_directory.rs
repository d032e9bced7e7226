//! Makes a directory.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "make_directory",
    what: "makes a directory",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::create_dir(world.file("new"))
}
