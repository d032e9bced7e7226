//! Version 1 of the manifest, as `logminer` 0.1 wrote it until November 2026: without the parts of the keys, the runner's own digest, the run
//! before and the head of the audit log.

use std::collections::BTreeMap;

use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::policy::Policy;
use serde::Deserialize;

use super::{Because, Counts, InputEntry, InputSummary, OutputEntry, Override, RunnerEntry};
use crate::bundle::Unpacked;
use crate::store::Usage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UsageV1 {
    wall_us: u64,
    user_us: u64,
    system_us: u64,
    rss_anon_peak_bytes: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskEntry {
    step: String,
    index: u32,
    key: Digest,
    reused: bool,
    inputs: Vec<InputEntry>,
    outputs: Vec<OutputEntry>,
    counters: BTreeMap<String, u64>,
    rejects: BTreeMap<String, u64>,
    facts: BTreeMap<String, String>,
    usage: UsageV1,
}

/// The manifest of version 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    version: u32,
    id: String,
    run_key: Digest,
    date: String,
    published_at: String,
    shards: u32,
    partitions: u32,
    threads: u16,
    policy: Digest,
    policy_text: Policy,
    schema: Digest,
    pipeline: Digest,
    binaries: BTreeMap<String, Digest>,
    keys: BTreeMap<String, String>,
    development: bool,
    overrides: Vec<Override>,
    sandbox: serde_json::Value,
    input: InputSummary,
    counts: Counts,
    tasks: Vec<TaskEntry>,
    files: Vec<Unpacked>,
    exit: Exit,
}

impl From<Manifest> for super::Manifest {
    fn from(old: Manifest) -> Self {
        Self {
            version: old.version,
            id: old.id,
            run_key: old.run_key,
            date: old.date,
            // The beginning was not noted; a run is at least published.
            started_at: old.published_at.clone(),
            published_at: old.published_at,
            previous: None,
            audit: None,
            runner: RunnerEntry { version: "0.1.0".to_owned(), digest: None },
            shards: old.shards,
            partitions: old.partitions,
            threads: old.threads,
            policy: old.policy,
            policy_text: old.policy_text,
            schema: old.schema,
            pipeline: old.pipeline,
            binaries: old.binaries,
            keys: old.keys,
            development: old.development,
            overrides: old.overrides,
            sandbox: old.sandbox,
            input: old.input,
            counts: old.counts,
            tasks: old.tasks.into_iter().map(Into::into).collect(),
            files: old.files,
            exit: old.exit,
        }
    }
}

impl From<TaskEntry> for super::TaskEntry {
    fn from(old: TaskEntry) -> Self {
        let UsageV1 { wall_us, user_us, system_us, rss_anon_peak_bytes } = old.usage;
        Self {
            step: old.step,
            index: old.index,
            key: old.key,
            key_parts: BTreeMap::new(),
            reused: old.reused,
            from: String::new(),
            because: if old.reused { Because::SameKey } else { Because::Unknown },
            changed: Vec::new(),
            inputs: old.inputs,
            outputs: old.outputs,
            counters: old.counters,
            rejects: old.rejects,
            facts: old.facts,
            usage: Usage { wall_us, user_us, system_us, rss_anon_peak_bytes, ..Usage::default() },
        }
    }
}
