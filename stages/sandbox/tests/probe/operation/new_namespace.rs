//! Becomes root of a user namespace of its own.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "new_namespace",
    what: "becomes root of a user namespace of its own",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHostRefusedInAPod("user namespaces may be switched off"),
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_unshare, &[libc::CLONE_NEWUSER as usize])
}
