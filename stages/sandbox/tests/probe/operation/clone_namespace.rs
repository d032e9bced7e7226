//! Makes a process in a user namespace of its own.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "clone_namespace",
    what: "makes a process in a user namespace of its own",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHostRefusedInAPod("user namespaces may be switched off"),
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let flags = libc::CLONE_NEWUSER | libc::SIGCHLD;
    raw(libc::SYS_clone, &[flags as usize, 0, 0, 0, 0])
}
