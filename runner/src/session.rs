//! What a run is made of before its first step: policy, keys, stages, inputs, plan; and the one place that turns a task into a job.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use schemas::container::Container;
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{JobSpec, SourceFile};
use schemas::policy::Policy;
use schemas::record::RecordKind;

use crate::baseline::{BASELINE_PARAMETER, Baseline};
use crate::canaries;
use crate::carried::Before;
use crate::disk::{self, PART_SUFFIX};
use crate::engine::{Engine, Job, Ran};
use crate::failure::Failure;
use crate::keys::{Keys, key_id};
use crate::model::Model;
use crate::names::shown;
use crate::pipeline::{Sources, Step, Write};
use crate::plan::{KeyParts, Plan, Task, is_raw, is_sealed_value};
use crate::prove;
use crate::scenarios::{SCENARIOS_PARAMETER, Scenarios};
use crate::shard::{Range, ShardPlan, whole};
use crate::sources::{SourceList, StatId};
use crate::stages::schema_digest;
use crate::store::{Entry, StoredFile};
use crate::survey::digest_of_sources;
use crate::tests_given::{MISSING_ONLY_PARAMETER, TestsGiven};

/// A planned run.
pub struct Session {
    /// Runs folder.
    pub runs: PathBuf,
    /// Policy.
    pub policy: Policy,
    /// Keys.
    pub keys: Keys,
    /// Starts stages.
    pub engine: Engine,
    /// Logical date, days since 1970-01-01.
    pub logical_day: i32,
    /// The same as text.
    pub date: String,
    /// Threads that all steps in flight may use together.
    pub threads: u16,
    /// Raw inputs.
    pub sources: SourceList,
    /// Which shard reads what.
    pub shards: ShardPlan,
    /// Tasks.
    pub plan: Plan,
    /// What was decided about anomalies.
    pub baseline: Baseline,
    /// What was decided about scenarios.
    pub scenarios: Scenarios,
    /// The token vault that the run feeds, if it does.
    pub vault: Option<crate::vault::Places>,
    /// Existing tests that the run is compared with.
    pub tests: TestsGiven,
    /// The model of names.
    pub model: Option<Model>,
}

/// An input of a task: where it lies and what it must be.
#[derive(Debug, Clone)]
pub struct InputFileOf {
    /// Name in the pipeline.
    pub name: String,
    /// Kind.
    pub kind: RecordKind,
    /// Path.
    pub path: PathBuf,
    /// Digest of the whole file.
    pub digest: Digest,
    /// Identity of the file when it was found to have that digest.
    pub stat: StatId,
}

impl InputFileOf {
    /// Opens the file for handing it to a step.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it is not the file that was checked: another shard's, another run's, or changed since.
    pub(crate) fn open(&self) -> Result<File, Failure> {
        let wrong = |what: &str| Failure::new(Exit::DigestMismatch, format!("read {}: it was {what} after it was checked", shown(&self.path)));
        let file = match open_published(&self.path) {
            Err(_) if !std::fs::symlink_metadata(&self.path).is_ok_and(|meta| meta.is_file()) => return Err(wrong("removed")),
            other => other?,
        };
        let meta = file.metadata().map_err(|error| Failure::io(format!("look at {}", shown(&self.path)), error))?;
        if StatId::of(&meta).same_content(self.stat) { Ok(file) } else { Err(wrong("replaced or changed")) }
    }
}

/// The files a task is writing: output, file in the run folder, path.
#[derive(Debug, Default)]
pub struct Outputs(Vec<(Write, String, PathBuf)>);

impl Outputs {
    /// Removes what a failed task has half written: space must be free again after a full disk, and nobody has a use for it.
    pub fn abandon(&self) {
        self.0.iter().for_each(|(_, _, path)| drop(std::fs::remove_file(part_path(path))));
    }
}

