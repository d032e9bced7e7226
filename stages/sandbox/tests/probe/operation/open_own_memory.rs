//! Makes its memory readable for others, and dumpable.

use super::twin::{ALLOCATE};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "open_own_memory",
    what: "makes its memory readable for others, and dumpable",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ALLOCATE),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_prctl, &[libc::PR_SET_DUMPABLE as usize, 1, 0, 0, 0])
}
