//! Runs one step: seals its binary, hands it its job and its descriptors, watches it, reads its report.
//!
//! Every path that starts a stage goes through here: whole runs, single steps, the canary. What the stage may do is the sandbox's
//! business; what its end means is decided here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sandbox::launch::{End, Finished, Launch, Limits, NOBODY, Wait, Watch};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};
use schemas::exit::Exit;
use schemas::ids::Digest;
use schemas::job::{FIRST_FILE_FD, InputFile, JobSpec, OutputFile, ScratchFile, Secrets, SourceFile};
use schemas::limits::{JOB_BYTES_MAX, REPORT_BYTES_MAX, STDERR_BYTES_MAX};
use schemas::record::RecordKind;
use schemas::report::StageReport;

use crate::failure::Failure;
use crate::stages::Stages;
use crate::store::Usage;

/// Bytes of private memory a step may have.
const MEMORY_BYTES_MAX: u64 = 4 << 30;
/// Bytes a step may write to one file.
const FILE_BYTES_MAX: u64 = 1 << 40;
/// How often memory is sampled.
const TICK: Duration = Duration::from_millis(5);
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
    timeout: Duration,
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
    /// An engine over checked stages. `stop` is set by a signal.
    #[must_use]
    pub fn new(stages: Stages, stop: Arc<AtomicBool>, timeout: Duration) -> Self {
        Self { stages, sealed: RefCell::default(), stop, timeout }
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

    /// Runs a step to its end. `label` names it in messages; `tick` is called while it runs.
    ///
    /// # Errors
    /// The exit code and sentence of the step's report, or what its end means when it left none.
    pub fn run(&self, label: &str, job: &Job, mut tick: impl FnMut()) -> Result<Ran, Failure> {
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
        let limits = Limits { memory_bytes: Some(MEMORY_BYTES_MAX), file_bytes: Some(FILE_BYTES_MAX), ..Limits::default() };
        let begun = Instant::now();
        let child =
            Launch { program: &program, descriptors, limits, drop_to: Some(NOBODY) }.spawn().map_err(|error| launch_failure(label, &error))?;
        let mut rss_anon_peak_bytes = 0;
        let wait = Wait { timeout: Some(self.timeout), grace: GRACE, stderr_bytes_max: STDERR_BYTES_MAX, tick: TICK };
        let finished = child
            .wait_watching(&wait, |pid| {
                rss_anon_peak_bytes = rss_anon_peak_bytes.max(rss_anon_bytes(pid));
                tick();
                if self.stopped() { Watch::Stop } else { Watch::Continue }
            })
            .map_err(|error| Failure::io(format!("wait for {label}"), error))?;
        let usage = Usage {
            wall_us: microseconds(begun.elapsed()),
            user_us: microseconds(finished.usage.user),
            system_us: microseconds(finished.usage.system),
            rss_anon_peak_bytes,
        };
        let written = report.written().map_err(wrong("read a report"))?;
        let report = schemas::codec::decode::<StageReport>(&written).ok();
        // A terminal's interrupt reaches the step itself; it then ends before it is told to.
        let finished = Finished { stopped: finished.stopped || self.stopped(), ..finished };
        verdict(label, &finished, report).map(|report| Ran { report, usage })
    }
}

/// What the end of a step means.
fn verdict(label: &str, finished: &Finished, report: Option<StageReport>) -> Result<StageReport, Failure> {
    let failed = |exit, why: &str| Err(Failure::new(exit, format!("run {label}: {why}")));
    if finished.timed_out {
        return failed(Exit::Timeout, "it did not end in its time; see --step-timeout-minutes");
    }
    match finished.end {
        // Finished before the signal reached it: the result counts.
        End::Exited(0) => match report {
            Some(report) if report.exit == Exit::Done => Ok(report),
            _ => failed(Exit::StageCrashed, "it ended without a report"),
        },
        _ if finished.stopped => failed(Exit::Terminated, "it was told to end; `logminer resume` goes on from here"),
        End::Exited(code) => match (report, u8::try_from(code).ok().and_then(Exit::from_code)) {
            (Some(report), Some(exit)) if report.exit == exit => failed(exit, &printable(&report.error)),
            (None, Some(exit)) => failed(exit, &place(&finished.stderr).unwrap_or_else(|| "it ended before it could report".to_owned())),
            _ => failed(Exit::StageCrashed, "it ended with an unknown code"),
        },
        End::Killed(signal) => {
            let (exit, why) = match signal {
                1 | 2 | 15 => (Exit::Interrupted, "somebody ended it; `logminer resume` goes on from here"),
                7 => (Exit::CorruptInput, "an input was cut while it was read"),
                9 => (Exit::OutOfMemory, "the system killed it, most likely for want of memory"),
                24 => (Exit::Timeout, "it used up its processor time"),
                25 => (Exit::DiskFull, "a file grew over its limit"),
                31 => (Exit::StageCrashed, "it asked the kernel for what the sandbox forbids"),
                _ if out_of_memory(&finished.stderr) => (Exit::OutOfMemory, "it could not get more memory"),
                _ => (Exit::StageCrashed, "it crashed"),
            };
            let place = place(&finished.stderr).map(|place| format!(" ({place})")).unwrap_or_default();
            failed(exit, &format!("{why}, signal {signal}{place}"))
        }
    }
}

