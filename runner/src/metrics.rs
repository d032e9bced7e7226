//! `metrics.prom`: the last run in numbers, for the textfile collector of Prometheus' node exporter.
//!
//! Written by rename after every run, failed ones included, so that a night that did not happen shows. Gauges are those of the last run; what
//! it did not come to is left out. Counters and the time of the last success are carried on from the file before. A start that was turned
//! away because another run holds the lock leaves the file to that run. Names and labels come from enums and `pipeline.toml`; none comes
//! from the input, and no number is more exact than the manifest's.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use schemas::exit::Exit;
use schemas::metric::{Counter, Series, SeriesType};
use schemas::record::RejectReason;

use crate::disk;
use crate::failure::Failure;
use crate::ledger;
use crate::lock::Lock;
use crate::names::shown;
use crate::tally::Tally;

/// Name of the file in the runs folder, unless a flag says otherwise.
pub const FILE: &str = "metrics.prom";
const LOCK: &str = ".lock-metrics";
const LOCK_TRIES: u32 = 50;
const FILE_BYTES_MAX: u64 = 1 << 20;
/// The collector runs as another user.
const MODE: u32 = 0o644;

/// A run that has ended.
pub struct Ended<'a> {
    /// How.
    pub exit: Exit,
    /// When, seconds since 1970-01-01.
    pub at_seconds: i64,
    /// How long it took.
    pub took: Duration,
    /// Whether its results can be read now; a run with `--until` is no success.
    pub published: bool,
    /// Files and bytes it was given, if it came to look.
    pub input: Option<(u64, u64)>,
    /// Canaries among the records it read.
    pub canaries: u64,
    /// What it did, if it came to begin.
    pub tally: Option<&'a Tally>,
    /// The budget, if there is a ledger that can be trusted.
    pub budget: Option<&'a ledger::Summary>,
    /// The canary's verdict; empty when no step was run.
    pub sandbox: &'a serde_json::Value,
    /// Sandbox properties that were overridden.
    pub overrides: usize,
}

/// Values by series and labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Samples(BTreeMap<Series, BTreeMap<String, String>>);

impl Samples {
    /// The samples of a run.
    #[must_use]
    pub fn of(ended: &Ended<'_>) -> Self {
        let mut samples = Self::default();
        samples.set(Series::BuildInfo, &[env!("CARGO_PKG_VERSION")], "1".to_owned());
        samples.number(Series::RunLastExit, &[], u64::from(ended.exit.code()));
        samples.set(Series::RunLastEnd, &[], ended.at_seconds.to_string());
        if ended.exit == Exit::Done && ended.published {
            samples.set(Series::RunLastSuccess, &[], ended.at_seconds.to_string());
        }
        samples.micro(Series::RunDuration, &[], u64::try_from(ended.took.as_micros()).unwrap_or(u64::MAX));
        samples.number(Series::RunEnded, &[&label(ended.exit)], 1);
        if let Some((files, bytes)) = ended.input {
            samples.number(Series::InputSources, &[], files);
            samples.number(Series::InputBytes, &[], bytes);
        }
        if let Some(tally) = ended.tally {
            samples.records(tally, ended.canaries);
            samples.steps(tally);
            samples.number(Series::SandboxOverrides, &[], ended.overrides as u64);
        }
        if let Some(budget) = ended.budget {
            samples.nano(Series::BudgetCap, budget.policy.cap_nano_rho.0);
            samples.nano(Series::BudgetSpent, budget.spent_nano_rho.0);
            samples.nano(Series::BudgetLeft, budget.left_nano_rho.0);
        }
        for (series, name) in [(Series::SandboxLandlock, "landlock_abi"), (Series::SandboxProbes, "probes")] {
            if let Some(value) = ended.sandbox[name].as_u64() {
                samples.number(series, &[], value);
            }
        }
        samples
    }

    fn records(&mut self, tally: &Tally, canaries: u64) {
        let sums = [
            (Series::InputRecords, &["ingest.read"][..], Counter::RecordsIn),
            (Series::CleanRecords, &["sanitize.apply"], Counter::RecordsOut),
            (Series::DroppedRecords, &["ingest.read", "sanitize.apply"], Counter::RecordsDropped),
        ];
        for (series, steps, counter) in sums {
            let counted: Vec<u64> = steps.iter().filter_map(|step| tally.counter(step, counter)).collect();
            if counted.len() == steps.len() {
                let read = if series == Series::InputRecords { canaries } else { 0 };
                self.number(series, &[], counted.iter().sum::<u64>().saturating_sub(read));
            }
        }
        // Also of a run that stopped because they were too many.
        if tally.counter("ingest.read", Counter::RecordsIn).is_some() {
            for reason in RejectReason::ALL {
                let count = tally.tasks.iter().filter_map(|task| task.rejects.get(reason)).sum();
                self.number(Series::QuarantinedRecords, &[reason.name()], count);
            }
        }
        self.number(Series::OutputBytes, &[], tally.tasks.iter().map(|task| task.bytes).sum());
    }

