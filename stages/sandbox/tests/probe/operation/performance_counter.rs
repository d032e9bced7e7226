//! Counts what the processor does.

use super::twin::{CLOCK};
use super::{Alone, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "performance_counter",
    what: "counts what the processor does",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHostRefusedInAPod("it may be left to root, and a machine may have no counter"),
    twin: Some(&CLOCK),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let mut attributes = [0_u64; 16];
    attributes[0] = (128_u64 << 32) | 1;
    attributes[5] = 0b110_0001;
    raw(libc::SYS_perf_event_open, &[address(&attributes), 0, usize::MAX, usize::MAX, 0])
}
