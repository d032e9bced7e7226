//! Writes a synthetic bank day with its truth.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// What to write.
#[derive(clap::Args)]
pub struct Options {
    /// Records, over all files.
    #[arg(long, default_value_t = 50_000)]
    pub records: u64,
    /// Seed: the same seed and options write the same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Customers of the bank; default: a 25th of the records, within 200 and 20,000.
    #[arg(long)]
    pub customers: Option<u32>,
    /// Directory; gets `logs/` and `truth/`.
    #[arg(long)]
    pub out: PathBuf,
}

/// Writes the day and says where.
///
/// # Errors
/// When the directory cannot be written.
pub fn run(options: &Options) -> Result<()> {
    write(options)?;
    crate::say(format_args!(
        "wrote {} records to {} and the truth about them to {}",
        options.records,
        options.out.join("logs").display(),
        options.out.join("truth").display()
    ));
    Ok(())
}

/// Writes the day.
///
/// # Errors
/// When the directory cannot be written.
pub fn write(options: &Options) -> Result<()> {
    let mut wanted = synth::Options::new(options.records, options.seed, &options.out);
    wanted.customers = options.customers;
    synth::generate(&wanted).with_context(|| format!("write the day to {}", options.out.display()))?;
    Ok(())
}
