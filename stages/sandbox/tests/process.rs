//! How steps end: with their runner, at their time limit, and without flooding anybody.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "tests stand on the runner's side")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use sandbox::launch::{End, Limits, Wait, Watch, wait_for_any};

/// Rounds of killing the runner.
const ROUNDS: usize = 100;

#[test]
fn a_killed_runner_leaves_no_step() {
    const NAME: &str = "a_killed_runner_leaves_no_step";
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        let child = common::start("park", &[], Limits::default());
        println!("step {}", child.pid());
        let _ = child.wait(&Wait::default());
        return;
    }
    common::as_root_and_as_nobody(NAME, || {
        for _ in 0..ROUNDS {
            let mut runner = common::again(NAME).env(common::PART_VARIABLE, "runner").stdout(Stdio::piped()).spawn().expect("starts");
            let lines = BufReader::new(runner.stdout.take().expect("piped")).lines();
            let step = lines.map_while(Result::ok).find_map(|line| line.split_once("step ")?.1.trim().parse::<i32>().ok()).expect("the runner tells");
            assert!(is_running(step), "the step lives while its runner does");
            runner.kill().expect("killed");
            runner.wait().expect("reaped");
            let start = Instant::now();
            while is_running(step) {
                assert!(start.elapsed() < Duration::from_secs(10), "the step outlives its runner");
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    });
}

/// Running, and not a zombie that init has yet to collect.
fn is_running(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

#[test]
fn a_step_that_takes_too_long_is_told_to_end() {
    let wait = Wait { timeout: Some(Duration::from_millis(100)), tick: Duration::from_millis(10), ..Wait::default() };
    let finished = common::start("spin", &[], Limits::default()).wait(&wait).expect("waits");
    assert_eq!((finished.end, finished.timed_out, finished.stopped), (End::Killed(libc::SIGTERM), true, false));
    assert!(finished.usage.user + finished.usage.system > Duration::ZERO);
}

#[test]
fn a_step_that_does_not_listen_is_killed() {
    let wait = Wait { grace: Duration::from_millis(100), tick: Duration::from_millis(10), ..Wait::default() };
    let child = common::start("deaf", &[], Limits::default());
    let deaf = Instant::now() + Duration::from_secs(1);
    let finished = child.wait_watching(&wait, |_| if Instant::now() > deaf { Watch::Stop } else { Watch::Continue }).expect("waits");
    assert_eq!((finished.end, finished.timed_out, finished.stopped), (End::Killed(libc::SIGKILL), false, true));
    assert_eq!(common::text(&finished), "deaf\n");
}

#[test]
fn steps_side_by_side_end_on_their_own() {
    let watched = |job| common::start(job, &[], Limits::default()).watched(Duration::from_millis(100), 1_000).expect("watched");
    let mut steps = vec![("park", watched("park")), ("deaf", watched("deaf")), ("flood", watched("flood"))];
    let mut ended = Vec::new();
    while !steps.is_empty() {
        wait_for_any(steps.iter().map(|(_, step)| step), Duration::from_millis(10)).expect("waits");
        for index in (0..steps.len()).rev() {
            if steps[index].1.advance().expect("looks") {
                let (job, step) = steps.remove(index);
                let finished = step.finish().expect("reaped");
                ended.push((job, finished.end, finished.stderr.len()));
            }
        }
        // The others live until they are told: first the one that listens, then the one that does not.
        if let (false, Some((_, step))) = (ended.is_empty(), steps.first_mut()) {
            step.tell_to_end().expect("told");
        }
    }
    let flood = ("flood", End::Exited(9), 1_000);
    assert_eq!(ended[0], flood);
    assert_eq!(ended[1].1, End::Killed(libc::SIGTERM));
    // It may be told before it has gone deaf.
    assert!([End::Killed(libc::SIGKILL), End::Killed(libc::SIGTERM)].contains(&ended[2].1), "{ended:?}");
}

#[test]
fn a_dropped_step_is_gone() {
    let child = common::start("park", &[], Limits::default());
    let pid = child.pid();
    assert!(is_running(pid));
    drop(child);
    assert!(!is_running(pid));
}

#[test]
fn another_thread_can_end_a_step() {
    let child = common::start("park", &[], Limits::default());
    let killer = child.killer().expect("a handle");
    let thread = std::thread::spawn(move || killer.terminate());
    let finished = child.wait(&Wait::default()).expect("waits");
    thread.join().expect("no panic").expect("sent");
    assert_eq!(finished.end, End::Killed(libc::SIGTERM));
}

/// Started by a supervisor that ignores SIGCHLD and SIGTERM: the step's end is still seen, and the step itself ignores nothing.
#[test]
#[expect(unsafe_code, reason = "there is no safe signal")]
fn signals_ignored_by_the_supervisor_change_nothing() {
    const NAME: &str = "signals_ignored_by_the_supervisor_change_nothing";
    if std::env::var_os(common::PART_VARIABLE).is_some() {
        let wait = Wait { timeout: Some(Duration::from_millis(50)), tick: Duration::from_millis(10), ..Wait::default() };
        let finished = common::start("park", &[], Limits::default()).wait(&wait).expect("waits");
        assert_eq!(finished.end, End::Killed(libc::SIGTERM));
        return;
    }
    let mut command = common::again(NAME);
    command.env(common::PART_VARIABLE, "runner");
    common::before_exec(&mut command, || {
        for signal in [libc::SIGCHLD, libc::SIGTERM] {
            // SAFETY: an ignored signal runs nothing.
            unsafe { libc::signal(signal, libc::SIG_IGN) };
        }
        Ok(())
    });
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_flood_of_messages_is_capped() {
    let wait = Wait { stderr_bytes_max: 10_000, ..Wait::default() };
    let finished = common::start("flood", &[], Limits::default()).wait(&wait).expect("waits");
    assert_eq!((finished.end, finished.stderr.len(), finished.stderr_cut), (End::Exited(9), 10_000, true));
}
