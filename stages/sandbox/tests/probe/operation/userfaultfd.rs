//! Handles its own page faults, which has helped to exploit the kernel.

use super::twin::{ALLOCATE};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "userfaultfd",
    what: "handles its own page faults, which has helped to exploit the kernel",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHostRefusedInAPod("it may be left to root"),
    twin: Some(&ALLOCATE),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    const USER_MODE_ONLY: usize = 1;
    raw(libc::SYS_userfaultfd, &[USER_MODE_ONLY])
}
