//! `logminer status`: how the last runs ended, when the next is due, what is unfinished, what is left of budget and disk.

use std::path::Path;

use schemas::exit::Exit;
use serde_json::{Value, json};

use super::args::StatusOptions;
use crate::budget::Place;
use crate::config::RunnerConfig;
use crate::failure::Failure;
use crate::history::{self, PastRun};
use crate::ledger::Summary;
use crate::lock::Lock;
use crate::report::{grouped, print_line};
use crate::space::{self, Space, shown_bytes};
use crate::until;

/// A run that was begun and not published.
struct Unfinished {
    date: String,
    running: bool,
    /// The step it was asked to stop after.
    until: Option<String>,
}

pub(super) fn run(options: &StatusOptions, config: &RunnerConfig) -> Result<Exit, Failure> {
    let runs = &options.places.runs;
    let latest = std::fs::read_link(runs.join("latest")).ok().map(|path| path.to_string_lossy().into_owned());
    let past = history::of(runs)?;
    let unfinished = unfinished(runs)?;
    let space = space::of(runs)?;
    let next = config.schedule_utc.and_then(|time| time.next_after(jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now())));
    let next = next.map(|next| format!("{next}Z"));
    let budget = Place::of(runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref()).summary();
    let problem = budget.as_ref().err().map(Failure::sentence);
    let budget = budget.ok().flatten();
    let exit = if problem.is_some() { Exit::BudgetRefused } else { Exit::Done };
    let shown = &past[past.len().saturating_sub(options.last)..];
    if options.json {
        let published: Vec<Value> = past
            .iter()
            .filter(|run| run.kept)
            .map(|run| json!({ "run": run.run, "published_at": run.ended_at, "records_in": run.records_in }))
            .collect();
        let building: Vec<Value> = unfinished.iter().map(|run| json!({ "date": run.date, "running": run.running, "until": run.until })).collect();
        let value = json!({
            "latest": latest, "last_runs": shown, "published": published, "building": building, "next_run_at": next,
            "budget": budget, "budget_problem": problem, "disk": space,
        });
        print_line(&value.to_string());
        return Ok(exit);
    }
    print_runs(shown, latest.as_deref());
    for run in &unfinished {
        let state = until::state(run.running, run.until.as_deref());
        print_line(&format!("unfinished   {} {state}", run.date));
    }
    print_line(&format!("next run     {}", next.as_deref().unwrap_or("unknown: logminer.toml names no schedule_utc")));
    print_line(&format!("budget       {}", shown_budget(budget.as_ref(), problem.as_deref())));
    print_line(&format!("disk         {}", shown_space(&space)));
    Ok(exit)
}

fn print_runs(past: &[PastRun], latest: Option<&str>) {
    if past.is_empty() {
        print_line("nothing is published");
        return;
    }
    print_line(&format!("{:<11} {:<24} {:>4}  {:<20} {:>9} {:>13}", "date", "run", "exit", "ended", "took", "records"));
    for run in past {
        let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), grouped);
        let took = run.duration_s.map_or_else(|| "-".to_owned(), shown_seconds);
        let second = |time: &String| format!("{}Z", time.chars().take("2026-11-20T01:30:00".len()).collect::<String>());
        let ended = run.ended_at.as_ref().map_or_else(|| "-".to_owned(), second);
        let marks = [
            (run.run.is_some() && run.run.as_deref() == latest, "latest"),
            (run.development == Some(true), "development"),
            (run.run.is_some() && !run.kept, "removed since"),
        ];
        let marks: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
        let line = format!(
            "{:<11} {:<24} {:>4}  {ended:<20} {took:>9} {:>13}  {}",
            run.date,
            run.run.as_deref().unwrap_or("-"),
            number(run.exit),
            number(run.records_in),
            marks.join(", ")
        );
        print_line(line.trim_end());
    }
}

fn shown_seconds(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} m {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} m", seconds / 3_600, seconds % 3_600 / 60),
    }
}

fn shown_budget(budget: Option<&Summary>, problem: Option<&str>) -> String {
    match (budget, problem) {
        (Some(budget), _) => {
            let (spent, left, cap) = (budget.spent_nano_rho.0, budget.left_nano_rho.0, budget.policy.cap_nano_rho.0);
            format!("{} of {} nano-rho spent, {} left", grouped(spent), grouped(cap), grouped(left))
        }
        (None, Some(problem)) => problem.to_owned(),
        (None, None) => "no ledger yet".to_owned(),
    }
}

fn shown_space(space: &Space) -> String {
    let Some(free) = space.free_bytes else { return "no runs folder yet".to_owned() };
    let parts = [("runs", space.runs_bytes), ("raw", space.raw_bytes), ("unfinished", space.building_bytes), (".store", space.store_bytes)];
    let parts: Vec<String> = parts.iter().map(|(name, bytes)| format!("{name} {}", shown_bytes(*bytes))).collect();
    format!("{}; {} free", parts.join(", "), shown_bytes(free))
}

fn unfinished(runs: &Path) -> Result<Vec<Unfinished>, Failure> {
    let entries = match std::fs::read_dir(runs) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| Failure::io(format!("list {}", crate::names::shown(runs)), error))?,
    };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut dates: Vec<String> = names.filter_map(|name| name.strip_prefix(".building-").map(str::to_owned)).collect();
    dates.sort_unstable();
    let look = |date: String| Unfinished {
        running: Lock::is_held(&runs.join(format!(".lock-{date}"))),
        until: until::noted(&runs.join(format!(".building-{date}"))),
        date,
    };
    Ok(dates.into_iter().map(look).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!([7, 61, 7_261].map(shown_seconds), ["7 s", "1 m 1 s", "2 h 1 m"]);
    }
}
