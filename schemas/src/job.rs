//! What a step is asked: the job specification, which the runner hands over on an inherited descriptor.

use std::collections::BTreeMap;

use crate::ids::Digest;
use crate::policy::Policy;
use crate::record::RecordKind;

/// Descriptor of the sealed job specification.
pub const JOB_FD: i32 = 3;
/// Descriptor the stage writes its report to.
pub const REPORT_FD: i32 = 4;
/// Descriptor of the sealed secrets; /dev/null when the step has none.
pub const SECRETS_FD: i32 = 5;
/// First descriptor of sources, inputs, outputs and scratch files, in the job's order.
pub const FIRST_FILE_FD: i32 = 6;

/// A raw source the step may read, by `read(2)` only (it is not immutable, so it is never mapped).
#[derive(Debug, Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct SourceFile {
    /// Index of the source in the run.
    pub source: u32,
    /// Descriptor.
    pub fd: i32,
    /// Length in bytes when the run began.
    pub bytes: u64,
    /// First byte of this shard's range (a multiple of [`crate::limits::SOURCE_UNIT_BYTES`]). Records that begin in the range are this
    /// shard's; a source that is not splittable belongs whole to the shard whose range begins at 0.
    pub range_start: u64,
    /// End of the range, exclusive.
    pub range_end: u64,
    /// Format hint from the file name, without compression suffix: `jsonl`, `json`, `csv`, `log`, or empty.
    pub extension: String,
}

/// A container to read; mapped read-only.
#[derive(Debug, Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct InputFile {
    /// Name in `pipeline.toml`: several inputs of one name are the shards (or partitions) in order.
    pub name: String,
    /// Expected kind.
    pub kind: RecordKind,
    /// Descriptor.
    pub fd: i32,
    /// Length in bytes.
    pub bytes: u64,
}

/// A container to write.
#[derive(Debug, Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct OutputFile {
    /// Name in `pipeline.toml`.
    pub name: String,
    /// Kind.
    pub kind: RecordKind,
    /// Descriptor, open for writing at offset 0.
    pub fd: i32,
    /// Content-derived id for the header.
    pub file_id: Digest,
    /// Partitions the file must have.
    pub partitions: u32,
}

/// An unlinked file for spilling.
#[derive(Debug, Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct ScratchFile {
    /// Descriptor, open for reading and writing.
    pub fd: i32,
}

/// The job specification.
#[derive(Debug, Clone, PartialEq, bincode::Encode, bincode::Decode)]
pub struct JobSpec {
    /// Step, `stage.step`.
    pub step: String,
    /// Logical date of the run: days since 1970-01-01. The only clock a stage has.
    pub logical_day: i32,
    /// Shard, from 0.
    pub shard: u32,
    /// Shards of the run.
    pub shards: u32,
    /// Partition this step works on, from 0.
    pub partition: u32,
    /// Partitions of the run.
    pub partitions: u32,
    /// Threads the step may use.
    pub threads: u16,
    /// The policy, of which only the sections that the step declares are not at their defaults.
    pub policy: Policy,
    /// Raw sources (ingest steps only).
    pub sources: Vec<SourceFile>,
    /// Inputs.
    pub inputs: Vec<InputFile>,
    /// Outputs.
    pub outputs: Vec<OutputFile>,
    /// Scratch files.
    pub scratch: Vec<ScratchFile>,
    /// Parameters the runner computes for one step (the reserved budget, the ledger's head), documented at the step.
    pub parameters: BTreeMap<String, String>,
    /// True under `cargo xtask eval`: the step runs on a data set for measuring, nothing is published.
    pub evaluation: bool,
}

/// A secret handed to a step.
#[derive(Clone, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Secret {
    /// Role: `token`, `sampling`, ...
    pub role: String,
    /// The key.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({}, <hidden>)", self.role)
    }
}

/// The secrets descriptor's content.
#[derive(Debug, Clone, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Secrets(pub Vec<Secret>);

impl Secrets {
    /// The key of a role.
    #[must_use]
    pub fn get(&self, role: &str) -> Option<&[u8]> {
        self.0.iter().find(|secret| secret.role == role).map(|secret| secret.bytes.as_slice())
    }
}
