//! Makes a queue of messages to other processes.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World, raw, raw_value};

pub(super) const OPERATION: Operation = Operation {
    name: "message_queue",
    what: "makes a queue of messages to other processes",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let id = raw_value(libc::SYS_msgget, &[0, 0o600])?;
    raw(libc::SYS_msgctl, &[id, libc::IPC_RMID as usize, 0])
}
