//! One child process: started, watched, and run again with a trace when it died.

use std::path::{Path, PathBuf};
use std::process::{Child as Process, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::Target;

/// Without a report for so long a child hangs.
const STALL_MAX: Duration = Duration::from_secs(120);

/// What a child reports while it runs.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Numbers {
    pub(super) executions: u64,
    pub(super) memory_peak_bytes: u64,
    pub(super) shapes: u64,
    failure: Option<String>,
}

/// A running child.
pub(super) struct Child {
    target: Target,
    process: Process,
    executions: u64,
    seed: u64,
    folder: PathBuf,
    keep: Option<usize>,
    report: PathBuf,
    progress: (u64, Instant),
}

/// How a child ended.
pub(super) struct End {
    pub(super) numbers: Numbers,
    pub(super) failure: Option<String>,
}

impl Child {
    pub(super) fn start(target: &Target, executions: u64, seed: u64, folder: &Path, keep: Option<usize>) -> Result<Self> {
        let report = folder.join(format!("report-{seed}.json"));
        let _ = std::fs::remove_file(&report);
        let process = command(target, executions, seed, folder, &report, keep).spawn().with_context(|| format!("start {}", target.name()))?;
        let progress = (0, Instant::now());
        Ok(Self { target: target.clone(), process, executions, seed, folder: folder.to_owned(), keep, report, progress })
    }

    fn numbers(&self) -> Numbers {
        // A report that is being replaced reads as none; the next look finds it.
        std::fs::read(&self.report).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Whether it has made no execution for too long.
    fn stalls(&mut self) -> bool {
        let executions = self.numbers().executions;
        if executions > self.progress.0 {
            self.progress = (executions, Instant::now());
        }
        self.progress.1.elapsed() > STALL_MAX
    }

    fn end(self, status: Option<ExitStatus>) -> Result<End> {
        let numbers = self.numbers();
        let _ = std::fs::remove_file(&self.report);
        let failure = match (status, &numbers.failure) {
            (Some(status), None) if status.success() => None,
            (_, Some(failure)) => Some(failure.clone()),
            (status, None) => {
                let how = status.map_or("no progress".to_owned(), |status| status.to_string());
                Some(format!("fuzz target {}, seed {}: the process died ({how}); {}", self.target.name(), self.seed, self.trace()?))
            }
        };
        Ok(End { numbers, failure })
    }

    /// Runs the same seed again with a trace; the last input written is the one that ended it.
    fn trace(&self) -> Result<String> {
        let trace = self.folder.join(format!("{}-seed-{}.input", self.target.name().replace("::", "-"), self.seed));
        let mut command = command(&self.target, self.executions, self.seed, &self.folder, &self.report, self.keep);
        let mut process = command.env("FUZZ_TRACE", &trace).spawn().context("trace a fuzz target")?;
        let started = Instant::now();
        while process.try_wait()?.is_none() {
            if started.elapsed() > 4 * STALL_MAX {
                process.kill()?;
                process.wait()?;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = std::fs::remove_file(&self.report);
        let framed = std::fs::read(&trace).unwrap_or_default();
        let length = framed.first_chunk().map_or(0, |bytes| usize::try_from(u64::from_le_bytes(*bytes)).unwrap_or(0));
        let input = framed.get(8..8 + length).unwrap_or_default();
        std::fs::write(&trace, input).with_context(|| format!("write {}", trace.display()))?;
        Ok(format!("run it again with\n  cargo xtask fuzz {} --replay {}", self.target.name(), trace.display()))
    }
}

fn command(target: &Target, executions: u64, seed: u64, folder: &Path, report: &Path, keep: Option<usize>) -> std::process::Command {
    let mut command = target.command();
    command.env("FUZZ_EXECUTIONS", executions.to_string()).env("FUZZ_SEED", seed.to_string());
    if let Some(files) = keep {
        command.env("FUZZ_KEEP", files.to_string());
    }
    command.env("FUZZ_REPORT", report).env("FUZZ_FAILURES", folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Waits for all children; what is left after `seconds_max` is stopped, which is no failure.
pub(super) fn wait(children: Vec<Child>, seconds_max: u64) -> Result<Vec<End>> {
    let started = Instant::now();
    let mut open = children;
    let mut ends = Vec::new();
    while !open.is_empty() {
        let mut still = Vec::new();
        for mut child in open {
            if let Some(status) = child.process.try_wait()? {
                ends.push(child.end(Some(status))?);
            } else if started.elapsed().as_secs() >= seconds_max {
                child.process.kill()?;
                child.process.wait()?;
                ends.push(End { numbers: child.numbers(), failure: None });
            } else if child.stalls() {
                child.process.kill()?;
                child.process.wait()?;
                ends.push(child.end(None)?);
            } else {
                still.push(child);
            }
        }
        open = still;
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(ends)
}