    fn steps(&mut self, tally: &Tally) {
        let mut steps: Vec<&str> = tally.tasks.iter().map(|task| task.step.as_str()).collect();
        steps.dedup();
        for step in steps {
            let tasks = || tally.tasks.iter().filter(move |task| task.step == step);
            let run: Vec<_> = tasks().filter(|task| !task.reused).map(|task| task.usage).collect();
            self.number(Series::StepTasks, &[step, "run"], run.len() as u64);
            self.number(Series::StepTasks, &[step, "skipped"], (tasks().count() - run.len()) as u64);
            if run.is_empty() {
                continue;
            }
            self.micro(Series::StepCpu, &[step, "user"], run.iter().map(|usage| usage.user_us).sum());
            self.micro(Series::StepCpu, &[step, "system"], run.iter().map(|usage| usage.system_us).sum());
            self.micro(Series::StepWall, &[step], run.iter().map(|usage| usage.wall_us).sum());
            self.number(Series::StepRssAnon, &[step], run.iter().map(|usage| usage.rss_anon_peak_bytes).max().unwrap_or(0));
            self.number(Series::StepIo, &[step, "read"], run.iter().map(|usage| usage.read_bytes).sum());
            self.number(Series::StepIo, &[step, "write"], run.iter().map(|usage| usage.written_bytes).sum());
        }
        for ((step, class), count) in &tally.retries {
            self.number(Series::StepRetries, &[step, &label(*class)], *count);
        }
    }

    fn number(&mut self, series: Series, labels: &[&str], value: u64) {
        self.set(series, labels, value.to_string());
    }

    /// Microseconds as seconds.
    fn micro(&mut self, series: Series, labels: &[&str], value: u64) {
        self.set(series, labels, format!("{}.{:06}", value / 1_000_000, value % 1_000_000));
    }

    /// Nano-rho as rho.
    fn nano(&mut self, series: Series, value: u64) {
        self.set(series, &[], format!("{}.{:09}", value / 1_000_000_000, value % 1_000_000_000));
    }

    fn set(&mut self, series: Series, labels: &[&str], value: String) {
        let named: Vec<String> = series.labels().iter().zip(labels).map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if named.is_empty() { String::new() } else { format!("{{{}}}", named.join(",")) };
        self.0.entry(series).or_default().insert(labels, value);
    }

    /// Takes over what lasts from one run to the next.
    fn carry_on(&mut self, before: &Self) {
        for (&series, values) in &before.0 {
            let own = self.0.entry(series).or_default();
            for (labels, value) in values {
                if series == Series::RunLastSuccess {
                    own.entry(labels.clone()).or_insert_with(|| value.clone());
                } else if series.series_type() == SeriesType::Counter {
                    let sum = |own: Option<&String>| own.and_then(|own| own.parse::<u64>().ok()).unwrap_or(0);
                    let total = sum(own.get(labels)).saturating_add(sum(Some(value)));
                    own.insert(labels.clone(), total.to_string());
                }
            }
        }
        self.0.retain(|_, values| !values.is_empty());
    }

    /// What can be read of a text; lines that are not ours are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut samples = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let Some((place, value)) = line.rsplit_once(' ') else { continue };
            let at = place.find('{').unwrap_or(place.len());
            let (name, labels) = place.split_at_checked(at).unwrap_or((place, ""));
            if let Some(&series) = Series::ALL.iter().find(|series| series.name() == name) {
                samples.0.entry(series).or_default().insert(labels.to_owned(), value.to_owned());
            }
        }
        samples
    }

    /// The text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (series, values) in &self.0 {
            let kind = if series.series_type() == SeriesType::Counter { "counter" } else { "gauge" };
            text.push_str(&format!("# HELP {} {}\n# TYPE {} {kind}\n", series.name(), series.help(), series.name()));
            for (labels, value) in values {
                text.push_str(&format!("{}{labels} {value}\n", series.name()));
            }
        }
        text
    }
}

/// Replaces the file as a whole; a folder that is not there is not made.
///
/// # Errors
/// When it cannot be written; the old file then stands.
pub fn write(path: &Path, mut samples: Samples) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let wrong = |error: std::io::Error| Failure::io(format!("write {}", shown(path)), error);
    // Runs of two dates may end at once, and both add to the counters.
    let _lock = Lock::wait(&folder.join(LOCK), "to write the metrics", LOCK_TRIES)?;
    if let Ok(bytes) = disk::read_small(path, FILE_BYTES_MAX) {
        samples.carry_on(&Samples::parse(&String::from_utf8_lossy(&bytes)));
    }
    // The collector reads every `*.prom`, so the unfinished file has another ending.
    let mut file = tempfile::Builder::new().prefix(".metrics-").suffix(disk::PART_SUFFIX).tempfile_in(folder).map_err(wrong)?;
    file.write_all(samples.render().as_bytes()).map_err(wrong)?;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(MODE)).and_then(|()| file.as_file().sync_all()).map_err(wrong)?;
    file.persist(path).map_err(|error| wrong(error.error))?;
    disk::sync_dir(folder)
}

