//! Reads the environment of another process.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "read_process_environment",
    what: "reads the environment of another process",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::DependsOnTheHost("a security module may hide other processes"),
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::fs::read(format!("/proc/{}/environ", world.victim())).map(drop)
}
