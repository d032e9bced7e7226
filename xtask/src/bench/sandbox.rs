//! What the sandbox costs: processor time of a launch, and of a system call with the filters and without.
//!
//! A command, not a test: a loaded machine changes the numbers, and a bound wide enough for any machine would prove nothing.

use anyhow::{Context, Result};

use crate::{say, tree};

/// Launches that are averaged.
const LAUNCHES: u32 = 200;
/// How often all is measured; the best counts, as others disturb it in one direction only.
const ROUNDS: usize = 10;

#[derive(Debug, serde::Deserialize)]
struct Cost {
    program_bytes: u64,
    seal_cpu_us: u64,
    launch_runner_cpu_us: u64,
    launch_step_cpu_us: u64,
    call_ns: u64,
    call_empty_filter_ns: u64,
    call_step_ns: u64,
}

/// Builds the measuring program and the sealed one, measures, prints.
pub(super) fn run() -> Result<()> {
    let host = tree::host()?;
    let mut build = tree::cargo();
    build.env("RUSTFLAGS", "-C target-feature=+crt-static").args(["build", "--quiet", "--release", "--target", &host, "-p", "sandbox"]);
    tree::run(build.args(["--example", "cost", "--example", "probe"]), "the build of the measuring programs")?;
    let examples = tree::target().join(&host).join("release/examples");
    let mut best: Option<Cost> = None;
    for _ in 0..ROUNDS {
        let output = std::process::Command::new(examples.join("cost")).arg(examples.join("probe")).arg(LAUNCHES.to_string()).output()?;
        let cost: Cost = serde_json::from_slice(&output.stdout).with_context(|| format!("measure: {}", String::from_utf8_lossy(&output.stdout)))?;
        let launch = |cost: &Cost| cost.launch_runner_cpu_us + cost.launch_step_cpu_us;
        best = Some(match best {
            None => cost,
            Some(best) => Cost {
                call_ns: best.call_ns.min(cost.call_ns),
                call_empty_filter_ns: best.call_empty_filter_ns.min(cost.call_empty_filter_ns),
                call_step_ns: best.call_step_ns.min(cost.call_step_ns),
                seal_cpu_us: best.seal_cpu_us.min(cost.seal_cpu_us),
                ..if launch(&cost) < launch(&best) { cost } else { best }
            },
        });
    }
    let cost = best.context("nothing was measured")?;
    let launch = cost.launch_runner_cpu_us + cost.launch_step_cpu_us;
    say(format_args!("sealing {} bytes, once a run      {:>6} us of processor time", cost.program_bytes, cost.seal_cpu_us));
    say(format_args!(
        "a launch ({LAUNCHES}, best of {ROUNDS})         {launch:>6} us: runner {}, step {} (bar: 5,000)",
        cost.launch_runner_cpu_us, cost.launch_step_cpu_us
    ));
    say(format_args!("a system call without filters      {:>6} ns", cost.call_ns));
    say(format_args!("the same under one empty filter    {:>6} ns", cost.call_empty_filter_ns));
    let more = cost.call_step_ns.saturating_sub(cost.call_ns);
    say(format_args!("a system call of a step            {:>6} ns, {more} more (bar: 100)", cost.call_step_ns));
    Ok(())
}
