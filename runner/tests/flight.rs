//! Tasks side by side, with a sealed stage that does as it is told: budgets are kept, results and logs go by the order of tasks, what
//! can heal is tried again, what takes too long is ended, and a signal leaves no process.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use runner::audit::Audit;
use runner::budget::Place;
use runner::engine::Engine;
use runner::failure::Failure;
use runner::keys::Keys;
use runner::pipeline::Pipeline;
use runner::plan::Plan;
use runner::report::Reporter;
use runner::resources::Budget;
use runner::retry::Jitter;
use runner::run::{Results, Runner};
use runner::session::Session;
use runner::sources::SourceList;
use runner::stages::{BINARIES, Stages};
use runner::store::Store;
use schemas::exit::Exit;
use schemas::policy::{Policy, Profile};

const MIB: u64 = 1 << 20;
/// No test waits longer for anything; only a broken runner comes near it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stage of these tests, built as stages are.
fn unruly() -> &'static PathBuf {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("static");
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "stage-runtime", "--example", "unruly", "--target", "x86_64-unknown-linux-gnu"])
            .env("CARGO_TARGET_DIR", &target)
            .env("RUSTFLAGS", "-C target-feature=+crt-static")
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .status()
            .unwrap();
        assert!(status.success(), "the stage builds");
        target.join("x86_64-unknown-linux-gnu/debug/examples/unruly")
    })
}

/// What a run of one step of shards may use.
#[derive(Clone)]
struct Case {
    step: &'static str,
    shards: u32,
    budget: Budget,
    retries: u32,
    step_timeout: Duration,
    run_timeout: Option<Duration>,
}

impl Case {
    fn new(step: &'static str, shards: u32, threads: u16, memory_mib: u64) -> Self {
        let budget = Budget { threads, memory_bytes: memory_mib * MIB };
        Self { step, shards, budget, retries: 0, step_timeout: PATIENCE, run_timeout: None }
    }

    fn pipeline(&self) -> Pipeline {
        let text = format!(
            "partitions = 1\n[[step]]\nname = \"mine.{}\"\neach = \"shard\"\nsources = \"shard\"\nwrites = {{ made = \"bundle\" }}\nfolder = \"mined\"\n\
             memory_mib = 16\nmemory_mib_per_thread = 4\n",
            self.step
        );
        Pipeline::parse(&text).unwrap()
    }
}

/// A run that goes on in a thread of its own: its steps die with that thread.
struct Going {
    dir: tempfile::TempDir,
    stop: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<Result<Results, Failure>>,
}

impl Going {
    fn start(case: &Case) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = |name: &str| dir.path().join(name);
        std::fs::create_dir_all(place("logs")).unwrap();
        std::fs::create_dir_all(place("stages")).unwrap();
        std::fs::create_dir_all(place("runs")).unwrap();
        for shard in 0..case.shards {
            std::fs::write(place("logs").join(format!("{shard}.log")), "halt").unwrap();
        }
        for name in BINARIES {
            std::fs::write(place("stages").join(name), name).unwrap();
        }
        std::fs::copy(unruly(), place("stages/mine")).unwrap();
        let keys = Keys::generate(&place("keys"), true).unwrap();
        runner::sealing::sign(&place("stages"), &keys.signer().unwrap(), true, 1).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let (case, root, flag) = (case.clone(), dir.path().to_owned(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || run(&case, &root, keys, flag));
        Self { dir, stop, thread }
    }

    /// Lets the steps that wait go on. Written in place: the steps hold these very files.
    fn go(&self, shards: impl IntoIterator<Item = u32>) {
        use std::os::unix::fs::FileExt;
        for shard in shards {
            let path = self.dir.path().join(format!("logs/{shard}.log"));
            std::fs::OpenOptions::new().write(true).open(path).unwrap().write_all_at(b"g", 0).unwrap();
        }
    }

    fn end(self) -> (tempfile::TempDir, Result<Results, Failure>) {
        (self.dir, self.thread.join().unwrap())
    }

