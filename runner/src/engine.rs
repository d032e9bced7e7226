//! Runs steps: seals the binary, hands it its job and its descriptors, watches it, reads its report.
//!
//! Every path that starts a stage goes through here: whole runs, single steps, the canary. What the stage may do is the sandbox's
//! business; what its end means is that of [`crate::verdict`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sandbox::canary::Refusal;
use sandbox::launch::{Launch, Limits, NOBODY, Watched};
use sandbox::memory::{ReportMemory, report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{FIRST_FILE_FD, InputFile, JobSpec, OutputFile, ScratchFile, Secrets, SourceFile};
use schemas::limits::{JOB_BYTES_MAX, REPORT_BYTES_MAX, STDERR_BYTES_MAX};
use schemas::record::RecordKind;
use schemas::report::StageReport;

use crate::failure::Failure;
use crate::manifest::Override;
use crate::oom::KillCounts;
use crate::resources::{Budget, Share, host_memory_bytes, host_threads};
use crate::retry::Jitter;
use crate::stages::Stages;
use crate::store::Usage;
use crate::verdict::{Told, verdict};

/// Bytes a step may write to one file.
const FILE_BYTES_MAX: u64 = 1 << 40;
/// Processes and threads the steps' user may have on the host: a step has at most 512 threads, and other runs may share the user.
const TASKS_MAX: u64 = 8_192;
/// The limits of every step; its memory is its share of the budget.
pub const LIMITS: Limits =
    Limits { memory_bytes: None, address_space_bytes: None, file_bytes: Some(FILE_BYTES_MAX), cpu_seconds: None, tasks: Some(TASKS_MAX) };
/// How often memory is sampled and signals and timeouts are looked for: a sixty-fourth of the time the youngest step has run, since many end before a
/// few long ticks would have seen their greatest memory, within these bounds.
const TICK_LEAST: Duration = Duration::from_millis(1);
const TICK_MOST: Duration = Duration::from_millis(20);
const TICKS_OF_AGE: u32 = 64;
/// Time a step has to end by itself once it was told to.
const GRACE: Duration = Duration::from_secs(5);

/// A job with its descriptors still open here.
#[derive(Debug)]
pub struct Job {
    spec: JobSpec,
    files: Vec<File>,
    secrets: Secrets,
}

/// A step that ended well.
#[derive(Debug)]
pub struct Ran {
    /// Its report.
    pub report: StageReport,
    /// What it used.
    pub usage: Usage,
}

/// Starts stages.
pub struct Engine {
    stages: Stages,
    sealed: RefCell<BTreeMap<String, Rc<SealedProgram>>>,
    stop: Arc<AtomicBool>,
    step_timeout: Duration,
    deadline: Option<Instant>,
    budget: Budget,
    retries: u32,
    jitter: Jitter,
    overrides: Vec<Override>,
}

/// A step that runs. Dropped, it is killed.
pub struct Running {
    label: String,
    watched: Watched,
    report: ReportMemory,
    begun: Instant,
    kills: KillCounts,
    share: Share,
    rss_anon_peak_bytes: u64,
    told: Option<Told>,
}

impl Job {
    /// A job without files. `spec` says everything but the files.
    #[must_use]
    pub fn new(spec: JobSpec, secrets: Secrets) -> Self {
        Self { spec, files: Vec::new(), secrets }
    }

    /// Hands over a raw source. Sources come before inputs, these before outputs, and scratch files last.
    pub fn source(&mut self, mut source: SourceFile, file: File) {
        source.fd = self.take(file);
        self.spec.sources.push(source);
    }

    /// Hands over a published container.
    ///
    /// # Errors
    /// When its length cannot be read.
    pub fn input(&mut self, name: &str, kind: RecordKind, file: File) -> Result<(), Failure> {
        let bytes = file.metadata().map_err(|error| Failure::io(format!("look at the input {name}"), error))?.len();
        let fd = self.take(file);
        self.spec.inputs.push(InputFile { name: name.to_owned(), kind, fd, bytes });
        Ok(())
    }

    /// Hands over an empty file to write.
    pub fn output(&mut self, name: &str, kind: RecordKind, file_id: Digest, partitions: u32, file: File) {
        let fd = self.take(file);
        self.spec.outputs.push(OutputFile { name: name.to_owned(), kind, fd, file_id, partitions });
    }

    /// Hands over an unlinked file for spilling.
    pub fn scratch(&mut self, file: File) {
        let fd = self.take(file);
        self.spec.scratch.push(ScratchFile { fd });
    }

    fn take(&mut self, file: File) -> i32 {
        let fd = FIRST_FILE_FD + i32::try_from(self.files.len()).unwrap_or(i32::MAX - FIRST_FILE_FD);
        self.files.push(file);
        fd
    }
}

impl Engine {
    /// An engine over checked stages. `stop` is set by a signal; a step may take `step_timeout`. Steps may use what the host allows, and
    /// nothing is tried again, unless said otherwise.
    #[must_use]
    pub fn new(stages: Stages, stop: Arc<AtomicBool>, step_timeout: Duration) -> Self {
        let budget = Budget { threads: host_threads(None), memory_bytes: host_memory_bytes() };
        Self {
            stages,
            sealed: RefCell::default(),
            stop,
            step_timeout,
            deadline: None,
            budget,
            retries: 0,
            jitter: Jitter::new(0),
            overrides: Vec::new(),
        }
    }

    /// Steps in flight use no more than this together.
    #[must_use]
    pub fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Failures that can heal are tried again so often, after waits drawn from `jitter`.
    #[must_use]
    pub fn retrying(self, retries: u32, jitter: Jitter) -> Self {
        Self { retries, jitter, ..self }
    }

    /// The whole run has to end by then; `None`: whenever it is done.
    #[must_use]
    pub fn until(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// What steps in flight may use together.
    #[must_use]
    pub fn budget(&self) -> Budget {
        self.budget
    }

    /// How often a failure that can heal is tried again, and what draws the waits.
    #[must_use]
    pub fn retries(&self) -> (u32, Jitter) {
        (self.retries, self.jitter.clone())
    }

    /// Whether the time of the whole run is over.
    #[must_use]
    pub fn overdue(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Starts steps although the canary cannot prove these properties; every result says so.
    #[must_use]
    pub fn with_overrides(self, overrides: Vec<Override>) -> Self {
        Self { overrides, ..self }
    }

    /// The properties that were given up.
    #[must_use]
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    /// The stages.
    #[must_use]
    pub fn stages(&self) -> &Stages {
        &self.stages
    }

    /// Whether a signal asked to end.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The sealed binary of a stage: copied to memory, sealed, digested there, compared with the signed manifest.
    ///
    /// # Errors
    /// [`Exit::DigestMismatch`] when it differs; [`Exit::SandboxRefused`] when memory cannot be sealed. Nothing was run.
    pub fn sealed(&self, stage: &str) -> Result<Rc<SealedProgram>, Failure> {
        if let Some(program) = self.sealed.borrow().get(stage) {
            return Ok(Rc::clone(program));
        }
        let entry = self.stages.entry(stage)?;
        let mismatch = || Failure::new(Exit::DigestMismatch, format!("run the stage {stage}: its bytes are not those of the signed manifest"));
        let file = File::open(self.stages.path(stage)).map_err(|_| mismatch())?;
        if file.metadata().map_or(0, |meta| meta.len()) != entry.bytes {
            return Err(mismatch());
        }
        let program = seal(stage, &file).map_err(|error| seal_failure(stage, &error))?;
        let bytes = program.bytes().map_err(|error| Failure::io(format!("digest the sealed stage {stage}"), error))?;
        if Digest::of(&bytes) != entry.digest {
            return Err(mismatch());
        }
        let program = Rc::new(program);
        self.sealed.borrow_mut().insert(stage.to_owned(), Rc::clone(&program));
        Ok(program)
    }

    /// Runs a step by itself to its end, with the whole memory budget. `label` names it in messages; `tick` is called while it runs.
    ///
    /// # Errors
    /// The exit code and sentence of the step's report, or what its end means when it left none.
    pub fn run(&self, label: &str, job: &Job, mut tick: impl FnMut()) -> Result<Ran, Failure> {
        let share = Share { threads: job.spec.threads, memory_bytes: self.budget.memory_bytes };
        let mut running = self.start(label, job, share)?;
        while !running.look()? {
            if self.stopped() {
                running.tell(Told::Signal)?;
            } else if self.overdue() {
                running.tell(Told::RunTimeout)?;
            } else if running.overdue(self.step_timeout) {
                running.tell(Told::StepTimeout)?;
            }
            tick();
            wait_for_any([&running])?;
        }
        running.finish()
    }

    /// Time one step may take.
    #[must_use]
    pub fn step_timeout(&self) -> Duration {
        self.step_timeout
    }

    /// Starts a step that may use `share`. The job's descriptors may be closed afterwards.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, label: &str, job: &Job, share: Share) -> Result<Running, Failure> {
        let stage = job.spec.step.split_once('.').map_or("", |(stage, _)| stage);
        let program = self.sealed(stage)?;
        let wrong = |what: &'static str| move |error: std::io::Error| Failure::io(what, error);
        let spec = schemas::codec::encode(&job.spec).map_err(|_| Failure::internal("encode a job"))?;
        if spec.len() > JOB_BYTES_MAX {
            return Err(Failure::usage(format!("run {label}: its job is over {JOB_BYTES_MAX} bytes; use more shards")));
        }
        let secrets = schemas::codec::encode(&job.secrets).map_err(|_| Failure::internal("encode secrets"))?;
        let spec = sealed_memory("job", &spec).map_err(wrong("seal a job"))?;
        let secrets = sealed_memory("secrets", &secrets).map_err(wrong("seal secrets"))?;
        let report = report_memory(REPORT_BYTES_MAX).map_err(wrong("make room for a report"))?;
        let mut descriptors: Vec<Option<BorrowedFd<'_>>> = vec![Some(spec.as_fd()), Some(report.as_fd()), Some(secrets.as_fd())];
        descriptors.extend(job.files.iter().map(|file| Some(file.as_fd())));
        let limits = Limits { memory_bytes: Some(share.memory_bytes), ..LIMITS };
        let begun = Instant::now();
        let kills = KillCounts::now();
        let watched = Launch { program: &program, descriptors, limits, drop_to: Some(NOBODY) }
            .spawn()
            .map_err(|error| launch_failure(label, &error))?
            .watched(GRACE, STDERR_BYTES_MAX)
            .map_err(|error| Failure::io(format!("watch {label}"), error))?;
        Ok(Running { label: label.to_owned(), watched, report, begun, kills, share, rss_anon_peak_bytes: 0, told: None })
    }
}

impl Running {
    /// Its name in messages.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Samples what it uses, and says whether it has ended. Never waits.
    ///
    /// # Errors
    /// When the kernel does not let us look.
    pub fn look(&mut self) -> Result<bool, Failure> {
        self.rss_anon_peak_bytes = self.rss_anon_peak_bytes.max(rss_anon_bytes(self.watched.pid()));
        self.watched.advance().map_err(|error| Failure::io(format!("wait for {}", self.label), error))
    }

    /// Whether it has run for longer than this and was not told to end yet.
    #[must_use]
    pub fn overdue(&self, timeout: Duration) -> bool {
        self.told.is_none() && self.begun.elapsed() >= timeout
    }

    /// Tells it to end; it is killed when it does not within five seconds. Only the first reason counts.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn tell(&mut self, told: Told) -> Result<(), Failure> {
        self.told.get_or_insert(told);
        self.watched.tell_to_end().map_err(|error| Failure::io(format!("end {}", self.label), error))
    }

    /// Greatest anonymous resident memory seen, bytes.
    #[must_use]
    pub fn rss_anon_peak_bytes(&self) -> u64 {
        self.rss_anon_peak_bytes
    }

    /// What came of a step that has ended.
    ///
    /// # Errors
    /// The exit code and sentence of the step's report, or what its end means when it left none.
    pub fn finish(self) -> Result<Ran, Failure> {
        let finished = self.watched.finish().map_err(|error| Failure::io(format!("wait for {}", self.label), error))?;
        let usage = Usage {
            wall_us: microseconds(self.begun.elapsed()),
            user_us: microseconds(finished.usage.user),
            system_us: microseconds(finished.usage.system),
            rss_anon_peak_bytes: self.rss_anon_peak_bytes,
            read_bytes: finished.usage.read_bytes,
            written_bytes: finished.usage.written_bytes,
            threads: self.share.threads,
            memory_limit_bytes: self.share.memory_bytes,
            attempts: 1,
        };
        let written = self.report.written().map_err(|error| Failure::io("read a report", error))?;
        let report = schemas::codec::decode::<StageReport>(&written).ok();
        verdict(&self.label, &finished, self.told, KillCounts::now().since(&self.kills), report).map(|report| Ran { report, usage })
    }
}

/// Waits a moment, or until one of the steps ends or prints.
///
/// # Errors
/// When the kernel does not let us wait.
pub fn wait_for_any<'a>(running: impl IntoIterator<Item = &'a Running> + Clone) -> Result<(), Failure> {
    let age = running.clone().into_iter().map(|running| running.begun.elapsed()).min().unwrap_or_default();
    let tick = (age / TICKS_OF_AGE).clamp(TICK_LEAST, TICK_MOST);
    sandbox::launch::wait_for_any(running.into_iter().map(|running| &running.watched), tick).map_err(|error| Failure::io("wait for a step", error))
}

