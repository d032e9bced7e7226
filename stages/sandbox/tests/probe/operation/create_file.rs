//! Makes a new file.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "create_file",
    what: "makes a new file",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::File::create(world.file("new")).map(drop)
}
