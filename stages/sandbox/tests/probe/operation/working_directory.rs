//! Asks for the working directory.

use super::twin::{MEASURE_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "working_directory",
    what: "asks for the working directory",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&MEASURE_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    std::env::current_dir().map(drop)
}
