//! Empties a file by its path.

use super::twin::{EMPTY_OUTPUT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "truncate_path",
    what: "empties a file by its path",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&EMPTY_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("victim");
    raw(libc::SYS_truncate, &[text(&path), 0])
}
