//! Lists a directory.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "list_directory",
    what: "lists a directory",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::read_dir(world.folder()).map(drop)
}
