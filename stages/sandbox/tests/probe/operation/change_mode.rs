//! Changes the permissions of a file.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "change_mode",
    what: "changes the permissions of a file",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("victim");
    raw(libc::SYS_chmod, &[text(&path), 0o777])
}
