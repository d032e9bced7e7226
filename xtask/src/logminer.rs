//! Starts the built runner.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::tree;

/// `logminer` ended with an exit code other than 0, which xtask passes on.
#[derive(Debug)]
pub struct Failed {
    /// The exit code.
    pub code: u8,
    /// The subcommand.
    pub what: String,
    /// What it said on standard error, when that was captured.
    pub said: String,
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "logminer {} ended with exit code {}", self.what, self.code)?;
        if self.said.is_empty() { Ok(()) } else { write!(f, ": {}", self.said.trim_end()) }
    }
}

impl std::error::Error for Failed {}

/// A call of the built `logminer`.
pub struct Call {
    command: Command,
    what: String,
}

/// The built `logminer`, without arguments yet. The environment's own secret and configuration are not passed on: development runs use their own.
#[must_use]
pub fn command() -> Call {
    command_at(&tree::sealed().join("logminer"))
}

/// A copy of it.
#[must_use]
pub fn command_at(program: &Path) -> Call {
    let mut command = Command::new(program);
    command.env_remove("LOGMINER_HASH_SECRET").env_remove("LOGMINER_HASH_SECRET_FILE").env_remove("LOGMINER_CONFIG");
    Call { command, what: String::new() }
}

impl Call {
    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        if self.what.is_empty() {
            self.what = arg.as_ref().to_string_lossy().into_owned();
        }
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Self {
        args.into_iter().fold(self, |call, arg| call.arg(arg))
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Has another program start it: `program arguments... logminer ...`.
    #[must_use]
    pub fn through(self, program: &Path, arguments: &[&str]) -> Self {
        self.under(std::iter::once(program.as_os_str()).chain(arguments.iter().map(OsStr::new)))
    }

    /// Sets the working directory.
    #[must_use]
    pub fn current_dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Has it started by another program: `under(["strace", "-o", "log"])`.
    #[must_use]
    pub fn under<S: AsRef<OsStr>>(self, wrapper: impl IntoIterator<Item = S>) -> Self {
        let mut words = wrapper.into_iter();
        let Some(program) = words.next() else { return self };
        let mut command = Command::new(program);
        command.args(words).arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(dir) = self.command.get_current_dir() {
            command.current_dir(dir);
        }
        Self { command, what: self.what }
    }

    /// Runs it to whatever end, a death by signal included.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn ended(mut self) -> Result<std::process::Output> {
        self.command.stdin(Stdio::null()).output().context("start logminer")
    }

    /// Runs it with this terminal's output.
    ///
    /// # Errors
    /// [`Failed`] with its exit code.
    pub fn run(mut self) -> Result<()> {
        let status = self.command.status().context("start logminer")?;
        if status.success() { Ok(()) } else { Err(failed(status.code(), self.what, String::new())) }
    }

    /// Runs it and keeps its output to itself unless it fails.
    ///
    /// # Errors
    /// [`Failed`] with its exit code and what it said.
    pub fn run_quietly(self) -> Result<()> {
        self.output().map(|_| ())
    }

    /// Runs it and returns its standard output.
    ///
    /// # Errors
    /// [`Failed`] with its exit code and what it said.
    pub fn output(mut self) -> Result<Vec<u8>> {
        let output = self.command.stdin(Stdio::null()).output().context("start logminer")?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(failed(output.status.code(), self.what, String::from_utf8_lossy(&output.stderr).into_owned()))
        }
    }

    /// Runs it and returns exit code, standard output and standard error, whatever the code is.
    ///
    /// # Errors
    /// When it cannot be started or dies of a signal.
    pub fn outcome(mut self) -> Result<(u8, String, String)> {
        let output = self.command.stdin(Stdio::null()).output().context("start logminer")?;
        let code = output
            .status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .with_context(|| format!("logminer {} died: {}", self.what, output.status))?;
        Ok((code, String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned()))
    }

    /// Starts it without waiting, output discarded.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(mut self) -> Result<std::process::Child> {
        self.command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("start logminer")
    }
}

fn failed(code: Option<i32>, what: String, said: String) -> anyhow::Error {
    Failed { code: code.and_then(|code| u8::try_from(code).ok()).unwrap_or(70), what, said }.into()
}
