//! Makes all readable memory executable.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, READ_IMPLIES_EXEC, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "personality",
    what: "makes all readable memory executable",
    refused: Refused::Killed,
    alone: Alone::WorksOutsideAPod,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_personality, &[READ_IMPLIES_EXEC])
}
