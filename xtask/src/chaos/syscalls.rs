//! Faults at exactly one system call, by strace's injection: the runner is killed on entering it, or it fails. Steps are not traced.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::durable;
use super::place::{self, Place};
use crate::logminer::Call;
use crate::pipeline::LOGICAL_DATE;

/// Calls that change what is on disk. `openat` counts only where it makes a file.
const CHANGES: &str = "openat,write,fsync,fdatasync,rename,renameat2,link,symlink,unlink,unlinkat,mkdir,rmdir,ftruncate";
/// Calls whose interruption every caller must survive. The loader, which is not ours, reads before the thirtieth;
/// opening what lies on a disk is not interrupted, so `opendir` of the C library does not try again.
const INTERRUPTED: [(&str, &str); 2] = [("write,pwrite64,fsync,fdatasync", "3+3"), ("read,pread64", "30+3")];
/// One kill of so many may come behind the publication that it was meant to come before.
const LATE_SHARE_MAX: u32 = 4;
/// Publishing is this call; there is one in a run.
const PUBLISHES: &str = "renameat2";

/// What happens at the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The runner is killed on entering it.
    Kill,
    /// It fails with ENOSPC, and so do all later ones that only a full disk stops.
    NoSpace,
    /// A sync fails with EIO, and so do all later ones.
    FailedSync,
}

/// One call of a process: the n-th of its name, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Name of the call.
    pub call: String,
    /// Its number among those of its name.
    pub number: u32,
}

/// What came of the faults.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Places at which a fault was made to happen.
    pub points: u32,
    /// Places the process did not reach this time.
    pub missed: u32,
    /// Exit codes.
    pub codes: BTreeMap<i32, u32>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} faults, {} not reached or reached later, each followed by an equal run", self.points, self.missed)?;
        if self.codes.is_empty() { Ok(()) } else { write!(f, "; exit codes {:?}", self.codes) }
    }
}

impl Fault {
    fn injects(self, point: &Point) -> Vec<String> {
        let Point { call, number } = point;
        let fails = |call: &str, errno: &str, from: u32| format!("--inject={call}:error={errno}:when={from}+");
        match self {
            Self::Kill => vec![format!("--inject={call}:signal=KILL:when={number}")],
            // Later writes go to memory and pipes as well, and later opens read: a full disk stops neither.
            Self::NoSpace if matches!(&**call, "write" | "openat") => vec![format!("--inject={call}:error=ENOSPC:when={number}")],
            Self::NoSpace => vec![fails(call, "ENOSPC", *number)],
            Self::FailedSync => vec![fails(call, "EIO", *number)],
        }
    }

    fn applies_to(self, call: &str) -> bool {
        match self {
            Self::Kill => true,
            Self::NoSpace => matches!(call, "openat" | "write" | "rename" | "renameat2" | "link" | "symlink" | "mkdir" | "fsync" | "fdatasync"),
            Self::FailedSync => matches!(call, "fsync" | "fdatasync"),
        }
    }
}

/// Kills at every `stride`-th change of a publication, whose steps are all done, and lets a last run finish it.
///
/// # Errors
/// When a reader would see a part, something is left, or the published run differs.
pub fn kill_publication(place: &Place, stride: usize) -> Result<Tally> {
    let runs = place.runs("publication");
    let mut tally = Tally::default();
    let publish = Point { call: PUBLISHES.to_owned(), number: 1 };
    // All steps done, nothing published; then once more, to see what a process does that only publishes.
    killed(traced(place, &runs, Fault::Kill, &publish))?;
    killed(traced(place, &runs, Fault::Kill, &publish))?;
    for point in points(&runs)?.iter().step_by(stride) {
        let was_killed = killed(traced(place, &runs, Fault::Kill, point)).with_context(|| format!("at {point:?}"))?;
        tally.points += 1;
        place.check_readers(&runs).with_context(|| format!("at {point:?}"))?;
        let published = has_published(&runs)?;
        ensure!(was_killed || published, "a run that was not killed at {point:?} has published nothing");
        if published {
            // Readings of memory, and what earlier kills left to be cleaned, move the numbers of calls: this kill came behind the publication.
            tally.missed += 1;
            place.run_into(&runs).run_quietly().with_context(|| format!("after a kill at {point:?}"))?;
            place.check_done(&runs).with_context(|| format!("after a kill at {point:?}"))?;
            take_back(&runs)?;
        }
        ensure!(fs::symlink_metadata(runs.join("latest")).is_err(), "something is published after a kill at {point:?}");
    }
    ensure!(tally.missed * LATE_SHARE_MAX <= tally.points, "{} of {} kills came behind the publication", tally.missed, tally.points);
    place.run_into(&runs).under(trace(&runs)).run_quietly()?;
    let all = points(&runs)?;
    let from = all.iter().position(|point| point.call == PUBLISHES).context("a publication without its rename")?;
    for point in all[from..].iter() {
        take_back(&runs)?;
        tally.points += 1;
        if !killed(traced(place, &runs, Fault::Kill, point)).with_context(|| format!("at {point:?}"))? {
            tally.missed += 1;
        }
        place.check_readers(&runs).with_context(|| format!("at {point:?}"))?;
        place.run_into(&runs).run_quietly().with_context(|| format!("after a kill at {point:?}"))?;
        place.check_done(&runs).with_context(|| format!("after a kill at {point:?}"))?;
        place.verify(&runs).run_quietly()?;
    }
    fs::remove_dir_all(&runs).context("remove the runs")?;
    Ok(tally)
}