impl Session {
    /// What a task is given that no step of this run wrote: the state of the night `before`, tests, the model of names.
    ///
    /// # Errors
    /// When a file of an earlier run cannot be trusted.
    pub fn given(&self, task: Task, before: Option<&Before>) -> Result<Vec<InputFileOf>, Failure> {
        let mut given = before.map_or(Ok(Vec::new()), |before| before.inputs(&self.plan, task))?;
        given.extend(self.tests.inputs(&self.plan, task)?);
        given.extend(self.model.as_ref().and_then(|model| model.input(self.plan.step(task))));
        Ok(given)
    }

    /// The folder in which this date's run is built.
    #[must_use]
    pub fn building(&self) -> String {
        format!(".building-{}", self.date)
    }

    /// Everything the task's result depends on.
    ///
    /// # Errors
    /// When a key or a stage is missing.
    pub fn key_parts(&self, task: Task, inputs: &[InputFileOf]) -> Result<KeyParts, Failure> {
        let step = self.plan.step(task);
        let secrets = self.keys.secrets(&step.keys)?;
        let depends = |input: &InputFileOf| Ok((input.name.clone(), self.depends_on(step, task, input)?));
        let mut described = Vec::new();
        for range in self.ranges(step, task.index) {
            let source = &self.list(step).sources[range.source as usize];
            described.extend(range.source.to_le_bytes());
            for number in [source.stat.bytes, range.start, range.end, source.extension.len() as u64] {
                described.extend(number.to_le_bytes());
            }
            described.extend(source.extension.as_bytes());
        }
        Ok(KeyParts {
            step: step.name.clone(),
            binary: self.engine.stages().entry(&step.stage)?.digest,
            policy: self.policy.only(&step.policy).digest(),
            schema: schema_digest(),
            logical_day: self.logical_day,
            index: task.index,
            shards: self.plan.shards,
            partitions: self.plan.pipeline.partitions,
            sources: described,
            identity: matches!(step.sources, Some(Sources::All | Sources::Tests)).then(|| self.list(step).identity()),
            inputs: inputs.iter().map(depends).collect::<Result<_, Failure>>()?,
            keys: secrets.0.iter().map(|secret| (secret.role.clone(), key_id(secret))).collect(),
            parameters: self.parameters(step),
        })
    }

    /// What a step is told of canaries, tests, and decisions on anomalies and scenarios, as the pipeline says; nothing of what there is none of.
    #[must_use]
    pub fn parameters(&self, step: &Step) -> BTreeMap<String, String> {
        let value = |name: &str| match (name, self.sources.canaries()) {
            (BASELINE_PARAMETER, _) => self.baseline.parameter(&self.date),
            (MISSING_ONLY_PARAMETER, _) => self.tests.missing_only.then(|| "true".to_owned()),
            (SCENARIOS_PARAMETER, _) => self.scenarios.parameter(&self.date),
            (canaries::SOURCE_PARAMETER, Some((source, _))) => Some(source.to_string()),
            (_, Some((_, count))) => Some(count.to_string()),
            (_, None) => None,
        };
        step.parameters.iter().filter_map(|name| Some((name.clone(), value(name)?))).collect()
    }

    /// What of an input a task depends on: all of it, or what the survey says of the sources it reads.
    fn depends_on(&self, step: &Step, task: Task, input: &InputFileOf) -> Result<Digest, Failure> {
        if step.sources != Some(Sources::Shard) || input.kind != RecordKind::Source {
            return Ok(input.digest);
        }
        digest_of_sources(&input.path, &self.ranges(step, task.index).iter().map(|range| range.source).collect())
    }

