//! Mutation: whether the generated suite notices faults that are put into the bank whose logs it was made of.

mod bank;
mod stable;
mod suite;
mod table;
mod tools;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};

pub use bank::{Bank, Fault, Server};
pub use stable::{Cell, check, try_seeds};
pub use suite::{Answers, Outcome, Part, Suite};
pub use table::{Row, Score};
pub use tools::Runner;

use crate::{logminer, say, seal, tree};

/// The date of the run; that of the bank's day is in its logs.
const LOGICAL_DATE: &str = "2026-03-03";

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// The runner.
    #[arg(long, value_enum, default_value = "pytest-bdd")]
    runner: Runner,
    /// Faults to try; default: all.
    #[arg(long = "fault")]
    faults: Vec<String>,
    /// Sessions of the bank's day.
    #[arg(long, default_value_t = 3000)]
    sessions: u32,
    /// Seed of the bank's customers and of the day.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Faults tried side by side, each with its own bank.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Try no faults: run the suite of the healthy bank for so many seeds, from `--seed` on, in each of `--runners`, and fail when a step is
    /// undefined, a scenario red, or one ends otherwise in another runner or the second time.
    #[arg(long, conflicts_with = "faults")]
    seeds: Option<u64>,
    /// Runners for `--seeds`.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "all", requires = "seeds")]
    runners: Vec<Runners>,
    /// Also writes the page `docs/MUTATION.md`.
    #[arg(long)]
    page: bool,
    /// Leave out the build and the pipeline: use the release that the last call left.
    #[arg(long)]
    no_pipeline: bool,
}

/// Runners by name, or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Runners {
    /// All three.
    All,
    /// cucumber-js.
    CucumberJs,
    /// pytest-bdd.
    PytestBdd,
    /// behave.
    Behave,
}

impl Runners {
    fn each(self) -> Vec<Runner> {
        match self {
            Self::All => vec![Runner::CucumberJs, Runner::PytestBdd, Runner::Behave],
            Self::CucumberJs => vec![Runner::CucumberJs],
            Self::PytestBdd => vec![Runner::PytestBdd],
            Self::Behave => vec![Runner::Behave],
        }
    }
}

/// Runs it: table on standard output, `mutation.json` in the target folder.
///
/// # Errors
/// When a build, the pipeline or the bank fails, or a scenario is red on the healthy bank.
pub fn run(options: &Options) -> Result<()> {
    let work = tree::target().join("mutation");
    if let Some(seeds) = options.seeds {
        return run_seeds(options, &work, seeds);
    }
    let bank = Bank::new(tree::root().join("testdata/demo-bank"), options.seed);
    let faults = chosen(bank.faults()?, &options.faults)?;
    let runs = work.join("runs");
    if !options.no_pipeline {
        say("building and sealing the stages ...");
        seal::build()?;
        make_release(&bank, &work, &runs, options.sessions)?;
    }
    let score = try_all(&bank, &faults, &runs.join("latest/release"), &work, options.runner, options.jobs)?;
    let json = work.join("mutation.json");
    std::fs::write(&json, format!("{}\n", serde_json::to_string_pretty(&score)?)).with_context(|| format!("write {}", json.display()))?;
    if options.page {
        write_page(|_, seeds| format!("{}{seeds}", score.page()))?;
    }
    say(format_args!("{}; {}", score.line(), json.display()));
    Ok(())
}

fn run_seeds(options: &Options, work: &Path, seeds: u64) -> Result<()> {
    ensure!(seeds > 0, "--seeds must be at least 1");
    say("building and sealing the stages ...");
    if !options.no_pipeline {
        seal::build()?;
    }
    let mut runners: Vec<Runner> = options.runners.iter().flat_map(|runners| runners.each()).collect();
    runners.dedup();
    let last = options.seed.saturating_add(seeds - 1);
    let cells = try_seeds(&tree::root().join("testdata/demo-bank"), work, &runners, options.seed..=last, options.sessions)?;
    let json = work.join("seeds.json");
    std::fs::write(&json, format!("{}\n", serde_json::to_string_pretty(&cells)?)).with_context(|| format!("write {}", json.display()))?;
    if options.page {
        write_page(|faults, _| format!("{faults}{}", stable::section(&cells)))?;
    }
    check(&cells)?;
    say(format_args!("the same and green in {} runners for {seeds} seeds; {}", runners.len(), json.display()));
    Ok(())
}

/// Writes the page anew: `parts` is given the part about faults and the part about seeds.
fn write_page(parts: impl Fn(&str, &str) -> String) -> Result<()> {
    let page = tree::root().join("docs/MUTATION.md");
    let old = std::fs::read_to_string(&page).unwrap_or_default();
    let (faults, seeds) = old.split_at(old.find(stable::TITLE).unwrap_or(old.len()));
    std::fs::write(&page, parts(faults, seeds)).with_context(|| format!("write {}", page.display()))
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "" }
}

