//! Starts a sealed program in the sandbox.
//!
//! Everything that allocates happens before the fork: filters, the Landlock ruleset, tables of descriptors. The child then only makes
//! system calls ([`child`]), layer by layer, and executes the program; the first layer that fails is named in the parent's error and the
//! program does not run. Landlock and namespaces are applied where the kernel lets us; every other layer is required.

mod child;
mod landlock;
mod wait;
mod watched;

use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use crate::filter::{Execution, Fallback, FilterSet};
use crate::layer::Layer;
use crate::seal::SealedProgram;

pub use landlock::landlock_abi;
pub use wait::{Child, End, Finished, Killer, Usage, Wait, Watch};
pub use watched::{Watched, wait_for_any};

/// The first inherited descriptor: 0 and 1 are /dev/null, 2 is standard error.
pub const FIRST_FD: i32 = 3;
/// The user and group a step runs as when the runner is root: nobody.
pub const NOBODY: (u32, u32) = (65_534, 65_534);
/// Descriptors a step may have open by number limit: 0 to 2 and no new one. Inherited ones above stay usable.
pub(crate) const OPEN_FILES_MAX: u64 = 3;

/// The child's message that it has namespaces of its own; no layer has this number.
const NAMESPACES: u8 = 0xFF;

/// What doubles the required layers, as far as this machine has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bonus {
    /// The kernel's Landlock version; 0 when no ruleset is applied.
    pub landlock_abi: u32,
    /// Network, IPC and host name namespaces of its own.
    pub namespaces: bool,
}

/// Resource limits of a step; `None` leaves the runner's own limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Bytes of private writable memory (`RLIMIT_DATA`): heap and stacks, not maps of inputs.
    pub memory_bytes: Option<u64>,
    /// Bytes of address space (`RLIMIT_AS`), maps of inputs included.
    pub address_space_bytes: Option<u64>,
    /// Bytes of each written file (`RLIMIT_FSIZE`); more ends the step with SIGXFSZ.
    pub file_bytes: Option<u64>,
    /// Seconds of processor time over all threads (`RLIMIT_CPU`).
    pub cpu_seconds: Option<u64>,
    /// Processes and threads of the step's user, on the whole host (`RLIMIT_NPROC`).
    pub tasks: Option<u64>,
}

/// A resource limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRow {
    /// Name of the limit, as in setrlimit(2).
    pub name: &'static str,
    pub(crate) resource: libc::__rlimit_resource_t,
    /// Its value; none leaves the runner's own.
    pub value: Option<u64>,
    /// What it is for.
    pub why: &'static str,
}

impl Limits {
    /// All limits of a step: the ones that are asked for, and the ones every step has.
    #[must_use]
    pub const fn rows(&self) -> [LimitRow; 8] {
        /// One line a limit.
        const fn row(name: &'static str, resource: libc::__rlimit_resource_t, value: Option<u64>, why: &'static str) -> LimitRow {
            LimitRow { name, resource, value, why }
        }
        [
            row("RLIMIT_CORE", libc::RLIMIT_CORE, Some(0), "a crash leaves no raw text on disk"),
            row("RLIMIT_NOFILE", libc::RLIMIT_NOFILE, Some(OPEN_FILES_MAX), "no new descriptor; inherited ones stay usable"),
            row("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE, Some(0), "no message queue"),
            row("RLIMIT_DATA", libc::RLIMIT_DATA, self.memory_bytes, "bytes of heap and stacks, maps of inputs not counted"),
            row("RLIMIT_AS", libc::RLIMIT_AS, self.address_space_bytes, "bytes of address space, maps of inputs counted"),
            row("RLIMIT_FSIZE", libc::RLIMIT_FSIZE, self.file_bytes, "bytes of one output; endless output ends the step with SIGXFSZ"),
            row("RLIMIT_CPU", libc::RLIMIT_CPU, self.cpu_seconds, "seconds of processor time over all threads"),
            row("RLIMIT_NPROC", libc::RLIMIT_NPROC, self.tasks, "tasks of the step's user: a bomb of threads does not use up the host's"),
        ]
    }
}

/// A step to start.
///
/// ```no_run
/// use std::os::fd::AsFd;
/// use std::time::Duration;
/// use sandbox::launch::{End, Launch, Limits, NOBODY, Wait};
/// use sandbox::memory::{report_memory, sealed_memory};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let program = sandbox::seal::seal("ingest", &std::fs::File::open("ingest")?)?;
/// let (job, report) = (sealed_memory("job", b"...")?, report_memory(4 << 20)?);
/// let input = std::fs::File::open("input")?;
/// let launch = Launch {
///     program: &program,
///     descriptors: vec![Some(job.as_fd()), Some(report.as_fd()), None, Some(input.as_fd())], // 3, 4, 5 (/dev/null), 6
///     limits: Limits { memory_bytes: Some(1 << 30), ..Limits::default() },
///     drop_to: Some(NOBODY), // ignored unless this process is root
/// };
/// let finished = launch.spawn()?.wait(&Wait { timeout: Some(Duration::from_secs(600)), ..Wait::default() })?;
/// if finished.end == End::Exited(0) {
///     let report = report.written()?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct Launch<'a> {
    /// What to run; its name is the only argument.
    pub program: &'a SealedProgram,
    /// Descriptor `FIRST_FD + i` of the step; `None` is /dev/null. Inputs must be open for reading only: the step gets what this process has.
    pub descriptors: Vec<Option<BorrowedFd<'a>>>,
    /// Resource limits.
    pub limits: Limits,
    /// User and group to become. Needed, and used, only when this process is root.
    pub drop_to: Option<(u32, u32)>,
}

