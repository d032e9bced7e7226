//! A restricted Kubernetes pod: user 65534, no group, no capability, no new privileges, and what the container runtimes' default profile
//! (`RuntimeDefault` of docker, containerd and CRI-O) refuses to a container without capabilities.
//!
//! The profile is an allow-list; this is its complement among the calls of x86-64. New processes are allowed, new namespaces are not.

use std::os::unix::process::CommandExt;
use std::process::Command;

use seccompiler::{BpfProgram, SeccompCmpOp};

use crate::lack::{failing, when};

const NOBODY: u32 = 65_534;
/// Every `CLONE_NEW*` flag.
const NAMESPACES: u64 = 0x7E02_0000;
/// Where the compiled filter ends a call through another gate of the processor.
const FOREIGN_GATE: usize = 2;

/// Refused with EPERM.
const REFUSED: &[i64] = &[
    libc::SYS__sysctl,
    libc::SYS_acct,
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_settime,
    libc::SYS_delete_module,
    libc::SYS_fanotify_init,
    libc::SYS_finit_module,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_get_mempolicy,
    libc::SYS_init_module,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_io_uring_setup,
    libc::SYS_ioperm,
    libc::SYS_iopl,
    libc::SYS_kcmp,
    libc::SYS_kexec_file_load,
    libc::SYS_kexec_load,
    libc::SYS_keyctl,
    libc::SYS_lookup_dcookie,
    libc::SYS_mbind,
    libc::SYS_migrate_pages,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_move_pages,
    libc::SYS_nfsservctl,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_madvise,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    libc::SYS_reboot,
    libc::SYS_request_key,
    libc::SYS_set_mempolicy,
    libc::SYS_setdomainname,
    libc::SYS_sethostname,
    libc::SYS_setns,
    libc::SYS_settimeofday,
    libc::SYS_swapoff,
    libc::SYS_swapon,
    libc::SYS_sysfs,
    libc::SYS_syslog,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_uselib,
    libc::SYS_userfaultfd,
    libc::SYS_ustat,
    libc::SYS_vhangup,
];

/// Prepares the identity and gives the filter.
pub(crate) fn enter(command: &mut Command) -> BpfProgram {
    if rustix::process::geteuid().is_root() {
        // Without capabilities to lose and as an ordinary user: the groups go with the change.
        command.uid(NOBODY).gid(NOBODY);
    }
    let clone3 = with_32_bit_gate(failing(vec![(libc::SYS_clone3, Vec::new())], libc::ENOSYS));
    crate::before_exec(command, move || seccompiler::apply_filter(&clone3).map_err(|_| std::io::ErrorKind::Other.into()));
    with_32_bit_gate(failing(rules(), libc::EPERM))
}

/// The profile admits the 32-bit gate, so the pod must too: what stops a program there has to be the sandbox.
fn with_32_bit_gate(mut filter: BpfProgram) -> BpfProgram {
    assert_eq!(filter[FOREIGN_GATE].k, libc::SECCOMP_RET_KILL_PROCESS, "seccompiler begins with the check of the gate");
    filter[FOREIGN_GATE].k = libc::SECCOMP_RET_ALLOW;
    filter
}

fn rules() -> Vec<(i64, Vec<seccompiler::SeccompRule>)> {
    let mut rules: Vec<_> = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let namespaces = (17..32).map(|bit| 1_u64 << bit).filter(|flag| flag & NAMESPACES != 0);
    rules.push((libc::SYS_clone, namespaces.map(|flag| when(0, SeccompCmpOp::MaskedEq(flag), flag)).collect()));
    rules.push((libc::SYS_socket, [libc::AF_ALG, libc::AF_VSOCK].map(|family| when(0, SeccompCmpOp::Eq, family as u64)).into()));
    // Allowed: the default, 32-bit, and asking. Bits of address layout and of executable reads are not.
    rules.push((libc::SYS_personality, [0x0004_0000_u64, 0x0040_0000].map(personality).into()));
    rules
}

/// A personality with this bit, but not the question 0xffffffff.
fn personality(bit: u64) -> seccompiler::SeccompRule {
    when(0, SeccompCmpOp::MaskedEq(bit | 0x8000_0000), bit)
}
