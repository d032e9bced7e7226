//! Runs an input that is a program.

use super::twin::{READ_INPUT};
use super::{Alone, EMPTY_PATH, EXECUTED, Operation, PROGRAM, Refused, World, address, raw, text};

pub(super) const OPERATION: Operation = Operation {
    name: "execute_descriptor",
    what: "runs an input that is a program",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let arguments = [EXECUTED.as_ptr(), EXECUTED.as_ptr(), std::ptr::null()];
    raw(libc::SYS_execveat, &[PROGRAM, text(EMPTY_PATH), address(&arguments), 0, libc::AT_EMPTY_PATH as usize])
}
