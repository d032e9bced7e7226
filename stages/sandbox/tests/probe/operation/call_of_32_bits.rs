//! Enters the kernel by the gate of 32-bit programs, where numbers mean other calls.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, int_0x80};

pub(super) const OPERATION: Operation = Operation {
    name: "call_of_32_bits",
    what: "enters the kernel by the gate of 32-bit programs, where numbers mean other calls",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a kernel may have no such gate"),
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    int_0x80()
}
