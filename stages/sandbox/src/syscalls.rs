//! What a sealed program may ask of the kernel: one table, the source of every filter, of the canary's expectations and of
//! `logminer doctor --explain`.
//!
//! A call that is not in the table ends the process (SIGSYS). There is no call that opens a path, makes a socket, starts a process
//! or makes memory executable; calls that C start-up code, the standard library or rayon try and can do without fail softly.

use libc::{EACCES, ENOSYS};

/// When a row holds: a program starts under the runner's filter and then, before it reads a byte, installs a second, tighter one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// From the runner's filter to the stage's lock-down.
    Start,
    /// After the stage's lock-down.
    Work,
    /// All the time.
    Always,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It runs.
    Allow,
    /// It runs when its arguments fit; otherwise the process is killed.
    AllowIf(Condition),
    /// It does not run and returns this error.
    Fail(i32),
}

/// Arguments that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// `clone` that makes a thread, never a process or a namespace.
    ThreadOnly,
    /// `mmap` and `mprotect` without `PROT_EXEC`.
    NotExecutable,
    /// `tgkill` of the process itself, with `SIGABRT`.
    AbortSelf,
    /// `fcntl` that only asks: `F_GETFD`, `F_GETFL`.
    DescriptorQuery,
    /// `prlimit64` of the process itself that only asks.
    LimitQuery,
    /// `execveat` of the sealed program's descriptor, with the runner's own empty path.
    SealedProgram,
    /// `prctl` that asks about the sandbox or makes memory undumpable. Naming a thread is let through as well: what this filter kills no
    /// later one can turn into the soft failure that libraries cope with.
    LockDown,
    /// `seccomp` that adds a filter.
    AddFilter,
}

impl Condition {
    /// The condition in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::ThreadOnly => "flags make a thread of this process and no namespace",
            Self::NotExecutable => "without PROT_EXEC",
            Self::AbortSelf => "SIGABRT to this process",
            Self::DescriptorQuery => "F_GETFD or F_GETFL",
            Self::LimitQuery => "of this process, without a new limit",
            Self::SealedProgram => "the sealed program's descriptor and the runner's empty path",
            Self::LockDown => "asks for NO_NEW_PRIVS, SECCOMP, PDEATHSIG or DUMPABLE, sets DUMPABLE to 0, or names the thread",
            Self::AddFilter => "adds a filter",
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The call's name.
    pub call: &'static str,
    /// Its number on this machine.
    pub number: i64,
    /// When the row holds.
    pub phase: Phase,
    /// What happens.
    pub verdict: Verdict,
    /// What needs it.
    pub why: &'static str,
}

macro_rules! rows {
    ($( $phase:ident $call:ident $constant:ident $verdict:expr, $why:literal; )*) => {
        &[ $( Row { call: stringify!($call), number: libc::$constant, phase: Phase::$phase, verdict: $verdict, why: $why }, )* ]
    };
}

use Condition::{AbortSelf, AddFilter, DescriptorQuery, LimitQuery, LockDown, NotExecutable, SealedProgram, ThreadOnly};
use Verdict::{Allow, AllowIf, Fail};

