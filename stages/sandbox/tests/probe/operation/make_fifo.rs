//! Makes a named pipe.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "make_fifo",
    what: "makes a named pipe",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let path = world.c_file("new");
    let mode = libc::S_IFIFO | 0o600;
    raw(libc::SYS_mknod, &[text(&path), mode as usize, 0])
}
