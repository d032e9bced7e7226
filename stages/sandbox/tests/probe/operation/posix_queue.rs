//! Makes a named queue of messages.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "posix_queue",
    what: "makes a named queue of messages",
    refused: Refused::Killed,
    alone: Alone::DependsOnTheHost("a host may have no room for queues"),
    twin: Some(&REPORT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let name = world.queue();
    raw(libc::SYS_mq_open, &[text(&name), (libc::O_CREAT | libc::O_RDWR) as usize, 0o600, 0])?;
    raw(libc::SYS_mq_unlink, &[text(&name)])
}
