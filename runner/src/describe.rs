//! From the results of a run to its manifest: what was done, from what, by which program, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::Secret;
use schemas::record::RecordKind;

use crate::bundle::Unpacked;
use crate::canaries;
use crate::disk;
use crate::failure::Failure;
use crate::keys::PublicKey;
use crate::manifest::{self, Because, InputEntry, InputSummary, Manifest, OutputEntry, Override, Previous, RunnerEntry, TaskEntry};
use crate::publish::Circumstances;
use crate::run::{Done, Results, Runner, check_counts};
use crate::session::Session;

impl Runner<'_> {
    /// The manifest of a run that is about to be published.
    ///
    /// # Errors
    /// When counts do not add up, or the audit log cannot be written.
    pub(crate) fn describe(
        &self,
        results: &Results,
        files: Vec<Unpacked>,
        circumstances: &Circumstances,
        id: String,
        run_key: Digest,
    ) -> Result<Manifest, Failure> {
        let session = self.session;
        let previous = self.previous(&circumstances.signer.public());
        let mut keys = BTreeMap::new();
        for step in &session.plan.pipeline.steps {
            for secret in session.keys.secrets(&step.keys)?.0 {
                keys.insert(secret.role.clone(), crate::keys::key_id(&secret));
            }
        }
        if session.sources.canaries().is_some() {
            let (role, bytes) = (canaries::ROLE.to_owned(), session.keys.secret(canaries::ROLE)?);
            keys.insert(role.clone(), crate::keys::key_id(&Secret { role, bytes }));
        }
        Ok(Manifest {
            version: manifest::VERSION,
            id,
            run_key,
            date: session.date.clone(),
            started_at: circumstances.started_at.to_string(),
            published_at: jiff::Timestamp::now().to_string(),
            previous: previous.as_ref().map(|(previous, _)| previous.clone()),
            audit: self.audit_head()?,
            runner: RunnerEntry { version: env!("CARGO_PKG_VERSION").to_owned(), digest: Some(own_digest()?) },
            shards: session.plan.shards,
            partitions: session.plan.pipeline.partitions,
            threads: session.threads,
            policy: session.policy.digest(),
            policy_text: session.policy.clone(),
            schema: crate::stages::schema_digest(),
            pipeline: Digest::of(crate::pipeline::TEXT.as_bytes()),
            binaries: session.engine.stages().entries().iter().map(|entry| (entry.name.clone(), entry.digest)).collect(),
            keys,
            development: session.keys.development() || session.engine.stages().development(),
            overrides: overrides(results),
            sandbox: circumstances.sandbox.clone(),
            input: InputSummary {
                sources: session.sources.given().count() as u64,
                bytes: session.sources.bytes(),
                passed_over: session.sources.skipped.len() as u64,
            },
            counts: check_counts(session, results)?,
            tasks: tasks(session, results, previous.as_ref().map(|(_, manifest)| manifest)),
            files,
            exit: Exit::Done,
        })
    }

    /// The newest line of the log, everything that was put off written.
    fn audit_head(&self) -> Result<Option<crate::audit::Head>, Failure> {
        self.audit.flush()?;
        self.audit.head()
    }

    /// The run that `latest` points at. One that cannot be trusted is none: it only helps to say what was different.
    fn previous(&self, key: &PublicKey) -> Option<(Previous, Manifest)> {
        let run = std::fs::read_link(self.session.runs.join("latest")).ok()?;
        let (manifest, text) = Manifest::read_with_text(&self.session.runs.join(run), key).ok()?;
        Some((Previous { run: manifest.id.clone(), manifest: Digest::of(&text) }, manifest))
    }
}

/// Digest of the running program: of the file it was started from, whatever lies at its path by now.
fn own_digest() -> Result<Digest, Failure> {
    disk::digest_file(Path::new("/proc/self/exe")).map(|(digest, _)| digest)
}

