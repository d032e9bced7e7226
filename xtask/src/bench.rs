//! Speed, memory and thread scaling.

use anyhow::Result;

/// What to measure.
#[derive(clap::Args)]
pub struct Options {}

/// Measures.
///
/// # Errors
/// When a run fails.
pub fn run(_options: &Options) -> Result<()> {
    Ok(())
}
