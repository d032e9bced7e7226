//! `logminer explain RUN`: why each step was run or skipped, what it read and wrote, and what it used. All of it is in the signed manifest;
//! the run before is opened only to say which settings of the policy were other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use schemas::exit::Exit;
use serde_json::{Value, json};

use super::args::ExplainOptions;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::{Because, Manifest, TaskEntry};
use crate::names::shown;
use crate::report::{grouped, print_line, spoken};

/// Names of changed policy settings that are listed before the rest is counted.
const SETTINGS_SHOWN_MAX: usize = 8;

pub(super) fn run(options: &ExplainOptions) -> Result<Exit, Failure> {
    if !options.run.is_dir() {
        return Err(Failure::usage(format!(
            "explain {}: it is no folder of a published run; `logminer plan` explains the next one",
            shown(&options.run)
        )));
    }
    let key = PublicKey::read(&options.public_key.clone().unwrap_or_else(|| options.keys.join("signing.pub")))?;
    let manifest = Manifest::read(&options.run, &key)?;
    let settings = previous(&options.run, &manifest, &key).map(|previous| changed_settings(&previous, &manifest));
    if options.json {
        print_line(&run_as_json(&manifest, settings.as_deref()).to_string());
        manifest.tasks.iter().for_each(|task| print_line(&task_as_json(&manifest, task).to_string()));
    } else {
        text(&manifest, settings.as_deref()).iter().for_each(|line| print_line(line));
    }
    Ok(Exit::Done)
}

/// The manifest of the run before, if it still lies beside this one and is the one that was meant.
fn previous(run: &Path, manifest: &Manifest, key: &PublicKey) -> Option<Manifest> {
    let expected = manifest.previous.as_ref()?;
    let folder = std::fs::canonicalize(run).ok()?.parent()?.join(&expected.run);
    let (previous, text) = Manifest::read_with_text(&folder, key).ok()?;
    (schemas::ids::Digest::of(&text) == expected.manifest).then_some(previous)
}

/// Settings of the policy that differ, as `section.key`.
fn changed_settings(before: &Manifest, now: &Manifest) -> Vec<String> {
    let leaves = |manifest: &Manifest| {
        let mut leaves = BTreeMap::new();
        collect(&serde_json::to_value(&manifest.policy_text).unwrap_or_default(), String::new(), &mut leaves);
        leaves
    };
    let (before, now) = (leaves(before), leaves(now));
    let mut names: Vec<String> = before.keys().chain(now.keys()).filter(|name| before.get(*name) != now.get(*name)).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn collect(value: &Value, name: String, leaves: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                collect(value, if name.is_empty() { member.clone() } else { format!("{name}.{member}") }, leaves);
            }
        }
        leaf => drop(leaves.insert(name, leaf.clone())),
    }
}

fn label(manifest: &Manifest, task: &TaskEntry) -> String {
    let several = manifest.tasks.iter().filter(|other| other.step == task.step).count() > 1;
    if several { format!("{}[{}]", task.step, task.index) } else { task.step.clone() }
}

/// A sentence for a part of the key.
fn spoken_part(part: &str) -> String {
    match part.split_once('.') {
        Some(("inputs", name)) => format!("the input {name}"),
        Some(("keys", role)) => format!("the {role} key"),
        Some(("parameters", name)) => format!("the parameter {name}"),
        _ => match part {
            "binary" => "the sealed binary",
            "policy" => "the policy",
            "schema" => "the schemas",
            "date" => "the logical date",
            "shard_plan" => "the shard plan",
            "source_ranges" => "the ranges of the sources",
            "source_identity" => "the files of the sources",
            other => other,
        }
        .to_owned(),
    }
}

