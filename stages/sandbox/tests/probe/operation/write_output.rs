//! Writes to an output that was handed over.

use super::twin::{WRITE_OUTPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "write_output",
    what: "writes to an output that was handed over",
    refused: Refused::Never,
    alone: Alone::Works,
    twin: None,
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    (WRITE_OUTPUT.act)()
}
