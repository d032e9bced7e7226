//! `logminer.toml`, the runner's configuration: where things lie, what a run may use, which seal is accepted.
//!
//! [`keys`] is the one table of what may be written; [`form`] checks a text against such a table, with the line of whatever is wrong;
//! [`schema`] and [`example`] print it for machines and people. [`file`] is what is written, [`RunnerConfig`] what the rest of the
//! program takes. The policy file is checked in the same way ([`policy_keys`]).
//!
//! A key that is also a flag has the flag's name, and becomes that flag's default ([`RunnerConfig::flag_defaults`]), so a flag on the
//! command line always wins. To add a key: a row in [`keys`], a field in [`file`] and in [`RunnerConfig`], a line in `validated`.
//!
//! It never holds a secret: keys and secrets are files, named here at most.

pub mod example;
pub mod file;
pub mod form;
pub mod keys;
pub mod policy_keys;
pub mod quantity;
pub mod schedule;
pub mod schema;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::names::shown;
use file::ConfigFile;
use schedule::TimeOfDay;

/// Environment variable with the path of the configuration, where `--config` is not given.
pub const CONFIG_VARIABLE: &str = "LOGMINER_CONFIG";

/// Bytes a configuration or policy file may have.
pub const FILE_BYTES_MAX: u64 = 1 << 20;

/// The checked configuration. `None` and empty lists: not written, so the flag's own default holds. Paths are relative to the folder
/// of the file they were written in, not to the current one: a scheduler starts in `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunnerConfig {
    /// Folders or files of raw logs.
    pub input: Vec<PathBuf>,
    /// Folder of runs.
    pub runs: Option<PathBuf>,
    /// Folder of keys.
    pub keys: Option<PathBuf>,
    /// Folder of sealed stages.
    pub stages: Option<PathBuf>,
    /// Public key the stages must be sealed with: a file, or the key itself as 64 hexadecimal digits.
    pub stages_key: Option<PathBuf>,
    /// Least seal epoch that is accepted: stages sealed with a smaller one are a rollback (exit 31).
    pub seal_epoch_min: u64,
    /// Budget ledger.
    pub ledger: Option<PathBuf>,
    /// Anchor of the ledger.
    pub ledger_anchor: Option<PathBuf>,
    /// Policy file.
    pub policy: Option<PathBuf>,
    /// Model of names that runs are given.
    pub model: Option<PathBuf>,
    /// Whether runs feed the token vault.
    pub vault: bool,
    /// Folder of the token vault.
    pub vault_path: Option<PathBuf>,
    /// Folder of its erasure key.
    pub vault_erasure: Option<PathBuf>,
    /// Public keys of those who may approve a reveal.
    pub vault_approvers: Vec<PathBuf>,
    /// Shards of a run, 1 to 64.
    pub shards: Option<u32>,
    /// Threads of a step, 1 to 512.
    pub threads: Option<u16>,
    /// Bytes of private memory all steps that run at one time may use together.
    pub memory_bytes: Option<u64>,
    /// Minutes one step may take.
    pub step_timeout_minutes: Option<u64>,
    /// Times a step is tried again after an error that can heal, 0 to 10.
    pub retries: u32,
    /// Days after which the raw data of a published run is shredded; `None`: never.
    pub retention_raw_days: Option<u32>,
    /// Bytes of log lines one run may write; what comes after is counted only.
    pub log_bytes_max: u64,
    /// Bytes after which the audit log goes on in a new file.
    pub audit_bytes_max: u64,
    /// Where the metrics of the last run are written for Prometheus' textfile collector.
    pub metrics_textfile: Option<PathBuf>,
    /// When the scheduler starts the night's run, in UTC; only `status` uses it.
    pub schedule_utc: Option<TimeOfDay>,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self {
            input: Vec::new(),
            runs: None,
            keys: None,
            stages: None,
            stages_key: None,
            seal_epoch_min: 0,
            ledger: None,
            ledger_anchor: None,
            policy: None,
            model: None,
            vault: false,
            vault_path: None,
            vault_erasure: None,
            vault_approvers: Vec::new(),
            shards: None,
            threads: None,
            memory_bytes: None,
            step_timeout_minutes: None,
            retries: 1,
            retention_raw_days: None,
            log_bytes_max: 64 << 20,
            audit_bytes_max: crate::audit::FILE_BYTES_MAX,
            metrics_textfile: None,
            schedule_utc: None,
        }
    }
}

