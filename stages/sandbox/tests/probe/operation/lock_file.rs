//! Locks an input, which would stop others.

use super::twin::{READ_INPUT};
use super::{Alone, INPUT, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "lock_file",
    what: "locks an input, which would stop others",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_flock, &[INPUT, (libc::LOCK_SH | libc::LOCK_NB) as usize])
}
