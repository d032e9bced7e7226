//! Opens the write-only output again, for reading.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, OUTPUT, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "read_back_output",
    what: "opens the write-only output again, for reading",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&WRITE_OUTPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    std::fs::File::open(format!("/proc/self/fd/{OUTPUT}")).map(drop)
}
