//! The layers of the sandbox, by name: what an error or the canary's reason points at, and what `logminer doctor --explain` prints.

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
    /// Namespaces of its own: a bonus.
    Namespaces,
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
    /// All layers in the order they are applied.
    pub const ALL: [Self; 14] = [
        Self::Seal,
        Self::Process,
        Self::Descriptors,
        Self::Surroundings,
        Self::Namespaces,
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
            Self::Namespaces => "namespaces",
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

    /// Whether nothing runs without it. The others double what the required ones promise.
    #[must_use]
    pub const fn required(self) -> bool {
        !matches!(self, Self::Namespaces | Self::Landlock)
    }

    /// The property that is lost without it, as named in overrides and in the JSON reason.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            Self::Seal => "sealed_program",
            Self::Process | Self::Execute => "no_processes",
            Self::Descriptors => "no_new_descriptors",
            Self::Surroundings | Self::ParentDeath | Self::Limits | Self::Environment | Self::Dumpable => "surroundings",
            Self::Namespaces => "no_network",
            Self::Identity | Self::NoNewPrivileges => "no_privileges",
            Self::Landlock => "no_paths",
            Self::Seccomp => "killed_on_violation",
        }
    }

    /// What is done.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Seal => {
                "the program is copied to anonymous memory, sealed, then hashed and compared with the signed manifest; only static ELF programs pass"
            }
            Self::Process => "a new session; no signal handler, no ignored signal",
            Self::Descriptors => "declared ones from 3 on, /dev/null as 0 and 1, a capped pipe as 2, everything else closed",
            Self::Surroundings => "directory /, mode mask 077, one argument",
            Self::Namespaces => "own network, IPC and host name",
            Self::Identity => "root becomes nobody with no group and no capability; anyone else loses capabilities",
            Self::ParentDeath => "SIGKILL when the runner dies, and a check that it has not died before",
            Self::Limits => "the table of limits",
            Self::NoNewPrivileges => "set",
            Self::Landlock => "all rights handled, none granted",
            Self::Seccomp => "the table of calls; anything else ends the process",
            Self::Execute => "execveat of the sealed memory, mode 0111",
            Self::Environment => "empty",
            Self::Dumpable => "the stage closes its memory to others before it reads a byte",
        }
    }

    /// Why it is needed beside the others.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Seal => "what was checked is what runs, whatever happens to the file; a dynamic loader can run any readable program",
            Self::Process => "no terminal to type into, signals act as documented",
            Self::Descriptors => "descriptors are the only way in or out, so this list is the capability list",
            Self::Surroundings => "nothing to read, nothing to resolve paths from",
            Self::Namespaces => "doubles the absence of sockets",
            Self::Identity => "a root step could undo limits and read others' memory",
            Self::ParentDeath => "no step outlives its run; steps cannot fork, so one process is all there is",
            Self::Limits => "a crash leaves no raw text on disk; a bomb ends one step",
            Self::NoNewPrivileges => "no set-uid program helps",
            Self::Landlock => "doubles the absence of paths, and of signals and abstract sockets to outside",
            Self::Seccomp => "the layer everything else leans on: works in any pod",
            Self::Execute => "executable but not readable memory makes an unprivileged process unreadable to others of its user",
            Self::Environment => "no secret of the runner's service manager reaches a step",
            Self::Dumpable => "no other process of the same user reads raw text or keys",
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
