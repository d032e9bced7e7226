//! Makes a pipe.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World, address_mut, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "make_pipe",
    what: "makes a pipe",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let mut ends = [0_i32; 2];
    raw(libc::SYS_pipe2, &[address_mut(&mut ends), 0])
}