/// Breaks whole runs at every `stride`-th change, each in a folder of its own, and finishes each with a run that is let be.
///
/// # Errors
/// When a reader would see a part, something is left, an exit code is wrong, or the finished run differs.
pub fn break_runs(place: &Place, fault: Fault, stride: usize) -> Result<Tally> {
    let runs = place.runs(&format!("broken-{fault:?}"));
    place.run_into(&runs).under(trace(&runs)).run_quietly()?;
    let points = points(&runs)?;
    let mut tally = Tally::default();
    for point in points.iter().filter(|point| fault.applies_to(&point.call)).step_by(stride) {
        let _ = fs::remove_dir_all(&runs);
        tally.points += 1;
        break_once(place, &runs, fault, point, &mut tally).with_context(|| format!("{fault:?} at {point:?}"))?;
    }
    fs::remove_dir_all(&runs).context("remove the runs")?;
    Ok(tally)
}

/// A run in which every third of the usual calls of runner and steps is interrupted before it does anything: it must not notice.
///
/// # Errors
/// When the run fails or differs.
pub fn interrupt(place: &Place) -> Result<()> {
    let runs = place.runs("interrupted");
    // The runner alone: an injected error is a call without a number, for which the filter of a step ends it.
    let mut words: Vec<String> = ["strace", "-qq", "-o", "/dev/null"].map(str::to_owned).into();
    words.push(format!("--trace={}", INTERRUPTED.map(|(calls, _)| calls).join(",")));
    words.extend(INTERRUPTED.map(|(calls, when)| format!("--inject={calls}:error=EINTR:when={when}")));
    place.run_into(&runs).under(words).run_quietly()?;
    place.check_done(&runs)
}

/// The changes a run makes on disk, in order: name of the call and its arguments; locks left out.
///
/// # Errors
/// When the run fails.
pub fn changes(place: &Place, runs: &Path) -> Result<Vec<String>> {
    place.run_into(runs).under(trace(runs)).run_quietly()?;
    let text = fs::read(log(runs)).context("read a trace")?;
    let text = String::from_utf8_lossy(&text);
    let change = |line: &&str| {
        let (call, rest) = line.split_once('(').unwrap_or_default();
        !rest.contains("/.lock-") && (call != "openat" || rest.contains("O_CREAT")) && (call != "write" || rest.contains(&*runs.to_string_lossy()))
    };
    Ok(text.lines().filter(change).map(str::to_owned).collect())
}

/// What the power's loss could take from a run: see [`super::durable`].
///
/// # Errors
/// When the run fails or cannot be traced.
pub fn not_durable(place: &Place) -> Result<Vec<String>> {
    let runs = place.runs("durable");
    let log = log(&runs);
    place
        .run_into(&runs)
        .under(["strace", "-f", "-y", "-qq", durable::TRACE, "-o"].map(Into::into).into_iter().chain([log.clone().into_os_string()]))
        .run_quietly()?;
    durable::breaches(&log, &runs)
}

