//! Scores a list of failure sequences against the faults that were planted in a journey bank.
//!
//! The list's own numbers are not believed: every condition is evaluated anew over the journeys.

mod baselines;
mod score;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use schemas::exit::Exit;
use synth::faults::Bank;
use synth::faults::clause::{Condition, Outcome};
use synth::faults::truth::{Faults, StepRow};

use crate::say;
use score::{RANK_MAX, Score, Scorer};

/// Inputs.
#[derive(clap::Args)]
pub(super) struct Options {
    /// The folder that `cargo xtask synth --journeys` wrote.
    #[arg(long, required_unless_present = "fault_free")]
    truth: Option<PathBuf>,
    /// The list of a run: `internal/failures.json`.
    #[arg(long)]
    failures: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Also score what plain sequential pattern mining and decision trees on counts would report of the same journeys.
    #[arg(long, conflicts_with_all = ["fault_free", "json"])]
    baselines: bool,
    /// The list is of a bank without faults: exit 62 unless it is empty.
    #[arg(long)]
    fault_free: bool,
}

/// A list, as far as it is scored.
#[derive(serde::Deserialize)]
struct List {
    failures: Vec<Item>,
}

/// A sequence that is said to lead to failure.
#[derive(serde::Deserialize)]
struct Item {
    rank: u32,
    sentence: String,
    outcome: Outcome,
    condition: Condition,
}

/// Something was reported where there is nothing to find.
#[derive(Debug)]
pub struct FalseAlarm {
    items: usize,
}

impl FalseAlarm {
    /// The exit code.
    #[must_use]
    pub fn code(&self) -> u8 {
        Exit::GateFailed.code()
    }
}

impl std::fmt::Display for FalseAlarm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} reported of journeys without faults",
            if self.items == 1 { "1 item is".to_owned() } else { format!("{} items are", self.items) }
        )
    }
}

impl std::error::Error for FalseAlarm {}

pub(super) fn run(options: &Options) -> Result<()> {
    let items = read_list(&options.failures)?;
    match &options.truth {
        Some(truth) if !options.fault_free => {
            let planted = Planted::read(truth)?;
            print(&planted.score(&items)?, options.json)?;
            if options.baselines { print_baselines(&planted) } else { Ok(()) }
        }
        _ => fault_free(&items, options.json),
    }
}

fn read_list(path: &Path) -> Result<Vec<Item>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let list: List = serde_json::from_str(&text).with_context(|| format!("read {} as a list of failures", path.display()))?;
    let mut items = list.failures;
    items.sort_by_key(|item| item.rank);
    ensure!(items.iter().all(|item| item.rank > 0), "{}: ranks begin at 1", path.display());
    ensure!(items.windows(2).all(|pair| pair[0].rank != pair[1].rank), "{}: two items have the same rank", path.display());
    Ok(items)
}

fn fault_free(items: &[Item], json: bool) -> Result<()> {
    if json {
        say(serde_json::json!({ "items": items.len() }));
    } else {
        items.iter().for_each(|item| say(format_args!("{:>4}  {}", item.rank, item.sentence)));
        say(format_args!("{} items reported; 0 are right", items.len()));
    }
    if items.is_empty() { Ok(()) } else { Err(FalseAlarm { items: items.len() }.into()) }
}

/// What lies in the folder of a journey bank.
struct Planted {
    faults: Faults,
    rows: Vec<StepRow>,
    bank: Bank,
}

impl Planted {
    fn read(folder: &Path) -> Result<Self> {
        let truth = folder.join("truth").join("faults.json");
        let text = std::fs::read_to_string(&truth).with_context(|| format!("read {}", truth.display()))?;
        let faults: Faults = serde_json::from_str(&text).with_context(|| format!("read {}", truth.display()))?;
        ensure!(!faults.faults.is_empty(), "no faults are planted in {}: give --fault-free", folder.display());
        let log = folder.join("journeys.jsonl");
        let bank = File::open(&log).and_then(|file| Bank::read(&mut BufReader::with_capacity(1 << 18, file)));
        let bank = bank.with_context(|| format!("read {}", log.display()))?;
        let steps = folder.join("truth").join("steps.csv");
        let rows = csv::Reader::from_path(&steps).and_then(|mut rows| rows.deserialize().collect());
        Ok(Self { faults, rows: rows.with_context(|| format!("read {}", steps.display()))?, bank })
    }

    fn score(&self, items: &[Item]) -> Result<Score> {
        Scorer::new(&self.bank, &self.faults, &self.rows)?.score(items)
    }
}

fn print(score: &Score, json: bool) -> Result<()> {
    if json {
        say(serde_json::to_string_pretty(score)?);
        return Ok(());
    }
    say(format_args!("{:<26} {:>4}  {:<14} {:>7} {:>8} {:>6}  sentence", "fault", "rank", "found", "Jaccard", "covered", "size"));
    for fault in &score.faults {
        match &fault.item {
            Some(item) => say(format_args!(
                "{:<26} {:>4}  {:<14} {:>7.3} {:>7.1}% {:>5.1}x  {}",
                fault.fault,
                item.rank,
                fault.found.to_string(),
                item.jaccard,
                100.0 * item.covered,
                item.size,
                item.sentence
            )),
            None => {
                say(format_args!("{:<26} {:>4}  {:<14} {:>7} {:>8} {:>6}  (no item is about such steps)", fault.fault, "-", "missed", "-", "-", "-"))
            }
        }
    }
    let median = score.median_rank.map_or_else(|| "none".to_owned(), |rank| rank.to_string());
    say(format_args!("\nfound {} of {} among the first {RANK_MAX} of {} items; median rank {median}", score.found, score.of, score.items));
    Ok(())
}

fn print_baselines(planted: &Planted) -> Result<()> {
    let lists =
        [("sequential patterns by support", baselines::by_support(&planted.bank)), ("decision trees on counts", baselines::by_counts(&planted.bank))];
    for (name, items) in lists {
        say(format_args!("\n== {name}"));
        print(&planted.score(&items)?, false)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
