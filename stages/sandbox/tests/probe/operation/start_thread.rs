//! Starts a thread.

use super::twin::{START_THREAD};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "start_thread",
    what: "starts a thread",
    refused: Refused::Never,
    alone: Alone::Works,
    twin: None,
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    (START_THREAD.act)()
}
