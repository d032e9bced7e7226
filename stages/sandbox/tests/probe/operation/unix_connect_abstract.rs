//! Connects to a local service by its abstract name.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "unix_connect_abstract",
    what: "connects to a local service by its abstract name",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    use std::os::linux::net::SocketAddrExt;
    let address = std::os::unix::net::SocketAddr::from_abstract_name(world.service())?;
    std::os::unix::net::UnixStream::connect_addr(&address).map(drop)
}
