//! Makes a pair of connected sockets.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "socket_pair",
    what: "makes a pair of connected sockets",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    std::os::unix::net::UnixStream::pair().map(drop)
}
