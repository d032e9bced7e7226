//! Sets one of its own limits.

use super::twin::{ASK_LIMIT};
use super::{Alone, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "raise_limit",
    what: "sets one of its own limits",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ASK_LIMIT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    raw(libc::SYS_prlimit64, &[0, libc::RLIMIT_CORE as usize, address(&limit), 0])
}