/// Why a program was not started.
#[derive(Debug, thiserror::Error)]
#[error("apply the sandbox layer {layer} to {program}")]
pub struct LaunchError {
    /// The layer that failed.
    pub layer: Layer,
    /// The program.
    pub program: String,
    /// What the kernel said.
    pub source: std::io::Error,
}

impl LaunchError {
    /// The kernel's error number, or 0.
    #[must_use]
    pub fn errno(&self) -> i32 {
        self.source.raw_os_error().unwrap_or(0)
    }
}

impl Launch<'_> {
    /// Starts the program and returns once it runs under all layers.
    ///
    /// The step dies with the *thread* that calls this, so a [`Child`] cannot be sent to another one; a [`Killer`] can.
    ///
    /// # Errors
    /// The layer that could not be applied; the program has then not run.
    pub fn spawn(&self) -> Result<Child, LaunchError> {
        self.spawn_with(Fallback::Kill)
    }

    pub(crate) fn spawn_with(&self, fallback: Fallback) -> Result<Child, LaunchError> {
        let failed = |layer| move |source: std::io::Error| LaunchError { layer, program: self.program.name().to_owned(), source };
        if rustix::process::geteuid().is_root() && self.drop_to.is_none_or(|(uid, gid)| uid == 0 || gid == 0) {
            return Err(failed(Layer::Identity)(std::io::Error::other("root must name another user for its steps")));
        }
        let null = rustix::fs::open("/dev/null", rustix::fs::OFlags::RDWR | rustix::fs::OFlags::CLOEXEC, rustix::fs::Mode::empty())
            .map_err(|errno| failed(Layer::Descriptors)(errno.into()))?;
        let (stderr, stderr_write) = pipe().map_err(failed(Layer::Descriptors))?;
        let (status, status_write) = pipe().map_err(failed(Layer::Descriptors))?;
        let ruleset = landlock::deny_all().map_err(|error| failed(Layer::Landlock)(std::io::Error::other(error)))?;

        let mut sources = vec![null.as_raw_fd(), null.as_raw_fd(), stderr_write.as_raw_fd()];
        sources.extend(self.descriptors.iter().map(|descriptor| descriptor.map_or(null.as_raw_fd(), |fd| fd.as_raw_fd())));
        let name = std::ffi::CString::new(self.program.name()).map_err(|error| failed(Layer::Seal)(error.into()))?;
        let execution = Execution { program_fd: i32::try_from(sources.len()).unwrap_or(i32::MAX), empty_path: child::empty_path() };
        let filters = FilterSet::start(execution, fallback).map_err(|error| failed(Layer::Seccomp)(std::io::Error::other(error)))?;
        let plan = child::Plan {
            moved: vec![-1; sources.len() + 3],
            sources,
            program: self.program.as_fd().as_raw_fd(),
            status: status_write.as_raw_fd(),
            ruleset: ruleset.as_ref().map(AsRawFd::as_raw_fd),
            filters,
            arguments: [name.as_ptr(), std::ptr::null()],
            limits: self.limits,
            drop_to: self.drop_to.filter(|_| rustix::process::geteuid().is_root()),
            parent: rustix::process::getpid().as_raw_nonzero().get(),
        };
        let (pid, pidfd) = child::fork_and_run(plan).map_err(failed(Layer::Process))?;
        drop((stderr_write, status_write));
        let mut child = Child { pid, pidfd, stderr: Some(stderr), reaped: false, bonus: Bonus::default(), thread: PhantomData };
        let mut message = Vec::new();
        File::from(status).read_to_end(&mut message).map_err(failed(Layer::Process))?;
        let (namespaces, failure) = read_status(&message);
        child.bonus = Bonus { landlock_abi: ruleset.map_or(0, |_| landlock_abi()), namespaces };
        match failure {
            None => Ok(child),
            Some((layer, errno)) => Err(failed(layer)(std::io::Error::from_raw_os_error(errno))),
        }
    }
}

/// What the child told before its end of the pipe closed: whether it has namespaces, and the layer that failed, if one did.
fn read_status(message: &[u8]) -> (bool, Option<(Layer, i32)>) {
    let (namespaces, failure) = match message {
        [NAMESPACES, failure @ ..] => (true, failure),
        failure => (false, failure),
    };
    let failure = failure.split_first().map(|(layer, errno)| {
        let errno = errno.try_into().map(i32::from_ne_bytes).unwrap_or(0);
        (Layer::from_code(*layer).unwrap_or(Layer::Process), errno)
    });
    (namespaces, failure)
}

fn pipe() -> std::io::Result<(OwnedFd, OwnedFd)> {
    Ok(rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?)
}

/// Takes over a descriptor that the kernel just made for us.
#[expect(unsafe_code, reason = "pidfds come from a raw system call")]
fn own(fd: i32) -> OwnedFd {
    // SAFETY: the caller got the descriptor from the kernel in the call before and gave it to nobody else.
    unsafe { OwnedFd::from_raw_fd(fd) }
}
