//! `logminer status`: what lies in a runs folder.

use std::path::Path;

use schemas::exit::Exit;
use serde_json::{Value, json};

use super::args::StatusOptions;
use crate::budget::Place;
use crate::disk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::manifest::MANIFEST;
use crate::report::{grouped, print_line};
use crate::until;

const MANIFEST_BYTES_MAX: u64 = 256 << 20;

pub(super) fn run(options: &StatusOptions) -> Result<Exit, Failure> {
    let runs = &options.places.runs;
    let latest = std::fs::read_link(runs.join("latest")).ok().map(|path| path.to_string_lossy().into_owned());
    let (published, building) = folders(runs)?;
    let ledger = Place::of(runs, options.places.ledger.as_deref(), options.places.ledger_anchor.as_deref());
    let budget = ledger.summary();
    let budget_problem = budget.as_ref().err().map(Failure::sentence);
    let budget = budget.ok().flatten();
    if options.json {
        let value = json!({ "latest": latest, "published": published, "building": building, "budget": budget, "budget_problem": budget_problem });
        print_line(&value.to_string());
        return Ok(if budget_problem.is_some() { Exit::BudgetRefused } else { Exit::Done });
    }
    for run in &published {
        let mark = if run["run"].as_str() == latest.as_deref() { "  (latest)" } else { "" };
        let records = grouped(run["records_in"].as_u64().unwrap_or(0));
        print_line(&format!(
            "{}  {records} records, published {}{mark}",
            run["run"].as_str().unwrap_or("?"),
            run["published_at"].as_str().unwrap_or("?")
        ));
    }
    if published.is_empty() {
        print_line("nothing is published");
    }
    for run in &building {
        let state = until::state(run["running"] == true, run["until"].as_str());
        print_line(&format!("{}  {state}", run["date"].as_str().unwrap_or("?")));
    }
    let exit = if budget_problem.is_some() { Exit::BudgetRefused } else { Exit::Done };
    match (budget, budget_problem) {
        (Some(budget), _) => {
            print_line(&format!("budget: {} of {} nano-rho left", grouped(budget.left_nano_rho.0), grouped(budget.policy.cap_nano_rho.0)))
        }
        (None, Some(problem)) => print_line(&format!("budget: {problem}")),
        (None, None) => print_line("budget: no ledger yet"),
    }
    Ok(exit)
}

fn folders(runs: &Path) -> Result<(Vec<Value>, Vec<Value>), Failure> {
    let (mut published, mut building) = (Vec::new(), Vec::new());
    let entries = match std::fs::read_dir(runs) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((published, building)),
        other => other.map_err(|error| Failure::io(format!("list {}", crate::names::shown(runs)), error))?,
    };
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    for name in names {
        if let Some(date) = name.strip_prefix(".building-") {
            let running = Lock::is_held(&runs.join(format!(".lock-{date}")));
            building.push(json!({ "date": date, "running": running, "until": until::noted(&runs.join(&name)) }));
        } else if name != "latest" && runs.join(&name).join(MANIFEST).is_file() {
            let manifest = disk::read_small(&runs.join(&name).join(MANIFEST), MANIFEST_BYTES_MAX)?;
            let manifest: Value = serde_json::from_slice(&manifest).unwrap_or_default();
            published.push(json!({ "run": name, "published_at": manifest["published_at"], "records_in": manifest["counts"]["records_in"] }));
        }
    }
    Ok((published, building))
}
