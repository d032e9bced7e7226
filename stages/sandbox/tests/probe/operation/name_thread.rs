//! Names a thread, as libraries do: the last that is left of `prctl`.

use super::twin::START_THREAD;
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "name_thread",
    what: "names a thread",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_prctl, &[libc::PR_SET_NAME as usize, text(c"4111111111111111")])
}
