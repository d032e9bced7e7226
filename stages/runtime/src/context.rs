//! What a step sees: its job, its inputs, its outputs.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex};

use schemas::container::{BlockBuilder, Container, ContainerWriter};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{JobSpec, OutputFile, Secrets, SourceFile};
use schemas::policy::Policy;
use schemas::record::Record;
use schemas::report::{OutputReport, StageReport};

use crate::StepError;

/// Bytes of an input: a map of a published file, or memory in tests.
pub(crate) enum Bytes {
    Map(sandbox::files::Map),
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "inputs are in memory in tests only"))]
    Memory(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Self::Map(map) => map,
            Self::Memory(bytes) => bytes,
        }
    }
}

/// Where an output goes: a file written with `write(2)`, or memory in tests.
pub(crate) enum Sink {
    File(File),
    #[cfg_attr(not(feature = "testing"), expect(dead_code, reason = "outputs are in memory in tests only"))]
    Memory(Arc<Mutex<Vec<u8>>>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Memory(memory) => memory.lock().map_err(|_| std::io::ErrorKind::Other)?.write(bytes),
        }
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A raw source: read with `pread(2)`, since it may change under us.
pub struct SourceReader {
    /// What the job says about it.
    pub info: SourceFile,
    pub(crate) file: File,
}

impl SourceReader {
    /// Reads up to `buffer.len()` bytes at `offset`; fewer only at the end of the file.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, StepError> {
        let mut done = 0;
        while done < buffer.len() {
            match self.file.read_at(&mut buffer[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(StepError::new(Exit::TransientIo, format!("read source {} at byte {offset}: {}", self.info.source, error.kind())));
                }
            }
        }
        Ok(done)
    }
}

/// An unlinked file for spilling, read and written at offsets.
pub struct Scratch(pub(crate) File);

impl Scratch {
    /// Writes all of `bytes` at `offset`.
    ///
    /// # Errors
    /// When the disk is full or broken.
    pub fn write_all_at(&self, bytes: &[u8], offset: u64) -> Result<(), StepError> {
        Ok(self.0.write_all_at(bytes, offset)?)
    }
    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// When there are not so many bytes, or the disk is broken.
    pub fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> Result<(), StepError> {
        Ok(self.0.read_exact_at(buffer, offset)?)
    }
    /// What was written, to be read in place: for what is read more than once, or in small pieces.
    ///
    /// # Errors
    /// When the file cannot be mapped.
    pub fn into_map(self) -> Result<ScratchMap, StepError> {
        Ok(ScratchMap(sandbox::files::map(&self.0)?))
    }
}

/// A scratch file to which nothing is written any more.
pub struct ScratchMap(sandbox::files::Map);

impl std::ops::Deref for ScratchMap {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A container being written. [`Output::finish`] must be called, also for an empty one.
pub struct Output<R: Record> {
    name: String,
    writer: ContainerWriter<Sink, R>,
    open: Vec<Option<BlockBuilder<R>>>,
    block_bytes: usize,
}

/// Bytes of all open blocks of an output that is written record by record. Less than what a block may hold, so that memory is at
/// its height after a few thousand records already, and so that a step's worker threads find several blocks in a small file.
const OPEN_BYTES: usize = 128 << 10;
/// Least bytes of a block.
const BLOCK_BYTES_MIN: usize = 64 << 10;

impl<R: Record> Output<R> {
    /// Appends a record to its partition (0 when the file has one); blocks are cut at their target size.
    ///
    /// # Errors
    /// When the record is over its limit or the file cannot be written.
    pub fn push(&mut self, partition: u32, record: &R::View<'_>, time_ns: Option<i64>) -> Result<(), StepError> {
        self.open(partition)?.push(record, time_ns)?;
        self.write_full(partition)
    }

    /// Appends the records of a block that was built elsewhere (in a worker thread) to the open one of its partition.
    ///
    /// # Errors
    /// When the block has names of its own or the file cannot be written.
    pub fn append(&mut self, part: &BlockBuilder<R>) -> Result<(), StepError> {
        self.open(part.partition())?.append(part)?;
        self.write_full(part.partition())
    }

    /// The open block of a partition. Its memory is taken at once and serves all blocks of the partition.
    fn open(&mut self, partition: u32) -> Result<&mut BlockBuilder<R>, StepError> {
        let slot = self.open.get_mut(partition as usize).ok_or_else(|| StepError::new(Exit::Internal, "write an output: no such partition"))?;
        Ok(slot.get_or_insert_with(|| BlockBuilder::new(partition).with_room(self.block_bytes + self.block_bytes / 4)))
    }

    fn write_full(&mut self, partition: u32) -> Result<(), StepError> {
        match &mut self.open[partition as usize] {
            Some(block) if block.byte_len() >= self.block_bytes => Ok(self.writer.write_out(block)?),
            _ => Ok(()),
        }
    }

    /// Writes a block that was built elsewhere (in a worker thread) and gives it back empty, its memory kept for another one ([`crate::Spares`]). Do not mix
    /// with [`Output::push`].
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_block(&mut self, mut block: BlockBuilder<R>) -> Result<BlockBuilder<R>, StepError> {
        self.writer.write_out(&mut block)?;
        Ok(block)
    }

    /// Records written so far, those of open blocks left out.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.writer.records()
    }

    /// Writes what is open, waits until all of it is on the disk, and gives the memory of blocks back: for an output that is large, whose few last
    /// records come only after other work. [`Output::finish`] has less to wait for then.
    ///
    /// # Errors
    /// When the file cannot be written or synced.
    pub fn settle(&mut self) -> Result<(), StepError> {
        for block in self.open.iter_mut().filter_map(Option::take) {
            self.writer.write(block)?;
        }
        match self.writer.sink() {
            Sink::File(file) => Ok(file.sync_data()?),
            Sink::Memory(_) => Ok(()),
        }
    }

