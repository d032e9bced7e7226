//! Makes memory that is shared with other processes.

use super::twin::{ALLOCATE};
use super::{Alone, Operation, PAGE_BYTES, Refused, World, raw, raw_value};

pub(super) const OPERATION: Operation = Operation {
    name: "shared_memory",
    what: "makes memory that is shared with other processes",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&ALLOCATE),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let id = raw_value(libc::SYS_shmget, &[0, PAGE_BYTES, 0o600])?;
    raw(libc::SYS_shmctl, &[id, libc::IPC_RMID as usize, 0])
}
