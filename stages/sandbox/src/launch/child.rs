//! Between fork and exec: system calls only.
//!
//! The child of a process with threads may hold a locked allocator, so nothing here allocates, locks or unwinds: every buffer was made
//! before the fork. A layer that fails is written to the status pipe, and the child is gone.
#![expect(unsafe_code, reason = "fork, descriptors, identity and exec have no safe wrapper that is allowed in a forked child")]

use std::ffi::{CStr, c_char};
use std::os::fd::OwnedFd;

use super::Limits;
use crate::filter::FilterSet;
use crate::layer::Layer;

/// The path of `execveat`; the filter is bound to its address.
static EMPTY_PATH: &CStr = c"";
/// The exit status of a child that could not become the program; the parent reads the reason from the pipe.
const NOT_STARTED: i32 = 127;

pub(super) fn empty_path() -> u64 {
    EMPTY_PATH.as_ptr().addr() as u64
}

/// All that the child needs, made before the fork.
pub(super) struct Plan {
    /// What becomes descriptor 0, 1, 2, ...
    pub(super) sources: Vec<i32>,
    /// Room for three more than `sources`.
    pub(super) moved: Vec<i32>,
    pub(super) program: i32,
    pub(super) status: i32,
    pub(super) ruleset: Option<i32>,
    pub(super) filters: FilterSet,
    pub(super) arguments: [*const c_char; 2],
    pub(super) limits: Limits,
    pub(super) drop_to: Option<(u32, u32)>,
    pub(super) parent: i32,
}

type Step = Result<(), (Layer, i32)>;

/// Forks; the child runs the plan and never returns. Gives the child's id and a descriptor of it.
pub(super) fn fork_and_run(mut plan: Plan) -> std::io::Result<(i32, OwnedFd)> {
    keep_ended_children();
    let mut pidfd = -1_i32;
    // A signal handler of this process must not run in the child, so signals wait until the child has reset them.
    let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: both sets are written by the calls before they are read.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
    }
    let flags = libc::c_long::from(libc::CLONE_PIDFD | libc::SIGCHLD);
    // SAFETY: without CLONE_VM and with a null stack this is fork: the child has its own copy of memory. The kernel writes the pidfd.
    let pid = unsafe { libc::syscall(libc::SYS_clone, flags, 0_usize, &raw mut pidfd, 0_usize, 0_usize) };
    if pid == 0 {
        let (layer, errno) = match plan.run() {
            Err(failure) => failure,
            Ok(()) => (Layer::Execute, libc::EINVAL),
        };
        plan.report(layer, errno);
        // SAFETY: ends the child without running the parent's exit handlers.
        unsafe { libc::_exit(NOT_STARTED) }
    }
    let error = std::io::Error::last_os_error();
    // SAFETY: restores the mask read above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), std::ptr::null_mut()) };
    if pid < 0 {
        return Err(error);
    }
    Ok((i32::try_from(pid).map_err(std::io::Error::other)?, super::own(pidfd)))
}

/// Where SIGCHLD is ignored (some supervisors leave it so) the kernel forgets how a child ended.
fn keep_ended_children() {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the first call fills the action, which is valid as zeros too; the second restores the default, under which nothing runs.
    unsafe {
        libc::sigaction(libc::SIGCHLD, std::ptr::null(), action.as_mut_ptr());
        let action = action.assume_init();
        if action.sa_sigaction == libc::SIG_IGN || action.sa_flags & libc::SA_NOCLDWAIT != 0 {
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        }
    }
}

fn errno() -> i32 {
    // SAFETY: the location is this thread's own.
    unsafe { *libc::__errno_location() }
}

/// Turns the kernel's -1 into the layer's error.
fn ok(layer: Layer, result: impl Into<i64>) -> Result<i64, (Layer, i32)> {
    let result = result.into();
    if result < 0 { Err((layer, errno())) } else { Ok(result) }
}

