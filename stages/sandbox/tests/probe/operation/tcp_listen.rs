//! Listens for connections.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "tcp_listen",
    what: "listens for connections",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    std::net::TcpListener::bind("127.0.0.1:0").map(drop)
}
