//! Makes a descriptor to wait on.

use super::twin::{WAIT_FOR_INPUT};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "make_event",
    what: "makes a descriptor to wait on",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WAIT_FOR_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_eventfd2, &[0, 0])
}
