//! Asks whether a file exists and how large it is.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "stat_path",
    what: "asks whether a file exists and how large it is",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::metadata(world.file("secret")).map(drop)
}