    /// The job of a task that writes into the building folder, with all its descriptors, and what it will have written.
    ///
    /// # Errors
    /// When an input, a key or an output cannot be opened.
    pub fn prepare(
        &self,
        task: Task,
        parts: &KeyParts,
        inputs: &[InputFileOf],
        parameters: BTreeMap<String, String>,
        threads: u16,
    ) -> Result<(Job, Outputs), Failure> {
        let step = self.plan.step(task);
        prove::allows(&self.policy, self.engine.overrides(), step)?;
        let home = self.runs.join(self.building());
        disk::make_dir(&home, disk::DIR_MODE)?;
        let mut job = Job::new(self.spec(step, task, parameters, threads), self.keys.secrets(&step.keys)?);
        for range in self.ranges(step, task.index) {
            let source = &self.list(step).sources[range.source as usize];
            let info = SourceFile {
                source: range.source,
                fd: -1,
                bytes: source.stat.bytes,
                range_start: range.start,
                range_end: range.end,
                extension: source.extension.clone(),
            };
            job.source(info, source.open()?);
        }
        for input in inputs {
            job.input(&input.name, input.kind, input.open()?)?;
        }
        let mut outputs = Outputs::default();
        self.hand_over_outputs(&mut job, task, parts, &home, &mut outputs).inspect_err(|_| outputs.abandon())?;
        Ok((job, outputs))
    }

    /// `outputs` grows as they are made, so that whatever fails can be cleared away.
    fn hand_over_outputs(&self, job: &mut Job, task: Task, parts: &KeyParts, home: &Path, outputs: &mut Outputs) -> Result<(), Failure> {
        let step = self.plan.step(task);
        for write in &step.writes {
            let file = self.plan.file(task, write);
            let path = home.join(&file);
            outputs.0.push((write.clone(), file, path.clone()));
            job.output(&write.name, write.kind, parts.file_id(&write.name), self.plan.partitions_of(write), create_output(&path, write.kind)?);
        }
        for _ in 0..step.scratch {
            job.scratch(tempfile::tempfile_in(home).map_err(|error| Failure::io("make a spill file", error))?);
        }
        Ok(())
    }

    /// Checks and names what a task has written, and returns its entry, not stored yet.
    ///
    /// # Errors
    /// What the disk says, or [`Exit::StageCrashed`] when a file is not what the report says.
    pub fn collect(&self, task: Task, parts: &KeyParts, outputs: &Outputs, ran: Ran) -> Result<Entry, Failure> {
        let label = self.plan.label(task);
        let finish = |(write, file, path): &(Write, String, PathBuf)| {
            finish_output(&label, write, file.clone(), path, &ran, parts.file_id(&write.name), self.plan.partitions_of(write))
        };
        // One that fails is abandoned by the caller, after a failed sync too: the kernel forgets such an error, so a second sync would tell
        // lies.
        let files = outputs.0.iter().map(finish).collect::<Result<Vec<_>, _>>()?;
        let overrides = self.engine.overrides().to_vec();
        Ok(Entry { overrides, ..crate::store::entry(parts.skip_key(), label, self.building(), files, ran.report, ran.usage) })
    }

    /// The step knows its inputs by number; which file was changed or cut under it is seen from here.
    #[must_use]
    pub fn blame(&self, failure: Failure, task: Task, inputs: &[InputFileOf]) -> Failure {
        if !matches!(failure.exit, Exit::CorruptInput | Exit::DigestMismatch) {
            return failure;
        }
        let step = self.plan.step(task);
        let changed = self.ranges(step, task.index).iter().find_map(|range| self.list(step).sources[range.source as usize].changed());
        let cut = |input: &&InputFileOf| std::fs::symlink_metadata(&input.path).map_or(0, |meta| meta.len()) != input.stat.bytes;
        let cut = || inputs.iter().find(cut);
        let label = self.plan.label(task);
        let named = |input: &InputFileOf| {
            Failure::new(Exit::CorruptInput, format!("run {label}: its input {} was cut or changed while it was read", shown(&input.path)))
        };
        changed.or_else(|| cut().map(named)).unwrap_or(failure)
    }

    fn ranges(&self, step: &Step, index: u32) -> Vec<Range> {
        match step.sources {
            None => Vec::new(),
            Some(Sources::Shard) => self.shards.get(index as usize).cloned().unwrap_or_default(),
            Some(Sources::All | Sources::Tests) => whole(&self.list(step).sources.iter().map(|source| source.stat.bytes).collect::<Vec<_>>()),
        }
    }

