//! From the table of calls to filters in the kernel.
//!
//! seccompiler gives one action to all matches of a filter, so a set is three filters: soft failures with EACCES, with ENOSYS, and the
//! allow-list, whose default ends the process. The kernel runs all of them and obeys the strictest answer. The allow-list goes in last,
//! by `seccomp(2)`: seccompiler's own installer calls `prctl` each time, which the allow-list may already forbid.

use std::collections::BTreeMap;

use seccompiler::{BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule};

use crate::syscalls::{Condition, Phase, TABLE, Verdict};

/// Stands in the compiled allow-list where the process id belongs, which is known only after the fork.
const PID_PLACEHOLDER: u32 = 0x5AFE_71D0;
/// `clone` flags that must fit: every namespace flag clear, CLONE_THREAD set.
const CLONE_MASK: u64 = 0x7E02_0000 | libc::CLONE_THREAD as u64;

/// What the allow-list does with a call that is not on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// End the process: every program but the observing canary.
    Kill,
    /// Fail with [`OBSERVED_ERRNO`]: the canary then reports which calls reached the default.
    Observe,
}

/// No kernel function returns this error, so the canary knows that the filter's default answered.
pub(crate) const OBSERVED_ERRNO: i32 = 3999;

/// The numbers a start filter is bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Execution {
    /// Descriptor of the sealed program.
    pub(crate) program_fd: i32,
    /// Address of the empty path in the runner's memory.
    pub(crate) empty_path: u64,
}

/// Compiled filters, ready to install.
pub(crate) struct FilterSet {
    programs: Vec<BpfProgram>,
}

impl FilterSet {
    /// The filters the runner installs before it executes the sealed program.
    pub(crate) fn start(execution: Execution, fallback: Fallback) -> Result<Self, String> {
        Self::compile(Phase::Start, Some(execution), fallback)
    }

    /// The filters a stage installs itself.
    pub(crate) fn work(fallback: Fallback) -> Result<Self, String> {
        Self::compile(Phase::Work, None, fallback)
    }

    fn compile(phase: Phase, execution: Option<Execution>, fallback: Fallback) -> Result<Self, String> {
        let rows = || TABLE.iter().filter(move |row| row.phase == Phase::Always || row.phase == phase);
        let mut programs = Vec::new();
        for errno in [libc::EACCES, libc::ENOSYS] {
            let rules = rows().filter(|row| row.verdict == Verdict::Fail(errno)).map(|row| (row.number, Vec::new())).collect();
            programs.push(assemble(rules, SeccompAction::Allow, SeccompAction::Errno(errno.unsigned_abs()))?);
        }
        let mut rules = BTreeMap::new();
        for row in rows() {
            let conditions = match row.verdict {
                Verdict::AllowIf(condition) => arguments(condition, execution)?,
                Verdict::Allow | Verdict::Fail(_) => Vec::new(),
            };
            rules.insert(row.number, conditions);
        }
        let default = match fallback {
            Fallback::Kill => SeccompAction::KillProcess,
            Fallback::Observe => SeccompAction::Errno(OBSERVED_ERRNO.unsigned_abs()),
        };
        programs.push(assemble(rules, default, SeccompAction::Allow)?);
        Ok(Self { programs })
    }

    /// Writes the process id where the placeholder stands. Allocates nothing: it runs between fork and exec.
    pub(crate) fn bind_to(&mut self, pid: u32) {
        for instruction in self.programs.iter_mut().flatten() {
            if instruction.k == PID_PLACEHOLDER {
                instruction.k = pid;
            }
        }
    }

    /// Installs the filters in every thread of this process, for good. Allocates nothing: it runs between fork and exec.
    ///
    /// # Errors
    /// The error number of the kernel.
    #[expect(unsafe_code, reason = "seccomp(2) has no safe wrapper")]
    pub(crate) fn install(&self) -> Result<(), i32> {
        for program in &self.programs {
            let filter = libc::sock_fprog {
                len: u16::try_from(program.len()).map_err(|_| libc::EINVAL)?,
                filter: program.as_ptr().cast::<libc::sock_filter>().cast_mut(),
            };
            // SAFETY: the program is a live array of `len` instructions (seccompiler's sock_filter has the kernel's layout); the kernel copies it.
            let result = unsafe {
                libc::syscall(
                    libc::SYS_seccomp,
                    libc::c_long::from(libc::SECCOMP_SET_MODE_FILTER),
                    libc::SECCOMP_FILTER_FLAG_TSYNC as libc::c_long,
                    &raw const filter,
                )
            };
            match result {
                0 => {}
                1.. => return Err(libc::EBUSY),
                _ => return Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL)),
            }
        }
        Ok(())
    }
}

fn assemble(rules: BTreeMap<i64, Vec<SeccompRule>>, mismatch: SeccompAction, matched: SeccompAction) -> Result<BpfProgram, String> {
    let filter =
        SeccompFilter::new(rules, mismatch, matched, std::env::consts::ARCH.try_into().map_err(|_| "no filter for this processor".to_owned())?)
            .map_err(|error| error.to_string())?;
    filter.try_into().map_err(|error: seccompiler::BackendError| error.to_string())
}

