//! `logminer step`: one step on explicit files, through the very same sealed and sandboxed path as in a run, and with the same notes in the
//! audit log of the runs folder. What it writes has no manifest that could carry an override, so it takes none (decision 0081).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemas::audit::AuditAction;
use schemas::container::Container;
use schemas::exit::Exit;
use schemas::job::{JobSpec, SourceFile};
use schemas::policy::Policy;
use schemas::record::RecordKind;
use serde_json::{Map, json};

use super::args::StepOptions;
use super::prepare;
use crate::audit::{Audit, details};
use crate::disk;
use crate::engine::{Engine, Job, Ran};
use crate::failure::Failure;
use crate::keys::{Keys, key_id};
use crate::manifest::{MANIFEST, Manifest};
use crate::names::shown;
use crate::pipeline::{Each, Pipeline, Sources, Step, Write};
use crate::plan::{KeyParts, is_raw};
use crate::prove;
use crate::resources::Budget;
use crate::session::{create_output, finish_output, open_published};
use crate::shard::whole;
use crate::sources::SourceList;
use crate::stages::{Stages, schema_digest};

pub(super) fn run(options: &StepOptions) -> Result<Exit, Failure> {
    let noted = Noted::new(options);
    let outcome = decide(options, &noted);
    noted.ended(outcome.as_ref().map_or_else(|failure| failure.exit, |&exit| exit)).and(outcome)
}

/// The step in the audit log.
struct Noted<'a> {
    audit: Audit,
    command: &'static str,
    options: &'a StepOptions,
}

impl<'a> Noted<'a> {
    fn new(options: &'a StepOptions) -> Self {
        Self { audit: options.places.audit(), command: "step", options }
    }

    /// Labels of an event: a step of a run has a run to belong to, this one says that it has none.
    fn labels(&self, more: impl IntoIterator<Item = (&'static str, serde_json::Value)>) -> Map<String, serde_json::Value> {
        let mut labels = details([("command", self.command.into()), ("evaluation", self.options.evaluation.into())]);
        labels.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        labels
    }

    /// Keys and seal, before anything is opened with them; they are written with the proof of the sandbox.
    fn begun(&self, keys: &BTreeMap<String, String>, stages: &Stages) {
        for (role, id) in keys {
            self.audit.later(AuditAction::KeyLoaded, self.labels([("id", id.clone().into()), ("role", role.clone().into())]));
        }
        let seal = [("binaries", stages.entries().len().into()), ("development", stages.development().into())];
        self.audit.later(AuditAction::SealVerified, self.labels(seal));
    }

    /// The canary's verdict, durable before the step runs: without a log there is no step.
    fn proven(&self, engine: &Engine) -> Result<(), Failure> {
        let proof = prove::sandbox(engine);
        let exit = proof.as_ref().map_or_else(|failure| failure.exit, |_| Exit::Done);
        self.audit.append(AuditAction::SandboxProven, self.labels([("exit", exit.code().into())]))?;
        proof.map(|_| ())
    }

    /// The end, also of a step that was refused before it ran. As with a run, nothing is made where wrong flags point.
    fn ended(&self, exit: Exit) -> Result<(), Failure> {
        let Some(step) = Pipeline::embedded()?.step(&self.options.name).map(|step| step.name.clone()) else { return Ok(()) };
        if exit == Exit::Usage && !self.audit.exists() {
            return Ok(());
        }
        let action = if exit == Exit::Done { AuditAction::StepRun } else { AuditAction::StepFailed };
        let noted = self.audit.append(action, self.labels([("exit", exit.code().into()), ("task", step.into())]));
        // A step that failed has a sentence of its own.
        if exit == Exit::Done { noted } else { Ok(()) }
    }
}

fn decide(options: &StepOptions, noted: &Noted<'_>) -> Result<Exit, Failure> {
    let pipeline = Pipeline::embedded()?;
    let Some(step) = pipeline.step(&options.name) else {
        return Err(Failure::usage(format!("run the step {}: there is none of that name; the steps are {}", options.name, pipeline.names())));
    };
    if step.budget && !options.evaluation {
        return Err(Failure::usage(format!("run the step {}: it spends budget, so outside of a run it works with --evaluation only", step.name)));
    }
    let policy = prepare::policy(&options.policy)?;
    let keys = Keys::open(&options.places.keys, policy.profile)?;
    keys.secrets(&step.keys)?;
    let budget = Budget::of_flags(options.threads, options.memory.as_deref())?;
    budget.check([(step.name.as_str(), step.need)])?;
    let engine = prepare::engine(&options.places, &policy, options.step_timeout_minutes, budget)?;
    let ran = run_on(&At { engine: &engine, keys: &keys, policy: &policy, pipeline: &pipeline }, options, noted)?;
    write_report(options.report.as_deref(), &ran)?;
    Ok(Exit::Done)
}

/// What a step is run with.
pub(super) struct At<'a> {
    pub(super) engine: &'a Engine,
    pub(super) keys: &'a Keys,
    pub(super) policy: &'a Policy,
    pub(super) pipeline: &'a Pipeline,
}

