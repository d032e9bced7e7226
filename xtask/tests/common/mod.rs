//! What the end-to-end tests share: sealed binaries built once, a temporary bank, calls of the real `logminer`.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use xtask::logminer::{self, Call};
use xtask::{pipeline, seal, synth_days};

/// A temporary place with logs, keys and run folders.
pub(crate) struct Bank {
    dir: tempfile::TempDir,
}

impl Bank {
    /// A bank with development keys and no logs yet.
    pub(crate) fn new() -> Self {
        sealed();
        let dir = tempfile::Builder::new().prefix("bank-").tempdir().unwrap();
        std::fs::create_dir(dir.path().join("logs")).unwrap();
        logminer::command().args(["keygen", "--development", "--keys"]).arg(dir.path().join("keys")).run_quietly().unwrap();
        Self { dir }
    }

    /// A bank with a synthetic day.
    pub(crate) fn with_day(records: u64, seed: u64) -> Self {
        let bank = Self::new();
        synth_days::write(&synth_days::Options { records, seed, customers: None, out: bank.dir.path().to_owned() }).unwrap();
        bank
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a log file.
    pub(crate) fn log(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path("logs").join(name), bytes).unwrap();
    }

    /// `logminer run` over the logs as the night of a date, into a folder of runs.
    fn night(&self, date: &str, runs: &str) -> Call {
        logminer::command()
            .args(["run", "--json", "--date", date, "--input"])
            .arg(self.path("logs"))
            .arg("--runs")
            .arg(self.path(runs))
            .arg("--keys")
            .arg(self.path("keys"))
    }

    /// `logminer run` over the logs into `runs`.
    pub(crate) fn run_into(&self, runs: &str) -> Call {
        self.night(pipeline::LOGICAL_DATE, runs)
    }

    pub(crate) fn run(&self) -> Call {
        self.run_into("runs")
    }

    /// The same of another date.
    pub(crate) fn on(&self, date: &str) -> Call {
        self.night(date, "runs")
    }

    /// The published run.
    pub(crate) fn latest(&self, runs: &str) -> PathBuf {
        std::fs::canonicalize(self.path(runs).join("latest")).unwrap()
    }
}

/// Builds and seals once a test process.
pub(crate) fn sealed() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| seal::build().unwrap());
}

/// Every file below a directory, sorted.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                continue;
            }
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// A published file as text that can be searched and compared: containers through `inspect`, others as they are.
pub(crate) fn shown(path: &Path) -> String {
    if path.extension().is_some_and(|extension| extension == "lmq") {
        String::from_utf8(logminer::command().arg("inspect").arg(path).output().unwrap()).unwrap()
    } else {
        String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned()
    }
}

/// The records of all containers of one name in a folder (shards and partitions), as sorted lines.
pub(crate) fn records(run: &Path, folder: &str, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for path in files_below(&run.join(folder)) {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let stem = file.strip_suffix(".lmq").unwrap_or_default();
        let base = stem.rsplit_once('-').filter(|(_, tail)| tail.chars().any(|c| c.is_ascii_digit())).map_or(stem, |(base, _)| base);
        if base == name {
            lines.extend(shown(&path).lines().map(str::to_owned));
        }
    }
    lines.sort();
    lines
}
