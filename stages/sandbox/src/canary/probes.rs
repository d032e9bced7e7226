//! What the canary tries, as data: the canary walks this table, the runner judges by it, the documentation is printed from it.

use libc::{EACCES, EBADF, EINVAL, ENOSYS, EPERM, c_long};

use crate::filter::OBSERVED_ERRNO;
use crate::layer::Layer;

/// A probe.
#[derive(Debug, Clone, Copy)]
pub struct Probe {
    /// Unique name.
    pub name: &'static str,
    /// The property it is evidence for.
    pub property: &'static str,
    /// The layer that has to answer.
    pub layer: Layer,
    /// What is done.
    pub(crate) attempt: Attempt,
    /// What must come of it.
    pub expected: Expected,
}

/// What must come of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It works: a step needs it.
    Succeeds,
    /// It fails with this error number.
    Fails(i32),
}

impl Expected {
    /// What must come of it, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Succeeds => "work",
            Self::Fails(EACCES) => "fail: EACCES",
            Self::Fails(ENOSYS) => "fail: ENOSYS",
            Self::Fails(EBADF) => "fail: EBADF",
            Self::Fails(EINVAL) => "fail: EINVAL",
            Self::Fails(EPERM) => "fail: EPERM",
            Self::Fails(_) => "be killed",
        }
    }
}

/// What a probe does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attempt {
    /// A system call that would do no harm if it ran.
    Call(c_long, [Arg; 6]),
    /// A question about the process; 0 when all is well.
    State(State),
    /// Installs the second filter.
    LockDown,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Arg {
    N(c_long),
    /// The path of a file every system has.
    Path,
    /// The path of a file no system has.
    NoPath,
    /// The empty path.
    Empty,
    /// 256 bytes of zeros that may be written.
    Buffer,
    /// A page of this process.
    Page,
    /// The runner's process id.
    Runner,
}

/// A question about the process.
#[derive(Debug, Clone, Copy)]
pub(crate) enum State {
    EnvironmentEmpty,
    OneArgument,
    DescriptorsExact,
    StandardInputEmpty,
    NoCoreDump,
    NoNewDescriptors,
    NoNewPrivileges,
    DiesWithRunner,
    NotRoot,
    MemoryClosed,
    InputRead,
    InputMapped,
    OutputWritten,
    Threads,
    Memory,
}

const DEFAULT: Expected = Expected::Fails(OBSERVED_ERRNO);
const DENIED: Expected = Expected::Fails(EACCES);
const ABSENT: Expected = Expected::Fails(ENOSYS);
const BAD: Arg = Arg::N(-1);
const ZERO: Arg = Arg::N(0);

/// The canary's descriptors: 3 job, 4 report, 5 /dev/null, 6 input, 7 output.
const INPUT: Arg = Arg::N(6);
const JOB: Arg = Arg::N(3);
const OUTPUT: Arg = Arg::N(7);

const fn call(name: &'static str, property: &'static str, number: c_long, args: &[Arg], expected: Expected) -> Probe {
    let mut all = [ZERO; 6];
    let mut at = 0;
    while at < args.len() {
        all[at] = args[at];
        at += 1;
    }
    Probe { name, property, layer: Layer::Seccomp, attempt: Attempt::Call(number, all), expected }
}

const fn state(name: &'static str, property: &'static str, layer: Layer, state: State) -> Probe {
    Probe { name, property, layer, attempt: Attempt::State(state), expected: Expected::Succeeds }
}

const fn on(layer: Layer, probe: Probe) -> Probe {
    Probe { layer, ..probe }
}

use Arg::{Buffer, Empty, N, NoPath, Page, Path, Runner};

const PATHS: &str = "no_paths";
const NETWORK: &str = "no_network";
const PROCESSES: &str = "no_processes";
const OTHERS: &str = "no_other_process";
const EXECUTABLE: &str = "no_executable_memory";
const KERNEL: &str = "no_kernel_interfaces";
const PRIVILEGES: &str = "no_privileges";
const DESCRIPTORS: &str = "no_new_descriptors";
const INPUTS: &str = "inputs_read_only";
const SURROUNDINGS: &str = "surroundings";
const LOCKED: &str = "locked_down";
const WORKS: &str = "steps_work";

