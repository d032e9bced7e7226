//! Runs the pipeline and reads what its manifest says about resources.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Bench, Run, Step};
use crate::{logminer, pipeline, say, synth_days, tree};

/// Customers of every day, so that sizes differ in records only. So few that a day of 100,000 records has met all of them, their accounts and the
/// people they deal with (its lexicon has 98 % of the entries of one three times as long): with more customers a longer day holds more values, and what
/// a lexicon needs for them is no growth with the records.
const CUSTOMERS: u32 = 300;

#[derive(Deserialize)]
struct Manifest {
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
struct Task {
    step: String,
    usage: Usage,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    name: String,
    bytes: u64,
}

#[derive(Deserialize)]
struct Usage {
    threads: u16,
    wall_us: u64,
    user_us: u64,
    system_us: u64,
    rss_anon_peak_bytes: u64,
}

/// Measures every size with one thread and with all cores, each so many times.
pub(super) fn measure(sizes: &[u64], repeats: u32) -> Result<Bench> {
    let work = tempfile::Builder::new().prefix("bench-").tempdir_in(tree::target()).context("make a temporary directory")?;
    let keys = work.path().join("keys");
    logminer::command().args(["keygen", "--development", "--keys"]).arg(&keys).run_quietly()?;
    let cores = u16::try_from(std::thread::available_parallelism()?.get())?;
    let mut bench = Bench { machine: machine(cores), calibration_mb_s: 0.0, runs: Vec::new(), rivals: Vec::new() };
    for &records in sizes {
        say(format_args!("writing a synthetic day of {records} records ..."));
        let day = work.path().join(format!("day-{records}"));
        synth_days::write(&synth_days::Options { records, seed: 1, customers: Some(CUSTOMERS), out: day.clone() })?;
        let logs = day.join("logs");
        let (bytes, calibration) = calibrate(&logs)?;
        bench.calibration_mb_s = bench.calibration_mb_s.max(calibration);
        for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
            let mut best: Option<Run> = None;
            for repeat in 1..=repeats.max(1) {
                say(format_args!("running {records} records with {threads} threads, {repeat} of {repeats} ..."));
                let runs = work.path().join(format!("runs-{records}-{threads}"));
                let run = one_run(&logs, &runs, &keys, records, bytes, threads)?;
                fs::remove_dir_all(&runs).with_context(|| format!("remove {}", runs.display()))?;
                best = Some(match best {
                    Some(best) => best.with(&run),
                    None => run,
                });
            }
            bench.runs.extend(best);
        }
        if bench.rivals.is_empty() {
            say(format_args!("running the regex crate over the same input ..."));
            bench.rivals = super::rivals::measure(&logs)?;
        }
        fs::remove_dir_all(&day).with_context(|| format!("remove {}", day.display()))?;
    }
    Ok(bench)
}

fn one_run(logs: &Path, runs: &Path, keys: &Path, records: u64, bytes: u64, threads: u16) -> Result<Run> {
    let before = children_cpu_s();
    let start = Instant::now();
    logminer::command()
        .args(["run", "--json", "--date", pipeline::LOGICAL_DATE, "--threads", &threads.to_string(), "--input"])
        .arg(logs)
        .arg("--runs")
        .arg(runs)
        .arg("--keys")
        .arg(keys)
        .run_quietly()?;
    let wall_s = start.elapsed().as_secs_f64();
    let all_cpu_s = children_cpu_s() - before;
    let path = runs.join("latest/manifest.json");
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(&path).with_context(|| format!("read {}", path.display()))?).context("read the manifest")?;
    let mut order = Vec::new();
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    let outputs = manifest.tasks.iter().flat_map(|task| &task.outputs);
    let clean_bytes = outputs.filter(|output| output.name == "clean").map(|output| output.bytes).sum();
    for task in manifest.tasks {
        let step = steps.entry(task.step.clone()).or_insert_with(|| {
            order.push(task.step.clone());
            Step { step: task.step.clone(), wall_s: 0.0, cpu_s: 0.0, rss_anon_peak_bytes: 0 }
        });
        step.wall_s += task.usage.wall_us as f64 / 1e6 * f64::from(task.usage.threads.min(threads)) / f64::from(threads);
        step.cpu_s += (task.usage.user_us + task.usage.system_us) as f64 / 1e6;
        step.rss_anon_peak_bytes = step.rss_anon_peak_bytes.max(task.usage.rss_anon_peak_bytes);
    }
    let steps: Vec<Step> = order.iter().filter_map(|name| steps.remove(name)).collect();
    let cpu_s: f64 = steps.iter().map(|step| step.cpu_s).sum();
    Ok(Run { records, bytes, clean_bytes, threads, wall_s, cpu_s, runner_cpu_s: (all_cpu_s - cpu_s).max(0.0), steps })
}

/// CPU time of all ended children of this process and of theirs, seconds; the kernel counts in hundredths.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: f64 = after_name.split(' ').skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Bytes of the input, and MB/s of BLAKE3 over it with one thread, read into memory first.
fn calibrate(logs: &Path) -> Result<(u64, f64)> {
    let (mut bytes, mut seconds) = (0, 0.0);
    for entry in fs::read_dir(logs).with_context(|| format!("list {}", logs.display()))? {
        let content = fs::read(entry?.path())?;
        let start = Instant::now();
        blake3::hash(&content);
        seconds += start.elapsed().as_secs_f64();
        bytes += content.len() as u64;
    }
    Ok((bytes, bytes as f64 / 1e6 / seconds.max(1e-9)))
}

fn machine(cores: u16) -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).map_or("unknown", |rest| rest.trim_start_matches([':', ' ', '\t']));
    format!("{model}, {cores} cores")
}
