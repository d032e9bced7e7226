//! Looks into the keys that the kernel holds.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "keyring",
    what: "looks into the keys that the kernel holds",
    refused: Refused::Killed,
    alone: Alone::WorksOutsideAPod,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    const GET_KEYRING_ID: usize = 0;
    const SESSION: usize = 3_usize.wrapping_neg();
    raw(libc::SYS_keyctl, &[GET_KEYRING_ID, SESSION, 1])
}
