//! Changes the times of a file.

use super::twin::{MEASURE_INPUT};
use super::{AT_CWD, Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "change_times",
    what: "changes the times of a file",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("victim");
    raw(libc::SYS_utimensat, &[AT_CWD, text(&path), 0, 0])
}
