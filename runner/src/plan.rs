//! From steps to tasks: which step runs for which shard or partition, which files it reads and writes, and under which key its
//! result is found again.

use std::collections::BTreeMap;

use schemas::ids::Digest;
use schemas::record::RecordKind;

use crate::failure::Failure;
use crate::pipeline::{Each, Pipeline, Read, Step, Write};

/// One run of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Task {
    /// Index of the step in the pipeline.
    pub step: usize,
    /// Shard or partition, 0 for a step that runs once.
    pub index: u32,
}

/// The tasks of a run in the order they are done.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The steps.
    pub pipeline: Pipeline,
    /// Shards.
    pub shards: u32,
    /// Tasks.
    pub tasks: Vec<Task>,
}

/// Which steps are left out: some, and what reads their outputs.
fn left_out(pipeline: &Pipeline, is: impl Fn(&Step) -> bool) -> Vec<bool> {
    let mut left_out = Vec::with_capacity(pipeline.steps.len());
    for step in &pipeline.steps {
        left_out.push(is(step) || step.reads.iter().any(|read| left_out[read.writer]));
    }
    left_out
}

impl Plan {
    /// Plans all steps, or those up to and with `until`.
    ///
    /// # Errors
    /// When there is no step named `until`.
    pub fn new(pipeline: Pipeline, shards: u32, until: Option<&str>) -> Result<Self, Failure> {
        Self::of(pipeline, shards, until, false)
    }

    /// The same for auditors (`--no-dp`): the steps that write exact numbers instead of those that spend budget.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn for_auditors(pipeline: Pipeline, shards: u32, until: Option<&str>) -> Result<Self, Failure> {
        Self::of(pipeline, shards, until, true)
    }

    fn of(pipeline: Pipeline, shards: u32, until: Option<&str>, auditors: bool) -> Result<Self, Failure> {
        let left_out = left_out(&pipeline, |step| if auditors { step.budget } else { step.instead_of.is_some() });
        let is_planned = |step: usize, _: &Step| !left_out[step];
        let count = match until {
            None => pipeline.steps.len(),
            Some(name) => match pipeline.steps.iter().enumerate().position(|(step, entry)| entry.name == name && is_planned(step, entry)) {
                Some(position) => position + 1,
                None => {
                    let names =
                        pipeline.steps.iter().enumerate().filter(|(step, entry)| is_planned(*step, entry)).map(|(_, entry)| entry.name.as_str());
                    let names = names.collect::<Vec<_>>().join(" ");
                    return Err(Failure::usage(format!("stop after a step: there is none of that name; the steps are {names}")));
                }
            },
        };
        let mut tasks = Vec::new();
        for (step, entry) in pipeline.steps.iter().enumerate().take(count).filter(|(step, entry)| is_planned(*step, entry)) {
            tasks.extend((0..copies(entry, shards, pipeline.partitions)).map(|index| Task { step, index }));
        }
        Ok(Self { pipeline, shards, tasks })
    }

    /// Whether exact numbers for auditors take the place of the release.
    #[must_use]
    pub fn is_for_auditors(&self) -> bool {
        self.tasks.iter().any(|&task| self.step(task).instead_of.is_some())
    }

    /// Whether a task reads what noise was drawn for, so that its key differs from draw to draw.
    #[must_use]
    pub fn is_made_of_noise(&self, task: Task) -> bool {
        self.step(task).reads.iter().any(|read| self.pipeline.steps[read.writer].budget)
    }

    /// The step of a task.
    #[must_use]
    pub fn step(&self, task: Task) -> &Step {
        &self.pipeline.steps[task.step]
    }

    /// The task's name for people: `mine.assign`, with `[2]` when the step runs more than once.
    #[must_use]
    pub fn label(&self, task: Task) -> String {
        let step = self.step(task);
        if copies(step, self.shards, self.pipeline.partitions) > 1 { format!("{}[{}]", step.name, task.index) } else { step.name.clone() }
    }

    /// For each input of a task, the tasks that write it, in order.
    #[must_use]
    pub fn inputs(&self, task: Task) -> Vec<(&Read, Vec<Task>)> {
        let step = self.step(task);
        let writers = |read: &Read| {
            let writer = &self.pipeline.steps[read.writer];
            if step.each == Each::Shard && writer.each == Each::Shard {
                return vec![Task { step: read.writer, index: task.index }];
            }
            (0..copies(writer, self.shards, self.pipeline.partitions)).map(|index| Task { step: read.writer, index }).collect()
        };
        step.reads.iter().map(|read| (read, writers(read))).collect()
    }

    /// The file of an output, relative to the run folder.
    #[must_use]
    pub fn file(&self, task: Task, write: &Write) -> String {
        let step = self.step(task);
        // What goes into the vault is guarded and removed like raw text as long as it lies here.
        let folder = if is_sealed_value(write.kind) { "raw" } else { step.folder.as_str() };
        match step.each {
            Each::Run => format!("{folder}/{}.lmq", write.name),
            Each::Shard => format!("{folder}/{}-shard{:02}.lmq", write.name, task.index),
            Each::Partition => format!("{folder}/{}-part{:02}.lmq", write.name, task.index),
        }
    }

    /// Why a stored file of a task is not taken over. Files with raw text are recognised by their identity, since nobody but `sanitize`
    /// reads them: of these it cannot be said that the content changed, and after a restore from a copy it did not.
    #[must_use]
    pub fn not_taken_over(&self, task: Task, file: &str) -> String {
        let raw = self.step(task).writes.iter().any(|write| is_raw(write.kind) && file.ends_with(&self.file(task, write)));
        if raw {
            format!("{file} is not the very file that was written (restored from a copy, or changed): raw text is not read to tell which")
        } else {
            format!("{file} was changed after it was written")
        }
    }

    /// Partitions an output file has.
    #[must_use]
    pub fn partitions_of(&self, write: &Write) -> u32 {
        if write.partitioned { self.pipeline.partitions } else { 1 }
    }
}