/// The table.
pub const TABLE: &[Row] = rows! {
    Always read SYS_read Allow, "read inherited descriptors";
    Always pread64 SYS_pread64 Allow, "read sources and scratch at an offset";
    Always readv SYS_readv Allow, "read inherited descriptors";
    Always write SYS_write Allow, "write outputs, the report and standard error";
    Always writev SYS_writev Allow, "write inherited descriptors";
    Always pwrite64 SYS_pwrite64 Allow, "write scratch at an offset";
    Always lseek SYS_lseek Allow, "move in scratch";
    Always fstat SYS_fstat Allow, "length of an inherited descriptor";
    Always fsync SYS_fsync Allow, "outputs reach the disk";
    Always fdatasync SYS_fdatasync Allow, "outputs reach the disk";
    Always ftruncate SYS_ftruncate Allow, "empty scratch for reuse";
    Always fallocate SYS_fallocate Allow, "a full disk shows before writing";
    Always close SYS_close Allow, "close inherited descriptors";
    Always fcntl SYS_fcntl AllowIf(DescriptorQuery), "is a descriptor open";
    Always poll SYS_poll Allow, "start-up looks at descriptors 0 to 2";
    Always brk SYS_brk Allow, "allocator";
    Always mmap SYS_mmap AllowIf(NotExecutable), "allocator, stacks, maps of inputs";
    Always mprotect SYS_mprotect AllowIf(NotExecutable), "allocator, stack guards";
    Always munmap SYS_munmap Allow, "allocator";
    Always mremap SYS_mremap Allow, "allocator";
    Always madvise SYS_madvise Allow, "allocator, read-ahead";
    Always futex SYS_futex Allow, "locks of threads";
    Always clone SYS_clone AllowIf(ThreadOnly), "start a thread";
    Always clone3 SYS_clone3 Fail(ENOSYS), "its flags lie in memory where no filter sees them; the C library then uses clone";
    Always set_robust_list SYS_set_robust_list Allow, "start of a thread";
    Always rseq SYS_rseq Allow, "start of a thread";
    Always sigaltstack SYS_sigaltstack Allow, "stack overflow is reported";
    Always rt_sigaction SYS_rt_sigaction Allow, "stack overflow is reported, SIGPIPE is ignored";
    Always rt_sigprocmask SYS_rt_sigprocmask Allow, "start of a thread, abort";
    Always rt_sigreturn SYS_rt_sigreturn Allow, "return from a signal handler";
    Always restart_syscall SYS_restart_syscall Allow, "the kernel goes on after a stop signal";
    Always sched_yield SYS_sched_yield Allow, "rayon waits";
    Always sched_getaffinity SYS_sched_getaffinity Allow, "rayon and the C library count processors";
    Always getrandom SYS_getrandom Allow, "noise of the private report, allocator seeds";
    Always clock_gettime SYS_clock_gettime Allow, "most machines answer it without a call, so refusing it would hide nothing";
    Always getpid SYS_getpid Allow, "abort";
    Always gettid SYS_gettid Allow, "start of a thread, abort";
    Always tgkill SYS_tgkill AllowIf(AbortSelf), "abort";
    Always prlimit64 SYS_prlimit64 AllowIf(LimitQuery), "size of a stack";
    Always exit SYS_exit Allow, "end of a thread";
    Always exit_group SYS_exit_group Allow, "end of the process";
    Start execveat SYS_execveat AllowIf(SealedProgram), "the runner's child becomes the sealed program";
    Start arch_prctl SYS_arch_prctl Allow, "start-up: thread-local storage";
    Start set_tid_address SYS_set_tid_address Allow, "start-up";
    Start prctl SYS_prctl AllowIf(LockDown), "the stage checks its sandbox";
    Start seccomp SYS_seccomp AllowIf(AddFilter), "the stage adds the tighter filter";
    Work prctl SYS_prctl Fail(EACCES), "naming a thread may fail";
    Work arch_prctl SYS_arch_prctl Fail(EACCES), "a model of names asks for registers that some processors have, and copes";
    Always open SYS_open Fail(EACCES), "no stage opens a path";
    Always openat SYS_openat Fail(EACCES), "the standard library looks for cgroup limits and stack bounds, and copes";
    Always openat2 SYS_openat2 Fail(EACCES), "no stage opens a path";
    Always access SYS_access Fail(EACCES), "no stage asks about a path";
    Always faccessat SYS_faccessat Fail(EACCES), "no stage asks about a path";
    Always faccessat2 SYS_faccessat2 Fail(EACCES), "no stage asks about a path";
    Always stat SYS_stat Fail(EACCES), "no stage asks about a path";
    Always lstat SYS_lstat Fail(EACCES), "no stage asks about a path";
    Always newfstatat SYS_newfstatat Fail(EACCES), "no stage asks about a path";
    Always statx SYS_statx Fail(ENOSYS), "AT_EMPTY_PATH permits a path, and filters cannot see it";
    Always readlink SYS_readlink Fail(EACCES), "start-up asks for its own path, and copes";
    Always readlinkat SYS_readlinkat Fail(EACCES), "no stage asks about a path";
    Always getcwd SYS_getcwd Fail(EACCES), "no stage asks about a path";
    Always ioctl SYS_ioctl Fail(EACCES), "the standard library asks whether standard error is a terminal";
    Always copy_file_range SYS_copy_file_range Fail(ENOSYS), "io::copy then reads and writes";
    Always sendfile SYS_sendfile Fail(ENOSYS), "io::copy then reads and writes";
    Always splice SYS_splice Fail(ENOSYS), "io::copy then reads and writes";
};

