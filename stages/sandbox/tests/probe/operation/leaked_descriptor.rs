//! Reads a descriptor that the runner has open but did not hand over.

use super::twin::{READ_INPUT};
use super::{Alone, LEAKED, Operation, Refused, World, read_at_start};

pub(super) const OPERATION: Operation = Operation {
    name: "leaked_descriptor",
    what: "reads a descriptor that the runner has open but did not hand over",
    refused: Refused::Error(libc::EBADF),
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    read_at_start(LEAKED)
}
