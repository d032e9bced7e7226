//! Empties an input.

use super::twin::{EMPTY_OUTPUT};
use super::{Alone, INPUT, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "truncate_input",
    what: "empties an input",
    refused: Refused::Error(libc::EINVAL),
    alone: Alone::Refused("its descriptor is for reading"),
    twin: Some(&EMPTY_OUTPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_ftruncate, &[INPUT, 0])
}
