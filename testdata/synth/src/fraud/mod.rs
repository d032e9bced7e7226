//! A day of web banking (`web-banking.jsonl`) among whose sessions every rule has its cases, and cases that only resemble them. The truth names the
//! byte offset of the record at which each rule must fire, so that a finding's evidence can be compared record by record. Apart from the day of
//! the other systems: their bytes, and all that was measured on them, stay as they are.

mod cases;
mod line;
mod ordinary;

use std::collections::BTreeMap;
use std::io::Result;
use std::path::Path;

use crate::options::Day;
use crate::random::Random;
use line::{Bank, Line};

/// What to plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Options {
    /// Seed of everything.
    pub seed: u64,
    /// Ordinary sessions.
    pub sessions: u32,
    /// Cases of each pattern, and cases that resemble it.
    pub cases: u32,
}

/// The truth about a day of web banking, as it lies in `truth/fraud.json`.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Truth {
    /// Records.
    pub records: u64,
    /// Rule to the offsets of the records at which it must fire, sorted.
    pub planted: BTreeMap<String, Vec<u64>>,
    /// Pattern to the number of cases that resemble it and must not fire.
    pub near_misses: BTreeMap<String, u32>,
}

/// Name of the log.
pub const FILE: &str = "web-banking.jsonl";

/// Writes `logs/web-banking.jsonl` and `truth/fraud.json` into `out`, and returns the truth.
///
/// # Errors
/// The folder or a file cannot be written.
pub fn generate(options: &Options, day: Day, out: &Path) -> Result<Truth> {
    let mut bank = Bank::new(Random::new(options.seed, 9));
    (0..options.sessions).for_each(|_| ordinary::session(&mut bank));
    let mut near_misses = BTreeMap::new();
    for (name, plant, resemble) in cases::ALL {
        (0..options.cases).for_each(|_| plant(&mut bank));
        if let Some(resemble) = resemble {
            (0..options.cases).for_each(|_| resemble(&mut bank));
            near_misses.insert((*name).to_owned(), options.cases);
        }
    }
    let (text, planted) = write(bank.lines, day);
    let records = text.iter().filter(|byte| **byte == b'\n').count() as u64;
    let truth = Truth { records, planted, near_misses };
    for folder in ["logs", "truth"] {
        std::fs::create_dir_all(out.join(folder))?;
    }
    std::fs::write(out.join("logs").join(FILE), text)?;
    std::fs::write(out.join("truth/fraud.json"), serde_json::to_string_pretty(&truth)? + "\n")?;
    Ok(truth)
}

/// Lines in order of time, and the offsets of those that are marked.
fn write(mut lines: Vec<Line>, day: Day) -> (Vec<u8>, BTreeMap<String, Vec<u64>>) {
    lines.sort_by_key(|line| line.at_ms);
    let calendar = crate::clock::Calendar::new(day);
    let (mut text, mut planted) = (Vec::new(), BTreeMap::<String, Vec<u64>>::new());
    for line in lines {
        for rule in &line.marks {
            planted.entry((*rule).to_owned()).or_default().push(text.len() as u64);
        }
        line.write(&calendar, &mut text);
    }
    (text, planted)
}