/// Runs the step of the options as a part of another command, with the same notes in the audit log.
pub(super) fn run_for(command: &'static str, at: &At<'_>, options: &StepOptions) -> Result<Ran, Failure> {
    let noted = Noted { command, ..Noted::new(options) };
    let outcome = run_on(at, options, &noted);
    noted.ended(outcome.as_ref().map_or_else(|failure| failure.exit, |_| Exit::Done)).and(outcome)
}

fn run_on(at: &At<'_>, options: &StepOptions, noted: &Noted<'_>) -> Result<Ran, Failure> {
    let &At { engine, keys, policy, pipeline } = at;
    let Some(step) = pipeline.step(&options.name) else { return Err(Failure::internal("find a step of the pipeline")) };
    let seen = policy.only(&step.policy);
    let (_, logical_day) = prepare::date(options.date.as_deref())?;
    let secrets = keys.secrets(&step.keys)?;
    let partitions = if options.evaluation { 1 } else { pipeline.partitions };
    let spec = JobSpec {
        step: step.name.clone(),
        logical_day,
        shard: 0,
        shards: 1,
        partition: options.partition,
        partitions,
        threads: engine.budget().threads,
        policy: seen.clone(),
        sources: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        scratch: Vec::new(),
        parameters: prepare::map(&options.parameters, "--param")?,
        evaluation: options.evaluation,
    };
    let parts = KeyParts {
        step: step.name.clone(),
        binary: engine.stages().entry(&step.stage)?.digest,
        policy: seen.digest(),
        schema: schema_digest(),
        logical_day,
        index: options.partition,
        shards: 1,
        partitions,
        sources: Vec::new(),
        identity: None,
        inputs: Vec::new(),
        keys: secrets.0.iter().map(|secret| (secret.role.clone(), key_id(secret))).collect(),
        parameters: spec.parameters.clone(),
    };
    noted.begun(&parts.keys, engine.stages());
    let mut job = Job::new(spec, secrets);
    let parts = hand_over_inputs(&mut job, step, options, keys, parts)?;
    noted.proven(engine)?;
    let outputs = hand_over_outputs(&mut job, step, options, &parts, partitions)?;
    let ran = execute(engine, step, &job, &outputs)?;
    for (write, path) in &outputs {
        let count = if write.partitioned { partitions } else { 1 };
        finish_output(&step.name, write, shown(path), path, &ran, parts.file_id(&write.name), count)?;
    }
    Ok(ran)
}

fn execute(engine: &Engine, step: &Step, job: &Job, outputs: &[(&Write, PathBuf)]) -> Result<Ran, Failure> {
    engine.run(&step.name, job, || {}).inspect_err(|_| {
        for (_, path) in outputs {
            let mut part = path.as_os_str().to_owned();
            part.push(disk::PART_SUFFIX);
            let _ = std::fs::remove_file(part);
        }
    })
}

