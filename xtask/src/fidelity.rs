//! Fidelity of the sealed stages: what of a planted set leaks, what is destroyed, whether tokens are consistent.

use std::path::PathBuf;

use anyhow::Result;

use crate::{logminer, say, seal, tree};

/// What to plant, and what to allow.
#[derive(clap::Args)]
pub struct Options {
    /// First seed.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sets to plant, from this seed upwards.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Values of each class in each carrier of a set.
    #[arg(long, default_value_t = 4)]
    lines_per_cell: usize,
    /// Folder for fidelity.json and fidelity.html [default: `fidelity` in the target folder].
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Builds, seals, plants with all locale packs on, and shows the score.
///
/// # Errors
/// When a build fails or a threshold is passed (exit 62).
pub fn run(options: &Options) -> Result<()> {
    say("building and sealing the stages ...");
    seal::build()?;
    let work = tree::target().join("fidelity");
    let keys = work.join("keys");
    if !keys.join("keys.json").exists() {
        logminer::command().args(["keygen", "--development", "--keys"]).arg(&keys).run_quietly()?;
    }
    logminer::command()
        .args(["fidelity", "--locales", "all"])
        .args(["--seed".to_owned(), options.seed.to_string(), "--seeds".to_owned(), options.seeds.to_string()])
        .args(["--lines-per-cell".to_owned(), options.lines_per_cell.to_string()])
        .arg("--out")
        .arg(options.out.clone().unwrap_or(work))
        .arg("--keys")
        .arg(&keys)
        .run()
}