/// Whether files of this kind hold raw text: nobody but `sanitize` reads them, not even to digest them.
#[must_use]
pub fn is_raw(kind: RecordKind) -> bool {
    kind == RecordKind::Raw
}

/// Whether files of this kind hold values under the vault key: for their owner alone, and not for long.
#[must_use]
pub fn is_sealed_value(kind: RecordKind) -> bool {
    kind == RecordKind::VaultEntry
}

fn copies(step: &Step, shards: u32, partitions: u32) -> u32 {
    match step.each {
        Each::Run => 1,
        Each::Shard => shards,
        Each::Partition => partitions,
    }
}

/// All that a task's result depends on. The number of threads, paths and times are not among it.
#[derive(Debug, Clone)]
pub struct KeyParts {
    /// Name of the step.
    pub step: String,
    /// Digest of the sealed binary.
    pub binary: Digest,
    /// Digest of the policy as the step sees it: the sections it declares.
    pub policy: Digest,
    /// Digest of all schema ids.
    pub schema: Digest,
    /// Logical date.
    pub logical_day: i32,
    /// Shard or partition.
    pub index: u32,
    /// Shards of the run.
    pub shards: u32,
    /// Partitions of the run.
    pub partitions: u32,
    /// Number, length, range and extension of each source the step reads.
    pub sources: Vec<u8>,
    /// Names and file identities of the sources, for the survey alone: whatever comes later goes by content.
    pub identity: Option<Digest>,
    /// Digests of the inputs with their names, in order.
    pub inputs: Vec<(String, Digest)>,
    /// Ids of the keys the step is given, by role.
    pub keys: BTreeMap<String, String>,
    /// Parameters that shape the result.
    pub parameters: BTreeMap<String, String>,
}

impl KeyParts {
    /// The key a result is stored and found under.
    #[must_use]
    pub fn skip_key(&self) -> Digest {
        let identity = self.identity.map_or([0; 32], |digest| digest.0);
        let content = self.content();
        Digest::of_parts([b"logminer skip key 1".as_slice(), &self.binary.0, &self.schema.0, &identity, &content.0])
    }

    /// The id in the header of an output: derived from content, so that a replay writes the same bytes.
    #[must_use]
    pub fn file_id(&self, output: &str) -> Digest {
        let mut parts = self.clone();
        // With a vault and without, all other outputs are the same, byte by byte.
        if output != crate::vault::OUTPUT {
            parts.keys.remove(crate::vault::ROLE);
        }
        // Decisions on anomalies change what is listed, and neither journeys nor findings: a report that was made of these is not another
        // question, to be paid for again, because somebody decided on the night before.
        parts.parameters.remove(crate::baseline::BASELINE_PARAMETER);
        Digest::of_parts([b"logminer file id 1".as_slice(), &parts.content().0, output.as_bytes()])
    }

