//! The tables people read.

use super::{Bench, Run};
use crate::say;

/// Prints every run, the ratios between sizes and threads, and the ratio against the baseline.
pub(super) fn print(bench: &Bench, baseline: Option<&Bench>, filter: &str) {
    say(format_args!("\n{} (BLAKE3 {:.0} MB/s, one thread)", bench.machine, bench.calibration_mb_s));
    for run in &bench.runs {
        let base =
            baseline.and_then(|base| Some((base, base.runs.iter().find(|other| (other.records, other.threads) == (run.records, run.threads))?)));
        let ratio = |cpu_s: f64, base_cpu_s: Option<f64>| match (base, base_cpu_s) {
            (Some((base, other)), Some(base_cpu_s)) => {
                let now = run.mb_s(cpu_s) / bench.calibration_mb_s;
                format!("{:.2}", now / (other.mb_s(base_cpu_s) / base.calibration_mb_s))
            }
            _ => "-".to_owned(),
        };
        say(format_args!(
            "\n{} records, {:.1} MB, {} thread{}: wall {:.2} s",
            run.records,
            run.bytes as f64 / 1e6,
            run.threads,
            if run.threads == 1 { "" } else { "s" },
            run.wall_s
        ));
        say(format_args!(
            "{:<20} {:>9} {:>9} {:>10} {:>14} {:>12} {:>9}",
            "step", "wall s", "CPU s", "MB/s core", "records/s core", "RssAnon MB", "baseline"
        ));
        for step in run.steps.iter().filter(|step| step.step.contains(filter)) {
            let base_cpu = base.and_then(|(_, other)| other.steps.iter().find(|other| other.step == step.step)).map(|other| other.cpu_s);
            let memory = format!("{:.1}", step.rss_anon_peak_bytes as f64 / 1e6);
            row(run, &step.step, step.wall_s, step.cpu_s, &memory, &ratio(step.cpu_s, base_cpu));
        }
        for stage in ["ingest", "sanitize", "mine"].iter().filter(|stage| stage.contains(filter) || filter.starts_with(**stage)) {
            row(
                run,
                &format!("= {stage}, all steps"),
                0.0,
                run.stage_cpu_s(stage),
                "",
                &ratio(run.stage_cpu_s(stage), base.map(|(_, other)| other.stage_cpu_s(stage))),
            );
        }
        let end_to_end = run.end_to_end_cpu_s();
        row(run, "= end to end", run.wall_s, end_to_end, "", &ratio(end_to_end, base.map(|(_, other)| other.end_to_end_cpu_s())));
    }
    if !bench.rivals.is_empty() && "sanitize".starts_with(filter) {
        say(format_args!("\nthe same input, one thread:"));
        bench.rivals.iter().for_each(|rival| say(format_args!("{:<34} {:>8.1} MB/s", rival.name, rival.mb_s)));
    }
    memory_growth(bench, filter);
    scaling(bench);
    if filter == "mine" { super::mine::targets(bench) } else { targets(bench) }
}

fn row(run: &Run, name: &str, wall_s: f64, cpu_s: f64, memory: &str, ratio: &str) {
    let wall = if wall_s > 0.0 { format!("{wall_s:.3}") } else { String::new() };
    say(format_args!(
        "{name:<20} {wall:>9} {cpu_s:>9.3} {:>10.1} {:>14.0} {memory:>12} {ratio:>9}",
        run.mb_s(cpu_s),
        run.records as f64 / cpu_s.max(1e-9)
    ));
}

/// MB/s per core that all steps of `sanitize` together are to reach.
const SANITIZE_MB_S_MIN: f64 = 80.0;
/// The same end to end.
const END_TO_END_MB_S_MIN: f64 = 25.0;
/// Anonymous memory that no step is to exceed, MB.
const MEMORY_MB_MAX: f64 = 400.0;
/// What a step may need at the largest size, as a multiple of the smallest.
const MEMORY_RATIO_MAX: f64 = 1.3;

/// What was reached of the targets for speed.
fn targets(bench: &Bench) {
    say("");
    for run in &bench.runs {
        let sanitize = run.mb_s(run.stage_cpu_s("sanitize"));
        let end_to_end = run.mb_s(run.end_to_end_cpu_s());
        say(format_args!(
            "{} records, {} threads: sanitize {sanitize:.1} MB/s per core (target {SANITIZE_MB_S_MIN}: {}), end to end {end_to_end:.1} (target {END_TO_END_MB_S_MIN}: {})",
            run.records,
            run.threads,
            verdict(sanitize >= SANITIZE_MB_S_MIN),
            verdict(end_to_end >= END_TO_END_MB_S_MIN)
        ));
    }
}

pub(super) fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "NOT met" }
}

/// Memory of the largest size as a multiple of the smallest, for each thread count.
fn memory_growth(bench: &Bench, filter: &str) {
    let thread_counts: std::collections::BTreeSet<u16> = bench.runs.iter().map(|run| run.threads).collect();
    for threads in thread_counts {
        let same: Vec<&Run> = bench.runs.iter().filter(|run| run.threads == threads).collect();
        let (Some(small), Some(large)) = (same.iter().min_by_key(|run| run.records), same.iter().max_by_key(|run| run.records)) else { continue };
        if small.records == large.records {
            continue;
        }
        say(format_args!("\nRssAnon at {} records as a multiple of that at {}, {threads} threads:", large.records, small.records));
        for (step, base) in large
            .steps
            .iter()
            .filter(|step| step.step.contains(filter))
            .filter_map(|step| Some((step, small.steps.iter().find(|other| other.step == step.step)?)))
        {
            let (now, before) = (step.rss_anon_peak_bytes as f64 / 1e6, base.rss_anon_peak_bytes as f64 / 1e6);
            // A step that ends between two samples has no reading.
            let ratio = if before > 0.0 { format!("{:.2}", now / before) } else { "-".to_owned() };
            let flat = before == 0.0 || now <= before * MEMORY_RATIO_MAX;
            let said = match (flat, now <= MEMORY_MB_MAX) {
                (true, true) => "within",
                (false, _) => "grows",
                (_, false) => "too much",
            };
            say(format_args!("{:<20} {ratio:>6}   {said:<8} ({before:.1} -> {now:.1} MB)", step.step));
        }
    }
}

/// Wall time of one thread over that of all.
fn scaling(bench: &Bench) {
    say("");
    for one in bench.runs.iter().filter(|run| run.threads == 1) {
        for many in bench.runs.iter().filter(|run| run.records == one.records && run.threads > 1) {
            say(format_args!("{} records: {} threads are {:.2} times as fast as one", one.records, many.threads, one.wall_s / many.wall_s));
        }
    }
}
