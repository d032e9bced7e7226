//! The day that is run again and again, and what must be true after every fault.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::logminer::{self, Call};
use crate::pipeline::LOGICAL_DATE;
use crate::synth_days;

/// How long a process that must be gone may take to go.
const GONE_WITHIN: Duration = Duration::from_secs(10);
/// Exit codes that schedulers read in their own way.
const NEVER: [i32; 9] = [64, 65, 124, 125, 126, 127, 128, 137, 139];

/// Digests of published files by path in the run folder, without those that hold noise or resource use.
pub type Published = BTreeMap<String, blake3::Hash>;

/// A day with keys, and what an undisturbed run of it publishes.
pub struct Place {
    dir: tempfile::TempDir,
    /// What every run must publish.
    pub reference: Published,
    /// How long the undisturbed run took.
    pub took: Duration,
}

impl Place {
    /// A synthetic day in memory, where there is such a file system, run once.
    ///
    /// # Errors
    /// When it cannot be written or run.
    pub fn with_day(records: u64, seed: u64) -> Result<Self> {
        let shared = Path::new("/dev/shm");
        let builder = || {
            let mut builder = tempfile::Builder::new();
            builder.prefix("chaos-");
            builder
        };
        let dir = builder().tempdir_in(shared).or_else(|_| builder().tempdir()).context("make a temporary folder")?;
        synth_days::write(&synth_days::Options { records, seed, customers: None, out: dir.path().to_owned() })?;
        logminer::command().args(["keygen", "--development", "--keys"]).arg(dir.path().join("keys")).run_quietly()?;
        let mut place = Self { dir, reference: Published::new(), took: Duration::ZERO };
        let begun = Instant::now();
        place.run("reference").run_quietly()?;
        place.took = begun.elapsed();
        place.reference = published(&place.runs("reference").join("latest"))?;
        ensure!(place.reference.len() > 20, "the reference run published next to nothing");
        Ok(place)
    }

    /// A path in the place.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A runs folder.
    #[must_use]
    pub fn runs(&self, name: &str) -> PathBuf {
        self.path(name)
    }

    /// `logminer run` of the day into a runs folder of the place.
    #[must_use]
    pub fn run(&self, runs: &str) -> Call {
        self.run_into(&self.runs(runs))
    }

    /// The same into any folder.
    #[must_use]
    pub fn run_into(&self, runs: &Path) -> Call {
        logminer::command()
            .args(["run", "--json", "--date", LOGICAL_DATE, "--input"])
            .arg(self.path("logs"))
            .arg("--runs")
            .arg(runs)
            .arg("--keys")
            .arg(self.path("keys"))
    }

    /// Readers see nothing or a whole run, and nothing lies about that is not documented. Half-written files may, until the next run.
    ///
    /// # Errors
    /// When a reader would see something else.
    pub fn check_readers(&self, runs: &Path) -> Result<()> {
        let Ok(entries) = fs::read_dir(runs) else { return Ok(()) };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "latest" {
                ensure!(entry.path().join("manifest.json").is_file(), "latest points at no run");
            } else if name.starts_with(LOGICAL_DATE) {
                ensure!(published(&entry.path())? == self.reference, "{name} is not what an undisturbed run publishes");
            } else {
                let hidden = [".building-", ".store", ".ledger", ".anchor", ".lock-", ".config"];
                let known = hidden.iter().any(|start| name.starts_with(start)) || name == "audit.jsonl" || name.starts_with("metrics.prom");
                ensure!(known || name.ends_with(".part"), "{name} lies in the runs folder");
            }
        }
        Ok(())
    }

    /// A run ended well: it is published, whole, equal to the reference, and nothing half-written is left anywhere.
    ///
    /// # Errors
    /// When something differs or is left.
    pub fn check_done(&self, runs: &Path) -> Result<()> {
        self.check_readers(runs)?;
        ensure!(runs.join("latest").exists(), "nothing is published");
        for path in files_below(runs)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let left = [".part", ".new", ".tmp"].iter().any(|end| name.ends_with(end)) || name.starts_with(".tmp");
            ensure!(!left, "{} is left", path.display());
        }
        ensure!(!runs.join(format!(".building-{LOGICAL_DATE}")).exists(), "the building folder is left");
        Ok(())
    }

    /// `logminer verify` of what a runs folder publishes, with every digest.
    #[must_use]
    pub fn verify(&self, runs: &Path) -> Call {
        logminer::command().arg("verify").arg(runs.join("latest")).arg("--keys").arg(self.path("keys"))
    }
}

/// Digests of what a run published.
///
/// # Errors
/// When a file cannot be read.
pub fn published(run: &Path) -> Result<Published> {
    let mut files = Published::new();
    for path in files_below(run)? {
        let name = path.strip_prefix(run).unwrap_or(&path).to_string_lossy().into_owned();
        // Signed statements hold times; the noise of a report that was lost before it was staged is drawn again.
        let may_differ = !name.contains('/')
            || ["release/report.", "mined/release", "mined/report", "mined/verdict_release"].iter().any(|start| name.starts_with(start));
        if !may_differ {
            files.insert(name, blake3::hash(&fs::read(&path)?));
        }
    }
    ensure!(run.join("manifest.json").is_file() && run.join("manifest.sig").is_file(), "{} has no manifest", run.display());
    Ok(files)
}

/// Every file below a folder, links left out.
///
/// # Errors
/// When a folder cannot be read.
pub fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).with_context(|| format!("list {}", dir.display()))? {
            let entry = entry?;
            match entry.file_type()? {
                kind if kind.is_dir() => open.push(entry.path()),
                kind if kind.is_file() => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The exit code of a process that was not killed from outside: documented, never one that means something else to a scheduler.
///
/// # Errors
/// When it died of a signal or of an undocumented code.
pub fn code(output: &Output) -> Result<i32> {
    let said = String::from_utf8_lossy(&output.stderr);
    let Some(code) = output.status.code() else { bail!("died of signal {:?}: {said}", output.status.signal()) };
    let known = u8::try_from(code).ok().and_then(schemas::exit::Exit::from_code).is_some();
    ensure!(known && !NEVER.contains(&code), "ended with {code}: {said}");
    ensure!(!said.contains("panicked"), "panicked: {said}");
    Ok(code)
}

/// Waits until no process has a file below `dir` open: every step of a killed runner is gone.
///
/// # Errors
/// When one is still there after 10 s.
pub fn wait_for_orphans(dir: &Path) -> Result<()> {
    let begun = Instant::now();
    while let Some(pid) = holder(dir) {
        ensure!(begun.elapsed() < GONE_WITHIN, "process {pid} outlived its runner");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// A process that has a file below `dir` open; those of other users cannot be looked at.
fn holder(dir: &Path) -> Option<u32> {
    let own = std::process::id();
    let processes = fs::read_dir("/proc").ok()?;
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok());
    pids.filter(|&pid| pid != own).find(|pid| {
        let Ok(open) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
        open.flatten().any(|fd| fs::read_link(fd.path()).is_ok_and(|target| target.starts_with(dir)))
    })
}
