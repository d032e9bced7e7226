//! Sends a datagram, as a name look-up would.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "udp_send",
    what: "sends a datagram, as a name look-up would",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(world: &World) -> std::io::Result<()> {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
    socket.send_to(b"4111111111111111", ("127.0.0.1", world.udp_port())).map(drop)
}