const AT_CWD: Arg = N(libc::AT_FDCWD as c_long);
const AT_EMPTY: Arg = N(libc::AT_EMPTY_PATH as c_long);

/// All probes in the order they are tried. Those after `lock_down` run under both filters.
pub const PROBES: &[Probe] = &[
    state("environment_empty", SURROUNDINGS, Layer::Environment, State::EnvironmentEmpty),
    state("one_argument", SURROUNDINGS, Layer::Execute, State::OneArgument),
    state("descriptors_exact", SURROUNDINGS, Layer::Descriptors, State::DescriptorsExact),
    state("standard_input_empty", SURROUNDINGS, Layer::Descriptors, State::StandardInputEmpty),
    state("no_core_dump", SURROUNDINGS, Layer::Limits, State::NoCoreDump),
    state("no_new_descriptors", SURROUNDINGS, Layer::Limits, State::NoNewDescriptors),
    state("no_new_privileges", PRIVILEGES, Layer::NoNewPrivileges, State::NoNewPrivileges),
    state("dies_with_runner", SURROUNDINGS, Layer::ParentDeath, State::DiesWithRunner),
    state("memory_closed", SURROUNDINGS, Layer::Dumpable, State::MemoryClosed),
    state("not_root", PRIVILEGES, Layer::Identity, State::NotRoot),
    // Paths: opening, asking, changing.
    call("open", PATHS, libc::SYS_open, &[Path], DENIED),
    call("openat", PATHS, libc::SYS_openat, &[AT_CWD, Path], DENIED),
    call("openat_create", PATHS, libc::SYS_openat, &[AT_CWD, NoPath, N((libc::O_CREAT | libc::O_WRONLY) as c_long)], DENIED),
    call("openat2", PATHS, libc::SYS_openat2, &[AT_CWD, Path, Buffer, N(24)], DENIED),
    call("stat", PATHS, libc::SYS_stat, &[Path, Buffer], DENIED),
    call("lstat", PATHS, libc::SYS_lstat, &[Path, Buffer], DENIED),
    call("newfstatat", PATHS, libc::SYS_newfstatat, &[AT_CWD, Path, Buffer], DENIED),
    call("newfstatat_empty_flag", PATHS, libc::SYS_newfstatat, &[AT_CWD, Path, Buffer, AT_EMPTY], DENIED),
    call("statx", PATHS, libc::SYS_statx, &[AT_CWD, Path, AT_EMPTY, N(0xfff), Buffer], ABSENT),
    call("statfs", PATHS, libc::SYS_statfs, &[Path, Buffer], DEFAULT),
    call("access", PATHS, libc::SYS_access, &[Path], DENIED),
    call("faccessat2", PATHS, libc::SYS_faccessat2, &[AT_CWD, Path], DENIED),
    call("readlink", PATHS, libc::SYS_readlink, &[Path, Buffer, N(64)], DENIED),
    call("getcwd", PATHS, libc::SYS_getcwd, &[Buffer, N(64)], DENIED),
    call("chdir", PATHS, libc::SYS_chdir, &[Path], DEFAULT),
    call("getdents64", PATHS, libc::SYS_getdents64, &[INPUT, Buffer, N(64)], DEFAULT),
    call("creat", PATHS, libc::SYS_creat, &[NoPath], DEFAULT),
    call("truncate", PATHS, libc::SYS_truncate, &[NoPath], DEFAULT),
    call("unlink", PATHS, libc::SYS_unlink, &[NoPath], DEFAULT),
    call("unlinkat", PATHS, libc::SYS_unlinkat, &[AT_CWD, NoPath], DEFAULT),
    call("mkdir", PATHS, libc::SYS_mkdir, &[NoPath], DEFAULT),
    call("rmdir", PATHS, libc::SYS_rmdir, &[NoPath], DEFAULT),
    call("mknod", PATHS, libc::SYS_mknod, &[NoPath, N(0o10_000)], DEFAULT),
    call("rename", PATHS, libc::SYS_rename, &[NoPath, NoPath], DEFAULT),
    call("renameat2", PATHS, libc::SYS_renameat2, &[AT_CWD, NoPath, AT_CWD, NoPath], DEFAULT),
    call("link", PATHS, libc::SYS_link, &[NoPath, NoPath], DEFAULT),
    call("symlink", PATHS, libc::SYS_symlink, &[NoPath, NoPath], DEFAULT),
    call("chmod", PATHS, libc::SYS_chmod, &[NoPath], DEFAULT),
    call("chown", PATHS, libc::SYS_chown, &[NoPath, BAD, BAD], DEFAULT),
    call("utimensat", PATHS, libc::SYS_utimensat, &[AT_CWD, NoPath], DEFAULT),
    call("setxattr", PATHS, libc::SYS_setxattr, &[NoPath, NoPath, Buffer, N(1)], DEFAULT),
    call("mount", PATHS, libc::SYS_mount, &[NoPath, NoPath, NoPath], DEFAULT),
    call("umount2", PATHS, libc::SYS_umount2, &[NoPath], DEFAULT),
    call("chroot", PATHS, libc::SYS_chroot, &[NoPath], DEFAULT),
    call("pivot_root", PATHS, libc::SYS_pivot_root, &[NoPath, NoPath], DEFAULT),
    call("name_to_handle_at", PATHS, libc::SYS_name_to_handle_at, &[AT_CWD, Path, Buffer, Buffer], DEFAULT),
    call("open_by_handle_at", PATHS, libc::SYS_open_by_handle_at, &[AT_CWD, Buffer], DEFAULT),
    call("inotify_init1", PATHS, libc::SYS_inotify_init1, &[], DEFAULT),
    call("fanotify_init", PATHS, libc::SYS_fanotify_init, &[], DEFAULT),
    // Network.
    call("socket_inet_stream", NETWORK, libc::SYS_socket, &[N(libc::AF_INET as c_long), N(1)], DEFAULT),
    call("socket_inet_datagram", NETWORK, libc::SYS_socket, &[N(libc::AF_INET as c_long), N(2)], DEFAULT),
    call("socket_inet6", NETWORK, libc::SYS_socket, &[N(libc::AF_INET6 as c_long), N(1)], DEFAULT),
    call("socket_unix", NETWORK, libc::SYS_socket, &[N(libc::AF_UNIX as c_long), N(1)], DEFAULT),
    call("socket_netlink", NETWORK, libc::SYS_socket, &[N(libc::AF_NETLINK as c_long), N(3)], DEFAULT),
    call("socket_vsock", NETWORK, libc::SYS_socket, &[N(libc::AF_VSOCK as c_long), N(1)], DEFAULT),
    call("socketpair", NETWORK, libc::SYS_socketpair, &[N(1), N(1), ZERO, Buffer], DEFAULT),
    call("connect", NETWORK, libc::SYS_connect, &[BAD, Buffer, N(16)], DEFAULT),
    call("bind", NETWORK, libc::SYS_bind, &[BAD, Buffer, N(16)], DEFAULT),
    call("listen", NETWORK, libc::SYS_listen, &[BAD, N(1)], DEFAULT),
    call("accept4", NETWORK, libc::SYS_accept4, &[BAD], DEFAULT),
    call("sendto", NETWORK, libc::SYS_sendto, &[BAD, Buffer, N(1)], DEFAULT),
    call("sendmsg", NETWORK, libc::SYS_sendmsg, &[BAD, Buffer], DEFAULT),
    call("recvfrom", NETWORK, libc::SYS_recvfrom, &[BAD, Buffer, N(1)], DEFAULT),
    // New processes and programs.
    call("fork", PROCESSES, libc::SYS_fork, &[], DEFAULT),
    call("clone_process", PROCESSES, libc::SYS_clone, &[N(libc::SIGCHLD as c_long)], DEFAULT),
    call("clone_user_namespace", PROCESSES, libc::SYS_clone, &[N((libc::CLONE_NEWUSER | libc::SIGCHLD) as c_long)], DEFAULT),
    call("clone3", PROCESSES, libc::SYS_clone3, &[Buffer, N(64)], ABSENT),
    call("execve", PROCESSES, libc::SYS_execve, &[NoPath], DEFAULT),
    call("execveat_path", PROCESSES, libc::SYS_execveat, &[AT_CWD, NoPath], DEFAULT),
    call("execveat_input", PROCESSES, libc::SYS_execveat, &[INPUT, Empty, ZERO, ZERO, AT_EMPTY], DEFAULT),
    call("execveat_program_number", PROCESSES, libc::SYS_execveat, &[N(8), NoPath, ZERO, ZERO, AT_EMPTY], DEFAULT),
    call("memfd_create", PROCESSES, libc::SYS_memfd_create, &[NoPath], DEFAULT),
    call("memfd_secret", PROCESSES, libc::SYS_memfd_secret, &[], DEFAULT),
    // Other processes.
    call("kill_runner", OTHERS, libc::SYS_kill, &[Runner], DEFAULT),
    call("tkill_runner", OTHERS, libc::SYS_tkill, &[Runner], DEFAULT),
    call("tgkill_runner", OTHERS, libc::SYS_tgkill, &[Runner, Runner], DEFAULT),
    call("abort_runner", OTHERS, libc::SYS_tgkill, &[Runner, N(-2), N(libc::SIGABRT as c_long)], DEFAULT),
    call("rt_sigqueueinfo", OTHERS, libc::SYS_rt_sigqueueinfo, &[Runner, ZERO, Buffer], DEFAULT),
    call("pidfd_open", OTHERS, libc::SYS_pidfd_open, &[Runner], DEFAULT),
    call("pidfd_getfd", OTHERS, libc::SYS_pidfd_getfd, &[BAD], DEFAULT),
    call("pidfd_send_signal", OTHERS, libc::SYS_pidfd_send_signal, &[BAD], DEFAULT),
    call("ptrace_runner", OTHERS, libc::SYS_ptrace, &[N(3), Runner], DEFAULT),
    call("process_vm_readv", OTHERS, libc::SYS_process_vm_readv, &[Runner], DEFAULT),
    call("process_vm_writev", OTHERS, libc::SYS_process_vm_writev, &[Runner], DEFAULT),
    call("kcmp", OTHERS, libc::SYS_kcmp, &[Runner, Runner], DEFAULT),
    call("prlimit_runner", OTHERS, libc::SYS_prlimit64, &[Runner, ZERO, ZERO, Buffer], DEFAULT),
    call("setpriority", OTHERS, libc::SYS_setpriority, &[ZERO, N(i32::MAX as c_long), N(19)], DEFAULT),
    call("setpgid", OTHERS, libc::SYS_setpgid, &[], DEFAULT),
    call("shmget", OTHERS, libc::SYS_shmget, &[N(1), N(1)], DEFAULT),
    call("msgget", OTHERS, libc::SYS_msgget, &[N(1)], DEFAULT),
    call("semget", OTHERS, libc::SYS_semget, &[N(1), N(1)], DEFAULT),
    call("mq_open", OTHERS, libc::SYS_mq_open, &[NoPath], DEFAULT),
    // Executable memory.
    call("mmap_executable", EXECUTABLE, libc::SYS_mmap, &[ZERO, N(4096), N(5), N(0x22), BAD], DEFAULT),
    call("mmap_write_execute", EXECUTABLE, libc::SYS_mmap, &[ZERO, N(4096), N(7), N(0x22), BAD], DEFAULT),
    call("mmap_input_executable", EXECUTABLE, libc::SYS_mmap, &[ZERO, N(4096), N(5), N(2), INPUT], DEFAULT),
    call("mprotect_executable", EXECUTABLE, libc::SYS_mprotect, &[Page, N(4096), N(5)], DEFAULT),
    call("pkey_mprotect", EXECUTABLE, libc::SYS_pkey_mprotect, &[Page, N(4096), N(5), BAD], DEFAULT),
    call("personality", EXECUTABLE, libc::SYS_personality, &[N(0x0040_0000)], DEFAULT),
    call("modify_ldt", EXECUTABLE, libc::SYS_modify_ldt, &[BAD], DEFAULT),
    call("remap_file_pages", EXECUTABLE, libc::SYS_remap_file_pages, &[], DEFAULT),
    // Interfaces of the kernel with a history of holes.
    call("io_uring_setup", KERNEL, libc::SYS_io_uring_setup, &[N(1), Buffer], DEFAULT),
    call("userfaultfd", KERNEL, libc::SYS_userfaultfd, &[], DEFAULT),
    call("bpf", KERNEL, libc::SYS_bpf, &[], DEFAULT),
    call("perf_event_open", KERNEL, libc::SYS_perf_event_open, &[], DEFAULT),
    call("keyctl", KERNEL, libc::SYS_keyctl, &[], DEFAULT),
    call("add_key", KERNEL, libc::SYS_add_key, &[NoPath, NoPath], DEFAULT),
    call("request_key", KERNEL, libc::SYS_request_key, &[NoPath, NoPath], DEFAULT),
    call("syslog", KERNEL, libc::SYS_syslog, &[BAD], DEFAULT),
    call("init_module", KERNEL, libc::SYS_init_module, &[], DEFAULT),
    call("kexec_load", KERNEL, libc::SYS_kexec_load, &[ZERO, BAD], DEFAULT),
    call("ioctl", KERNEL, libc::SYS_ioctl, &[N(2), N(0x5401), Buffer], DENIED),
    call("x32_gate", KERNEL, 0x4000_0000 + libc::SYS_getpid, &[], DEFAULT),
    // Privileges.
    call("unshare", PRIVILEGES, libc::SYS_unshare, &[N(libc::CLONE_NEWUSER as c_long)], DEFAULT),
    call("setns", PRIVILEGES, libc::SYS_setns, &[BAD], DEFAULT),
    call("setuid", PRIVILEGES, libc::SYS_setuid, &[BAD], DEFAULT),
    call("setresuid", PRIVILEGES, libc::SYS_setresuid, &[BAD, BAD, BAD], DEFAULT),
    call("setgroups", PRIVILEGES, libc::SYS_setgroups, &[], DEFAULT),
    call("capset", PRIVILEGES, libc::SYS_capset, &[], DEFAULT),
    call("setrlimit", PRIVILEGES, libc::SYS_setrlimit, &[N(4), Buffer], DEFAULT),
    call("prlimit_set", PRIVILEGES, libc::SYS_prlimit64, &[ZERO, N(4), Buffer], DEFAULT),
    call("prctl_parent_death", PRIVILEGES, libc::SYS_prctl, &[N(libc::PR_SET_PDEATHSIG as c_long)], DEFAULT),
    call("prctl_dumpable", PRIVILEGES, libc::SYS_prctl, &[N(libc::PR_SET_DUMPABLE as c_long), N(1)], DEFAULT),
    call("prctl_ptracer", PRIVILEGES, libc::SYS_prctl, &[N(libc::PR_SET_PTRACER as c_long), BAD], DEFAULT),
    call("sethostname", PRIVILEGES, libc::SYS_sethostname, &[Buffer, BAD], DEFAULT),
    call("clock_settime", PRIVILEGES, libc::SYS_clock_settime, &[BAD], DEFAULT),
    call("reboot", PRIVILEGES, libc::SYS_reboot, &[], DEFAULT),
    // Descriptors.
    call("dup", DESCRIPTORS, libc::SYS_dup, &[INPUT], DEFAULT),
    call("dup2", DESCRIPTORS, libc::SYS_dup2, &[INPUT, N(0)], DEFAULT),
    call("dup3", DESCRIPTORS, libc::SYS_dup3, &[INPUT, N(0)], DEFAULT),
    call("fcntl_duplicate", DESCRIPTORS, libc::SYS_fcntl, &[INPUT, N(libc::F_DUPFD as c_long)], DEFAULT),
    call("fcntl_set_flags", DESCRIPTORS, libc::SYS_fcntl, &[INPUT, N(libc::F_SETFL as c_long)], DEFAULT),
    call("pipe2", DESCRIPTORS, libc::SYS_pipe2, &[Buffer], DEFAULT),
    call("eventfd2", DESCRIPTORS, libc::SYS_eventfd2, &[], DEFAULT),
    call("epoll_create1", DESCRIPTORS, libc::SYS_epoll_create1, &[], DEFAULT),
    call("signalfd4", DESCRIPTORS, libc::SYS_signalfd4, &[BAD, Buffer, N(8)], DEFAULT),
    call("timerfd_create", DESCRIPTORS, libc::SYS_timerfd_create, &[], DEFAULT),
    call("flock", DESCRIPTORS, libc::SYS_flock, &[INPUT, N(1)], DEFAULT),
    // Inputs.
    on(Layer::Descriptors, call("write_input", INPUTS, libc::SYS_write, &[INPUT, Buffer, N(1)], Expected::Fails(EBADF))),
    on(Layer::Descriptors, call("pwrite_input", INPUTS, libc::SYS_pwrite64, &[INPUT, Buffer, N(1)], Expected::Fails(EBADF))),
    on(Layer::Descriptors, call("truncate_input", INPUTS, libc::SYS_ftruncate, &[INPUT], Expected::Fails(EINVAL))),
    on(Layer::Descriptors, call("fallocate_input", INPUTS, libc::SYS_fallocate, &[INPUT, ZERO, ZERO, N(1)], Expected::Fails(EBADF))),
    on(Layer::Descriptors, call("map_input_writable", INPUTS, libc::SYS_mmap, &[ZERO, N(4096), N(3), N(1), INPUT], DENIED)),
    on(Layer::Seal, call("write_job", INPUTS, libc::SYS_pwrite64, &[JOB, Buffer, N(1)], Expected::Fails(EPERM))),
    on(Layer::Seal, call("truncate_job", INPUTS, libc::SYS_ftruncate, &[JOB], Expected::Fails(EPERM))),
    call("fchmod_input", INPUTS, libc::SYS_fchmod, &[INPUT, N(0o777)], DEFAULT),
    call("fsetxattr_input", INPUTS, libc::SYS_fsetxattr, &[INPUT, NoPath, Buffer, N(1)], DEFAULT),
    // After the lock-down.
    Probe { name: "lock_down", property: LOCKED, layer: Layer::Seccomp, attempt: Attempt::LockDown, expected: Expected::Succeeds },
    call("prctl_afterwards", LOCKED, libc::SYS_prctl, &[N(libc::PR_GET_NO_NEW_PRIVS as c_long)], DENIED),
    call("seccomp_afterwards", LOCKED, libc::SYS_seccomp, &[N(libc::SECCOMP_SET_MODE_FILTER as c_long)], DEFAULT),
    call("execveat_afterwards", LOCKED, libc::SYS_execveat, &[N(8), Empty, ZERO, ZERO, AT_EMPTY], DEFAULT),
    call("arch_prctl_afterwards", LOCKED, libc::SYS_arch_prctl, &[BAD], DENIED),
    call("openat_afterwards", LOCKED, libc::SYS_openat, &[AT_CWD, Path], DENIED),
    call("socket_afterwards", LOCKED, libc::SYS_socket, &[N(libc::AF_UNIX as c_long), N(1)], DEFAULT),
    call("mmap_executable_afterwards", LOCKED, libc::SYS_mmap, &[ZERO, N(4096), N(5), N(0x22), BAD], DEFAULT),
    call("fork_afterwards", LOCKED, libc::SYS_fork, &[], DEFAULT),
    // The allowed twins.
    state("read_input", WORKS, Layer::Descriptors, State::InputRead),
    state("map_input", WORKS, Layer::Descriptors, State::InputMapped),
    state("write_output", WORKS, Layer::Descriptors, State::OutputWritten),
    call("sync_output", WORKS, libc::SYS_fsync, &[OUTPUT], Expected::Succeeds),
    state("threads", WORKS, Layer::Seccomp, State::Threads),
    call("getrandom", WORKS, libc::SYS_getrandom, &[Buffer, N(32)], Expected::Succeeds),
    state("memory", WORKS, Layer::Limits, State::Memory),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::syscalls::{Phase, TABLE, Verdict};

    #[test]
    fn names_are_unique_words() {
        let names: BTreeSet<_> = PROBES.iter().map(|probe| probe.name).collect();
        assert_eq!(names.len(), PROBES.len());
        assert!(PROBES.iter().all(|probe| probe.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')));
    }

    /// Calls whose answer comes from the table must expect what the table says.
    #[test]
    fn expectations_follow_the_table_of_calls() {
        let locked = PROBES.iter().position(|probe| probe.name == "lock_down").expect("there is one");
        for (at, probe) in PROBES.iter().enumerate() {
            let Attempt::Call(number, _) = probe.attempt else { continue };
            let other = if at < locked { Phase::Work } else { Phase::Start };
            let row = TABLE.iter().find(|row| row.number == number && row.phase != other);
            match row.map(|row| row.verdict) {
                None => assert_eq!(probe.expected, DEFAULT, "{}", probe.name),
                Some(Verdict::Fail(errno)) => assert_eq!(probe.expected, Expected::Fails(errno), "{}", probe.name),
                Some(Verdict::Allow) => assert_ne!(probe.expected, DEFAULT, "{}", probe.name),
                Some(Verdict::AllowIf(_)) => {}
            }
        }
    }
}
