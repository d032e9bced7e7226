//! The layers of the sandbox, by name: what an error or the canary's reason points at.

/// A layer of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Layer {
    /// The sealed program in memory.
    Seal = 1,
    /// The new process.
    Process,
    /// Inherited descriptors, and nothing beside them.
    Descriptors,
    /// Working directory and file mode mask.
    Surroundings,
    /// The unprivileged user and no capability.
    Identity,
    /// Death with the parent.
    ParentDeath,
    /// Resource limits.
    Limits,
    /// No privileges gained by executing.
    NoNewPrivileges,
    /// Landlock: no path.
    Landlock,
    /// The system call filter.
    Seccomp,
    /// Execution of the sealed program.
    Execute,
    /// An empty environment.
    Environment,
    /// Memory of the process closed to others.
    Dumpable,
}

impl Layer {
    const ALL: [Self; 13] = [
        Self::Seal,
        Self::Process,
        Self::Descriptors,
        Self::Surroundings,
        Self::Identity,
        Self::ParentDeath,
        Self::Limits,
        Self::NoNewPrivileges,
        Self::Landlock,
        Self::Seccomp,
        Self::Execute,
        Self::Environment,
        Self::Dumpable,
    ];

    /// The name in messages and in the JSON reason.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Process => "process",
            Self::Descriptors => "descriptors",
            Self::Surroundings => "surroundings",
            Self::Identity => "identity",
            Self::ParentDeath => "parent_death",
            Self::Limits => "limits",
            Self::NoNewPrivileges => "no_new_privileges",
            Self::Landlock => "landlock",
            Self::Seccomp => "seccomp",
            Self::Execute => "execute",
            Self::Environment => "environment",
            Self::Dumpable => "dumpable",
        }
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| *layer as u8 == code)
    }
}

impl std::fmt::Display for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
