//! Several steps at one time: the thread that started them, with which they die, watches them all.
#![expect(clippy::disallowed_methods, reason = "the runner keeps time for its steps; no stage calls this")]

use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::Signal;

use super::wait::{Child, Finished, Stderr, send};

/// A running step among others. It is killed and reaped when dropped.
///
/// ```no_run
/// use std::time::Duration;
/// use sandbox::launch::{Child, Finished, wait_for_any};
///
/// fn wait_for_both(first: Child, second: Child) -> std::io::Result<Vec<Finished>> {
///     let grace = Duration::from_secs(5);
///     let mut steps = vec![first.watched(grace, 64 << 10)?, second.watched(grace, 64 << 10)?];
///     let mut finished = Vec::new();
///     while !steps.is_empty() {
///         wait_for_any(&steps, Duration::from_millis(100))?;
///         for index in (0..steps.len()).rev() {
///             if steps[index].advance()? {
///                 finished.push(steps.remove(index).finish()?);
///             }
///         }
///     }
///     Ok(finished)
/// }
/// ```
#[derive(Debug)]
pub struct Watched {
    child: Child,
    stderr: Stderr,
    grace: Duration,
    told: Option<Instant>,
}

impl Child {
    /// Watches the step together with others. `grace` is the time between SIGTERM and SIGKILL, `stderr_bytes_max` what is kept of
    /// standard error.
    ///
    /// # Errors
    /// When its standard error cannot be read without waiting; the step is then killed.
    pub fn watched(mut self, grace: Duration, stderr_bytes_max: usize) -> std::io::Result<Watched> {
        let stderr = Stderr::new(self.stderr.take(), stderr_bytes_max)?;
        Ok(Watched { child: self, stderr, grace, told: None })
    }
}

impl Watched {
    /// The process id, for `/proc/<pid>/status`.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.child.pid
    }

    /// Whether it was told to end.
    #[must_use]
    pub fn told_to_end(&self) -> bool {
        self.told.is_some()
    }

    /// Asks it to end (SIGTERM); [`Watched::advance`] kills it when the grace time is over. Asking twice changes nothing.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn tell_to_end(&mut self) -> std::io::Result<()> {
        if self.told.is_some() {
            return Ok(());
        }
        self.told = Some(Instant::now());
        send(&self.child.pidfd, Signal::TERM)
    }

    /// Reads what it printed, kills it when it does not listen, and says whether it has ended. Never waits.
    ///
    /// # Errors
    /// When the kernel does not let us look.
    pub fn advance(&mut self) -> std::io::Result<bool> {
        let mut ended = [PollFd::new(&self.child.pidfd, PollFlags::IN)];
        poll(&mut ended, Duration::ZERO)?;
        let ended = ended[0].revents().contains(PollFlags::IN);
        self.stderr.read()?;
        if !ended && self.told.is_some_and(|told| told.elapsed() >= self.grace) {
            send(&self.child.pidfd, Signal::KILL)?;
        }
        Ok(ended)
    }

    /// Collects a step that has ended. Why it was told to end is known to the caller alone, so `timed_out` and `stopped` are false.
    ///
    /// # Errors
    /// When the kernel does not know it.
    pub fn finish(mut self) -> std::io::Result<Finished> {
        let (end, usage) = self.child.reap()?;
        let Stderr { kept, cut, .. } = self.stderr;
        Ok(Finished { end, timed_out: false, stopped: false, usage, stderr: kept, stderr_cut: cut })
    }
}

/// Waits up to `tick` until one of the steps ends or prints.
///
/// # Errors
/// When the kernel does not let us wait.
pub fn wait_for_any<'a>(steps: impl IntoIterator<Item = &'a Watched>, tick: Duration) -> std::io::Result<()> {
    let mut waited = Vec::new();
    for step in steps {
        waited.push(PollFd::new(&step.child.pidfd, PollFlags::IN));
        waited.extend(step.stderr.pipe.as_ref().map(|pipe| PollFd::new(pipe, PollFlags::IN)));
    }
    poll(&mut waited, tick)
}

/// A signal that arrives meanwhile is as good as the end of the tick.
fn poll(waited: &mut [PollFd<'_>], tick: Duration) -> std::io::Result<()> {
    let tick = Timespec { tv_sec: tick.as_secs().cast_signed(), tv_nsec: tick.subsec_nanos().into() };
    match rustix::event::poll(waited, Some(&tick)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}
