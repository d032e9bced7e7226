//! No stage outlives its runner, however that ends.

use std::process::Command;
use std::time::Duration;

use super::common::Bank;
use super::support::{children, run_hostile, runs, within};

/// How often the runner is killed.
const ROUNDS: u64 = 100;
/// Longest time until it is: a run takes about twice that.
const MILLISECONDS_MAX: u64 = 200;

fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().unwrap().success(), "kill {name} {pid}");
}

/// The runner is stopped first, so that it starts nothing between the look at its children and its end.
#[test]
fn a_hundred_killed_runners_leave_no_stage() {
    let bank = Bank::with_day(2_000, 1);
    let (mut with_stage, mut random) = (0, 0x2545_f491_4f6c_dd1d_u64);
    for round in 0..ROUNDS {
        let mut runner = bank.run().spawn().unwrap();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(Duration::from_millis(random % MILLISECONDS_MAX));
        if runner.try_wait().unwrap().is_none() {
            signal("-STOP", runner.id());
            let stages = children(runner.id());
            with_stage += usize::from(!stages.is_empty());
            runner.kill().unwrap();
            runner.wait().unwrap();
            within(Duration::from_secs(1), "the stages end", || !stages.iter().any(|stage| runs(*stage)));
        }
        if round % 10 == 9 {
            // So that there is something to do again.
            let _ = std::fs::remove_dir_all(bank.path("runs"));
        }
    }
    assert!(with_stage > 20, "a stage ran in {with_stage} of {ROUNDS} rounds");
    bank.run().run_quietly().unwrap();
}

#[test]
fn a_timeout_leaves_no_stage() {
    let bank = Bank::new();
    let mut runner = run_hostile(&bank, "deaf").args(["--step-timeout-minutes", "1"]).spawn().unwrap();
    let mut seen = Vec::new();
    within(Duration::from_secs(180), "the runner gives up", || {
        seen.extend(children(runner.id()));
        runner.try_wait().unwrap().is_some()
    });
    assert!(!seen.is_empty());
    assert!(!seen.into_iter().any(runs));
}
