//! Asks whether a file may be read.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "ask_access",
    what: "asks whether a file may be read",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("secret");
    raw(libc::SYS_access, &[text(&path), libc::R_OK as usize])
}
