//! Renames a file.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "rename_file",
    what: "renames a file",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::rename(world.file("victim"), world.file("new"))
}
