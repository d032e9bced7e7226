//! Changes its own job.

use super::twin::{REPORT};
use super::{Alone, JOB, Operation, Refused, World, address, raw};

pub(super) const OPERATION: Operation = Operation {
    name: "write_job",
    what: "changes its own job",
    refused: Refused::Error(libc::EPERM),
    alone: Alone::Refused("its memory is sealed"),
    twin: Some(&REPORT),
    attempt,
};

fn attempt(_: &World) -> std::io::Result<()> {
    let byte = [0_u8];
    raw(libc::SYS_pwrite64, &[JOB, address(&byte), 1, 0])
}
