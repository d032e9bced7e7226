//! Sets up a ring of calls that no filter sees.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World, address_mut, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "io_uring",
    what: "sets up a ring of calls that no filter sees",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHostRefusedInAPod("io_uring may be switched off"),
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let mut parameters = [0_u8; 120];
    raw(libc::SYS_io_uring_setup, &[1, address_mut(&mut parameters)])
}