impl RunnerConfig {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// [`Exit::Usage`](schemas::exit::Exit::Usage) when it cannot be read or something in it is wrong; the sentence names the line.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let text = read(path, "configuration")?;
        Self::parse(&text, path)
    }

    /// Checks the text of a configuration file that lies at `path`.
    ///
    /// # Errors
    /// As [`RunnerConfig::load`].
    pub fn parse(text: &str, path: &Path) -> Result<Self, Failure> {
        form::check(keys::FORM, text).map_err(|problems| form::failure("configuration", path, &problems))?;
        let file: ConfigFile =
            toml::from_str(text).map_err(|error| form::failure("configuration", path, &[form::Problem::of_parser(text, &error)]))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        file.validated(folder).map_err(|wrong| {
            let line = form::line_of(text, "", wrong.key);
            form::failure("configuration", path, &[form::Problem { line, what: format!("{} {}", wrong.key, wrong.what) }])
        })
    }

    /// What was written, as defaults of the flags with the same name (`_` where the flag has `-`).
    #[must_use]
    pub fn flag_defaults(&self) -> Vec<(&'static str, Vec<OsString>)> {
        let path = |path: &Option<PathBuf>| path.iter().map(|path| path.clone().into_os_string()).collect();
        let number = |number: Option<u64>| number.iter().map(|number| number.to_string().into()).collect();
        let written = self.clone();
        [
            ("input", written.input.into_iter().map(PathBuf::into_os_string).collect()),
            ("runs", path(&self.runs)),
            ("keys", path(&self.keys)),
            ("stages", path(&self.stages)),
            ("stages_key", path(&self.stages_key)),
            ("seal_epoch_min", number(Some(self.seal_epoch_min))),
            ("ledger", path(&self.ledger)),
            ("ledger_anchor", path(&self.ledger_anchor)),
            ("policy", path(&self.policy)),
            ("model", path(&self.model)),
            ("vault", if self.vault { vec!["true".into()] } else { Vec::new() }),
            ("vault_path", path(&self.vault_path)),
            ("vault_erasure", path(&self.vault_erasure)),
            ("shards", number(self.shards.map(u64::from))),
            ("threads", number(self.threads.map(u64::from))),
            ("memory", number(self.memory_bytes)),
            ("step_timeout_minutes", number(self.step_timeout_minutes)),
            ("retries", number(Some(u64::from(self.retries)))),
            ("retention_raw_days", number(self.retention_raw_days.map(u64::from))),
            ("log_bytes_max", number(Some(self.log_bytes_max))),
            ("audit_bytes_max", number(Some(self.audit_bytes_max))),
            ("metrics_textfile", path(&self.metrics_textfile)),
        ]
        .into_iter()
        .filter(|(_, values): &(_, Vec<OsString>)| !values.is_empty())
        .collect()
    }
}

/// Reads a configuration or policy file as text.
///
/// # Errors
/// [`Exit::Usage`](schemas::exit::Exit::Usage) when it is no regular file of UTF-8 text, or too large.
pub fn read(path: &Path, what: &str) -> Result<String, Failure> {
    let name = shown(path);
    let meta = std::fs::metadata(path).map_err(|error| Failure::io(format!("read the {what} {name}"), error))?;
    if !meta.is_file() {
        return Err(Failure::usage(format!("read the {what} {name}: it is not a regular file")));
    }
    if meta.len() > FILE_BYTES_MAX {
        return Err(Failure::usage(format!("read the {what} {name}: it is over {FILE_BYTES_MAX} bytes")));
    }
    let bytes = std::fs::read(path).map_err(|error| Failure::io(format!("read the {what} {name}"), error))?;
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("read the {what} {name}: it is not UTF-8 text")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let failure = RunnerConfig::parse(text, Path::new("/etc/logminer/logminer.toml")).expect_err(expected);
        assert_eq!(failure.exit, schemas::exit::Exit::Usage);
        assert!(failure.sentence().contains(expected), "{}", failure.sentence());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_what_is_allowed() {
        check("runs = \"r\"\n\nshard = 2\n", "line 3: unknown key shard; allowed here: input, runs");
        check("shards = \"two\"\n", "line 1: shards is text; allowed: a whole number from 1 to 64");
        check("\nshards = 65\n", "line 2: shards is out of range; allowed: a whole number from 1 to 64");
        check("memory = \"much\"\n", "line 1: memory");
        check("\naudit_bytes_max = \"1KiB\"\n", "line 2: audit_bytes_max is not what it may be; allowed: an amount from 64KiB");
        check("schedule_utc = \"25:00\"\n", "line 1: schedule_utc");
        check("input = \"logs\"\n", "line 1: input is text; allowed: a list of paths");
        check("# a comment\nruns = \n", "line 2:");
        check("runs = \"a\"\nruns = \"b\"\n", "line 2:");
        check("runs = \"\"\n", "line 1: runs");
        check("stages_key = \"\"\n", "line 1: stages_key");
        check("\nledger = \"l\"\nledger_anchor = \"l\"\n", "line 3: ledger_anchor is the ledger itself");
        check("[places]\nruns = \"r\"\n", "line 1: unknown key places");
    }

    #[test]
    fn all_problems_are_counted() {
        check("shard = 2\nthread = 3\n", "and 1 more");
    }

    #[test]
    fn paths_are_relative_to_the_file_and_the_rest_keeps_its_default() {
        let text = "input = [\"logs\", \"/var/log/bank\"]\nruns = \"runs\"\nmemory = \"6 GiB\"\nschedule_utc = \"01:30\"\n";
        let config = RunnerConfig::parse(text, Path::new("/etc/logminer/logminer.toml")).unwrap();
        let expected = RunnerConfig {
            input: vec!["/etc/logminer/logs".into(), "/var/log/bank".into()],
            runs: Some("/etc/logminer/runs".into()),
            memory_bytes: Some(6 << 30),
            schedule_utc: Some(TimeOfDay { hour: 1, minute: 30 }),
            ..RunnerConfig::default()
        };
        assert_eq!(config, expected);
        assert_eq!(RunnerConfig::parse("", Path::new("logminer.toml")).unwrap(), RunnerConfig::default());
    }

    #[test]
    fn a_key_written_in_place_of_a_key_file_stays_what_it_is() {
        let key = "ab".repeat(32);
        let config = RunnerConfig::parse(&format!("stages_key = \"{key}\"\n"), Path::new("/etc/logminer.toml")).unwrap();
        assert_eq!(config.stages_key, Some(key.into()));
    }
}