/// What was given up for any of the results, each once.
#[must_use]
pub fn overrides(results: &Results) -> Vec<Override> {
    results.values().flat_map(|done| &done.entry.overrides).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Why a task was run or skipped, and what of its key the run before had otherwise.
fn because(step: &str, index: u32, done: &Done, previous: Option<&Manifest>) -> (Because, Vec<String>) {
    let before = previous.and_then(|manifest| manifest.tasks.iter().find(|task| task.step == step && task.index == index));
    let known = before.filter(|task| !task.key_parts.is_empty());
    let changed: Vec<String> = known.map_or_else(Vec::new, |task| {
        let names: BTreeSet<&String> = task.key_parts.keys().chain(done.parts.keys()).collect();
        names.into_iter().filter(|name| task.key_parts.get(*name) != done.parts.get(*name)).cloned().collect()
    });
    let because = match (done.reused, before) {
        (true, _) if done.released_before => Because::ReleasedBefore,
        (true, _) => Because::SameKey,
        (false, None) => Because::New,
        (false, Some(task)) if task.key == done.entry.key => Because::ResultGone,
        (false, Some(_)) if known.is_none() => Because::Unknown,
        (false, Some(_)) => Because::KeyChanged,
    };
    (because, changed)
}

fn tasks(session: &Session, results: &Results, previous: Option<&Manifest>) -> Vec<TaskEntry> {
    results
        .iter()
        .map(|(task, done)| (task, done, because(&session.plan.step(*task).name, task.index, done, previous)))
        .map(|(task, done, (because, changed))| TaskEntry {
            step: session.plan.step(*task).name.clone(),
            index: task.index,
            key: done.entry.key,
            key_parts: done.parts.clone(),
            reused: done.reused,
            from: if done.reused { done.home.clone() } else { String::new() },
            because,
            changed,
            inputs: done.inputs.iter().map(|(name, file, digest)| InputEntry { name: name.clone(), file: file.clone(), digest: *digest }).collect(),
            outputs: done
                .entry
                .files
                .iter()
                .map(|file| OutputEntry {
                    name: file.name.clone(),
                    kind: RecordKind::from_number(file.kind).map_or("unknown", RecordKind::name).to_owned(),
                    file: file.file.clone(),
                    digest: file.digest,
                    bytes: file.bytes,
                    records: file.records,
                })
                .collect(),
            counters: done.entry.report.counters.iter().map(|(counter, &value)| (counter.name().to_owned(), value)).collect(),
            rejects: done.entry.report.rejects.iter().map(|(reason, &count)| (reason.name().to_owned(), count)).collect(),
            facts: done.entry.report.facts.clone(),
            usage: done.entry.usage,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::tests::sample;
    use crate::store::{Usage, entry};
    use schemas::report::StageReport;

    fn done(key: &str, binary: &str) -> Done {
        let entry = entry(Digest::of(key.as_bytes()), "a.b".to_owned(), "home".to_owned(), Vec::new(), StageReport::default(), Usage::default());
        let parts = BTreeMap::from([("binary".to_owned(), binary.to_owned()), ("date".to_owned(), "1".to_owned())]);
        Done { entry, home: "home".to_owned(), reused: false, released_before: false, parts, inputs: Vec::new() }
    }

    /// The run before, in which the task had this key and this binary.
    fn before(key: &str, binary: Option<&str>) -> Manifest {
        let key_parts = binary.map(|binary| done(key, binary).parts).unwrap_or_default();
        let task = TaskEntry {
            step: "a.b".to_owned(),
            index: 0,
            key: Digest::of(key.as_bytes()),
            key_parts,
            reused: false,
            from: String::new(),
            because: Because::New,
            changed: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            counters: BTreeMap::new(),
            rejects: BTreeMap::new(),
            facts: BTreeMap::new(),
            usage: Usage::default(),
        };
        Manifest { tasks: vec![task], ..sample() }
    }

    fn check(done: &Done, previous: Option<&Manifest>, expected: Because, changed: &[&str]) {
        let (found, parts) = because("a.b", 0, done, previous);
        assert_eq!((found, parts.iter().map(String::as_str).collect::<Vec<_>>().as_slice()), (expected, changed));
    }

    #[test]
    fn why_a_task_was_run_or_skipped() {
        let same = before("key", Some("x"));
        check(&done("key", "x"), None, Because::New, &[]);
        check(&done("other", "y"), Some(&same), Because::KeyChanged, &["binary"]);
        check(&done("key", "x"), Some(&same), Because::ResultGone, &[]);
        check(&done("other", "y"), Some(&before("key", None)), Because::Unknown, &[]);
        check(&Done { reused: true, ..done("key", "x") }, Some(&same), Because::SameKey, &[]);
        check(&Done { reused: true, released_before: true, ..done("other", "y") }, Some(&same), Because::ReleasedBefore, &["binary"]);
        let more = Manifest { tasks: Vec::new(), ..sample() };
        check(&done("key", "x"), Some(&more), Because::New, &[]);
    }
}
