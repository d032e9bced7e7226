//! Reads the memory of another process.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "read_process_memory",
    what: "reads the memory of another process",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a security module may forbid it"),
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let mut byte = [0_u8];
    let local = libc::iovec { iov_base: byte.as_mut_ptr().cast(), iov_len: 1 };
    let nowhere = libc::iovec { iov_base: std::ptr::null_mut(), iov_len: 1 };
    match raw(libc::SYS_process_vm_readv, &[world.victim(), address(&local), 1, address(&nowhere), 1, 0]) {
        // The process was reached; only the address is wrong.
        Err(error) if error.raw_os_error() == Some(libc::EFAULT) => Ok(()),
        other => other,
    }
}
