//! Makes a timer.

use super::twin::{CLOCK};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "make_timer",
    what: "makes a timer",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&CLOCK),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_timerfd_create, &[libc::CLOCK_MONOTONIC as usize, 0])
}
