//! Speed, memory and thread scaling of the sealed pipeline.
//!
//! For each size a synthetic day with the same customers is run with one thread and with all of them. Per step and end to end: MB/s of raw
//! input and records/s per core (per CPU second), and the peak of anonymous memory. A calibration (BLAKE3 over the same input, one
//! thread, same run) divides out the machine, so that the ratio against the saved baseline compares code, not computers. The rows are
//! kept as JSON; a lone time means nothing a month later. At the end stand the targets with what was reached: speed of `sanitize` and end to end, and
//! memory of each step at the largest size against that at the smallest.

mod container;
mod hostile;
mod measure;
mod mine;
mod rivals;
mod sandbox;
mod table;
mod vault;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{say, seal, tree};

/// The baseline that `--save` writes, kept in the repository.
const BASELINE: &str = "xtask/bench-baseline.json";

/// What to measure.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  cargo xtask bench --records 100000\n  cargo xtask bench mine\n  cargo xtask bench container --run runs/latest")]
pub struct Options {
    /// Records of a day; may be given more than once. Default: 100000 and 1000000; for `mine` 500000 and 5000000.
    #[arg(long)]
    records: Vec<u64>,
    /// Runs of each size and thread count; the best times and the greatest memory of them count.
    #[arg(long, default_value_t = 1)]
    repeat: u32,
    /// Show only steps whose name contains this; `sandbox` measures launches and system calls instead, `container` the container file over the records
    /// of a run, `hostile` inputs made to be slow, `vault` the token vault; `mine` shows the targets of mining.
    #[arg(default_value = "")]
    filter: String,
    /// Run folder whose containers `container` measures.
    #[arg(long, default_value = "runs/latest")]
    run: PathBuf,
    /// Tokens that `vault` takes in, a million a night.
    #[arg(long, default_value_t = 10_000_000)]
    tokens: u64,
    /// Save the result as the baseline.
    #[arg(long)]
    save: bool,
}

/// One measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// Processor model and cores.
    pub machine: String,
    /// BLAKE3 over the raw input, MB/s, one thread: the machine's yardstick.
    pub calibration_mb_s: f64,
    /// Rows.
    pub runs: Vec<Run>,
    /// What the `regex` crate does with the same input.
    #[serde(default)]
    pub rivals: Vec<rivals::Rival>,
}

/// One run of the pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Records.
    pub records: u64,
    /// Raw bytes.
    pub bytes: u64,
    /// Bytes of the clean events, as they lie in their containers.
    #[serde(default)]
    pub clean_bytes: u64,
    /// Threads.
    pub threads: u16,
    /// Wall time of the whole `logminer run`, seconds.
    pub wall_s: f64,
    /// CPU time of all steps, seconds.
    pub cpu_s: f64,
    /// CPU time of the runner itself, seconds.
    pub runner_cpu_s: f64,
    /// Steps.
    pub steps: Vec<Step>,
}

/// One step, over all its shards and partitions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Name.
    pub step: String,
    /// Wall time, seconds; of processes that run side by side each counts by its share of the threads.
    pub wall_s: f64,
    /// CPU time, seconds.
    pub cpu_s: f64,
    /// Greatest anonymous memory of any of its processes, bytes.
    pub rss_anon_peak_bytes: u64,
}

impl Run {
    /// MB/s of raw input for a CPU second.
    #[must_use]
    pub fn mb_s(&self, cpu_s: f64) -> f64 {
        self.bytes as f64 / 1e6 / cpu_s.max(1e-9)
    }

    /// The best times of two runs of the same input, step by step, and the greatest memory: times are disturbed upwards, and a sampled peak is missed
    /// downwards.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.wall_s = self.wall_s.min(other.wall_s);
        self.runner_cpu_s = self.runner_cpu_s.min(other.runner_cpu_s);
        for (step, other) in self.steps.iter_mut().zip(&other.steps) {
            step.wall_s = step.wall_s.min(other.wall_s);
            step.cpu_s = step.cpu_s.min(other.cpu_s);
            step.rss_anon_peak_bytes = step.rss_anon_peak_bytes.max(other.rss_anon_peak_bytes);
        }
        self.cpu_s = self.steps.iter().map(|step| step.cpu_s).sum();
        self
    }

    /// CPU time of all steps whose name begins with `stage`.
    #[must_use]
    pub fn stage_cpu_s(&self, stage: &str) -> f64 {
        self.steps.iter().filter(|step| step.step.starts_with(stage)).map(|step| step.cpu_s).sum()
    }

    /// Wall time of all steps whose name begins with `stage`, one after the other.
    #[must_use]
    pub fn stage_wall_s(&self, stage: &str) -> f64 {
        self.steps.iter().filter(|step| step.step.starts_with(stage)).map(|step| step.wall_s).sum()
    }

    /// CPU time end to end: all steps and the runner.
    #[must_use]
    pub fn end_to_end_cpu_s(&self) -> f64 {
        self.cpu_s + self.runner_cpu_s
    }
}

/// Measures, prints the tables, keeps the JSON.
///
/// # Errors
/// When a build or a run fails.
pub fn run(options: &Options) -> Result<()> {
    if options.filter == "sandbox" {
        return sandbox::run();
    }
    if options.filter == "container" {
        return container::run(&tree::root().join(&options.run));
    }
    if options.filter == "vault" {
        return vault::run(options.tokens);
    }
    seal::build()?;
    if options.filter == "hostile" {
        return hostile::run();
    }
    let sizes = match (&options.records[..], options.filter.as_str()) {
        ([], "mine") => &[500_000, 5_000_000],
        ([], _) => &[100_000, 1_000_000],
        (given, _) => given,
    };
    let bench = measure::measure(sizes, options.repeat)?;
    let saved = tree::root().join(BASELINE);
    let baseline: Option<Bench> = fs::read(&saved).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    table::print(&bench, baseline.as_ref(), &options.filter);
    let kept = keep(&bench)?;
    say(format_args!("kept as {}", kept.display()));
    if options.save {
        fs::write(&saved, serde_json::to_string_pretty(&bench)? + "\n").with_context(|| format!("write {}", saved.display()))?;
        say(format_args!("saved as the baseline in {BASELINE}"));
    }
    Ok(())
}

fn keep(bench: &Bench) -> Result<PathBuf> {
    let dir = tree::target().join("bench");
    fs::create_dir_all(&dir).with_context(|| format!("make {}", dir.display()))?;
    let number = fs::read_dir(&dir)?.count();
    let path = dir.join(format!("bench-{number:04}.json"));
    fs::write(&path, serde_json::to_string_pretty(bench)?).with_context(|| format!("write {}", path.display()))?;
    Ok(path)
}
