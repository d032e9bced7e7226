//! Whether the generated suite is the same, and green, in every runner and for every seed: no step is undefined, nothing is red on the healthy bank, and no
//! scenario ends otherwise in one runner than in another, or the second time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::suite::{Answers, Outcome, Part, Suite};
use super::{Bank, Runner, make_release};
use crate::say;

/// Where the table stands on the page.
pub(super) const TITLE: &str = "\n## Every runner, seed by seed\n";

/// One runner on the suite of one seed.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// Seed of the bank's customers and of the day.
    pub seed: u64,
    /// The runner.
    pub runner: String,
    /// Scenarios that passed.
    pub green: usize,
    /// Scenarios that lack data.
    pub skipped: usize,
    /// Scenarios with a step that no library defines.
    pub undefined: usize,
    /// Names of red ones.
    pub red: BTreeSet<String>,
    /// Names of those that ended otherwise than in the first runner.
    pub differing: BTreeSet<String>,
    /// Names of those that ended otherwise the second time.
    pub flaky: BTreeSet<String>,
}

impl Cell {
    fn is_sound(&self) -> bool {
        self.green > 0 && self.undefined == 0 && self.red.is_empty() && self.differing.is_empty() && self.flaky.is_empty()
    }
}

/// Runs the healthy bank's suite of each seed in each runner, twice. Answers are accepted in the first runner alone: the others compare with them, so a
/// runner that understood an answer otherwise would be red.
///
/// # Errors
/// When the pipeline, a bank or a runner cannot be started, or nothing can be accepted.
pub fn try_seeds(bank_folder: &Path, work: &Path, runners: &[Runner], seeds: std::ops::RangeInclusive<u64>, sessions: u32) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for seed in seeds {
        let bank = Bank::new(bank_folder.to_owned(), seed);
        let work = work.join(format!("seed-{seed}"));
        let runs = work.join("runs");
        std::fs::create_dir_all(&work).with_context(|| format!("make {}", work.display()))?;
        make_release(&bank, &work, &runs, sessions)?;
        let release = runs.join("latest/release");
        let accepted = work.join("accepted.json");
        let _ = std::fs::remove_file(&accepted);
        let mut first: Option<BTreeMap<String, bool>> = None;
        for (place, runner) in runners.iter().enumerate() {
            let name = runner.name();
            let suite = Suite::new(&release, &work.join(format!("suite-{name}")), *runner)?.with_accepted(accepted.clone());
            // Each run leaves its report: what is red once has to be looked at.
            let run = |which: &str, answers: Answers| -> Result<Outcome> {
                let place = work.join(format!("healthy-{name}"));
                suite.run(&bank, &bank.start(None, &place.join("logs"))?, &place.join(format!("{which}.json")), answers, Part::All)
            };
            if place == 0 {
                for which in ["accepted-1", "accepted-2"] {
                    run(which, Answers::Accept)?;
                }
            }
            let (once, again) = (run("once", Answers::Compare)?, run("again", Answers::Compare)?);
            let ended = verdicts(&once);
            let differing = first.as_ref().map(|first| difference(first, &ended)).unwrap_or_default();
            let flaky = difference(&ended, &verdicts(&again));
            first.get_or_insert(ended);
            let red = once.failed.union(&again.failed).cloned().collect();
            let cell = Cell {
                seed,
                runner: name,
                green: once.passed,
                skipped: once.skipped,
                undefined: once.undefined.max(again.undefined),
                red,
                differing,
                flaky,
            };
            say(line(&cell));
            cells.push(cell);
        }
    }
    Ok(cells)
}

/// Whether all of it is as it must be.
///
/// # Errors
/// Names the first that is not.
pub fn check(cells: &[Cell]) -> Result<()> {
    match cells.iter().find(|cell| !cell.is_sound()) {
        Some(cell) => bail!("the suite is not the same and green everywhere: {}", line(cell)),
        None if cells.is_empty() => bail!("nothing ran"),
        None => Ok(()),
    }
}

/// Scenarios that ran, and whether they passed. Skipped ones are in no report of pytest.
fn verdicts(outcome: &Outcome) -> BTreeMap<String, bool> {
    let failed = outcome.failed.iter().map(|name| (name.clone(), false));
    outcome.passed_names.iter().map(|name| (name.clone(), true)).chain(failed).collect()
}

fn difference(one: &BTreeMap<String, bool>, other: &BTreeMap<String, bool>) -> BTreeSet<String> {
    one.keys().chain(other.keys()).filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

fn line(cell: &Cell) -> String {
    let example = cell.red.iter().chain(&cell.differing).chain(&cell.flaky).next().map_or_else(String::new, |name| format!("; such as: {name}"));
    format!(
        "seed {} {:<12} {} green, {} skipped, {} undefined, {} red, {} differing, {} flaky{example}",
        cell.seed,
        cell.runner,
        cell.green,
        cell.skipped,
        cell.undefined,
        cell.red.len(),
        cell.differing.len(),
        cell.flaky.len()
    )
}

/// The table.
#[must_use]
pub(super) fn section(cells: &[Cell]) -> String {
    let mut text = String::from(TITLE);
    text.push_str(
        "\n`cargo xtask mutation --seeds N` runs the suite of each seed's day on the healthy bank in each runner, twice; answers are accepted in the first\n\
         runner alone. Differing: ended otherwise than in the first runner; flaky: ended otherwise the second time.\n\n\
         | seed | runner | green | skipped | undefined | red | differing | flaky |\n|--:|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for Cell { seed, runner, green, skipped, undefined, red, differing, flaky } in cells {
        let _ = writeln!(text, "| {seed} | {runner} | {green} | {skipped} | {undefined} | {} | {} | {} |", red.len(), differing.len(), flaky.len());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(passed: &[&str], failed: &[&str]) -> Outcome {
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        Outcome { passed: passed.len(), passed_names: names(passed), failed: names(failed), ..Outcome::default() }
    }

    #[test]
    fn what_ends_otherwise_is_found() {
        let one = verdicts(&outcome(&["a", "b", "c"], &[]));
        assert_eq!(difference(&one, &verdicts(&outcome(&["a", "b", "c"], &[]))).len(), 0);
        let other = difference(&one, &verdicts(&outcome(&["a", "d"], &["b"])));
        assert_eq!(other.into_iter().collect::<Vec<_>>(), ["b", "c", "d"]);
    }

    #[test]
    fn only_the_same_and_green_is_sound() {
        let none = BTreeSet::new;
        let sound = Cell { seed: 1, runner: "behave".to_owned(), green: 3, skipped: 1, undefined: 0, red: none(), differing: none(), flaky: none() };
        check(std::slice::from_ref(&sound)).unwrap();
        let one = || BTreeSet::from(["x".to_owned()]);
        for wrong in [
            Cell { green: 0, ..sound.clone() },
            Cell { undefined: 1, ..sound.clone() },
            Cell { red: one(), ..sound.clone() },
            Cell { differing: one(), ..sound.clone() },
            Cell { flaky: one(), ..sound.clone() },
        ] {
            assert!(check(&[sound.clone(), wrong]).is_err());
        }
        assert!(check(&[]).is_err());
        assert!(section(&[sound]).ends_with("| 1 | behave | 3 | 1 | 0 | 0 | 0 | 0 |\n"));
    }
}