/// The name of an exit, as in manifests.
fn label(exit: Exit) -> String {
    serde_json::to_value(exit).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Usage;
    use crate::tally::Counted;

    fn ended(exit: Exit, tally: Option<&Tally>) -> Samples {
        let sandbox = serde_json::json!({ "landlock_abi": 7, "probes": 140 });
        let took = Duration::from_millis(1_500);
        Samples::of(&Ended {
            canaries: 0,
            exit,
            at_seconds: 1_000,
            took,
            published: true,
            input: Some((2, 30)),
            tally,
            budget: None,
            sandbox: &sandbox,
            overrides: 0,
        })
    }

    fn task(step: &str, reused: bool) -> Counted {
        let usage = Usage { wall_us: 2_000_000, user_us: 1_500_000, system_us: 1, rss_anon_peak_bytes: 7, read_bytes: 8, ..Usage::default() };
        let counters = BTreeMap::from([(Counter::RecordsIn, 10), (Counter::RecordsOut, 9)]);
        let rejects = BTreeMap::from([(RejectReason::Binary, 1)]);
        Counted { step: step.to_owned(), reused, usage, counters, rejects, bytes: 5 }
    }

    fn check(samples: &Samples, line: &str) {
        let text = samples.render();
        assert!(text.lines().any(|found| found == line), "{line:?} is not in\n{text}");
    }

    #[test]
    fn a_run_in_numbers() {
        let mut tally =
            Tally { tasks: vec![task("ingest.read", false), task("ingest.read", true), task("sanitize.apply", false)], ..Tally::default() };
        tally.retried("ingest.read", Exit::TransientIo);
        let samples = ended(Exit::Done, Some(&tally));
        check(&samples, "logminer_run_last_exit_code 0");
        check(&samples, "logminer_run_duration_seconds 1.500000");
        check(&samples, "logminer_input_read_records 20");
        check(&samples, "logminer_output_clean_records 9");
        check(&samples, "logminer_output_quarantined_records{reason=\"binary\"} 3");
        check(&samples, "logminer_output_quarantined_records{reason=\"too_long\"} 0");
        check(&samples, "logminer_step_done_tasks{step=\"ingest.read\",state=\"skipped\"} 1");
        check(&samples, "logminer_step_cpu_seconds{step=\"ingest.read\",mode=\"user\"} 1.500000");
        check(&samples, "logminer_step_retries_total{step=\"ingest.read\",class=\"transient_io\"} 1");
        check(&samples, "logminer_step_io_bytes{step=\"ingest.read\",direction=\"read\"} 8");
        check(&samples, "# TYPE logminer_step_retries_total counter");
        check(&samples, "logminer_sandbox_landlock_abi 7");
    }

    #[test]
    fn what_a_failed_run_did_not_come_to_is_left_out() {
        let text = ended(Exit::KeyRefused, None).render();
        assert!(text.contains("logminer_run_last_exit_code 32") && !text.contains("logminer_output") && !text.contains("last_success"), "{text}");
        let tally = Tally { tasks: vec![task("ingest.read", false)], ..Tally::default() };
        let text = ended(Exit::DiskFull, Some(&tally)).render();
        assert!(
            text.contains("logminer_input_read_records 10") && !text.contains("clean_records") && text.contains("{reason=\"binary\"} 1"),
            "{text}"
        );
    }

    #[test]
    fn counters_and_the_last_success_go_on_from_the_file_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        let mut tally = Tally::default();
        tally.retried("mine.score", Exit::OutOfMemory);
        write(&path, ended(Exit::Done, Some(&tally))).unwrap();
        write(&path, ended(Exit::Done, Some(&tally))).unwrap();
        write(&path, ended(Exit::OutOfMemory, None)).unwrap();
        let samples = Samples::parse(&std::fs::read_to_string(&path).unwrap());
        check(&samples, "logminer_run_ended_total{exit=\"done\"} 2");
        check(&samples, "logminer_run_ended_total{exit=\"out_of_memory\"} 1");
        check(&samples, "logminer_step_retries_total{step=\"mine.score\",class=\"out_of_memory\"} 2");
        check(&samples, "logminer_run_last_success_timestamp_seconds 1000");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "the file and its lock");
    }

    #[test]
    fn a_damaged_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE);
        std::fs::write(&path, b"\xff{ x\nlogminer_run_ended_total{exit=\"done\"} many\n\n{} \n").unwrap();
        write(&path, ended(Exit::Done, None)).unwrap();
        check(&Samples::parse(&std::fs::read_to_string(&path).unwrap()), "logminer_run_ended_total{exit=\"done\"} 1");
    }

    #[test]
    fn no_folder_is_made_for_it() {
        let dir = tempfile::tempdir().unwrap();
        assert!(write(&dir.path().join("nowhere/metrics.prom"), Samples::default()).is_err());
        assert!(!dir.path().join("nowhere").exists());
    }
}