/// Alternatives of argument conditions: the call runs when all conditions of one alternative hold.
fn arguments(condition: Condition, execution: Option<Execution>) -> Result<Vec<SeccompRule>, String> {
    let narrow = |argument: u8, value: i64| (argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value.cast_unsigned());
    let wide = |argument: u8, value: u64| (argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value);
    let masked = |argument: u8, mask: u64, value: u64| (argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(mask), value);
    let alternatives = match condition {
        Condition::ThreadOnly => vec![vec![masked(0, CLONE_MASK, libc::CLONE_THREAD as u64)]],
        Condition::NotExecutable => vec![vec![masked(2, libc::PROT_EXEC as u64, 0)]],
        Condition::AbortSelf => vec![vec![narrow(0, i64::from(PID_PLACEHOLDER)), narrow(2, i64::from(libc::SIGABRT))]],
        Condition::DescriptorQuery => [libc::F_GETFD, libc::F_GETFL].map(|command| vec![narrow(1, command.into())]).into(),
        Condition::LimitQuery => vec![vec![narrow(0, 0), wide(2, 0)]],
        Condition::SealedProgram => {
            let Execution { program_fd, empty_path } = execution.ok_or("the sealed program is executed from the start filter only")?;
            vec![vec![narrow(0, program_fd.into()), wide(1, empty_path), narrow(4, libc::AT_EMPTY_PATH.into())]]
        }
        Condition::LockDown => vec![
            vec![narrow(0, libc::PR_GET_NO_NEW_PRIVS.into())],
            vec![narrow(0, libc::PR_GET_SECCOMP.into())],
            vec![narrow(0, libc::PR_GET_DUMPABLE.into())],
            vec![narrow(0, libc::PR_GET_PDEATHSIG.into())],
            vec![narrow(0, libc::PR_SET_DUMPABLE.into()), wide(1, 0)],
            vec![narrow(0, libc::PR_SET_NAME.into())],
        ],
        Condition::AddFilter => vec![vec![narrow(0, libc::SECCOMP_SET_MODE_FILTER.into())]],
    };
    let rule = |conditions: Vec<(u8, SeccompCmpArgLen, SeccompCmpOp, u64)>| {
        let conditions = conditions.into_iter().map(|(argument, length, operator, value)| SeccompCondition::new(argument, length, operator, value));
        SeccompRule::new(conditions.collect::<Result<_, _>>()?)
    };
    alternatives.into_iter().map(rule).collect::<Result<_, _>>().map_err(|error: seccompiler::BackendError| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXECUTION: Execution = Execution { program_fd: 9, empty_path: 0x1234_5678_9abc };
    const RETURN: u16 = 0x06;

    /// What the canary observes is what steps run under: the two compiled filters differ in the constant of the default action alone.
    #[test]
    fn the_observed_filter_is_the_killing_one() {
        for (kill, observe) in [
            (FilterSet::start(EXECUTION, Fallback::Kill), FilterSet::start(EXECUTION, Fallback::Observe)),
            (FilterSet::work(Fallback::Kill), FilterSet::work(Fallback::Observe)),
        ] {
            let (kill, observe) = (kill.expect("compiles"), observe.expect("compiles"));
            assert_eq!(kill.programs.len(), observe.programs.len());
            let mut differences = 0;
            for (a, b) in kill.programs.iter().flatten().zip(observe.programs.iter().flatten()) {
                assert_eq!((a.code, a.jt, a.jf), (b.code, b.jt, b.jf));
                if a.k != b.k {
                    assert_eq!((a.code, a.k), (RETURN, libc::SECCOMP_RET_KILL_PROCESS));
                    assert_eq!(b.k, libc::SECCOMP_RET_ERRNO | OBSERVED_ERRNO.unsigned_abs());
                    differences += 1;
                }
            }
            assert!(differences > 0);
            assert!(kill.programs.iter().zip(&observe.programs).all(|(a, b)| a.len() == b.len()));
        }
    }

    #[test]
    fn the_process_id_takes_the_place_of_one_placeholder() {
        let mut set = FilterSet::work(Fallback::Kill).expect("compiles");
        let count = |set: &FilterSet, k: u32| set.programs.iter().flatten().filter(|instruction| instruction.k == k).count();
        assert_eq!((count(&set, PID_PLACEHOLDER), count(&set, 0x00DE_ADF1)), (1, 0));
        set.bind_to(0x00DE_ADF1);
        assert_eq!((count(&set, PID_PLACEHOLDER), count(&set, 0x00DE_ADF1)), (0, 1));
    }

    #[test]
    fn filters_fit_the_kernel() {
        for set in [FilterSet::start(EXECUTION, Fallback::Kill), FilterSet::work(Fallback::Kill)] {
            assert!(set.expect("compiles").programs.iter().all(|program| (1..4096).contains(&program.len())));
        }
    }
}
