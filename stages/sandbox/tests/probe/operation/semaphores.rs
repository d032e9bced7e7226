//! Makes semaphores that other processes see.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World, raw, raw_value};

pub(super) const OPERATION: Operation = Operation {
    name: "semaphores",
    what: "makes semaphores that other processes see",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let id = raw_value(libc::SYS_semget, &[0, 1, 0o600])?;
    raw(libc::SYS_semctl, &[id, 0, libc::IPC_RMID as usize])
}
