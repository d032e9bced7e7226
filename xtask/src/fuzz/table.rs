//! The table people read.

use super::Outcome;
use crate::say;

pub(super) fn head() {
    say(format_args!(
        "{:<34} {:>12} {:>9} {:>13} {:>8} {:>10} {:>8}",
        "target", "executions", "seconds", "executions/s", "shapes", "memory MB", "failures"
    ));
}

pub(super) fn row(outcome: &Outcome) {
    say(format_args!(
        "{:<34} {:>12} {:>9.1} {:>13.0} {:>8} {:>10.1} {:>8}",
        outcome.target,
        outcome.executions,
        outcome.seconds,
        outcome.executions as f64 / outcome.seconds.max(1e-9),
        outcome.shapes,
        outcome.memory_peak_bytes as f64 / 1e6,
        outcome.failures.len()
    ));
}

pub(super) fn sum(outcomes: &[Outcome]) {
    let executions: u64 = outcomes.iter().map(|outcome| outcome.executions).sum();
    let seconds: f64 = outcomes.iter().map(|outcome| outcome.seconds).sum();
    let failures: usize = outcomes.iter().map(|outcome| outcome.failures.len()).sum();
    say(format_args!("{} targets, {executions} executions, {seconds:.0} s, {failures} failures", outcomes.len()));
}
