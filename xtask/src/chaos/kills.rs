//! Kills at random moments: the runner by SIGKILL, a step by SIGKILL, the runner by SIGTERM.

use std::fmt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::place::{self, Place};
use super::random::Random;

/// Kills of one run before it may end in peace.
const KILLS_OF_A_RUN: u32 = 3;
/// A runner that is told to end has ended by then.
const ENDS_WITHIN: Duration = Duration::from_secs(20);

/// What came of the kills.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    /// Runners killed.
    pub runners: u32,
    /// Steps killed.
    pub steps: u32,
    /// Runners told to end.
    pub terminated: u32,
    /// Processes that had ended before, or not begun.
    pub missed: u32,
    /// Runs that were finished afterwards, each equal to the undisturbed one.
    pub finished: u32,
    /// The longest time from SIGTERM to the end.
    pub longest_ending: Duration,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} runners and {} steps killed, {} runners told to end (longest {} ms), {} missed; {} runs finished, all equal, no orphan",
            self.runners,
            self.steps,
            self.terminated,
            self.longest_ending.as_millis(),
            self.missed,
            self.finished
        )
    }
}

impl Tally {
    fn hits(&self) -> u32 {
        self.runners + self.steps + self.terminated
    }
}

/// Kills so many times, each run at most three times before it may end.
///
/// # Errors
/// When a reader would see something half-written, a process is left, or a finished run differs from the undisturbed one.
pub fn at_random(place: &Place, kills: u32, seed: u64) -> Result<Tally> {
    let mut random = Random::new(seed);
    let mut tally = Tally::default();
    let begun = Instant::now();
    place.run("measured").run_quietly()?;
    let took = begun.elapsed().min(place.took);
    while tally.hits() < kills {
        let runs = place.runs("killed");
        for _ in 0..KILLS_OF_A_RUN.min(kills - tally.hits()) {
            kill_once(place, &runs, took, &mut random, &mut tally).with_context(|| format!("after {tally}"))?;
            place.check_readers(&runs).with_context(|| format!("after {tally}"))?;
        }
        let output = place.run_into(&runs).ended()?;
        ensure!(place::code(&output)? == 0, "a run cannot be finished: {}", String::from_utf8_lossy(&output.stderr));
        place.check_done(&runs).with_context(|| format!("after {tally}"))?;
        place.verify(&runs).run_quietly().with_context(|| format!("after {tally}"))?;
        tally.finished += 1;
        std::fs::remove_dir_all(&runs).context("remove a finished run")?;
    }
    Ok(tally)
}

fn kill_once(place: &Place, runs: &Path, took: Duration, random: &mut Random, tally: &mut Tally) -> Result<()> {
    let mut runner = place.run_into(runs).spawn()?;
    std::thread::sleep(Duration::from_micros(random.below(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))));
    match random.below(4) {
        0 => return end_by_term(runner, tally),
        1 => {
            let Some(step) = child_of(&runner) else { return kill_runner(runner, runs, tally) };
            signal("-KILL", step)?;
            let code = runner.wait()?.code();
            // 30: it was the program that proves the sandbox, and without the proof nothing runs. 43: the kernel says that it killed nobody for want
            // of memory, so somebody else did; 51: it does not say.
            ensure!(matches!(code, Some(0 | 30 | 43 | 51)), "a runner whose step was killed ended with {code:?}");
            *(if code == Some(0) { &mut tally.missed } else { &mut tally.steps }) += 1;
        }
        _ => return kill_runner(runner, runs, tally),
    }
    Ok(())
}

fn kill_runner(mut runner: Child, runs: &Path, tally: &mut Tally) -> Result<()> {
    runner.kill().context("kill a runner")?;
    let code = runner.wait()?.code();
    ensure!(matches!(code, None | Some(0)), "a runner that was killed ended with {code:?}");
    *(if code.is_none() { &mut tally.runners } else { &mut tally.missed }) += 1;
    place::wait_for_orphans(runs)
}

fn end_by_term(mut runner: Child, tally: &mut Tally) -> Result<()> {
    let told = Instant::now();
    signal("-TERM", runner.id())?;
    loop {
        if let Some(status) = runner.try_wait()? {
            let code = status.code();
            // Before its main function has begun nobody can answer a signal.
            ensure!(matches!(code, None | Some(0 | 143)), "a runner that was told to end ended with {code:?}");
            *(if code == Some(143) { &mut tally.terminated } else { &mut tally.missed }) += 1;
            tally.longest_ending = tally.longest_ending.max(told.elapsed());
            return Ok(());
        }
        if told.elapsed() > ENDS_WITHIN {
            let _ = runner.kill();
            let _ = runner.wait();
            anyhow::bail!("a runner that was told to end took longer than {} s", ENDS_WITHIN.as_secs());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A step of a runner, if one runs now.
fn child_of(runner: &Child) -> Option<u32> {
    let id = runner.id();
    let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

/// The standard library knows SIGKILL only.
fn signal(name: &str, process: u32) -> Result<()> {
    // A process that is gone by now is no error.
    Command::new("kill").arg(name).arg(process.to_string()).stderr(Stdio::null()).status().context("start kill")?;
    Ok(())
}