    /// Process ids of the steps in flight, once there are so many.
    fn steps(&self, count: usize) -> Vec<i32> {
        let begun = Instant::now();
        loop {
            let found = steps_of(self.dir.path());
            if found.len() == count {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "{} steps in flight, not {count}", found.len());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn run(case: &Case, root: &Path, keys: Keys, stop: Arc<AtomicBool>) -> Result<Results, Failure> {
    let stages = Stages::open(&root.join("stages"), None, Profile::Development).unwrap();
    let engine = Engine::new(stages, stop, case.step_timeout)
        .within(case.budget)
        .retrying(case.retries, Jitter::new(1))
        .until(case.run_timeout.map(|timeout| Instant::now() + timeout));
    let sources = SourceList::walk(&[root.join("logs")]).unwrap();
    let lengths: Vec<u64> = sources.sources.iter().map(|source| source.stat.bytes).collect();
    let session = Session {
        runs: root.join("runs"),
        policy: Policy::default(),
        keys,
        engine,
        logical_day: 20_777,
        date: "2026-11-20".to_owned(),
        threads: case.budget.threads,
        sources,
        shards: runner::shard::plan(&lengths, case.shards),
        plan: Plan::new(case.pipeline(), case.shards, None).unwrap(),
        baseline: runner::baseline::Baseline::default(),
        scenarios: runner::scenarios::Scenarios::default(),
        vault: None,
        tests: runner::tests_given::TestsGiven::default(),
        model: None,
    };
    let reporter = Reporter::log();
    let runs = &session.runs;
    let runner = Runner {
        session: &session,
        store: Store::of(runs),
        audit: Audit::of(runs),
        ledger: Place::of(runs, None, None),
        reporter: &reporter,
        lock: None,
        tally: std::cell::RefCell::default(),
    };
    runner.run(|| Ok(()))
}

/// Steps that hold a file of this folder, so that tests beside this one are not seen.
fn steps_of(root: &Path) -> Vec<i32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<i32>().ok()) else { continue };
        // Between fork and exec it has the descriptors, but not all limits yet.
        let sealed = field(pid, "Seccomp:") == Some(2);
        let child = field(pid, "PPid:") == Some(u64::from(std::process::id()));
        let holds = std::fs::read_dir(entry.path().join("fd"))
            .is_ok_and(|fds| fds.flatten().any(|fd| std::fs::read_link(fd.path()).is_ok_and(|path| path.starts_with(root.join("logs")))));
        if sealed && child && holds {
            found.push(pid);
        }
    }
    found.sort_unstable();
    found
}

