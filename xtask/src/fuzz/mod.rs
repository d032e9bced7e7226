//! Fuzz targets, run for as long as one likes.
//!
//! A target is a test whose name begins with `fuzz::` in the library of its package; nothing else lists them. Each runs in two child processes
//! with seeds of their own, built for release with panics unwinding, under a bound of memory. A child that ends in another way than by
//! itself (abort, stack overflow, out of memory, no progress) is run again with the same seed and a trace of its inputs, which gives the one that
//! did it. Inputs that broke something are kept in `target/fuzz/` and run again by `--replay`; the ones that led to a fix go to
//! `testdata/fuzz/<target>/`, where every later run begins with them.

pub(crate) mod binaries;
mod child;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use crate::{say, tree};

/// Packages with targets.
const PACKAGES: [&str; 7] = ["schemas", "sandbox", "runner", "stage-ingest", "stage-sanitize", "stage-mine", "stage-gherkin"];
/// Children a target runs in at the same time.
const CHILDREN: u64 = 2;

/// What to run.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  cargo xtask fuzz --executions 10000000\n  cargo xtask fuzz ingest::json --seed 7\n  cargo xtask fuzz ingest::json --replay target/fuzz/ingest-json-0123456789abcdef.input\n  cargo xtask fuzz --executions 200000 --keep 4   # fill the corpora up\n  cargo xtask fuzz --list"
)]
pub struct Options {
    /// Run only targets whose name contains one of these.
    targets: Vec<String>,
    /// Executions of each target.
    #[arg(long, default_value_t = 200_000)]
    executions: u64,
    /// Seed; equal seeds give equal runs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Fill the corpus of each target, which is in the repository, up to so many files from what is found.
    #[arg(long, value_name = "FILES", conflicts_with = "replay")]
    keep: Option<usize>,
    /// Run one saved input on one target.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// List the targets.
    #[arg(long)]
    list: bool,
    /// Stop a target after so many seconds, however far it is.
    #[arg(long, default_value_t = 3_600)]
    seconds_max: u64,
}

/// A target and the binary that holds it.
#[derive(Debug, Clone)]
struct Target {
    package: String,
    test: String,
    binary: PathBuf,
}

impl Target {
    /// `ingest::json` for the test `fuzz::json::json` of `stage-ingest`: package, then the test's path without repetition.
    fn name(&self) -> String {
        let package = self.package.strip_prefix("stage-").unwrap_or(&self.package);
        format!("{package}::{}", self.test.trim_start_matches("fuzz::"))
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(["--exact", &self.test, "--nocapture", "--test-threads", "1"]).current_dir(tree::root());
        command
    }
}

/// What came of one target.
#[derive(Debug, Clone, Serialize)]
struct Outcome {
    target: String,
    executions: u64,
    seconds: f64,
    shapes: u64,
    memory_peak_bytes: u64,
    failures: Vec<String>,
}

/// Runs the targets and prints a table.
///
/// # Errors
/// When a target fails, or a build does.
pub fn run(options: &Options) -> Result<()> {
    let targets: Vec<Target> = targets()?.into_iter().filter(|target| wanted(&target.name(), &options.targets)).collect();
    ensure!(!targets.is_empty(), "no fuzz target of that name: `cargo xtask fuzz --list` shows them");
    if options.list {
        targets.iter().for_each(|target| say(target.name()));
        return Ok(());
    }
    if let Some(file) = &options.replay {
        return replay(&targets, file);
    }
    let folder = tree::target().join("fuzz");
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let mut outcomes = Vec::new();
    table::head();
    for target in &targets {
        let outcome = run_target(target, options, &folder)?;
        table::row(&outcome);
        outcomes.push(outcome);
        // Written after each target: a long campaign that is stopped has its numbers.
        std::fs::write(folder.join("report.json"), serde_json::to_string_pretty(&outcomes)? + "\n").context("write the fuzz report")?;
    }
    let failed: Vec<&str> = outcomes.iter().flat_map(|outcome| outcome.failures.iter().map(String::as_str)).collect();
    table::sum(&outcomes);
    say(format_args!("kept as {}", folder.join("report.json").display()));
    if failed.is_empty() {
        return Ok(());
    }
    bail!("{} failures:\n{}", failed.len(), failed.join("\n"))
}

fn wanted(name: &str, filters: &[String]) -> bool {
    filters.is_empty()
        || filters.iter().any(|filter| name.contains(filter.as_str()) || name.replace("::", "-").replace('_', "-").contains(filter.as_str()))
}

fn run_target(target: &Target, options: &Options, folder: &Path) -> Result<Outcome> {
    let start = Instant::now();
    let share = options.executions.div_ceil(CHILDREN);
    let seeds = (0..CHILDREN).map(|number| options.seed.wrapping_mul(CHILDREN).wrapping_add(number));
    // One of them writes to the corpus, so that there are as many files as were asked for.
    let keeps = std::iter::once(options.keep).chain(std::iter::repeat(options.keep.map(|_| 0)));
    let children = seeds.zip(keeps).map(|(seed, keep)| child::Child::start(target, share, seed, folder, keep)).collect::<Result<Vec<_>>>()?;
    let ends = child::wait(children, options.seconds_max)?;
    let mut outcome = Outcome {
        target: target.name(),
        executions: 0,
        seconds: start.elapsed().as_secs_f64(),
        shapes: 0,
        memory_peak_bytes: 0,
        failures: Vec::new(),
    };
    for end in ends {
        outcome.executions += end.numbers.executions;
        outcome.shapes = outcome.shapes.max(end.numbers.shapes);
        outcome.memory_peak_bytes = outcome.memory_peak_bytes.max(end.numbers.memory_peak_bytes);
        outcome.failures.extend(end.failure);
    }
    Ok(outcome)
}

fn replay(targets: &[Target], file: &Path) -> Result<()> {
    let [target] = targets else { bail!("--replay needs the name of one target") };
    let file = std::path::absolute(file).with_context(|| format!("find {}", file.display()))?;
    ensure!(file.is_file(), "{} is no file", file.display());
    let status = target.command().env("FUZZ_REPLAY", &file).env("RUST_BACKTRACE", "1").status().context("start the target")?;
    ensure!(status.success(), "{} fails on {} ({status})", target.name(), file.display());
    say(format_args!("{} holds on {}", target.name(), file.display()));
    Ok(())
}

/// All targets, in the order of their packages.
fn targets() -> Result<Vec<Target>> {
    let mut targets: Vec<Target> = binaries::tests(&PACKAGES, "fuzz::")?
        .into_iter()
        .filter(|test| !test.test.contains("::checks::"))
        .map(|test| Target { package: test.package, test: test.test, binary: test.binary })
        .collect();
    targets.sort_by_key(|target| (PACKAGES.iter().position(|package| *package == target.package), target.name()));
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_filters_match_both_writings() {
        let target = |package: &str, test: &str| Target { package: package.into(), test: test.into(), binary: PathBuf::new() }.name();
        assert_eq!(target("stage-ingest", "fuzz::json"), "ingest::json");
        assert_eq!(target("schemas", "fuzz::record::event_type"), "schemas::record::event_type");
        assert!(wanted("schemas::record::event_type", &["event_type".into()]));
        assert!(wanted("schemas::record::event_type", &["record-event-type".into()]));
        assert!(!wanted("ingest::json", &["csv".into()]));
    }
}