fn break_once(place: &Place, runs: &Path, fault: Fault, point: &Point, tally: &mut Tally) -> Result<()> {
    let output = traced(place, runs, fault, point).ended()?;
    let code = match fault {
        Fault::Kill => {
            place::wait_for_orphans(runs)?;
            if output.status.signal().is_none() {
                tally.missed += 1;
            }
            None
        }
        Fault::NoSpace | Fault::FailedSync => Some(place::code(&output)?),
    };
    if code.is_some() && !hit_a_change(runs)? {
        tally.missed += 1;
    } else if let Some(code) = code {
        *tally.codes.entry(code).or_default() += 1;
        let allowed: &[i32] = match fault {
            // The budget's ledger speaks of itself, and a note that cannot be written is not worth a night.
            Fault::NoSpace => &[0, 42],
            _ => &[0, 41],
        };
        ensure!(allowed.contains(&code), "ended with {code}: {}", String::from_utf8_lossy(&output.stderr));
    }
    place.check_readers(runs)?;
    place.run_into(runs).run_quietly()?;
    place.check_done(runs)?;
    place.verify(runs).run_quietly()
}

/// Whether the fault met a change at all: the runner looks at a step's memory as long as it takes, which moves the numbers of `openat`,
/// and a fault may meet an open that only reads, which no full disk fails.
fn hit_a_change(runs: &Path) -> Result<bool> {
    let text = fs::read(log(runs)).context("read a trace")?;
    let text = String::from_utf8_lossy(&text);
    Ok(text.lines().filter(|line| line.ends_with("(INJECTED)")).any(|line| !line.starts_with("openat(") || line.contains("O_CREAT")))
}

/// Whether the traced process gave the folder that is built the name of its run, and the call was done.
fn has_published(runs: &Path) -> Result<bool> {
    let text = fs::read(log(runs)).context("read a trace")?;
    let text = String::from_utf8_lossy(&text);
    let building = format!(".building-{LOGICAL_DATE}");
    Ok(text.lines().any(|line| line.starts_with(PUBLISHES) && line.contains(&building) && line.ends_with("= 0")))
}

/// Takes a publication back: the same folder is being built again.
fn take_back(runs: &Path) -> Result<()> {
    let published = fs::canonicalize(runs.join("latest")).context("find what was published")?;
    fs::remove_file(runs.join("latest"))?;
    fs::rename(published, runs.join(format!(".building-{LOGICAL_DATE}"))).context("take a publication back")
}

fn log(runs: &Path) -> PathBuf {
    runs.with_extension("strace")
}

/// strace of the runner alone, which writes down every change.
fn trace(runs: &Path) -> Vec<OsString> {
    vec!["strace".into(), "-qq".into(), "-y".into(), "-o".into(), log(runs).into_os_string(), format!("--trace={CHANGES}").into()]
}

/// A run under strace with one fault.
fn traced(place: &Place, runs: &Path, fault: Fault, point: &Point) -> Call {
    let mut words = trace(runs);
    words.extend(fault.injects(point).into_iter().map(Into::into));
    // A step that is tried again fails again, later.
    place.run_into(runs).args(["--retries", "0"]).under(words)
}

/// Whether the process was killed; any end of its own must be a good one. strace dies of what its child died of.
fn killed(call: Call) -> Result<bool> {
    let output = call.ended()?;
    if output.status.signal().is_some() {
        return Ok(true);
    }
    ensure!(place::code(&output)? == 0, "{}", String::from_utf8_lossy(&output.stderr));
    Ok(false)
}

/// The changes in a trace, in order. Writes to pipes and memory change nothing on disk.
fn points(runs: &Path) -> Result<Vec<Point>> {
    let text = fs::read(log(runs)).context("read a trace")?;
    let text = String::from_utf8_lossy(&text);
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let mut points = Vec::new();
    for line in text.lines() {
        let Some((call, rest)) = line.split_once('(') else { continue };
        let number = counts.entry(call).or_default();
        *number += 1;
        let changes = match call {
            "openat" => rest.contains("O_CREAT"),
            "write" => rest.split_once(',').is_some_and(|(descriptor, _)| descriptor.contains(&*runs.to_string_lossy())),
            _ => true,
        };
        if changes {
            points.push(Point { call: call.to_owned(), number: *number });
        }
    }
    ensure!(points.len() > 20, "the trace of a run in {} shows next to no change", runs.display());
    Ok(points)
}