    /// What the key is made of, by name, as manifests keep it to say later what was different.
    #[must_use]
    pub fn named(&self) -> BTreeMap<String, String> {
        let mut named = BTreeMap::from(
            [
                ("binary", self.binary.to_string()),
                ("policy", self.policy.to_string()),
                ("schema", self.schema.to_string()),
                ("date", self.logical_day.to_string()),
                ("shard_plan", format!("{} of {} shards, {} partitions", self.index, self.shards, self.partitions)),
                ("source_ranges", Digest::of(&self.sources).to_string()),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        named.extend(self.identity.map(|digest| ("source_identity".to_owned(), digest.to_string())));
        let mut inputs: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
        for (name, digest) in &self.inputs {
            inputs.entry(name).or_default().push(&digest.0);
        }
        named.extend(inputs.into_iter().map(|(name, digests)| (format!("inputs.{name}"), Digest::of_parts(digests).to_string())));
        named.extend(self.keys.iter().map(|(role, id)| (format!("keys.{role}"), id.clone())));
        named.extend(self.parameters.iter().map(|(name, value)| (format!("parameters.{name}"), value.clone())));
        named
    }

    fn content(&self) -> Digest {
        let numbers: Vec<u8> = [self.index, self.shards, self.partitions].into_iter().flat_map(u32::to_le_bytes).collect();
        let day = self.logical_day.to_le_bytes();
        let inputs = listed(self.inputs.iter().map(|(name, digest)| (name.as_bytes(), digest.0.as_slice())));
        let keys = listed(self.keys.iter().map(|(role, id)| (role.as_bytes(), id.as_bytes())));
        let parameters = listed(self.parameters.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())));
        Digest::of_parts([self.step.as_bytes(), &self.policy.0, &day, &numbers, &self.sources, &inputs.0, &keys.0, &parameters.0])
    }
}

