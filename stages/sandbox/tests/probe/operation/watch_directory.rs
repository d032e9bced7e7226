//! Watches for changes of files.

use super::twin::{WAIT_FOR_INPUT};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "watch_directory",
    what: "watches for changes of files",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&WAIT_FOR_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_inotify_init1, &[0])
}
