//! Watches a step to its end: what it prints, how long it runs, what it used.
#![expect(clippy::disallowed_methods, reason = "the runner keeps time for its steps; no stage calls this")]

use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::watched::wait_for_any;

/// A running step. It is killed and reaped when dropped.
#[derive(Debug)]
pub struct Child {
    pub(super) pid: i32,
    pub(super) pidfd: OwnedFd,
    pub(super) stderr: Option<OwnedFd>,
    pub(super) reaped: bool,
    pub(super) bonus: super::Bonus,
    /// The step dies with the thread that started it, so it must be watched there.
    pub(super) thread: PhantomData<*const ()>,
}

/// Ends a step from any thread.
#[derive(Debug)]
pub struct Killer(OwnedFd);

/// How to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Time until the step is told to end (SIGTERM).
    pub timeout: Option<Duration>,
    /// Time between SIGTERM and SIGKILL.
    pub grace: Duration,
    /// Bytes of standard error that are kept; after them the pipe is closed.
    pub stderr_bytes_max: usize,
    /// How often the watcher is asked.
    pub tick: Duration,
}

impl Default for Wait {
    fn default() -> Self {
        Self { timeout: None, grace: Duration::from_secs(5), stderr_bytes_max: 64 << 10, tick: Duration::from_millis(100) }
    }
}

/// What the watcher wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Let the step run.
    Continue,
    /// End it: SIGTERM, then SIGKILL after the grace time.
    Stop,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It exited with this code.
    Exited(i32),
    /// A signal killed it; SIGSYS (31) is a system call the sandbox forbids.
    Killed(i32),
}

/// What a step used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Processor time in the program.
    pub user: Duration,
    /// Processor time in the kernel for the program.
    pub system: Duration,
    /// Peak resident bytes, pages of mapped inputs included.
    pub resident_bytes_max: u64,
    /// Bytes that storage had to give; what the page cache had is not among them.
    pub read_bytes: u64,
    /// Bytes that were written for storage.
    pub written_bytes: u64,
}

/// A step that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// How.
    pub end: End,
    /// It did not end within the time it was given.
    pub timed_out: bool,
    /// The watcher stopped it.
    pub stopped: bool,
    /// What it used.
    pub usage: Usage,
    /// The first bytes of standard error. A stage prints no content there, but a hostile one could: escape before showing.
    pub stderr: Vec<u8>,
    /// It wrote more than was kept.
    pub stderr_cut: bool,
}

impl Child {
    /// The process id, for `/proc/<pid>/status`.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// The layers beyond the required ones, for the run's manifest.
    #[must_use]
    pub fn bonus(&self) -> super::Bonus {
        self.bonus
    }

    /// A handle that ends the step from another thread.
    ///
    /// # Errors
    /// When no descriptor is left.
    pub fn killer(&self) -> std::io::Result<Killer> {
        Ok(Killer(self.pidfd.try_clone()?))
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When the kernel does not let us wait; the step is then killed.
    pub fn wait(self, wait: &Wait) -> std::io::Result<Finished> {
        self.wait_watching(wait, |_| Watch::Continue)
    }

    /// Waits for the end and asks `watch` with the process id every tick: for progress, memory samples and cancellation.
    ///
    /// # Errors
    /// When the kernel does not let us wait; the step is then killed.
    pub fn wait_watching(self, wait: &Wait, mut watch: impl FnMut(i32) -> Watch) -> std::io::Result<Finished> {
        let start = Instant::now();
        let mut step = self.watched(wait.grace, wait.stderr_bytes_max)?;
        let (mut timed_out, mut stopped) = (false, false);
        loop {
            wait_for_any([&step], wait.tick)?;
            if step.advance()? {
                return Ok(Finished { timed_out, stopped, ..step.finish()? });
            }
            if step.told_to_end() {
                continue;
            }
            timed_out = wait.timeout.is_some_and(|timeout| start.elapsed() >= timeout);
            stopped = watch(step.pid()) == Watch::Stop;
            if timed_out || stopped {
                step.tell_to_end()?;
            }
        }
    }

    /// Collects the ended process.
    #[expect(unsafe_code, reason = "wait4 tells what one child used, and has no safe wrapper")]
    pub(super) fn reap(&mut self) -> std::io::Result<(End, Usage)> {
        let mut status = 0;
        let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
        // SAFETY: both pointers are to live memory of the right type; the pid is our child and not yet reaped.
        while unsafe { libc::wait4(self.pid, &raw mut status, 0, usage.as_mut_ptr()) } < 0 {
            let error = std::io::Error::last_os_error();
            if error.kind() != std::io::ErrorKind::Interrupted {
                self.reaped = error.raw_os_error() == Some(libc::ECHILD);
                return Err(error);
            }
        }
        self.reaped = true;
        // SAFETY: all-zero bytes are a valid rusage, and wait4 has filled it.
        let usage = unsafe { usage.assume_init() };
        let end = if libc::WIFSIGNALED(status) { End::Killed(libc::WTERMSIG(status)) } else { End::Exited(libc::WEXITSTATUS(status)) };
        let times = |number: libc::c_long, unit: u64| u64::try_from(number).unwrap_or(0).saturating_mul(unit);
        let usage = Usage {
            user: duration(usage.ru_utime),
            system: duration(usage.ru_stime),
            resident_bytes_max: times(usage.ru_maxrss, 1 << 10),
            // The kernel counts in sectors of 512 bytes, whatever the disk's are.
            read_bytes: times(usage.ru_inblock, 512),
            written_bytes: times(usage.ru_oublock, 512),
        };
        Ok((end, usage))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            let _ = send(&self.pidfd, Signal::KILL);
            let _ = self.reap();
        }
    }
}

impl Killer {
    /// Asks the step to end. Nothing happens when it has ended.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn terminate(&self) -> std::io::Result<()> {
        send(&self.0, Signal::TERM)
    }

    /// Ends the step. Nothing happens when it has ended.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn kill(&self) -> std::io::Result<()> {
        send(&self.0, Signal::KILL)
    }
}

pub(super) fn send(pidfd: &OwnedFd, signal: Signal) -> std::io::Result<()> {
    match rustix::process::pidfd_send_signal(pidfd, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

fn duration(time: libc::timeval) -> Duration {
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
}

/// The step's standard error, read without waiting, up to a cap.
#[derive(Debug)]
pub(super) struct Stderr {
    pub(super) pipe: Option<File>,
    pub(super) kept: Vec<u8>,
    bytes_max: usize,
    pub(super) cut: bool,
}

impl Stderr {
    pub(super) fn new(pipe: Option<OwnedFd>, bytes_max: usize) -> std::io::Result<Self> {
        if let Some(pipe) = &pipe {
            rustix::io::ioctl_fionbio(pipe, true)?;
        }
        Ok(Self { pipe: pipe.map(File::from), kept: Vec::new(), bytes_max, cut: false })
    }

    pub(super) fn read(&mut self) -> std::io::Result<()> {
        let mut buffer = [0; 4096];
        while let Some(pipe) = &mut self.pipe {
            match pipe.read(&mut buffer) {
                Ok(0) => self.pipe = None,
                Ok(got) => {
                    let keep = got.min(self.bytes_max - self.kept.len());
                    self.kept.extend_from_slice(&buffer[..keep]);
                    if keep < got {
                        // A flooding step then writes into a closed pipe and costs the runner nothing.
                        self.cut = true;
                        self.pipe = None;
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
