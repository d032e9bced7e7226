//! What `logminer.toml` says, as written: every key optional, nothing resolved. [`ConfigFile::validated`] makes the one struct the rest
//! of the program takes.

use std::path::{Path, PathBuf};

use super::RunnerConfig;
use super::quantity::parse_bytes;
use super::schedule::TimeOfDay;

/// The file as written. Each field is a row of [`super::keys::FORM`], which also bounds its value.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConfigFile {
    input: Vec<PathBuf>,
    runs: Option<PathBuf>,
    keys: Option<PathBuf>,
    stages: Option<PathBuf>,
    stages_key: Option<PathBuf>,
    seal_epoch_min: Option<u64>,
    ledger: Option<PathBuf>,
    ledger_anchor: Option<PathBuf>,
    policy: Option<PathBuf>,
    model: Option<PathBuf>,
    vault: Option<bool>,
    vault_path: Option<PathBuf>,
    vault_erasure: Option<PathBuf>,
    vault_approvers: Vec<PathBuf>,
    shards: Option<u32>,
    threads: Option<u16>,
    memory: Option<String>,
    step_timeout_minutes: Option<u64>,
    retries: Option<u32>,
    retention_raw_days: Option<u32>,
    log_bytes_max: Option<String>,
    audit_bytes_max: Option<String>,
    metrics_textfile: Option<PathBuf>,
    schedule_utc: Option<String>,
}

/// A value that is sound by itself and wrong beside another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// Its key.
    pub key: &'static str,
    /// What is wrong, to follow the key.
    pub what: &'static str,
}

impl ConfigFile {
    /// Resolves paths against `folder` and fills in defaults.
    ///
    /// # Errors
    /// Where values contradict each other; the form has looked at each by itself.
    pub fn validated(self, folder: &Path) -> Result<RunnerConfig, Contradiction> {
        let place = |path: Option<PathBuf>| path.map(|path| folder.join(path));
        let bytes = |text: Option<String>, key| text.map(|text| parse_bytes(&text).ok_or(Contradiction { key, what: "is no amount" })).transpose();
        let default = RunnerConfig::default();
        let config = RunnerConfig {
            input: self.input.into_iter().map(|path| folder.join(path)).collect(),
            runs: place(self.runs),
            keys: place(self.keys),
            stages: place(self.stages),
            stages_key: self.stages_key.map(|key| if is_key(&key) { key } else { folder.join(key) }),
            seal_epoch_min: self.seal_epoch_min.unwrap_or(default.seal_epoch_min),
            ledger: place(self.ledger),
            ledger_anchor: place(self.ledger_anchor),
            policy: place(self.policy),
            model: place(self.model),
            vault: self.vault.unwrap_or(default.vault),
            vault_path: place(self.vault_path),
            vault_erasure: place(self.vault_erasure),
            vault_approvers: self.vault_approvers.into_iter().map(|path| folder.join(path)).collect(),
            shards: self.shards,
            threads: self.threads,
            memory_bytes: bytes(self.memory, "memory")?,
            step_timeout_minutes: self.step_timeout_minutes,
            retries: self.retries.unwrap_or(default.retries),
            retention_raw_days: self.retention_raw_days,
            log_bytes_max: bytes(self.log_bytes_max, "log_bytes_max")?.unwrap_or(default.log_bytes_max),
            audit_bytes_max: bytes(self.audit_bytes_max, "audit_bytes_max")?.unwrap_or(default.audit_bytes_max),
            metrics_textfile: place(self.metrics_textfile),
            schedule_utc: self.schedule_utc.as_deref().and_then(TimeOfDay::parse),
        };
        if config.ledger_anchor.is_some() && config.ledger_anchor == config.ledger {
            let what = "is the ledger itself; allowed: another file, for the anchor tells an old ledger from the newest one";
            return Err(Contradiction { key: "ledger_anchor", what });
        }
        Ok(config)
    }
}

fn is_key(path: &Path) -> bool {
    path.to_str().is_some_and(|text| crate::keys::PublicKey::from_hex(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_cannot_be_its_own_anchor() {
        let file: ConfigFile = toml::from_str("ledger = \"l\"\nledger_anchor = \"l\"\n").unwrap();
        assert!(file.validated(Path::new("")).unwrap_err().key == "ledger_anchor");
    }

    #[test]
    fn the_fields_are_the_rows_of_the_form() {
        let error = toml::from_str::<ConfigFile>("no_such_key = 1\n").unwrap_err().to_string();
        let expected = error.split("expected one of").nth(1).unwrap();
        let fields: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let rows: Vec<&str> = super::super::keys::FORM.keys.iter().map(|key| key.name).collect();
        assert_eq!(fields, rows);
    }
}
