//! `logminer plan`: what a run would do. Writes nothing, runs nothing.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use serde_json::json;

use super::args::RunOptions;
use super::prepare;
use crate::carried::Before;
use crate::failure::Failure;
use crate::plan::Task;
use crate::report::print_line;
use crate::session::{InputFileOf, Session};
use crate::store::{Entry, Lookup, Store};

pub(super) fn run(options: &RunOptions) -> Result<Exit, Failure> {
    let session = prepare::session(options)?;
    let store = Store::of(&session.runs);
    let before = Before::find(&session)?;
    let mut known: BTreeMap<Task, (Entry, String)> = BTreeMap::new();
    for &task in &session.plan.tasks {
        let step = session.plan.step(task);
        let key = match inputs(&session, task, &known) {
            Some(mut inputs) => {
                inputs.extend(session.given(task, before.as_ref())?);
                Some(session.key_parts(task, &inputs)?.skip_key())
            }
            None => None,
        };
        let state = match key.map(|key| store.lookup(key)) {
            Some(Lookup::Hit(entry, home)) => {
                let state = ("skip", Some(home.clone()));
                known.insert(task, (*entry, home));
                state
            }
            Some(Lookup::Damaged(file)) => ("run", Some(session.plan.not_taken_over(task, &file))),
            Some(Lookup::Miss) | None => ("run", None),
        };
        let label = session.plan.label(task);
        if options.json {
            let line = json!({
                "task": label, "step": step.name, "index": task.index, "do": state.0, "why": state.1, "key": key,
                "reads": step.reads.iter().map(|read| &read.name).chain(step.carries.iter().chain(&step.of_tests).map(|carry| &carry.name)).map(String::as_str)
                    .chain(session.model.iter().filter(|_| step.model).map(|_| schemas::ner::INPUT)).collect::<Vec<_>>(),
                "writes": step.writes.iter().map(|write| session.plan.file(task, write)).collect::<Vec<_>>(),
            });
            print_line(&line.to_string());
        } else {
            let why = state.1.map(|why| format!("  ({why})")).unwrap_or_default();
            print_line(&format!("{:<5} {label}{why}", state.0));
        }
    }
    if !options.json {
        let total = session.plan.tasks.len();
        print_line(&format!(
            "{} of {total} steps to run, {} sources, {} shards",
            total - known.len(),
            session.sources.given().count(),
            session.plan.shards
        ));
    }
    Ok(Exit::Done)
}

/// The inputs of a task, if every step before it is up to date.
fn inputs(session: &Session, task: Task, known: &BTreeMap<Task, (Entry, String)>) -> Option<Vec<InputFileOf>> {
    let mut inputs = Vec::new();
    for (read, writers) in session.plan.inputs(task) {
        for writer in writers {
            let (entry, home) = known.get(&writer)?;
            let file = entry.files.iter().find(|file| file.name == read.name)?;
            let path = session.runs.join(home).join(&file.file);
            inputs.push(InputFileOf { name: read.name.clone(), kind: read.kind, path, digest: file.digest, stat: file.stat });
        }
    }
    Some(inputs)
}
