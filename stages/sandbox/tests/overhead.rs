//! What the sandbox costs: processor time of a launch, runner and step together. The bar is 5 ms for a release build; here it is wide enough
//! for a debug build on a machine that does other things.
#![expect(clippy::print_stdout, reason = "the measured number is the point")]

mod common;

use std::time::Duration;

use sandbox::launch::{End, Launch, Limits, NOBODY, Wait};

const LAUNCHES: u32 = 50;

#[test]
fn a_launch_costs_milliseconds() {
    common::as_root_and_as_nobody("a_launch_costs_milliseconds", || {
        let launch = Launch { program: common::probe(), descriptors: vec![None], limits: Limits::default(), drop_to: Some(NOBODY) };
        let before = own_time();
        let mut steps = Duration::ZERO;
        for _ in 0..LAUNCHES {
            let finished = launch.spawn().expect("starts").wait(&Wait::default()).expect("waits");
            assert_eq!(finished.end, End::Exited(2), "an empty job is answered with 2");
            steps += finished.usage.user + finished.usage.system;
        }
        let (runner, step) = ((own_time() - before) / LAUNCHES, steps / LAUNCHES);
        println!("a launch: runner {runner:?}, step {step:?}");
        assert!(runner + step < Duration::from_millis(25), "a launch cost {:?}", runner + step);
    });
}

/// Processor time of this thread.
fn own_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("below a second"))
}
