//! Makes a file in memory, to write a program to.

use super::twin::{ALLOCATE};
use super::{Alone, EXECUTED, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "memory_file",
    what: "makes a file in memory, to write a program to",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ALLOCATE),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_memfd_create, &[text(EXECUTED), 0])
}
