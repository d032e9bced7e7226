//! What the end of a step means: an exit code and a sentence without content, from how the process ended, why it was told to end, and
//! what it reported.

use sandbox::launch::{End, Finished};
use schemas::exit::Exit;
use schemas::report::StageReport;

use crate::failure::Failure;
use crate::oom::Kernel;

/// Why a step was told to end before it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// A signal asked the runner to end.
    Signal,
    /// The step's own time is over.
    StepTimeout,
    /// The time of the whole run is over.
    RunTimeout,
}

/// What a run whose time is over ends with.
#[must_use]
pub fn run_overdue() -> Failure {
    Failure::new(Exit::Timeout, "finish the run in its time; see --run-timeout-minutes; `logminer resume` goes on from here")
}

/// What a run that was told to end by a signal ends with.
#[must_use]
pub fn run_stopped() -> Failure {
    Failure::new(Exit::Terminated, "finish the run: it was told to end; `logminer resume` goes on from here")
}

/// The report of a step that did its work, or why it did not.
///
/// # Errors
/// The exit code and sentence of the step's report, or what its end means when it left none.
pub(crate) fn verdict(
    label: &str,
    finished: &Finished,
    told: Option<Told>,
    kernel: Kernel,
    report: Option<StageReport>,
) -> Result<StageReport, Failure> {
    let failed = |exit, why: &str| Err(Failure::new(exit, format!("run {label}: {why}")));
    match finished.end {
        // Finished before it heard that it should end: the result counts.
        End::Exited(0) => match report {
            Some(report) if report.exit == Exit::Done => Ok(report),
            _ => failed(Exit::StageCrashed, "it ended without a report"),
        },
        _ if told == Some(Told::StepTimeout) => failed(Exit::Timeout, "it did not end in its time; see --step-timeout-minutes"),
        _ if told == Some(Told::RunTimeout) => Err(run_overdue()),
        _ if told == Some(Told::Signal) => failed(Exit::Terminated, "it was told to end; `logminer resume` goes on from here"),
        End::Exited(code) => match (report, u8::try_from(code).ok().and_then(Exit::from_code)) {
            (Some(report), Some(exit)) if report.exit == exit => failed(exit, &printable(&report.error)),
            (None, Some(exit)) => failed(exit, &place(&finished.stderr).unwrap_or_else(|| "it ended before it could report".to_owned())),
            _ => failed(Exit::StageCrashed, "it ended with an unknown code"),
        },
        End::Killed(signal) => {
            let (exit, why) = match signal {
                1 | 2 | 15 => (Exit::Interrupted, "somebody ended it; `logminer resume` goes on from here"),
                7 => (Exit::CorruptInput, "an input was cut while it was read"),
                9 => killed(kernel),
                24 => (Exit::Timeout, "it used up its processor time"),
                25 => (Exit::DiskFull, "a file grew over its limit"),
                31 => (Exit::StageCrashed, "it asked the kernel for what the sandbox forbids"),
                _ if out_of_memory(&finished.stderr) => (Exit::OutOfMemory, "it could not get more memory"),
                _ => (Exit::StageCrashed, "it crashed"),
            };
            let place = place(&finished.stderr).map(|place| format!(" ({place})")).unwrap_or_default();
            failed(exit, &format!("{why}, signal {signal}{place}"))
        }
    }
}

/// SIGKILL comes from the kernel that wants memory, or from somebody.
fn killed(kernel: Kernel) -> (Exit, &'static str) {
    match kernel {
        Kernel::Killed => (Exit::OutOfMemory, "it was killed while the kernel killed for want of memory"),
        Kernel::Idle => (Exit::Interrupted, "somebody killed it (the kernel killed nobody for want of memory); `logminer resume` goes on from here"),
        Kernel::Unknown => (Exit::OutOfMemory, "it was killed: for want of memory or by somebody, this host does not say"),
    }
}

/// A report's sentence holds no content by contract; a hostile stage keeps no contract, so only harmless characters pass.
fn printable(text: &str) -> String {
    text.chars().take(500).map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' }).collect()
}

/// The place of a panic, if standard error says one in the exact form of the runtime's hook.
fn place(stderr: &[u8]) -> Option<String> {
    const HOOK: &str = "a bug in this stage: it panicked at ";
    let text = std::str::from_utf8(stderr).ok()?;
    let place = text.lines().find_map(|line| line.strip_prefix(HOOK))?;
    let harmless = place.len() <= 200 && place.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._:- ".contains(&byte));
    harmless.then(|| format!("it panicked at {place}"))
}

