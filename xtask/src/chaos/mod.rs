//! Faults on purpose: runs of a small day are killed, starved of disk and lied to by the kernel, and after each fault readers see
//! the old state or the new one, and the next run gives the same bytes.
//!
//! [`place`] holds the day and says what must be true after a fault; [`kills`] kills at random moments; [`syscalls`] finds every system
//! call that changes the disk and kills or fails exactly there; [`durable`] reads a trace and says what would be lost with the power;
//! [`disk`] runs on a disk of a given size.

pub mod disk;
pub mod durable;
pub mod kills;
pub mod place;
pub mod random;
pub mod syscalls;

use anyhow::Result;

use crate::{say, seal, tools};
use place::Place;
use syscalls::Fault;

/// How much to break.
#[derive(clap::Args)]
pub struct Options {
    /// Random kills of runners and steps, and endings by SIGTERM.
    #[arg(long, default_value_t = 60)]
    kills: u32,
    /// Every how many-th change on disk of a publication is killed; 1 is every one, 0 none.
    #[arg(long, default_value_t = 10)]
    publication_stride: usize,
    /// Every how many-th change on disk of a whole run is killed or failed; 1 is every one, 0 none.
    #[arg(long, default_value_t = 10)]
    stride: usize,
    /// Sizes of the full disk, evenly from nothing to what the run needs.
    #[arg(long, default_value_t = 10)]
    disks: u64,
    /// Records of the day.
    #[arg(long, default_value_t = 2_000)]
    records: u64,
    /// Take the sealed stages as they are.
    #[arg(long)]
    no_build: bool,
    /// Seed of the random moments.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Breaks things and says what came of it.
///
/// # Errors
/// At the first fault after which something is not as it must be.
pub fn run(options: &Options) -> Result<()> {
    if !options.no_build {
        seal::build()?;
    }
    let place = Place::with_day(options.records, options.seed)?;
    if options.kills > 0 {
        let tally = kills::at_random(&place, options.kills, options.seed)?;
        say(format_args!("random kills: {tally}"));
    }
    if options.publication_stride > 0 && tools::have("strace", "strace") {
        say(format_args!("killed in a publication: {}", syscalls::kill_publication(&place, options.publication_stride)?));
    }
    if options.stride > 0 && tools::have("strace", "strace") {
        say(format_args!("killed in a whole run: {}", syscalls::break_runs(&place, Fault::Kill, options.stride)?));
        say(format_args!("no space: {}", syscalls::break_runs(&place, Fault::NoSpace, options.stride)?));
        say(format_args!("failed syncs: {}", syscalls::break_runs(&place, Fault::FailedSync, options.stride)?));
    }
    if options.disks > 0 && disk::can_mount() {
        say(format_args!("full disks: {}", disk::fill(&place, options.disks)?));
    }
    Ok(())
}
