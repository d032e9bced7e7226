//! Sends a command to the driver behind a descriptor.

use super::twin::{ASK_DESCRIPTOR};
use super::{Alone, INPUT, Operation, Refused, World, address_mut, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "device_command",
    what: "sends a command to the driver behind a descriptor",
    refused: Refused::Error(libc::EACCES),
    alone: Alone::Works,
    twin: Some(&ASK_DESCRIPTOR),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let mut ready = 0_i32;
    raw(libc::SYS_ioctl, &[INPUT, libc::FIONREAD as usize, address_mut(&mut ready)])
}
