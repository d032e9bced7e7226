//! Duplicates a descriptor to a number of its choice.

use super::twin::{ASK_DESCRIPTOR};
use super::{Alone, INPUT, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "duplicate_to_number",
    what: "duplicates a descriptor to a number of its choice",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ASK_DESCRIPTOR),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_fcntl, &[INPUT, libc::F_DUPFD as usize, 100])
}