fn seal_failure(stage: &str, error: &sandbox::seal::SealError) -> Failure {
    use sandbox::seal::SealError;
    match error {
        // A limit on the size of files holds for memory files too.
        _ if kind_of(error).is_some_and(|kind| matches!(kind, std::io::ErrorKind::FileTooLarge | std::io::ErrorKind::StorageFull)) => {
            Failure::new(Exit::DiskFull, format!("run the stage {stage}: {}", chain(error)))
        }
        SealError::NotStatic { .. } | SealError::Read { .. } => {
            Failure::new(Exit::DigestMismatch, format!("run the stage {stage}: {}", chain(error)))
        }
        SealError::Memory { .. } => Failure::new(Exit::SandboxRefused, reason(stage, &chain(error), &error.into())),
    }
}

fn kind_of(error: &dyn std::error::Error) -> Option<std::io::ErrorKind> {
    error.source()?.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
}

fn launch_failure(label: &str, error: &sandbox::launch::LaunchError) -> Failure {
    let errno = error.errno();
    match rustix::io::Errno::from_raw_os_error(errno) {
        rustix::io::Errno::AGAIN | rustix::io::Errno::MFILE | rustix::io::Errno::NFILE => {
            Failure::new(Exit::TransientIo, format!("start {label}: {}", chain(error)))
        }
        rustix::io::Errno::NOMEM => Failure::new(Exit::OutOfMemory, format!("start {label}: {}", chain(error))),
        _ => Failure::new(Exit::SandboxRefused, reason(label, &chain(error), &error.into())),
    }
}

/// The sentence of exit 30 ends in a JSON reason for machines.
fn reason(what: &str, why: &str, refusal: &Refusal) -> String {
    format!("start {what} in the sandbox: {why}: {}", refusal.to_json())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// `RssAnon` of a process; 0 when it is gone.
fn rss_anon_bytes(pid: i32) -> u64 {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{pid}/status")) else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or("");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) << 10
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_this_process_is_read() {
        let pid = i32::try_from(std::process::id()).unwrap();
        assert!(rss_anon_bytes(pid) > 1 << 16);
        assert_eq!(rss_anon_bytes(-1), 0);
    }
}
