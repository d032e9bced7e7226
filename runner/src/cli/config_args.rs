//! Flags of `logminer config` and `policy`: files that people write, and what they say.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::args::{Places, PolicyFlags};

/// Files that have a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum FormName {
    /// The runner's configuration.
    Logminer,
    /// The policy.
    Policy,
}

#[derive(Debug, Args)]
pub(super) struct ConfigOptions {
    /// What to do.
    #[command(subcommand)]
    pub(super) what: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Say everything that is wrong in a file, with its line; also in the policy that a configuration names.
    Check(CheckOptions),
    /// Print the JSON Schema.
    Schema(FormFlag),
    /// Print a commented example.
    Example(FormFlag),
}

#[derive(Debug, Args)]
pub(super) struct CheckOptions {
    /// File [default: the configuration in force].
    pub(super) file: Option<PathBuf>,
    /// What the file is.
    #[arg(long, value_enum, default_value_t = FormName::Logminer)]
    pub(super) form: FormName,
    /// Result as JSON lines, one a file.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct PolicyOptions {
    /// What to say.
    #[command(subcommand)]
    pub(super) what: PolicyCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Every class with its operator, every detector with its class, what it needs and its country, every rule with its severity and clause.
    List(PolicyListOptions),
    /// What is done with fields of these names or paths, and which rule decided.
    Explain(PolicyExplainOptions),
    /// Sanitize a file of raw logs, sealed and sandboxed as in a run, and say how many values of each class there are and what became of them.
    /// Publishes nothing.
    Try(PolicyTryOptions),
}

#[derive(Debug, Args)]
pub(super) struct PolicyListOptions {
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON lines.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct PolicyExplainOptions {
    /// Names or paths (keys joined by dots) of fields.
    #[arg(required = true, value_name = "FIELD")]
    pub(super) fields: Vec<String>,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON lines.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct PolicyTryOptions {
    /// File of raw logs.
    pub(super) file: PathBuf,
    /// Model of names, as for `logminer run`.
    #[arg(long, value_name = "FILE")]
    pub(super) model: Option<PathBuf>,
    /// Print so many sanitized records; raw ones are never shown.
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    pub(super) show: usize,
    #[command(flatten)]
    pub(super) places: Places,
    #[command(flatten)]
    pub(super) policy: PolicyFlags,
    /// Result as JSON lines: a class each, the total, and the records shown.
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FormFlag {
    /// Of which file.
    #[arg(long, value_enum, default_value_t = FormName::Logminer)]
    pub(super) form: FormName,
}
