//! What mining is to reach: lines a second, clean bytes a second, and how much a second thread gives.

use super::table::verdict;
use super::{Bench, Run};
use crate::say;

/// Lines that a core makes templates of in a second.
const TEMPLATE_LINES_S_MIN: f64 = 1_000_000.0;
/// MB of clean events that all steps together take in a core second.
const CLEAN_MB_S_MIN: f64 = 100.0;
/// Wall time of one thread over that of two.
const TWO_THREADS_MIN: f64 = 1.7;

/// Says what was reached.
pub(super) fn targets(bench: &Bench) {
    say("");
    for run in &bench.runs {
        let lines = templates_lines_s(run);
        let clean = run.clean_bytes as f64 / 1e6 / run.stage_cpu_s("mine.").max(1e-9);
        say(format_args!(
            "{} records, {} threads: templates {:.0} lines/s per core (target {TEMPLATE_LINES_S_MIN:.0}: {}), all steps {clean:.1} MB/s of clean events per core (target {CLEAN_MB_S_MIN}: {})",
            run.records,
            run.threads,
            lines,
            verdict(lines >= TEMPLATE_LINES_S_MIN),
            verdict(clean >= CLEAN_MB_S_MIN)
        ));
    }
    for one in bench.runs.iter().filter(|run| run.threads == 1) {
        for two in bench.runs.iter().filter(|run| run.records == one.records && run.threads == 2) {
            let ratio = one.stage_wall_s("mine.") / two.stage_wall_s("mine.").max(1e-9);
            say(format_args!(
                "{} records: mining with two threads is {ratio:.2} times as fast as with one (target {TWO_THREADS_MIN}: {})",
                one.records,
                verdict(ratio >= TWO_THREADS_MIN)
            ));
        }
    }
}

/// Lines in a core second of the steps that make templates. Assigning them to the lines is no part of it.
fn templates_lines_s(run: &Run) -> f64 {
    run.records as f64 / (run.stage_cpu_s("mine.skeleton") + run.stage_cpu_s("mine.templates")).max(1e-9)
}