    /// Writes what is open, index and trailer, syncs the file and notes the result in the report.
    ///
    /// # Errors
    /// When the file cannot be written or synced.
    pub fn finish(mut self, context: &mut StepContext) -> Result<(), StepError> {
        for block in self.open.drain(..).flatten() {
            self.writer.write(block)?;
        }
        let (sink, summary) = self.writer.finish()?;
        if let Sink::File(file) = sink {
            file.sync_all()?;
        }
        context.report.outputs.push(OutputReport { name: self.name, summary });
        Ok(())
    }
}

/// What a step sees.
pub struct StepContext {
    pub(crate) job: Arc<JobSpec>,
    pub(crate) inputs: Vec<(String, Arc<Bytes>)>,
    pub(crate) outputs: Vec<(OutputFile, Option<Sink>)>,
    pub(crate) scratch: Vec<Option<Scratch>>,
    pub(crate) sources: Vec<Option<SourceReader>>,
    pub(crate) secrets: Secrets,
    /// The report; the step adds counters and rejects, the runtime the rest.
    pub report: StageReport,
}

impl StepContext {
    /// The job.
    #[must_use]
    pub fn job(&self) -> Arc<JobSpec> {
        Arc::clone(&self.job)
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.job.policy
    }

    /// Step name without the stage: `apply` of `sanitize.apply`.
    #[must_use]
    pub fn step(&self) -> &str {
        self.job.step.split_once('.').map_or("", |(_, step)| step)
    }

    /// Takes the raw sources, in order.
    pub fn take_sources(&mut self) -> Vec<SourceReader> {
        self.sources.iter_mut().filter_map(Option::take).collect()
    }

    /// Handles on the bytes of all inputs of one name, in order. Open them with [`InputBytes::open`].
    #[must_use]
    pub fn inputs(&self, name: &str) -> Vec<InputBytes> {
        self.inputs.iter().filter(|(input, _)| input == name).map(|(_, bytes)| InputBytes(Arc::clone(bytes))).collect()
    }

    /// Names of the inputs, each once, in order.
    #[must_use]
    pub fn input_names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.inputs.iter().map(|(name, _)| name.clone()).collect();
        names.dedup();
        names
    }

    /// The one input of this name.
    ///
    /// # Errors
    /// When there is none or more than one.
    pub fn input(&self, name: &str) -> Result<InputBytes, StepError> {
        let mut all = self.inputs(name);
        match (all.pop(), all.is_empty()) {
            (Some(input), true) => Ok(input),
            _ => Err(StepError::new(Exit::Internal, format!("find the one input {name}"))),
        }
    }

    /// Starts an output.
    ///
    /// # Errors
    /// When the job has no such output, it was taken before, or it has another kind.
    pub fn output<R: Record>(&mut self, name: &str) -> Result<Output<R>, StepError> {
        let missing = || StepError::new(Exit::Internal, format!("find the output {name}"));
        let (file, sink) = self.outputs.iter_mut().find(|(file, sink)| file.name == name && sink.is_some()).ok_or_else(missing)?;
        if file.kind != R::KIND {
            return Err(StepError::new(Exit::SchemaMismatch, format!("open the output {name}: the job wants kind {}", file.kind.name())));
        }
        let writer = ContainerWriter::new(sink.take().ok_or_else(missing)?, file.file_id, file.partitions)?;
        let block_bytes = (OPEN_BYTES / file.partitions as usize).max(BLOCK_BYTES_MIN);
        Ok(Output { name: name.to_owned(), writer, open: (0..file.partitions).map(|_| None).collect(), block_bytes })
    }

    /// Whether the job asks for an output of this name.
    #[must_use]
    pub fn has_output(&self, name: &str) -> bool {
        self.outputs.iter().any(|(file, sink)| file.name == name && sink.is_some())
    }

    /// Takes the next scratch file.
    ///
    /// # Errors
    /// When the job has no more.
    pub fn take_scratch(&mut self) -> Result<Scratch, StepError> {
        self.scratch.iter_mut().find_map(Option::take).ok_or_else(|| StepError::new(Exit::Internal, "find a scratch file"))
    }

    /// The key of a role.
    ///
    /// # Errors
    /// [`Exit::KeyRefused`] when the step was not given it.
    pub fn secret(&self, role: &str) -> Result<&[u8], StepError> {
        self.secrets.get(role).ok_or_else(|| StepError::new(Exit::KeyRefused, format!("find the {role} key: the step was not given it")))
    }

    /// A parameter of the job.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.job.parameters.get(name).map(String::as_str)
    }
}

/// A shared handle on an input's bytes.
#[derive(Clone)]
pub struct InputBytes(Arc<Bytes>);

impl InputBytes {
    /// Opens the container and checks that it holds records of kind `R`.
    ///
    /// # Errors
    /// When it is damaged or of another kind.
    pub fn open<R: Record>(&self) -> Result<Container<'_>, StepError> {
        let container = self.open_any()?;
        container.expect::<R>()?;
        Ok(container)
    }

    /// Digest of all bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// Opens the container, whatever its records are.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn open_any(&self) -> Result<Container<'_>, StepError> {
        Ok(Container::open(&self.0)?)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::scratch;

    #[test]
    fn what_was_written_is_read_in_place_also_nothing() {
        assert!(scratch().into_map().unwrap().is_empty());
        let written = scratch();
        written.write_all_at(b"world", 5).unwrap();
        written.write_all_at(b"hello", 0).unwrap();
        assert_eq!(&*written.into_map().unwrap(), b"helloworld");
    }
}
