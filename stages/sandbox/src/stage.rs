//! What a stage does to itself before it reads the first input byte.
//!
//! The runner has closed everything but the few calls that start a program. Here the stage makes sure of that (a stage started by hand
//! is not in a sandbox and must not run), closes its memory to others and installs the second filter, after which it cannot execute,
//! change its filters or talk to `prctl` any more.

use crate::filter::{Fallback, FilterSet};
use crate::launch::OPEN_FILES_MAX;
use crate::layer::Layer;

/// Why a process could not be locked down.
#[derive(Debug, thiserror::Error)]
#[error("apply the sandbox layer {layer}: {reason}")]
pub struct LockdownError {
    /// The layer.
    pub layer: &'static str,
    /// What the kernel said.
    pub reason: String,
}

impl LockdownError {
    fn new(layer: Layer, reason: impl Into<String>) -> Self {
        Self { layer: layer.name(), reason: reason.into() }
    }

    fn by_hand(layer: Layer, what: &str) -> Self {
        Self::new(layer, format!("{what}; a stage runs only inside the sandbox that `logminer` makes"))
    }
}

/// Checks the runner's sandbox and tightens it. Call it first, before the job is read.
///
/// ```
/// // This documentation example runs outside the sandbox, so it is refused.
/// let refused = sandbox::stage::lock_down().unwrap_err();
/// assert!(refused.to_string().contains("only inside the sandbox"));
/// ```
///
/// # Errors
/// The first layer that is missing. The stage must then exit with code 30 without reading anything.
pub fn lock_down() -> Result<(), LockdownError> {
    lock_down_with(Fallback::Kill)
}

pub(crate) fn lock_down_with(fallback: Fallback) -> Result<(), LockdownError> {
    check_runner_layers()?;
    close_memory()?;
    let mut filters = FilterSet::work(fallback).map_err(|error| LockdownError::new(Layer::Seccomp, error))?;
    filters.bind_to(rustix::process::getpid().as_raw_nonzero().get().unsigned_abs());
    filters.install().map_err(|errno| LockdownError::new(Layer::Seccomp, std::io::Error::from_raw_os_error(errno).to_string()))
}

/// The layers that only the runner can have applied, cheapest first.
fn check_runner_layers() -> Result<(), LockdownError> {
    use rustix::process::{Resource, getrlimit};
    if !ask(libc::PR_GET_NO_NEW_PRIVS).is_ok_and(|value| value == 1) {
        return Err(LockdownError::by_hand(Layer::NoNewPrivileges, "new privileges are possible"));
    }
    if !ask(libc::PR_GET_SECCOMP).is_ok_and(|mode| mode == libc::SECCOMP_MODE_FILTER.cast_signed()) {
        return Err(LockdownError::by_hand(Layer::Seccomp, "there is no system call filter"));
    }
    if parent_death_signal() != Some(libc::SIGKILL) {
        return Err(LockdownError::by_hand(Layer::ParentDeath, "this process would outlive its runner"));
    }
    // A container has filters of its own; ours is the one under which no path opens.
    match rustix::fs::open("/", rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC, rustix::fs::Mode::empty()) {
        Err(rustix::io::Errno::ACCESS) => {}
        _ => return Err(LockdownError::by_hand(Layer::Seccomp, "a path opens")),
    }
    if std::env::vars_os().next().is_some() {
        return Err(LockdownError::by_hand(Layer::Environment, "the environment is not empty"));
    }
    if getrlimit(Resource::Core).maximum != Some(0) || getrlimit(Resource::Nofile).maximum.is_none_or(|files| files > OPEN_FILES_MAX) {
        return Err(LockdownError::by_hand(Layer::Limits, "core dumps or new descriptors are possible"));
    }
    Ok(())
}

/// Nobody may read this process' memory through /proc, attach to it, or get a dump of it.
#[expect(unsafe_code, reason = "prctl(PR_SET_DUMPABLE) has no safe wrapper that passes our filter")]
fn close_memory() -> Result<(), LockdownError> {
    let failed = |_| LockdownError::new(Layer::Dumpable, std::io::Error::last_os_error().to_string());
    if ask(libc::PR_GET_DUMPABLE).map_err(failed)? != 0 {
        // SAFETY: integers only.
        if unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0_u64, 0, 0, 0) } != 0 {
            return Err(failed(()));
        }
    }
    match ask(libc::PR_GET_DUMPABLE) {
        Ok(0) => Ok(()),
        _ => Err(LockdownError::new(Layer::Dumpable, "memory stays open to others")),
    }
}

/// The signal this process gets when the thread that started it dies.
#[expect(unsafe_code, reason = "prctl questions have no safe wrapper that passes our filter")]
pub(crate) fn parent_death_signal() -> Option<i32> {
    let mut signal = 0;
    // SAFETY: the kernel writes one integer to a live one.
    (unsafe { libc::prctl(libc::PR_GET_PDEATHSIG, &raw mut signal, 0, 0, 0) } == 0).then_some(signal)
}

#[expect(unsafe_code, reason = "prctl questions have no safe wrapper that passes our filter")]
pub(crate) fn ask(question: i32) -> Result<i32, ()> {
    // SAFETY: the questions used here take no pointer.
    let answer = unsafe { libc::prctl(question, 0, 0, 0, 0) };
    if answer < 0 { Err(()) } else { Ok(answer) }
}

/// Ends this process at once, without destructors or exit handlers: for a panic hook.
#[expect(unsafe_code, reason = "_exit has no safe wrapper")]
pub fn exit_now(code: u8) -> ! {
    // SAFETY: _exit does not return and touches no memory of this process.
    unsafe { libc::_exit(i32::from(code)) }
}
