//! Attaches to another process as a debugger.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "trace_process",
    what: "attaches to another process as a debugger",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a security module may forbid it"),
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    raw(libc::SYS_ptrace, &[libc::PTRACE_SEIZE as usize, world.victim(), 0, 0])
}
