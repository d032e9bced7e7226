//! Duplicates a descriptor.

use super::twin::{ASK_DESCRIPTOR};
use super::{Alone, INPUT, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "duplicate",
    what: "duplicates a descriptor",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ASK_DESCRIPTOR),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_dup, &[INPUT])
}
