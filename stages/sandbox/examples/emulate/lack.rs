//! Lacks that are an error number: calls that fail, always or for some arguments.

use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

/// What can be lacking.
pub(crate) const NAMES: [&str; 7] =
    ["no_landlock", "memfd_noexec", "no_user_namespaces", "no_seccomp", "no_close_range", "no_execveat", "odd_truncate"];

/// `MFD_NOEXEC_SEAL` of linux/memfd.h.
const NOEXEC_SEAL: u64 = 0x8;
/// The canary's input, and the first file of a step.
const INPUT: u64 = 6;

/// The filter of a lack.
pub(crate) fn filter(what: &str) -> Option<BpfProgram> {
    Some(match what {
        "no_landlock" => {
            let calls = [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
            failing(calls.map(|call| (call, Vec::new())).into(), libc::ENOSYS)
        }
        // vm.memfd_noexec=2: memory that is not marked as never executable is refused.
        "memfd_noexec" => failing(vec![(libc::SYS_memfd_create, vec![when(1, SeccompCmpOp::MaskedEq(NOEXEC_SEAL), 0)])], libc::EACCES),
        "no_user_namespaces" => {
            let flag = libc::CLONE_NEWUSER as u64;
            let clone = when(0, SeccompCmpOp::MaskedEq(flag), flag);
            failing(vec![(libc::SYS_unshare, Vec::new()), (libc::SYS_clone, vec![clone])], libc::EPERM)
        }
        "no_seccomp" => {
            let prctl = when(0, SeccompCmpOp::Eq, libc::PR_SET_SECCOMP as u64);
            failing(vec![(libc::SYS_seccomp, Vec::new()), (libc::SYS_prctl, vec![prctl])], libc::EPERM)
        }
        "no_close_range" => failing(vec![(libc::SYS_close_range, Vec::new())], libc::ENOSYS),
        "no_execveat" => failing(vec![(libc::SYS_execveat, Vec::new())], libc::ENOSYS),
        // A kernel in user space may answer with another error than Linux: nothing is open, yet the canary cannot prove it.
        "odd_truncate" => failing(vec![(libc::SYS_ftruncate, vec![when(0, SeccompCmpOp::Eq, INPUT)])], libc::EPERM),
        _ => return None,
    })
}

/// A filter under which calls fail; a call without rules fails whatever its arguments are.
pub(crate) fn failing(calls: Vec<(i64, Vec<SeccompRule>)>, errno: i32) -> BpfProgram {
    let action = SeccompAction::Errno(errno.unsigned_abs());
    let filter = SeccompFilter::new(calls.into_iter().collect(), SeccompAction::Allow, action, std::env::consts::ARCH.try_into().expect("known"));
    filter.expect("valid").try_into().expect("compiles")
}

/// One condition on one argument.
pub(crate) fn when(argument: u8, operator: SeccompCmpOp, value: u64) -> SeccompRule {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value).expect("valid");
    SeccompRule::new(vec![condition]).expect("valid")
}
