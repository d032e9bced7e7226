//! Asks the kernel for its network configuration.

use super::twin::{REPORT};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "netlink_socket",
    what: "asks the kernel for its network configuration",
    refused: Refused::Killed,
    alone: Alone::Works,
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    raw(libc::SYS_socket, &[libc::AF_NETLINK as usize, libc::SOCK_RAW as usize, 0])
}