fn field(pid: i32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// The limit of private memory that the kernel keeps.
fn memory_limit(pid: i32) -> u64 {
    let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max data size")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Action and task of every audit event, as they were written.
fn audited(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("runs/audit.jsonl")).unwrap_or_default();
    let mut events = Vec::new();
    for line in text.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let task = event.to_string().split("\"task\":\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        let action = ["step_retried", "step_run", "step_failed"].into_iter().find(|name| line.contains(name)).unwrap_or("?");
        events.push(format!("{action} {}", task.unwrap_or_default()));
    }
    events
}

#[test]
fn threads_and_memory_of_steps_in_flight_stay_within_the_budget() {
    let going = Going::start(&Case::new("wait", 7, 3, 100));
    let mut seen = BTreeSet::new();
    for round in 0..5 {
        // Five rounds of three: in each, one more step may go on.
        let steps = going.steps(3);
        seen.extend(steps.iter().copied());
        assert!(steps.iter().map(|&pid| memory_limit(pid)).sum::<u64>() <= 100 * MIB, "{steps:?}");
        going.go([round]);
        let begun = Instant::now();
        while steps_of(going.dir.path()).iter().all(|pid| seen.contains(pid)) && round < 4 {
            assert!(begun.elapsed() < PATIENCE, "no step took the place of the one that ended");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    going.go(0..7);
    let (dir, outcome) = going.end();
    let results = outcome.unwrap();
    let threads: Vec<u16> = results.values().map(|done| done.entry.usage.threads).collect();
    assert_eq!(threads, [1; 7]);
    let expected: Vec<String> = (0..7).map(|shard| format!("step_run mine.wait[{shard}]")).collect();
    assert_eq!(audited(dir.path()), expected, "by task, whoever ended first");
}

#[test]
fn a_lone_step_gets_everything() {
    let going = Going::start(&Case::new("wait", 1, 3, 100));
    let step = going.steps(1)[0];
    assert_eq!(memory_limit(step), 100 * MIB);
    going.go([0]);
    assert_eq!(going.end().1.unwrap().values().next().unwrap().entry.usage.threads, 3);
}

#[test]
fn results_and_logs_are_the_same_whatever_is_in_flight() {
    let digests = |threads: u16| {
        let going = Going::start(&Case::new("wait", 5, threads, 200));
        going.steps(usize::from(threads.min(5)));
        // The last ones end first.
        going.go((0..5).rev());
        let (dir, outcome) = going.end();
        let entries: Vec<_> = outcome.unwrap().into_values().map(|done| (done.entry.task, done.entry.files[0].digest)).collect();
        (entries, audited(dir.path()))
    };
    let one = digests(1);
    assert_eq!(one.0.len(), 5);
    assert_eq!(one, digests(4));
}

fn check_attempts(step: &'static str, retries: u32, exit: Exit, events: &[&str]) {
    let (dir, outcome) = Going::start(&Case { retries, ..Case::new(step, 1, 1, 64) }).end();
    assert_eq!(outcome.expect_err("it fails").exit, exit);
    let expected: Vec<String> = events.iter().map(|event| format!("{event} mine.{step}")).collect();
    assert_eq!(audited(dir.path()), expected, "{step}");
}

#[test]
fn only_what_can_heal_is_tried_again_and_each_try_is_audited() {
    check_attempts("transient", 0, Exit::TransientIo, &["step_failed"]);
    check_attempts("transient", 2, Exit::TransientIo, &["step_retried", "step_retried", "step_failed"]);
    check_attempts("corrupt", 2, Exit::CorruptInput, &["step_failed"]);
    check_attempts("crash", 2, Exit::StageCrashed, &["step_failed"]);
}

#[test]
fn a_step_that_somebody_ended_is_tried_again() {
    let going = Going::start(&Case { retries: 1, ..Case::new("wait", 1, 1, 64) });
    let step = rustix::process::Pid::from_raw(going.steps(1)[0]).unwrap();
    rustix::process::kill_process(step, rustix::process::Signal::TERM).unwrap();
    going.go([0]);
    let (dir, outcome) = going.end();
    assert_eq!(outcome.unwrap().values().next().unwrap().entry.usage.attempts, 2);
    assert_eq!(audited(dir.path()), ["step_retried mine.wait", "step_run mine.wait"]);
}

#[test]
fn want_of_memory_heals_with_fewer_threads() {
    // 80 MiB with four threads, 40 with two.
    let (_, outcome) = Going::start(&Case { retries: 1, ..Case::new("allocate", 1, 4, 64) }).end();
    let usage = outcome.unwrap().into_values().next().unwrap().entry.usage;
    assert_eq!((usage.attempts, usage.threads), (2, 2));
    // 20 MiB do not fit, however often.
    let (dir, outcome) = Going::start(&Case { retries: 5, ..Case::new("allocate", 1, 1, 20) }).end();
    assert_eq!(outcome.expect_err("too little").exit, Exit::OutOfMemory);
    assert_eq!(audited(dir.path()), ["step_failed mine.allocate"]);
}

#[test]
fn a_failure_lets_those_in_flight_end_and_the_first_in_order_is_told() {
    let going = Going::start(&Case::new("early", 4, 2, 64));
    // The second shard has failed; nothing takes its place.
    let begun = Instant::now();
    while going.steps(1).is_empty() || !going.dir.path().join("runs/.building-2026-11-20/mined").is_dir() {
        assert!(begun.elapsed() < PATIENCE);
    }
    going.go([0]);
    let (dir, outcome) = going.end();
    assert_eq!(outcome.expect_err("both fail").exit, Exit::CorruptInput);
    assert_eq!(audited(dir.path()), ["step_failed mine.early[0]", "step_failed mine.early[1]"]);
}

#[test]
fn a_step_and_a_run_have_their_time() {
    let case = Case { step_timeout: Duration::from_millis(300), retries: 2, ..Case::new("wait", 2, 2, 64) };
    let (dir, outcome) = Going::start(&case).end();
    let failure = outcome.expect_err("it never ends by itself");
    assert!(failure.exit == Exit::Timeout && failure.sentence().contains("--step-timeout-minutes"), "{}", failure.sentence());
    assert_eq!(audited(dir.path()), ["step_failed mine.wait[0]", "step_failed mine.wait[1]"]);
    let case = Case { run_timeout: Some(Duration::from_millis(300)), ..Case::new("wait", 3, 2, 64) };
    let failure = Going::start(&case).end().1.expect_err("its time is over");
    assert!(failure.exit == Exit::Timeout && failure.sentence().contains("--run-timeout-minutes"), "{}", failure.sentence());
}

#[test]
fn a_signal_ends_everything_in_flight_and_the_rest_is_found_again() {
    let going = Going::start(&Case { retries: 5, ..Case::new("wait", 5, 3, 100) });
    going.go([0]);
    let begun = Instant::now();
    while audited(going.dir.path()).is_empty() {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(5));
    }
    let steps = going.steps(3);
    going.stop.store(true, Ordering::Relaxed);
    let (dir, outcome) = going.end();
    assert_eq!(outcome.expect_err("told to end").exit, Exit::Terminated);
    assert!(steps.iter().all(|&pid| field(pid, "PPid:").is_none()), "a step outlives its run");
    let events = audited(dir.path());
    assert_eq!(events[0], "step_run mine.wait[0]");
    assert_eq!(events[1..].iter().filter(|event| event.starts_with("step_failed")).count(), 3, "{events:?}");
    let building = dir.path().join("runs/.building-2026-11-20/mined");
    let left: Vec<_> = std::fs::read_dir(building).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap()).collect();
    assert_eq!(left, ["made-shard00.lmq"], "nothing half written stays");
}
