//! Reads an input that was handed over.

use super::{Alone, INPUT, Operation, Refused, World, read_at_start};

pub(super) const OPERATION: Operation = Operation {
    name: "read_input",
    what: "reads an input that was handed over",
    refused: Refused::Never,
    alone: Alone::Works,
    twin: None,
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    read_at_start(INPUT)
}
