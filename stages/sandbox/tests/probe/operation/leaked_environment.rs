//! Looks for secrets in its environment.

use super::twin::{READ_INPUT};
use super::{Alone, Operation, Refused, World};

pub(super) const OPERATION: Operation = Operation {
    name: "leaked_environment",
    what: "looks for secrets in its environment",
    refused: Refused::Error(libc::ENOENT),
    alone: Alone::Works,
    twin: Some(&READ_INPUT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    std::env::vars_os().next().map(drop).ok_or_else(|| std::io::Error::from_raw_os_error(libc::ENOENT))
}