    /// The files a step may be given: logs, or existing tests.
    fn list(&self, step: &Step) -> &SourceList {
        if step.sources == Some(Sources::Tests) { &self.tests.files } else { &self.sources }
    }

    fn spec(&self, step: &Step, task: Task, parameters: BTreeMap<String, String>, threads: u16) -> JobSpec {
        let by_partition = step.each == crate::pipeline::Each::Partition;
        JobSpec {
            step: step.name.clone(),
            logical_day: self.logical_day,
            shard: if by_partition { 0 } else { task.index },
            shards: self.plan.shards,
            partition: if by_partition { task.index } else { 0 },
            partitions: self.plan.pipeline.partitions,
            threads,
            policy: self.policy.only(&step.policy),
            sources: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            scratch: Vec::new(),
            parameters,
            evaluation: false,
        }
    }
}

/// Opens a published container for handing it to a step.
///
/// # Errors
/// When it cannot be opened.
pub fn open_published(path: &Path) -> Result<File, Failure> {
    OpenOptions::new()
        .read(true)
        .custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or(0))
        .open(path)
        .map_err(|error| Failure::io(format!("open {}", shown(path)), error))
}

/// Starts an output file beside its final name.
///
/// # Errors
/// When it cannot be made.
pub fn create_output(path: &Path, kind: RecordKind) -> Result<File, Failure> {
    let file_mode = if is_raw(kind) || is_sealed_value(kind) { disk::RAW_FILE_MODE } else { disk::FILE_MODE };
    if let Some(folder) = path.parent() {
        disk::make_dir(folder, disk::folder_mode(folder))?;
    }
    let part = part_path(path);
    let _ = std::fs::remove_file(&part);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(file_mode)
        .open(&part)
        .map_err(|error| Failure::io(format!("make the output {}", shown(path)), error))
}

/// Checks what the step wrote and gives it its name.
///
/// # Errors
/// [`Exit::StageCrashed`] when the file is not what the report says.
pub fn finish_output(
    label: &str,
    write: &Write,
    file: String,
    path: &Path,
    ran: &Ran,
    file_id: Digest,
    partitions: u32,
) -> Result<StoredFile, Failure> {
    let wrong = |what: &str| Failure::new(Exit::StageCrashed, format!("take the output {} of {label}: {what}", write.name));
    let Some(output) = ran.report.outputs.iter().find(|output| output.name == write.name) else {
        return Err(wrong("the report does not name it"));
    };
    let part = part_path(path);
    let opened = File::open(&part).map_err(|error| Failure::io(format!("open {}", shown(&part)), error))?;
    let map = sandbox::files::map(&opened).map_err(|error| Failure::io(format!("map {}", shown(&part)), error))?;
    // Opening reads header, index and trailer, no record.
    let container = Container::open(&map).map_err(|_| wrong("it is no sound container"))?;
    let header = container.header();
    let as_asked =
        header.kind == write.kind && header.schema_id == write.kind.schema_id() && header.file_id == file_id && header.partitions == partitions;
    if !as_asked || map.len() as u64 != output.summary.bytes || container.records() != output.summary.records {
        return Err(wrong("its header or length is not what was asked for"));
    }
    drop(map);
    opened.sync_all().map_err(|error| Failure::io(format!("sync {}", shown(&part)), error))?;
    std::fs::rename(&part, path).map_err(|error| Failure::io(format!("name the output {}", shown(path)), error))?;
    path.parent().map_or(Ok(()), disk::sync_dir)?;
    let meta = std::fs::symlink_metadata(path).map_err(|error| Failure::io(format!("look at {}", shown(path)), error))?;
    Ok(StoredFile {
        name: write.name.clone(),
        kind: write.kind.number(),
        file,
        digest: output.summary.digest,
        bytes: output.summary.bytes,
        records: output.summary.records,
        stat: StatId::of(&meta),
    })
}

fn part_path(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(PART_SUFFIX);
    part.into()
}
