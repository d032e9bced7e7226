//! Corruption of everything that lies on a disk, in numbers: kind by fault by outcome.
//!
//! The cases are made by tests of `schemas` and `runner` (`src/corrupt.rs` there), each in a process of its own under a bound of memory: 64 MiB over
//! the file. A case that was read as something else without an error, a panic, or a process that died fails the command.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use crate::fuzz::binaries;
use crate::{say, tree};

/// What to run.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  cargo xtask corrupt --cases 100000 --seed 7")]
pub struct Options {
    /// Cases over all kinds of files.
    #[arg(long, default_value_t = 100_000)]
    cases: u64,
    /// Seed; equal seeds give equal cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Outcomes of one kind and fault.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    kind: String,
    fault: String,
    /// Refused with an error.
    refused: u64,
    /// Read as before.
    same: u64,
    /// Read as something else where there is no checksum by design.
    other: u64,
    /// Read as something else without an error.
    silent: u64,
    /// Panics.
    panic: u64,
    memory_peak_bytes: u64,
}

/// Runs the campaign and prints its table.
///
/// # Errors
/// When a case was not noticed, or a build fails.
pub fn run(options: &Options) -> Result<()> {
    let tests = binaries::tests(&["schemas", "runner"], "corrupt::")?;
    ensure!(!tests.is_empty(), "there is no corruption test");
    let folder = tree::target().join("fuzz");
    std::fs::create_dir_all(&folder).with_context(|| format!("make {}", folder.display()))?;
    let report = folder.join("corrupt-part.jsonl");
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for test in &tests {
        // Half of the cases go to containers, which have most kinds; the rest is shared out evenly.
        let share = if test.test.ends_with("::containers") { options.cases / 2 } else { options.cases.div_ceil(2 * (tests.len() as u64 - 1)) };
        let _ = std::fs::remove_file(&report);
        let output = std::process::Command::new(&test.binary)
            .args(["--exact", &test.test, "--nocapture", "--test-threads", "1"])
            .env("CORRUPT_CASES", share.to_string())
            .env("CORRUPT_SEED", options.seed.to_string())
            .env("CORRUPT_REPORT", &report)
            .current_dir(tree::root())
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("start {}", test.test))?;
        if !output.status.success() {
            failed.push(format!("{} ({}):\n{}", test.test, output.status, String::from_utf8_lossy(&output.stderr)));
        }
        let text = std::fs::read_to_string(&report).unwrap_or_default();
        rows.extend(text.lines().map(serde_json::from_str::<Row>).collect::<Result<Vec<_>, _>>().context("read a corruption report")?);
    }
    let _ = std::fs::remove_file(&report);
    print(&rows);
    let kept = folder.join("corrupt.json");
    std::fs::write(&kept, serde_json::to_string_pretty(&rows)? + "\n").with_context(|| format!("write {}", kept.display()))?;
    say(format_args!("kept as {}", kept.display()));
    ensure!(failed.is_empty(), "corruption was not noticed:\n{}", failed.join("\n"));
    Ok(())
}

/// The table by kind, then the sums by fault.
fn print(rows: &[Row]) {
    let mut kinds: BTreeMap<&str, [u64; 5]> = BTreeMap::new();
    let mut faults: BTreeMap<&str, [u64; 5]> = BTreeMap::new();
    for row in rows {
        let counts = [row.refused, row.same, row.other, row.silent, row.panic];
        for sums in [kinds.entry(&row.kind).or_default(), faults.entry(&row.fault).or_default()] {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    for (title, table) in [("kind", &kinds), ("fault", &faults)] {
        say(format_args!("\n{title:<30} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "cases", "refused", "same", "other", "silent", "panic"));
        for (name, [refused, same, other, silent, panic]) in table {
            let cases = refused + same + other + silent + panic;
            say(format_args!("{name:<30} {cases:>9} {refused:>9} {same:>9} {other:>9} {silent:>9} {panic:>9}"));
        }
    }
    let memory = rows.iter().map(|row| row.memory_peak_bytes).max().unwrap_or(0);
    let cases: u64 = kinds.values().flatten().sum();
    say(format_args!("\n{cases} cases, {} kinds, at most {:.1} MB resident", kinds.len(), memory as f64 / 1e6));
    say(
        "same: read as it was (a changed letter case of a hexadecimal digit, a torn line that never counted); other: sealed memory, no checksum by design",
    );
}
