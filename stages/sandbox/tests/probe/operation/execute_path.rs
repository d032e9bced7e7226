//! Runs another program by its path.

use super::twin::{START_THREAD};
use super::{Alone, EXECUTED, Operation, Refused, World, address, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "execute_path",
    what: "runs another program by its path",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&START_THREAD),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.program();
    let arguments = [path.as_ptr(), EXECUTED.as_ptr(), std::ptr::null()];
    raw(libc::SYS_execve, &[text(&path), address(&arguments), 0])
}
