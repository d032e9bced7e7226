//! Connects to a local service by its path.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "unix_connect",
    what: "connects to a local service by its path",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::os::unix::net::UnixStream::connect(world.socket()).map(drop)
}
