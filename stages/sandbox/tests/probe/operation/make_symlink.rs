//! Makes a symbolic link.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "make_symlink",
    what: "makes a symbolic link",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::os::unix::fs::symlink("/", world.file("new"))
}