fn listed<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Digest {
    Digest::of_parts(pairs.flat_map(|(name, value)| [name, value]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(shards: u32, until: Option<&str>) -> Plan {
        Plan::new(Pipeline::embedded().unwrap(), shards, until).unwrap()
    }

    fn labels(plan: &Plan) -> Vec<String> {
        plan.tasks.iter().map(|&task| plan.label(task)).collect()
    }

    #[test]
    fn tasks_follow_the_steps_shard_by_shard() {
        assert_eq!(
            labels(&plan(2, Some("sanitize.collect"))),
            ["ingest.survey", "ingest.read[0]", "ingest.read[1]", "sanitize.collect[0]", "sanitize.collect[1]"]
        );
        assert_eq!(labels(&plan(1, Some("ingest.read"))), ["ingest.survey", "ingest.read"]);
        assert!(Plan::new(Pipeline::embedded().unwrap(), 1, Some("nowhere")).is_err());
    }

    #[test]
    fn a_run_for_auditors_spends_nothing_and_any_other_has_no_exact_numbers() {
        let last =
            |plan: Plan| (plan.label(*plan.tasks.last().unwrap()), plan.is_for_auditors(), plan.tasks.iter().any(|&task| plan.step(task).budget));
        let auditors = |until| Plan::for_auditors(Pipeline::embedded().unwrap(), 1, until);
        assert_eq!(last(plan(1, None)), ("sanitize.gate_release".to_owned(), false, true));
        assert_eq!(last(auditors(None).unwrap()), ("sanitize.gate_exact".to_owned(), true, false));
        assert_eq!(auditors(None).unwrap().tasks.len() + 1, plan(1, None).tasks.len(), "nothing is discovered for auditors");
        assert!(auditors(Some("dp-report.release")).is_err() && auditors(Some("sanitize.gate_release")).is_err());
        assert!(Plan::new(Pipeline::embedded().unwrap(), 1, Some("dp-report.exact")).is_err());
    }

    fn check(step: &str, index: u32, expected: &[(&str, usize)]) {
        let plan = plan(3, None);
        let position = plan.pipeline.steps.iter().position(|entry| entry.name == step).unwrap();
        let found: Vec<(String, usize)> =
            plan.inputs(Task { step: position, index }).into_iter().map(|(read, writers)| (read.name.clone(), writers.len())).collect();
        let expected: Vec<(String, usize)> = expected.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn inputs_are_wired_by_how_often_reader_and_writer_run() {
        check("ingest.read", 1, &[("source", 1)]);
        check("sanitize.apply", 2, &[("raw", 1), ("lexicon", 1)]);
        check("sanitize.lexicon", 0, &[("lexicon_part", 3)]);
        check("mine.journeys", 5, &[("event", 3), ("event_type", 1), ("event_values", 3), ("event_cause", 3), ("attribute", 1)]);
        check(
            "mine.score",
            0,
            &[
                ("journey", 8),
                ("open_journey", 8),
                ("activity", 8),
                ("sighting", 3),
                ("finding_part", 3),
                ("event_type", 1),
                ("template", 1),
                ("template_place", 1),
            ],
        );
    }

    #[test]
    fn a_shard_reads_its_own_file() {
        let plan = plan(3, None);
        let apply = plan.pipeline.steps.iter().position(|step| step.name == "sanitize.apply").unwrap();
        assert_eq!(plan.inputs(Task { step: apply, index: 2 })[0].1[0].index, 2);
    }

    #[test]
    fn files_are_named_by_output_and_place() {
        let plan = plan(2, None);
        let all: Vec<String> = plan
            .tasks
            .iter()
            .flat_map(|&task| plan.step(task).writes.iter().map(move |write| (task, write)))
            .map(|(task, write)| plan.file(task, write))
            .collect();
        assert!(all.contains(&"spool/source.lmq".to_owned()));
        assert!(all.contains(&"clean/clean-shard01.lmq".to_owned()));
        assert!(all.contains(&"mined/journey-part07.lmq".to_owned()));
        let unique: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
    }

    /// Finding 12 of the review of issue 2: after a restore from a copy, the raw file was said to be changed.
    #[test]
    fn a_raw_file_that_is_not_recognised_is_not_accused() {
        let plan = plan(1, None);
        let sentence = |step: &str, file: &str| {
            let step = plan.pipeline.steps.iter().position(|entry| entry.name == step).unwrap();
            plan.not_taken_over(Task { step, index: 0 }, file)
        };
        let raw = sentence("ingest.read", "2026-11-20-aa/raw/raw-shard00.lmq");
        assert!(raw.contains("restored from a copy, or changed") && !raw.contains("was changed"), "{raw}");
        assert!(sentence("ingest.read", "2026-11-20-aa/raw/reject_read-shard00.lmq").contains("was changed after it was written"));
        assert!(sentence("sanitize.apply", "2026-11-20-aa/clean/clean-shard00.lmq").contains("was changed after it was written"));
    }

    fn parts() -> KeyParts {
        KeyParts {
            step: "a.b".to_owned(),
            binary: Digest::of(b"binary"),
            policy: Digest::of(b"policy"),
            schema: Digest::of(b"schema"),
            logical_day: 20_000,
            index: 0,
            shards: 1,
            partitions: 8,
            sources: Vec::new(),
            identity: None,
            inputs: vec![("x".to_owned(), Digest::of(b"x"))],
            keys: BTreeMap::new(),
            parameters: BTreeMap::new(),
        }
    }

    #[test]
    fn every_part_changes_the_skip_key() {
        let changes: [fn(&mut KeyParts); 12] = [
            |parts| parts.step = "a.c".to_owned(),
            |parts| parts.binary = Digest::of(b"other"),
            |parts| parts.policy = Digest::of(b"other"),
            |parts| parts.schema = Digest::of(b"other"),
            |parts| parts.logical_day += 1,
            |parts| parts.index += 1,
            |parts| parts.shards += 1,
            |parts| parts.partitions += 1,
            |parts| parts.sources.push(0),
            |parts| parts.identity = Some(Digest::of(b"other")),
            |parts| parts.inputs[0].1 = Digest::of(b"other"),
            |parts| {
                parts.keys.insert("token".to_owned(), "id".to_owned());
            },
        ];
        let keys: std::collections::BTreeSet<Digest> = changes
            .iter()
            .map(|change| {
                let mut changed = parts();
                change(&mut changed);
                // The name of the step is the task's own; whatever else changes the key has a name to say so.
                assert!(changed.step != parts().step || changed.named() != parts().named());
                changed.skip_key()
            })
            .chain([parts().skip_key()])
            .collect();
        assert_eq!(keys.len(), changes.len() + 1);
    }

    #[test]
    fn the_file_id_goes_by_content_alone() {
        let mut other = parts();
        other.binary = Digest::of(b"rebuilt");
        other.identity = Some(Digest::of(b"copied elsewhere"));
        assert_eq!(other.file_id("x"), parts().file_id("x"));
        other.keys.insert(crate::vault::ROLE.to_owned(), "id".to_owned());
        assert_eq!(other.file_id("x"), parts().file_id("x"));
        assert_ne!(other.file_id(crate::vault::OUTPUT), parts().file_id(crate::vault::OUTPUT));
        // A decision runs the step again, and what does not hang on it is the same file.
        other.parameters.insert(crate::baseline::BASELINE_PARAMETER.to_owned(), "+0123456789abcdef".to_owned());
        assert_eq!(other.file_id("x"), parts().file_id("x"));
        assert_ne!(other.skip_key(), KeyParts { parameters: BTreeMap::new(), ..other.clone() }.skip_key());
        assert_ne!(other.skip_key(), KeyParts { keys: BTreeMap::new(), ..other.clone() }.skip_key());
        assert_ne!(parts().file_id("x"), parts().file_id("y"));
    }
}