fn hand_over_inputs(job: &mut Job, step: &Step, options: &StepOptions, keys: &Keys, mut parts: KeyParts) -> Result<KeyParts, Failure> {
    // A run may have no existing tests, but it always has logs.
    if step.sources != Some(Sources::Tests) && step.sources.is_some() == options.sources.is_empty() {
        return Err(Failure::usage(format!("run the step {}: it {} --source", step.name, if step.sources.is_some() { "needs" } else { "reads no" })));
    }
    if !options.sources.is_empty() {
        let list = if step.sources == Some(Sources::Tests) { SourceList::walk_tests(&options.sources)? } else { SourceList::walk(&options.sources)? };
        let lengths: Vec<u64> = list.sources.iter().map(|source| source.stat.bytes).collect();
        for (range, source) in whole(&lengths).into_iter().zip(&list.sources) {
            let extension = source.extension.clone();
            parts.sources.extend([u64::from(range.source), source.stat.bytes].into_iter().flat_map(u64::to_le_bytes));
            let info =
                SourceFile { source: range.source, fd: -1, bytes: source.stat.bytes, range_start: range.start, range_end: range.end, extension };
            job.source(info, source.open()?);
        }
    }
    let given = prepare::pairs(&options.inputs, "--in")?;
    if let Some((name, _)) = given.iter().find(|(name, _)| !readable(step).any(|(read, ..)| read == name)) {
        return Err(Failure::usage(format!("run the step {}: it has no input {name}", step.name)));
    }
    let mut runs = BTreeMap::new();
    for (name, kind, carried) in readable(step) {
        for (_, path) in given.iter().filter(|(given, _)| given == name) {
            let path = Path::new(path);
            // State of the night before is of another run.
            if let Some((run, manifest)) = check_published(path, keys)?.filter(|_| !carried) {
                runs.insert(run, manifest);
            }
            let file = open_published(path)?;
            let map = sandbox::files::map(&file).map_err(|error| Failure::io(format!("map {}", shown(path)), error))?;
            let container = Container::open(&map).map_err(|error| Failure::container(&shown(path), error))?;
            if container.header().kind != kind {
                let found = container.header().kind.name();
                return Err(Failure::new(Exit::SchemaMismatch, format!("use {} as {}: it holds records of kind {found}", shown(path), name)));
            }
            let input = (name.to_owned(), container.header().file_id);
            if parts.inputs.contains(&input) {
                return Err(Failure::new(Exit::DigestMismatch, format!("use {} as {}: this shard is given twice", shown(path), name)));
            }
            parts.inputs.push(input);
            job.input(name, kind, file)?;
        }
    }
    if !options.evaluation {
        check_fan_in(step, &runs, &given)?;
    }
    Ok(parts)
}

/// Inputs of a step: name, kind, and whether it is state of the night before.
fn readable(step: &Step) -> impl Iterator<Item = (&str, RecordKind, bool)> {
    let reads = step.reads.iter().map(|read| (read.name.as_str(), read.kind, false));
    let model = step.model.then_some((schemas::ner::INPUT, RecordKind::Bundle, true));
    reads.chain(step.carries.iter().chain(&step.of_tests).map(|carry| (carry.name.as_str(), carry.kind, true))).chain(model)
}

/// Files of published runs come from one run, and a step of the whole run is given every shard and partition of them.
fn check_fan_in(step: &Step, runs: &BTreeMap<PathBuf, Manifest>, given: &[(String, String)]) -> Result<(), Failure> {
    let refused = |what: String| Err(Failure::new(Exit::DigestMismatch, format!("run the step {}: {what}", step.name)));
    if runs.len() > 1 {
        return refused("its inputs are of different runs".to_owned());
    }
    let Some(manifest) = runs.values().next().filter(|_| step.each == Each::Run) else { return Ok(()) };
    for read in &step.reads {
        let written = manifest.tasks.iter().flat_map(|task| &task.outputs).filter(|output| output.name == read.name).count();
        let found = given.iter().filter(|(name, _)| *name == read.name).count();
        if found != written {
            return refused(format!("{found} of the {written} files of {} are given", read.name));
        }
    }
    Ok(())
}

