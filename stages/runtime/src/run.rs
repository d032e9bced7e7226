//! From process start to exit code.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use sandbox::files;
use schemas::exit::Exit;
use schemas::job::{FIRST_FILE_FD, JOB_FD, JobSpec, REPORT_FD, SECRETS_FD, Secrets};
use schemas::limits::JOB_BYTES_MAX;
use schemas::report::StageReport;

use crate::context::{Bytes, Scratch, Sink, SourceReader, StepContext};
use crate::error::StepError;

/// What a stage is: its name and its steps. A job for any other step is refused.
#[derive(Debug, Clone, Copy)]
pub struct StageSpec {
    /// Name of the stage.
    pub name: &'static str,
    /// Names of its steps, without the stage.
    pub steps: &'static [&'static str],
}

/// Runs one step in this process: the whole of a stage's `main`. Nothing is read before the process is locked down; without the runner's
/// sandbox it ends with exit code 30.
pub fn run(spec: &StageSpec, process: fn(&mut StepContext) -> Result<(), StepError>) -> ExitCode {
    std::panic::set_hook(Box::new(panicked));
    if let Err(error) = sandbox::stage::lock_down() {
        let _ = writeln!(std::io::stderr(), "failed to {error}");
        return Exit::SandboxRefused.into();
    }
    let report = match open_job(spec) {
        Ok(context) => execute(context, process),
        Err(error) => failed(StageReport::default(), error),
    };
    if report.exit != Exit::Done {
        let _ = writeln!(std::io::stderr(), "failed to {}", report.error);
    }
    let written = schemas::codec::encode(&report).ok().and_then(|bytes| files::inherited(REPORT_FD).ok()?.write_all(&bytes).ok());
    if written.is_none() { Exit::Internal.into() } else { report.exit.into() }
}

/// Says where, never what: a panic message may quote the record. Ends the process at once, on whatever thread it happened.
fn panicked(info: &std::panic::PanicHookInfo<'_>) {
    let mut stderr = std::io::stderr().lock();
    let _ = match info.location() {
        Some(place) => writeln!(stderr, "a bug in this stage: it panicked at {place}"),
        None => writeln!(stderr, "a bug in this stage: it panicked at an unknown place"),
    };
    sandbox::stage::exit_now(Exit::StageCrashed.code());
}

/// Runs `process` on a pool of the job's threads and completes the report.
pub(crate) fn execute(mut context: StepContext, process: fn(&mut StepContext) -> Result<(), StepError>) -> StageReport {
    let threads = usize::from(context.job.threads.max(1));
    let outcome = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|_| StepError::new(Exit::StageCrashed, format!("start {threads} threads")))
        .and_then(|pool| pool.install(|| process(&mut context)));
    match outcome {
        Ok(()) => match context.outputs.iter().find(|(file, _)| !context.report.outputs.iter().any(|done| done.name == file.name)) {
            Some((file, _)) => {
                let error = StepError::new(Exit::Internal, format!("finish the output {}", file.name));
                failed(context.report, error)
            }
            None => context.report,
        },
        Err(error) => failed(context.report, error),
    }
}

fn failed(mut report: StageReport, error: StepError) -> StageReport {
    report.exit = error.exit;
    report.error = error.message;
    report
}

fn open_job(spec: &StageSpec) -> Result<StepContext, StepError> {
    let job: JobSpec = decode(&read_all(JOB_FD, "job")?, "job")?;
    let known = job.step.split_once('.').is_some_and(|(stage, step)| stage == spec.name && spec.steps.contains(&step));
    if !known {
        return Err(StepError::new(Exit::Usage, format!("run the step: {} has none of that name", spec.name)));
    }
    check_descriptors(&job)?;
    let secrets = match read_all(SECRETS_FD, "secrets")?.as_slice() {
        // /dev/null: the step has none.
        [] => Secrets::default(),
        bytes => decode(bytes, "secrets")?,
    };
    let open = |fd: i32| files::inherited(fd).map_err(|error| StepError::new(Exit::Internal, format!("open descriptor {fd}: {}", error.kind())));
    let mut inputs = Vec::new();
    for input in &job.inputs {
        let map = files::map(&open(input.fd)?)?;
        inputs.push((input.name.clone(), Arc::new(Bytes::Map(map))));
    }
    let mut outputs = Vec::new();
    for output in &job.outputs {
        outputs.push((output.clone(), Some(Sink::File(open(output.fd)?))));
    }
    let mut scratch = Vec::new();
    for file in &job.scratch {
        scratch.push(Some(Scratch(open(file.fd)?)));
    }
    let mut sources = Vec::new();
    for source in &job.sources {
        sources.push(Some(SourceReader { info: source.clone(), file: open(source.fd)? }));
    }
    Ok(StepContext { job: Arc::new(job), inputs, outputs, scratch, sources, secrets, report: StageReport::default() })
}

/// Each descriptor is owned by one file: none is named twice, and none is the job's, the report's or a standard one.
fn check_descriptors(job: &JobSpec) -> Result<(), StepError> {
    let sources = job.sources.iter().map(|file| file.fd);
    let inputs = job.inputs.iter().map(|file| file.fd);
    let outputs = job.outputs.iter().map(|file| file.fd);
    let mut fds: Vec<i32> = sources.chain(inputs).chain(outputs).chain(job.scratch.iter().map(|file| file.fd)).collect();
    fds.sort_unstable();
    if fds.first().is_some_and(|fd| *fd < FIRST_FILE_FD) || fds.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(StepError::new(Exit::Internal, "read the job: a descriptor is named twice"));
    }
    Ok(())
}

fn read_all(fd: i32, what: &str) -> Result<Vec<u8>, StepError> {
    let unreadable = |_| StepError::new(Exit::Internal, format!("read the {what} descriptor"));
    let mut bytes = Vec::new();
    files::inherited(fd).map_err(unreadable)?.take(JOB_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

fn decode<T: for<'a> schemas::codec::BorrowDecode<'a, ()>>(bytes: &[u8], what: &str) -> Result<T, StepError> {
    schemas::codec::decode(bytes).map_err(|_| StepError::new(Exit::SchemaMismatch, format!("read the {what}: runner and stage differ in version")))
}
