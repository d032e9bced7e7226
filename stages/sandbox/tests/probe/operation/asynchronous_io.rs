//! Sets up a queue of reads and writes.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World, address_mut, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "asynchronous_io",
    what: "sets up a queue of reads and writes",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a host may have no room for queues"),
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let mut context = 0_u64;
    raw(libc::SYS_io_setup, &[1, address_mut(&mut context)])
}
