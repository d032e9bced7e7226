//! Writes to an input.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, INPUT, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "write_input",
    what: "writes to an input",
    refused: Refused::Error(libc::EBADF),
    alone: Alone::Refused("its descriptor is for reading"),
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let byte = [0_u8];
    raw(libc::SYS_pwrite64, &[INPUT, address(&byte), 1, 0])
}
