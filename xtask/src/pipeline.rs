//! The whole pipeline on a synthetic bank day: build, seal, generate, run, and say where the results are.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{logminer, say, seal, synth_days, tree};

/// The day that is simulated.
pub const LOGICAL_DATE: &str = "2026-11-20";

/// What to run on.
#[derive(clap::Args)]
pub struct Options {
    /// Records of the synthetic day.
    #[arg(long, default_value_t = 50_000)]
    records: u64,
    /// Seed of the synthetic day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where run folders go.
    #[arg(long, default_value = "runs")]
    runs: PathBuf,
}

/// Runs it. A second call finds the published run and changes nothing.
///
/// # Errors
/// When a build, the generator or the run fails; the run's exit code is passed on.
pub fn run(options: &Options) -> Result<()> {
    say("building and sealing the stages ...");
    seal::build()?;
    let work = tree::target().join("pipeline");
    let day = work.join(format!("day-{}-{}", options.records, options.seed));
    if !day.join("complete").exists() {
        say(format_args!("writing a synthetic bank day of {} records ...", options.records));
        synth_days::write(&synth_days::Options { records: options.records, seed: options.seed, customers: None, out: day.clone() })?;
        std::fs::write(day.join("complete"), b"").with_context(|| format!("write {}", day.display()))?;
    }
    let keys = work.join("keys");
    if !keys.join("keys.json").exists() {
        logminer::command().args(["keygen", "--development", "--keys"]).arg(&keys).run_quietly()?;
    }
    logminer::command()
        .args(["run", "--date", LOGICAL_DATE, "--input"])
        .arg(day.join("logs"))
        .arg("--runs")
        .arg(tree::root().join(&options.runs))
        .arg("--keys")
        .arg(&keys)
        .run()
}
