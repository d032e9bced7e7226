//! Opens a file by its path and reads it.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "read_path",
    what: "opens a file by its path and reads it",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::read(world.file("secret")).map(drop)
}