fn seal_failure(stage: &str, error: &sandbox::seal::SealError) -> Failure {
    use sandbox::seal::SealError;
    match error {
        SealError::NotStatic { .. } => Failure::new(Exit::DigestMismatch, format!("run the stage {stage}: {error}")),
        _ => Failure::new(Exit::SandboxRefused, reason(stage, "seal", &chain(error), 0)),
    }
}

fn launch_failure(label: &str, error: &sandbox::launch::LaunchError) -> Failure {
    let errno = error.errno();
    match rustix::io::Errno::from_raw_os_error(errno) {
        rustix::io::Errno::AGAIN | rustix::io::Errno::MFILE | rustix::io::Errno::NFILE => {
            Failure::new(Exit::TransientIo, format!("start {label}: {}", chain(error)))
        }
        rustix::io::Errno::NOMEM => Failure::new(Exit::OutOfMemory, format!("start {label}: {}", chain(error))),
        _ => Failure::new(Exit::SandboxRefused, reason(label, error.layer.name(), &chain(error), errno)),
    }
}

/// The sentence of exit 30 ends in a JSON reason for machines.
fn reason(what: &str, layer: &str, why: &str, errno: i32) -> String {
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    let json = serde_json::json!({ "layer": layer, "errno": errno, "kernel": kernel, "landlock_abi": sandbox::launch::landlock_abi() });
    format!("start {what} in the sandbox: {why}: {json}")
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

/// A report's sentence holds no content by contract; a hostile stage keeps no contract, so only harmless characters pass.
fn printable(text: &str) -> String {
    text.chars().take(500).map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).collect()
}

/// The place of a panic, if standard error says one in the exact form of the runtime's hook.
fn place(stderr: &[u8]) -> Option<String> {
    const HOOK: &str = "a bug in this stage: it panicked at ";
    let text = std::str::from_utf8(stderr).ok()?;
    let place = text.lines().find_map(|line| line.strip_prefix(HOOK))?;
    let harmless = place.len() <= 200 && place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._:- ".contains(&byte));
    harmless.then(|| format!("it panicked at {place}"))
}

fn out_of_memory(stderr: &[u8]) -> bool {
    const MESSAGE: &[u8] = b"memory allocation of ";
    stderr.windows(MESSAGE.len()).any(|window| window == MESSAGE)
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

    fn finished(end: End, stderr: &[u8]) -> Finished {
        Finished { end, timed_out: false, stopped: false, usage: sandbox::launch::Usage::default(), stderr: stderr.to_vec(), stderr_cut: false }
    }

    fn check(end: End, report: Option<StageReport>, exit: Exit) {
        assert_eq!(verdict("a.b", &finished(end, b""), report).map_or_else(|failure| failure.exit, |report| report.exit), exit);
    }

    fn report(exit: Exit) -> Option<StageReport> {
        Some(StageReport { exit, error: "do it".to_owned(), ..StageReport::default() })
    }

    #[test]
    fn the_end_of_a_step_has_a_documented_meaning() {
        check(End::Exited(0), report(Exit::Done), Exit::Done);
        check(End::Exited(0), None, Exit::StageCrashed);
        check(End::Exited(0), report(Exit::CorruptInput), Exit::StageCrashed);
        check(End::Exited(42), report(Exit::DiskFull), Exit::DiskFull);
        check(End::Exited(42), report(Exit::Done), Exit::StageCrashed);
        check(End::Exited(30), None, Exit::SandboxRefused);
        check(End::Exited(101), None, Exit::StageCrashed);
        for (signal, exit) in [
            (6, Exit::StageCrashed),
            (15, Exit::Interrupted),
            (7, Exit::CorruptInput),
            (9, Exit::OutOfMemory),
            (11, Exit::StageCrashed),
            (24, Exit::Timeout),
            (25, Exit::DiskFull),
            (31, Exit::StageCrashed),
        ] {
            check(End::Killed(signal), None, exit);
        }
    }

    #[test]
    fn an_abort_for_want_of_memory_is_told_apart() {
        let end = finished(End::Killed(6), b"memory allocation of 8589934592 bytes failed\n");
        assert_eq!(verdict("a.b", &end, None).expect_err("killed").exit, Exit::OutOfMemory);
    }

    #[test]
    fn only_the_place_of_a_panic_is_repeated() {
        let end = finished(End::Killed(6), b"a bug in this stage: it panicked at stages/mine/src/lib.rs:3:5\n4111111111111111\n");
        let sentence = verdict("a.b", &end, None).expect_err("killed").sentence();
        assert!(sentence.contains("lib.rs:3:5") && !sentence.contains("4111"), "{sentence}");
        assert_eq!(place(b"a bug in this stage: it panicked at \x1b[2J"), None);
    }

    #[test]
    fn memory_of_this_process_is_read() {
        let pid = i32::try_from(std::process::id()).unwrap();
        assert!(rss_anon_bytes(pid) > 1 << 16);
        assert_eq!(rss_anon_bytes(-1), 0);
    }
}