impl Plan {
    fn run(&mut self) -> Step {
        self.reset_signals();
        // SAFETY: takes and gives integers only.
        ok(Layer::Process, unsafe { libc::setsid() })?;
        self.place_descriptors()?;
        // SAFETY: takes an integer.
        unsafe { libc::umask(0o077) };
        // SAFETY: the path is a static C string.
        ok(Layer::Surroundings, unsafe { libc::chdir(c"/".as_ptr()) })?;
        self.leave_namespaces();
        self.become_nobody()?;
        self.die_with_parent()?;
        self.limit()?;
        // SAFETY: prctl with integers only.
        ok(Layer::NoNewPrivileges, unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })?;
        if let Some(ruleset) = self.ruleset {
            // SAFETY: takes the ruleset's descriptor and no memory.
            ok(Layer::Landlock, unsafe { libc::syscall(libc::SYS_landlock_restrict_self, ruleset, 0) })?;
        }
        self.unblock_signals();
        // SAFETY: getpid takes nothing.
        self.filters.bind_to(unsafe { libc::getpid() }.unsigned_abs());
        self.filters.install().map_err(|errno| (Layer::Seccomp, errno))?;
        let environment = [std::ptr::null::<c_char>()];
        // SAFETY: the path, the arguments and the empty environment are C strings and arrays that end in null and outlive the call.
        ok(Layer::Execute, unsafe {
            libc::syscall(libc::SYS_execveat, self.program, EMPTY_PATH.as_ptr(), self.arguments.as_ptr(), environment.as_ptr(), libc::AT_EMPTY_PATH)
        })?;
        Ok(())
    }

    /// Every signal as in a fresh process: an ignored one would stay ignored in the program.
    fn reset_signals(&self) {
        // A kernel's sigaction of zeros is the default action. By the raw call, as the C library keeps two signals to itself.
        let default_action = [0_u64; 4];
        for signal in 1..=64 {
            // SAFETY: reads a live array of the struct's size; KILL and STOP refuse, which is fine.
            unsafe { libc::syscall(libc::SYS_rt_sigaction, signal, default_action.as_ptr(), std::ptr::null_mut::<u64>(), size_of::<u64>()) };
        }
    }

    fn unblock_signals(&self) {
        let mut none = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: the set is written by the first call before the second reads it.
        unsafe {
            libc::sigemptyset(none.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
        }
    }

    /// Descriptors 0.. from the plan, the program and two of our own behind them, everything else closed.
    fn place_descriptors(&mut self) -> Step {
        const LAYER: Layer = Layer::Descriptors;
        self.allow_many_files()?;
        let program_at = i32::try_from(self.sources.len()).map_err(|_| (LAYER, libc::EMFILE))?;
        let (status_at, ruleset_at, free) = (program_at + 1, program_at + 2, program_at + 3);
        // First everything moves above the targets, so that no target overwrites a source that is still needed.
        let own = [self.program, self.status, self.ruleset.unwrap_or(self.status)];
        for (moved, source) in self.moved.iter_mut().zip(self.sources.iter().chain(&own)) {
            // SAFETY: duplicates a descriptor.
            let copy = ok(LAYER, unsafe { libc::fcntl(*source, libc::F_DUPFD_CLOEXEC, free) })?;
            *moved = i32::try_from(copy).map_err(|_| (LAYER, libc::EMFILE))?;
        }
        for (moved, target) in self.moved.iter().zip(0..) {
            let flags = if target < program_at { 0 } else { libc::O_CLOEXEC };
            // SAFETY: duplicates a descriptor onto a number below all sources.
            ok(LAYER, unsafe { libc::dup3(*moved, target, flags) })?;
        }
        self.program = program_at;
        self.status = status_at;
        self.ruleset = self.ruleset.map(|_| ruleset_at);
        // SAFETY: closes descriptors of this process, none of which is used any more.
        ok(LAYER, unsafe { libc::syscall(libc::SYS_close_range, free, u32::MAX, 0) })?;
        Ok(())
    }

    /// The soft limit of open files goes up to the hard one while descriptors are placed.
    fn allow_many_files(&self) -> Step {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: reads into and writes from a live struct.
        unsafe {
            ok(Layer::Descriptors, libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit))?;
            limit.rlim_cur = limit.rlim_max;
            ok(Layer::Descriptors, libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit))?;
        }
        Ok(())
    }

    /// Network, IPC and host name of its own where the kernel lets us: a bonus, never needed, so a refusal is only told to the parent.
    fn leave_namespaces(&self) {
        let own = libc::CLONE_NEWNET | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;
        let flags = if self.drop_to.is_some() { own } else { own | libc::CLONE_NEWUSER };
        // SAFETY: takes integers only.
        if unsafe { libc::unshare(flags) } == 0 {
            self.tell(&[super::NAMESPACES]);
        }
    }

    /// Raw calls: the C library's wrappers would signal threads that the child does not have.
    fn become_nobody(&self) -> Step {
        const LAYER: Layer = Layer::Identity;
        if let Some((uid, gid)) = self.drop_to {
            // SAFETY: integers, and an empty list.
            unsafe {
                ok(LAYER, libc::syscall(libc::SYS_setgroups, 0_usize, std::ptr::null::<libc::gid_t>()))?;
                ok(LAYER, libc::syscall(libc::SYS_setresgid, gid, gid, gid))?;
                ok(LAYER, libc::syscall(libc::SYS_setresuid, uid, uid, uid))?;
            }
        }
        // A runner without root may still hold capabilities, given by its service manager: the program gets none.
        let header: [u32; 2] = [0x2008_0522, 0];
        let none = [0_u32; 6];
        // SAFETY: version 3 of the capability interface reads an 8-byte header and 24 bytes of sets.
        ok(LAYER, unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) })?;
        Ok(())
    }

    /// After the change of identity, which would clear it.
    fn die_with_parent(&self) -> Step {
        // SAFETY: integers only.
        unsafe {
            ok(Layer::ParentDeath, libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0))?;
            // The parent may have died before; the child then belongs to somebody else.
            if libc::getppid() != self.parent {
                return Err((Layer::ParentDeath, libc::ESRCH));
            }
        }
        Ok(())
    }

    /// A limit never rises: where the runner itself has a lower one, that one stays.
    fn limit(&self) -> Step {
        for row in self.limits.rows() {
            let Some(value) = row.value else { continue };
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: reads into and writes from a live struct.
            unsafe {
                ok(Layer::Limits, libc::getrlimit(row.resource, &raw mut limit))?;
                let value = value.min(limit.rlim_max);
                limit = libc::rlimit { rlim_cur: value, rlim_max: value };
                ok(Layer::Limits, libc::setrlimit(row.resource, &raw const limit))?;
            }
        }
        Ok(())
    }

    fn report(&self, layer: Layer, errno: i32) {
        let [a, b, c, d] = errno.to_ne_bytes();
        self.tell(&[layer as u8, a, b, c, d]);
    }

    fn tell(&self, message: &[u8]) {
        // SAFETY: writes from a live slice; when the parent is gone nobody needs the message.
        unsafe { libc::write(self.status, message.as_ptr().cast(), message.len()) };
    }
}
