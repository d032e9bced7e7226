//! Opens a file by its path for writing.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "write_path",
    what: "opens a file by its path for writing",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::OpenOptions::new().write(true).open(world.file("victim")).map(drop)
}
