//! Gives a file to its own owner again.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "change_owner",
    what: "gives a file to its own owner again",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("victim");
    raw(libc::SYS_chown, &[text(&path), usize::MAX, usize::MAX])
}