fn out_of_memory(stderr: &[u8]) -> bool {
    const MESSAGE: &[u8] = b"memory allocation of ";
    stderr.windows(MESSAGE.len()).any(|window| window == MESSAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(end: End, stderr: &[u8]) -> Finished {
        Finished { end, timed_out: false, stopped: false, usage: sandbox::launch::Usage::default(), stderr: stderr.to_vec(), stderr_cut: false }
    }

    fn check(end: End, report: Option<StageReport>, exit: Exit) {
        assert_eq!(
            verdict("a.b", &finished(end, b""), None, Kernel::Unknown, report).map_or_else(|failure| failure.exit, |report| report.exit),
            exit
        );
    }

    fn report(exit: Exit) -> Option<StageReport> {
        Some(StageReport { exit, error: "do it".to_owned(), ..StageReport::default() })
    }

    #[test]
    fn the_end_of_a_step_has_a_documented_meaning() {
        check(End::Exited(0), report(Exit::Done), Exit::Done);
        check(End::Exited(0), None, Exit::StageCrashed);
        check(End::Exited(0), report(Exit::CorruptInput), Exit::StageCrashed);
        check(End::Exited(42), report(Exit::DiskFull), Exit::DiskFull);
        check(End::Exited(42), report(Exit::Done), Exit::StageCrashed);
        check(End::Exited(30), None, Exit::SandboxRefused);
        check(End::Exited(101), None, Exit::StageCrashed);
        for (signal, exit) in [
            (6, Exit::StageCrashed),
            (15, Exit::Interrupted),
            (7, Exit::CorruptInput),
            (9, Exit::OutOfMemory),
            (11, Exit::StageCrashed),
            (24, Exit::Timeout),
            (25, Exit::DiskFull),
            (31, Exit::StageCrashed),
        ] {
            check(End::Killed(signal), None, exit);
        }
    }

    #[test]
    fn why_it_was_told_to_end_is_what_counts() {
        for (told, exit) in [(Told::Signal, Exit::Terminated), (Told::StepTimeout, Exit::Timeout), (Told::RunTimeout, Exit::Timeout)] {
            for end in [End::Killed(15), End::Killed(9), End::Exited(50)] {
                let failure = verdict("a.b", &finished(end, b""), Some(told), Kernel::Unknown, None).expect_err("told to end");
                assert_eq!(failure.exit, exit, "{told:?} {end:?}");
            }
            assert!(verdict("a.b", &finished(End::Exited(0), b""), Some(told), Kernel::Unknown, report(Exit::Done)).is_ok(), "it was done already");
        }
    }

    /// Finding 25 of the review of issue 2: a step that somebody killed was said to be out of memory.
    #[test]
    fn a_kill_by_somebody_is_told_from_one_for_want_of_memory() {
        for (kernel, exit, says) in [
            (Kernel::Idle, Exit::Interrupted, "somebody killed it"),
            (Kernel::Killed, Exit::OutOfMemory, "for want of memory"),
            (Kernel::Unknown, Exit::OutOfMemory, "does not say"),
        ] {
            let failure = verdict("a.b", &finished(End::Killed(9), b""), None, kernel, None).unwrap_err();
            assert_eq!(failure.exit, exit);
            assert!(failure.sentence().contains(says), "{}", failure.sentence());
        }
    }

    #[test]
    fn an_abort_for_want_of_memory_is_told_apart() {
        let end = finished(End::Killed(6), b"memory allocation of 8589934592 bytes failed\n");
        assert_eq!(verdict("a.b", &end, None, Kernel::Unknown, None).expect_err("killed").exit, Exit::OutOfMemory);
    }

    #[test]
    fn only_the_place_of_a_panic_is_repeated() {
        let end = finished(End::Killed(6), b"a bug in this stage: it panicked at stages/mine/src/lib.rs:3:5\n4111111111111111\n");
        let sentence = verdict("a.b", &end, None, Kernel::Unknown, None).expect_err("killed").sentence();
        assert!(sentence.contains("lib.rs:3:5") && !sentence.contains("4111"), "{sentence}");
        assert_eq!(place(b"a bug in this stage: it panicked at \x1b[2J"), None);
    }
}
