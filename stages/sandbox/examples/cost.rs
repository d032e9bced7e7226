//! `cost PROGRAM LAUNCHES`: what the sandbox costs here, as one line of JSON: processor time of sealing a program, of launching it (this process
//! and the step up to its exit), and of a system call without and with the filters. PROGRAM is the example `probe`, built as stages are.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measuring program stands on the runner's side")]

use std::fs::File;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use sandbox::launch::{End, Finished, Launch, Limits, NOBODY, Wait};
use sandbox::memory::{report_memory, sealed_memory};
use sandbox::seal::{SealedProgram, seal};

const ROUNDS: u32 = 10;
const CALLS: u32 = 100_000;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(launches)) = (arguments.next(), arguments.next().and_then(|number| number.parse().ok())) else {
        return ExitCode::from(2);
    };
    match measure(&path, launches) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(path: &str, launches: u32) -> Result<String, Box<dyn std::error::Error>> {
    let file = File::open(path)?;
    let before = own_time();
    for _ in 0..ROUNDS {
        seal("probe", &file)?;
    }
    let seal_us = (own_time() - before).as_micros() / u128::from(ROUNDS);
    let program = seal("probe", &file)?;
    let bytes = program.bytes()?.len();
    // An unknown job ends the step at once.
    launch(&program, "nothing")?;
    let (before, mut step) = (own_time(), Duration::ZERO);
    for _ in 0..launches {
        let finished = launch(&program, "nothing")?;
        if finished.end != End::Exited(2) {
            return Err(format!("a step ended with {:?}", finished.end).into());
        }
        step += finished.usage.user + finished.usage.system;
    }
    let runner_us = (own_time() - before).as_micros() / u128::from(launches);
    let step_us = step.as_micros() / u128::from(launches);
    let inside: u128 = String::from_utf8(launch(&program, "cost")?.stderr)?.trim().parse()?;
    let outside = nanoseconds_of_a_call(&file)?;
    let watched = std::thread::scope(|scope| scope.spawn(|| under_an_empty_filter(&file)).join()).map_err(|_| "the thread panicked")??;
    Ok(format!(
        r#"{{"launches":{launches},"program_bytes":{bytes},"seal_cpu_us":{seal_us},"launch_runner_cpu_us":{runner_us},"launch_step_cpu_us":{step_us},"call_ns":{outside},"call_empty_filter_ns":{watched},"call_step_ns":{inside}}}"#
    ))
}

fn launch(program: &SealedProgram, job: &str) -> Result<Finished, Box<dyn std::error::Error>> {
    let (job, report) = (sealed_memory("job", job.as_bytes())?, report_memory(1024)?);
    let launch = Launch { program, descriptors: vec![Some(job.as_fd()), Some(report.as_fd())], limits: Limits::default(), drop_to: Some(NOBODY) };
    Ok(launch.spawn()?.wait(&Wait::default())?)
}

/// The same in a thread under one filter that allows everything: what any filter costs, as the kernel then takes a slower way.
fn under_an_empty_filter(file: &File) -> std::io::Result<u128> {
    let program = [seccompiler::sock_filter { code: 6, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW }];
    seccompiler::apply_filter(&program).map_err(std::io::Error::other)?;
    nanoseconds_of_a_call(file)
}

/// The same call as the probe makes, in this process: the best of some rounds.
fn nanoseconds_of_a_call(file: &File) -> std::io::Result<u128> {
    let mut best = u128::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS {
            rustix::fs::tell(file)?;
        }
        best = best.min(start.elapsed().as_nanos() / u128::from(CALLS));
    }
    Ok(best)
}

/// Processor time of this process.
fn own_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