fn chosen(all: Vec<Fault>, names: &[String]) -> Result<Vec<Fault>> {
    for name in names {
        ensure!(all.iter().any(|fault| fault.name == *name), "the bank has no fault {name}");
    }
    Ok(all.into_iter().filter(|fault| names.is_empty() || names.contains(&fault.name)).collect())
}

/// A day of the healthy bank, and the pipeline on its logs.
///
/// # Errors
/// When the bank or the run fails.
pub fn make_release(bank: &Bank, work: &Path, runs: &Path, sessions: u32) -> Result<()> {
    let logs = work.join("day");
    let _ = std::fs::remove_dir_all(&logs);
    let _ = std::fs::remove_dir_all(runs);
    say(format_args!("writing a day of {sessions} sessions of the healthy bank ..."));
    bank.write_day(&logs, sessions)?;
    let keys = work.join("keys");
    if !keys.join("keys.json").exists() {
        logminer::command().args(["keygen", "--development", "--keys"]).arg(&keys).run_quietly()?;
    }
    say("running the pipeline on its logs ...");
    let run = logminer::command().args(["run", "--json", "--date", LOGICAL_DATE, "--input"]).arg(&logs);
    run.arg("--runs").arg(runs).arg("--keys").arg(&keys).run_quietly()
}

/// Accepts the answers of the healthy bank, checks that the suite is green on it, and tries each fault.
///
/// # Errors
/// When a scenario is red on the healthy bank, or a runner or bank cannot be started.
pub fn try_all(bank: &Bank, faults: &[Fault], release: &Path, work: &Path, runner: Runner, jobs: usize) -> Result<Score> {
    let suite = Suite::new(release, &work.join("suite"), runner)?;
    // Logs and report of each run lie in a place of their own: several may run side by side.
    let run = |fault: Option<&str>, answers: Answers, part: Part| -> Result<Outcome> {
        let place = work.join("runs-of").join(fault.unwrap_or("healthy"));
        suite.run(bank, &bank.start(fault, &place.join("logs"))?, &place.join("report.json"), answers, part)
    };
    for round in 1..=2 {
        let outcome = run(None, Answers::Accept, Part::All)?;
        ensure!(outcome.failed.is_empty() && outcome.undefined == 0, "round {round} on the healthy bank is red:\n{}", outcome.said);
    }
    let healthy = run(None, Answers::Compare, Part::All)?;
    ensure!(healthy.failed.is_empty() && healthy.undefined == 0, "the suite is red on the healthy bank:\n{}", healthy.said);
    ensure!(healthy.passed > 0, "no scenario ran on the healthy bank:\n{}", healthy.said);
    say(format_args!("green on the healthy bank: {} scenarios, {} skipped", healthy.passed, healthy.skipped));
    let tried = |fault: &Fault| -> Result<Row> {
        let production = run(Some(&fault.name), Answers::Compare, Part::Production)?;
        // One red scenario is enough: the slower part is for what production's facts do not show.
        let accepted = if production.failed.is_empty() { run(Some(&fault.name), Answers::Compare, Part::Accepted)? } else { Outcome::default() };
        let example = production.failed.first().or_else(|| accepted.failed.first()).cloned().unwrap_or_default();
        let row = Row { fault: fault.clone(), red: production.failed.len(), red_accepted: !accepted.failed.is_empty(), example };
        let verdict = if row.is_caught() { "caught" } else { "MISSED" };
        say(format_args!("{verdict} {:<40} {:>3} {:>3}  {}", row.fault.name, row.red, yes(row.red_accepted), row.example));
        Ok(row)
    };
    let rows = side_by_side(faults, jobs, &tried)?;
    Ok(Score { runner: runner.name(), green: healthy.passed, skipped: healthy.skipped, faults: rows })
}

/// Tries faults on several threads; rows in the order of the faults.
fn side_by_side(faults: &[Fault], jobs: usize, tried: &(impl Fn(&Fault) -> Result<Row> + Sync)) -> Result<Vec<Row>> {
    let next = AtomicUsize::new(0);
    let worker = || -> Result<Vec<(usize, Row)>> {
        let mut rows = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(fault) = faults.get(place) else { return Ok(rows) };
            rows.push((place, tried(fault)?));
        }
    };
    let mut rows = Vec::new();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(worker)).collect();
        for worker in workers {
            rows.extend(worker.join().map_err(|_| anyhow::anyhow!("a worker of the mutation ended early"))??);
        }
        Ok::<(), anyhow::Error>(())
    })?;
    rows.sort_by_key(|(place, _)| *place);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}
