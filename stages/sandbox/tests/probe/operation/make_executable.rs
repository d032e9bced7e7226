//! Makes its own memory executable.

use super::twin::{PROTECT};
use super::{Alone, Operation, PAGE_BYTES, Refused, World, own_page, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "make_executable",
    what: "makes its own memory executable",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&PROTECT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_mprotect, &[own_page(), PAGE_BYTES, (libc::PROT_READ | libc::PROT_EXEC) as usize])
}
