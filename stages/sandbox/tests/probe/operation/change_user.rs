//! Changes its user, to the one it is.

use super::twin::{IDENTIFY};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "change_user",
    what: "changes its user, to the one it is",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&IDENTIFY),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_setresuid, &[usize::MAX, usize::MAX, usize::MAX])
}
