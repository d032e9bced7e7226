//! Maps an input to write to it.

use super::twin::{MAP_INPUT};
use super::{Alone, INPUT, Operation, PAGE_BYTES, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "map_input_writable",
    what: "maps an input to write to it",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Refused("its descriptor is for reading"),
    twin: Some(&MAP_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let shared = (libc::PROT_READ | libc::PROT_WRITE) as usize;
    raw(libc::SYS_mmap, &[0, PAGE_BYTES, shared, libc::MAP_SHARED as usize, INPUT, 0])
}