/// A file in a published run must still be what was published. The run's folder and manifest, if it is in one.
fn check_published(path: &Path, keys: &Keys) -> Result<Option<(PathBuf, Manifest)>, Failure> {
    let Some(run) = path.canonicalize().ok().and_then(|path| Some(path.parent()?.parent()?.to_owned())).filter(|run| run.join(MANIFEST).is_file())
    else {
        return Ok(None);
    };
    let manifest = Manifest::read(&run, &keys.public()?)?;
    let canonical = path.canonicalize().map_err(|error| Failure::io(format!("find {}", shown(path)), error))?;
    let relative = canonical.strip_prefix(&run).unwrap_or(&canonical);
    let changed = || Failure::new(Exit::DigestMismatch, format!("use {}: it was changed after it was published", shown(path)));
    let Some(output) = manifest.tasks.iter().flat_map(|task| &task.outputs).find(|output| Path::new(&output.file) == relative) else {
        return Err(changed());
    };
    let raw = schemas::record::RecordKind::from_name(&output.kind).is_none_or(is_raw);
    let sound = raw || disk::digest_file(&canonical)? == (output.digest, output.bytes);
    if sound { Ok(Some((run, manifest))) } else { Err(changed()) }
}

/// The outputs that are asked for, with their files.
fn hand_over_outputs<'s>(
    job: &mut Job,
    step: &'s Step,
    options: &StepOptions,
    parts: &KeyParts,
    partitions: u32,
) -> Result<Vec<(&'s Write, PathBuf)>, Failure> {
    let mut given = prepare::map(&options.outputs, "--out")?;
    let mut outputs = Vec::new();
    for write in &step.writes {
        let Some(path) = given.remove(&write.name) else {
            // An evaluation asks for what it scores; a step that cannot do without an output says so.
            if options.evaluation {
                continue;
            }
            return Err(Failure::usage(format!("run the step {}: give its output {} with --out {}=FILE", step.name, write.name, write.name)));
        };
        let path = PathBuf::from(path);
        let count = if write.partitioned { partitions } else { 1 };
        job.output(&write.name, write.kind, parts.file_id(&write.name), count, create_output(&path, write.kind)?);
        outputs.push((write, path));
    }
    if let Some(name) = given.keys().next() {
        return Err(Failure::usage(format!("run the step {}: it has no output {name}", step.name)));
    }
    let folder = outputs.first().and_then(|(_, path)| path.parent()).filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for _ in 0..step.scratch {
        job.scratch(tempfile::tempfile_in(folder).map_err(|error| Failure::io("make a spill file", error))?);
    }
    Ok(outputs)
}

fn write_report(path: Option<&Path>, ran: &Ran) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let named = |map: &BTreeMap<schemas::metric::Counter, u64>| -> BTreeMap<&str, u64> {
        map.iter().map(|(counter, &value)| (counter.name(), value)).collect()
    };
    let outputs: Vec<_> = ran.report.outputs.iter().map(|output| json!({ "name": output.name, "summary": output.summary })).collect();
    let value = json!({
        "exit": ran.report.exit,
        "counters": named(&ran.report.counters),
        "rejects": ran.report.rejects.iter().map(|(reason, count)| (reason.name(), count)).collect::<BTreeMap<_, _>>(),
        "outputs": outputs,
        "facts": ran.report.facts,
        "usage": ran.usage,
    });
    disk::write_atomic(path, &crate::manifest::canonical_json(&value)?, 0o640)
}
