//! Changes the flags of a descriptor.

use super::twin::{ASK_DESCRIPTOR};
use super::{Alone, OUTPUT, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "change_flags",
    what: "changes the flags of a descriptor",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ASK_DESCRIPTOR),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_fcntl, &[OUTPUT, libc::F_SETFL as usize, libc::O_APPEND as usize])
}
