//! Exit codes of the runner and of every stage. Argo reserves 64, 65 and 137, so they are never used.

/// How a process ended. The numeric value is the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode)]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Wrong flags or configuration.
    Usage = 2,
    /// An input is corrupt.
    CorruptInput = 20,
    /// A file has another schema than expected.
    SchemaMismatch = 21,
    /// More records were quarantined than the policy allows.
    TooManyQuarantined = 22,
    /// A sandbox layer or property is missing.
    SandboxRefused = 30,
    /// A digest or signature does not match.
    DigestMismatch = 31,
    /// A key is missing, too short, or refused by policy.
    KeyRefused = 32,
    /// Another process holds the lock.
    Locked = 40,
    /// A transient input/output error; worth a retry.
    TransientIo = 41,
    /// The disk is full.
    DiskFull = 42,
    /// Interrupted; `resume` continues.
    Interrupted = 43,
    /// A stage crashed.
    StageCrashed = 50,
    /// A stage ran out of memory.
    OutOfMemory = 51,
    /// A stage ran out of time.
    Timeout = 52,
    /// The privacy budget or its ledger refuses.
    BudgetRefused = 60,
    /// More findings than the CI threshold allows.
    FindingsOverThreshold = 61,
    /// Fidelity or the gate failed.
    GateFailed = 62,
    /// A bug in this program.
    Internal = 70,
    /// Ended by SIGTERM.
    Terminated = 143,
    /// A look (`logminer features sync --check`) found that something would change, as `diff` says it.
    WouldChange = 1,
}

impl Exit {
    /// All codes, in numeric order, but [`Self::WouldChange`]: no run and no stage ends so, and a scheduler takes 1 for a failure of its own.
    pub const ALL: [Self; 20] = [
        Self::Done,
        Self::Usage,
        Self::CorruptInput,
        Self::SchemaMismatch,
        Self::TooManyQuarantined,
        Self::SandboxRefused,
        Self::DigestMismatch,
        Self::KeyRefused,
        Self::Locked,
        Self::TransientIo,
        Self::DiskFull,
        Self::Interrupted,
        Self::StageCrashed,
        Self::OutOfMemory,
        Self::Timeout,
        Self::BudgetRefused,
        Self::FindingsOverThreshold,
        Self::GateFailed,
        Self::Internal,
        Self::Terminated,
    ];

    /// The numeric exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The exit with this code, if it is one of ours.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| exit.code() == code)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Argo takes 64 and 65 for its own, 137 for a kill; shells take 124 to 128 and, above, deaths by signal.
    #[test]
    fn no_code_means_something_else_to_a_scheduler_or_shell() {
        for exit in Exit::ALL {
            assert_eq!(Exit::from_code(exit.code()), Some(exit));
            assert!(!matches!(exit.code(), 1 | 64 | 65 | 124..=128 | 137 | 139), "{exit:?}");
            assert!(exit == Exit::Terminated || exit.code() < 124, "{exit:?}");
        }
    }
}
