//! Writes a synthetic bank day, or a journey bank, with its truth.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// Which bank to write.
#[derive(clap::Args)]
pub struct Bank {
    #[command(flatten)]
    day: Options,
    /// Write a journey bank instead: so many journeys with planted faults in `journeys.jsonl`, and the truth about the faults.
    #[arg(long, num_args = 0..=1, default_missing_value = "200000", value_parser = clap::value_parser!(u32).range(1..=5_000_000), conflicts_with_all = ["records", "customers"])]
    journeys: Option<u32>,
    /// Plant no faults in the journey bank.
    #[arg(long, requires = "journeys")]
    fault_free: bool,
}

/// The day to write.
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
    /// Directory; gets `logs/` and `truth/`, of a journey bank `journeys.jsonl` and `truth/`.
    #[arg(long)]
    pub out: PathBuf,
}

/// Writes the bank and says where.
///
/// # Errors
/// When the directory cannot be written.
pub fn run(bank: &Bank) -> Result<()> {
    let options = &bank.day;
    if let Some(journeys) = bank.journeys {
        return write_journeys(options, journeys, bank.fault_free);
    }
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

fn write_journeys(options: &Options, journeys: u32, fault_free: bool) -> Result<()> {
    let wanted = synth::faults::Options { journeys, seed: options.seed, fault_free, out: options.out.clone() };
    let truth = synth::faults::generate(&wanted).with_context(|| format!("write the journeys to {}", options.out.display()))?;
    crate::say(format_args!(
        "wrote {journeys} journeys of {} records to {} and the truth about {} faults to {}",
        truth.events,
        options.out.join("journeys.jsonl").display(),
        truth.faults.len(),
        options.out.join("truth").display()
    ));
    Ok(())
}
