//! Makes a process with flags that no filter can see.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "clone3",
    what: "makes a process with flags that no filter can see",
    refused: Refused::Error(libc::ENOSYS),
    alone: Alone::WorksOutsideAPod,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let arguments = [0_u64, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0];
    raw(libc::SYS_clone3, &[address(&arguments), size_of_val(&arguments)])
}