fn why(task: &TaskEntry) -> String {
    let changed = || task.changed.iter().map(|part| spoken_part(part)).collect::<Vec<_>>().join(", ");
    match task.because {
        Because::SameKey if task.from.starts_with(".building-") => {
            let then = if task.changed.is_empty() { String::new() } else { format!("; new against the run before: {}", changed()) };
            format!("done by the interrupted attempt in {}{then}", task.from)
        }
        Because::SameKey if task.from.is_empty() => "an equal result was there".to_owned(),
        Because::SameKey => format!("nothing changed since {}", task.from),
        Because::ReleasedBefore => format!("released before ({}) and never drawn again", task.from),
        Because::New => "no run before had it".to_owned(),
        Because::KeyChanged => format!("new against the run before: {}", changed()),
        Because::ResultGone => "the earlier result was damaged or gone".to_owned(),
        Because::Unknown => "not noted by the version that wrote this manifest".to_owned(),
    }
}

fn text(manifest: &Manifest, settings: Option<&[String]>) -> Vec<String> {
    let run = manifest.tasks.iter().filter(|task| !task.reused).count();
    let exit = serde_json::to_value(manifest.exit).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
    let mut lines = vec![
        format!("run {}: {run} of {} steps run, exit {} ({exit})", manifest.id, manifest.tasks.len(), manifest.exit.code()),
        format!("  began      {}, published {}", manifest.started_at, manifest.published_at),
        format!("  before     {}", manifest.previous.as_ref().map_or("no run that could be compared", |previous| previous.run.as_str())),
    ];
    if let Some(settings) = settings.filter(|settings| !settings.is_empty()) {
        let more = settings.len().saturating_sub(SETTINGS_SHOWN_MAX);
        let shown = settings.iter().take(SETTINGS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("  policy     other than before: {shown}{more}"));
    }
    let overrides: Vec<String> = manifest.overrides.iter().map(|it| format!("{} ({})", it.property, it.reason)).collect();
    lines.push(format!("  overrides  {}", if overrides.is_empty() { "none".to_owned() } else { overrides.join(", ") }));
    for task in &manifest.tasks {
        let names = |files: Vec<&str>| if files.is_empty() { "-".to_owned() } else { files.join(", ") };
        lines.push(format!("{:<5} {:<22} {}", if task.reused { "skip" } else { "run" }, label(manifest, task), why(task)));
        lines.push(format!("        read   {}", names(reads(task))));
        let wrote = task.outputs.iter().map(|output| format!("{} ({} records)", output.file, grouped(output.records))).collect::<Vec<_>>();
        lines.push(format!("        wrote  {}", names(wrote.iter().map(String::as_str).collect())));
        if !task.reused {
            let cpu = Duration::from_micros(task.usage.user_us + task.usage.system_us);
            let peak = grouped(task.usage.rss_anon_peak_bytes / 1_000_000);
            lines.push(format!(
                "        took   {} ({} CPU), {peak} MB of private memory",
                spoken(Duration::from_micros(task.usage.wall_us)),
                spoken(cpu)
            ));
        }
    }
    lines
}

/// Inputs of a task; the files of shards and partitions in order.
fn reads(task: &TaskEntry) -> Vec<&str> {
    let sources = task.key_parts.contains_key("source_identity") || task.step == "ingest.read";
    sources.then_some("the sources").into_iter().chain(task.inputs.iter().map(|input| input.file.as_str())).collect()
}

fn run_as_json(manifest: &Manifest, settings: Option<&[String]>) -> Value {
    json!({
        "run": manifest.id, "date": manifest.date, "exit": manifest.exit.code(), "started_at": manifest.started_at,
        "published_at": manifest.published_at, "previous": manifest.previous, "policy_changed": settings, "overrides": manifest.overrides,
        "steps_run": manifest.tasks.iter().filter(|task| !task.reused).count(), "tasks": manifest.tasks.len(),
    })
}

fn task_as_json(manifest: &Manifest, task: &TaskEntry) -> Value {
    json!({
        "task": label(manifest, task), "step": task.step, "index": task.index, "did": if task.reused { "skip" } else { "run" },
        "because": task.because, "changed": task.changed, "from": task.from, "key_parts": task.key_parts, "reads": reads(task),
        "writes": task.outputs.iter().map(|output| json!({ "file": output.file, "records": output.records, "bytes": output.bytes })).collect::<Vec<_>>(),
        "usage": task.usage,
    })
}
