//! Connects to a service of this machine.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "tcp_connect",
    what: "connects to a service of this machine",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    std::net::TcpStream::connect(("127.0.0.1", world.tcp_port())).map(drop)
}
