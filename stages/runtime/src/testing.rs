//! Runs a step over in-memory inputs, without a sandbox: for the tests of stages.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

use schemas::container::{BlockBuilder, ContainerWriter};
use schemas::ids::Digest;
use schemas::job::{JobSpec, OutputFile, Secret, Secrets, SourceFile};
use schemas::limits::SOURCE_UNIT_BYTES;
use schemas::policy::Policy;
use schemas::record::{Record, RecordKind};
use schemas::report::StageReport;

use crate::StepError;
use crate::context::{Bytes, Scratch, Sink, SourceReader, StepContext};

/// A step to be run in a test.
pub struct Harness {
    job: JobSpec,
    inputs: Vec<(String, Arc<Bytes>)>,
    sources: Vec<Option<SourceReader>>,
    secrets: Vec<Secret>,
    scratch: usize,
}

/// What came out.
pub struct Outcome {
    /// The report.
    pub report: StageReport,
    /// Bytes of each output.
    pub outputs: BTreeMap<String, Vec<u8>>,
}

impl Harness {
    /// A step with the default policy, two threads and one shard.
    #[must_use]
    pub fn new(step: &str) -> Self {
        let job = JobSpec {
            step: step.to_owned(),
            logical_day: 20_000,
            shard: 0,
            shards: 1,
            partition: 0,
            partitions: 1,
            threads: 2,
            policy: Policy::default(),
            sources: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            scratch: Vec::new(),
            parameters: BTreeMap::new(),
            evaluation: false,
        };
        Self { job, inputs: Vec::new(), sources: Vec::new(), secrets: Vec::new(), scratch: 6 }
    }

    /// Changes the job.
    #[must_use]
    pub fn job(mut self, change: impl FnOnce(&mut JobSpec)) -> Self {
        change(&mut self.job);
        self
    }

    /// Adds an input container.
    #[must_use]
    pub fn input(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.inputs.push((name.to_owned(), Arc::new(Bytes::Memory(bytes))));
        self
    }

    /// Adds an output.
    #[must_use]
    pub fn output(mut self, name: &str, kind: RecordKind) -> Self {
        let file_id = Digest::of(name.as_bytes());
        self.job.outputs.push(OutputFile { name: name.to_owned(), kind, fd: -1, file_id, partitions: 1 });
        self
    }

    /// Adds an output with partitions.
    #[must_use]
    pub fn partitioned_output(mut self, name: &str, kind: RecordKind, partitions: u32) -> Self {
        self = self.output(name, kind);
        if let Some(output) = self.job.outputs.last_mut() {
            output.partitions = partitions;
        }
        self
    }

    /// Adds a raw source, whole.
    ///
    /// # Panics
    /// When no temporary file can be written.
    #[must_use]
    pub fn source(self, bytes: &[u8], extension: &str) -> Self {
        let end = (bytes.len() as u64).next_multiple_of(SOURCE_UNIT_BYTES).max(SOURCE_UNIT_BYTES);
        self.source_range(bytes, extension, 0..end)
    }

    /// Adds a range of a raw source.
    ///
    /// # Panics
    /// When no temporary file can be written.
    #[must_use]
    pub fn source_range(mut self, bytes: &[u8], extension: &str, range: std::ops::Range<u64>) -> Self {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(bytes).expect("a writable temporary file");
        let info = SourceFile {
            source: u32::try_from(self.sources.len()).expect("few sources"),
            fd: -1,
            bytes: bytes.len() as u64,
            range_start: range.start,
            range_end: range.end,
            extension: extension.to_owned(),
        };
        self.job.sources.push(info.clone());
        self.sources.push(Some(SourceReader { info, file }));
        self
    }

    /// Gives the step a key.
    #[must_use]
    pub fn secret(mut self, role: &str, bytes: &[u8]) -> Self {
        self.secrets.push(Secret { role: role.to_owned(), bytes: bytes.to_vec() });
        self
    }

    /// Runs the step.
    ///
    /// # Panics
    /// When no temporary file can be made.
    #[must_use]
    pub fn run(self, process: fn(&mut StepContext) -> Result<(), StepError>) -> Outcome {
        let sinks: Vec<_> = self.job.outputs.iter().map(|file| (file.clone(), Arc::new(Mutex::new(Vec::new())))).collect();
        let context = StepContext {
            outputs: sinks.iter().map(|(file, memory)| (file.clone(), Some(Sink::Memory(Arc::clone(memory))))).collect(),
            inputs: self.inputs,
            scratch: (0..self.scratch).map(|_| Some(Scratch(tempfile::tempfile().expect("a temporary file")))).collect(),
            sources: self.sources,
            secrets: Secrets(self.secrets),
            job: Arc::new(self.job),
            report: StageReport::default(),
        };
        let report = crate::run::execute(context, process);
        let outputs =
            sinks.into_iter().map(|(file, memory)| (file.name, std::mem::take(&mut *memory.lock().expect("no panic while writing")))).collect();
        Outcome { report, outputs }
    }
}

/// A container of records, for inputs of tests. The closure fills one block.
///
/// # Panics
/// When the records are over their limits.
#[must_use]
pub fn container_of<R: Record>(fill: impl FnOnce(&mut BlockBuilder<R>)) -> Vec<u8> {
    let mut writer = ContainerWriter::<_, R>::new(Vec::new(), Digest::of(b"test"), 1).expect("one partition");
    let mut block = BlockBuilder::new(0);
    fill(&mut block);
    writer.write(block).expect("a block within limits");
    writer.finish().expect("memory does not fail").0
}

/// An empty scratch file.
///
/// # Panics
/// When no temporary file can be made.
#[must_use]
pub fn scratch() -> Scratch {
    Scratch(tempfile::tempfile().expect("a temporary file"))
}
