//! Talks to the kernel about filters of its own.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "talk_to_filters",
    what: "talks to the kernel about filters of its own",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let action = libc::SECCOMP_RET_ALLOW;
    raw(libc::SYS_seccomp, &[libc::SECCOMP_GET_ACTION_AVAIL as usize, 0, address(&action)])
}