/// A row in words, for `logminer doctor --explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The call.
    pub call: &'static str,
    /// `start`, `work` or `always`.
    pub phase: &'static str,
    /// What happens, in words.
    pub verdict: String,
    /// What needs it.
    pub why: &'static str,
}

/// The table in words; the last row is everything else.
///
/// ```
/// let rows = sandbox::syscalls::explain();
/// assert!(rows.iter().any(|row| row.call == "clone" && row.verdict.contains("thread")));
/// assert_eq!(rows.last().expect("never empty").verdict, "kill the process");
/// ```
#[must_use]
pub fn explain() -> Vec<Explained> {
    let mut rows: Vec<Explained> = TABLE
        .iter()
        .map(|row| Explained {
            call: row.call,
            phase: match row.phase {
                Phase::Start => "start",
                Phase::Work => "work",
                Phase::Always => "always",
            },
            verdict: match row.verdict {
                Verdict::Allow => "allow".to_owned(),
                Verdict::AllowIf(condition) => format!("allow: {}", condition.words()),
                Verdict::Fail(libc::EACCES) => "fail with EACCES".to_owned(),
                Verdict::Fail(libc::ENOSYS) => "fail with ENOSYS".to_owned(),
                Verdict::Fail(errno) => format!("fail with error {errno}"),
            },
            why: row.why,
        })
        .collect();
    rows.push(Explained { call: "any other", phase: "always", verdict: "kill the process".to_owned(), why: "nothing needs it" });
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_has_two_rows_in_one_phase() {
        for (at, row) in TABLE.iter().enumerate() {
            for other in &TABLE[at + 1..] {
                let overlap = row.phase == other.phase || row.phase == Phase::Always || other.phase == Phase::Always;
                assert!(row.number != other.number || !overlap, "{} has two rows", row.call);
            }
        }
    }

    #[test]
    fn calls_that_open_start_or_connect_never_run() {
        for forbidden in [
            libc::SYS_socket,
            libc::SYS_socketpair,
            libc::SYS_connect,
            libc::SYS_fork,
            libc::SYS_vfork,
            libc::SYS_execve,
            libc::SYS_memfd_create,
            libc::SYS_ptrace,
            libc::SYS_kill,
            libc::SYS_io_uring_setup,
            libc::SYS_userfaultfd,
            libc::SYS_bpf,
            libc::SYS_keyctl,
            libc::SYS_unshare,
            libc::SYS_mount,
            libc::SYS_dup,
            libc::SYS_dup2,
            libc::SYS_dup3,
            libc::SYS_pidfd_getfd,
            libc::SYS_process_vm_writev,
            libc::SYS_shmget,
            libc::SYS_pkey_mprotect,
        ] {
            assert!(TABLE.iter().all(|row| row.number != forbidden), "call {forbidden} is in the table");
        }
        for soft in [libc::SYS_open, libc::SYS_openat, libc::SYS_openat2, libc::SYS_clone3, libc::SYS_stat, libc::SYS_statx, libc::SYS_newfstatat] {
            assert!(TABLE.iter().all(|row| row.number != soft || matches!(row.verdict, Verdict::Fail(_))), "call {soft} runs");
        }
    }
}
