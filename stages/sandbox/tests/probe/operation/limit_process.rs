//! Asks for the limits of another process.

use super::twin::{ASK_LIMIT};
use super::{Alone, Operation, Refused, World, address_mut, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "limit_process",
    what: "asks for the limits of another process",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a security module may forbid it"),
    twin: Some(&ASK_LIMIT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    raw(libc::SYS_prlimit64, &[world.victim(), libc::RLIMIT_CORE as usize, 0, address_mut(&mut limit)])
}
