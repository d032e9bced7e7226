//! Goes to another directory.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "change_directory",
    what: "goes to another directory",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::env::set_current_dir(world.folder())
}
