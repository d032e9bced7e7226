//! The whole test suite as CI runs it, on a laptop too.

mod programs;

use std::thread;
use std::time::Instant;

use anyhow::{Result, anyhow};

use crate::stage_build::WITH_MODELS;
use crate::{say, seal, tidy, tree};

/// What to run.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out the end-to-end tests, which need the sealed stages.
    #[arg(long)]
    quick: bool,
}

/// Runs the suite; the first part that fails ends it, with all test programs that failed in it named.
///
/// # Errors
/// When a part fails.
pub fn run(options: &Options) -> Result<()> {
    part("tidy", tidy::run)?;
    part("format", || tree::run(tree::cargo().args(["fmt", "--check"]), "cargo fmt"))?;
    if options.quick {
        checks()?;
        return part("unit tests", || tree::run(tree::cargo().args(["test", "--quiet", "--workspace", "--exclude", "xtask"]), "the tests"));
    }
    // A stage is linked whole by one thread, for minutes, in a directory of its own: the rest is built beside it.
    let (sealed, checked) = thread::scope(|scope| {
        let sealed = scope.spawn(|| part("sealed stages", seal::build));
        let checked = checks()
            .and_then(|()| part("build of the tests", || tree::run(tree::cargo().args(["test", "--quiet", "--workspace", "--no-run"]), "the tests")));
        (sealed.join(), checked)
    });
    checked?;
    sealed.map_err(|_| anyhow!("the build of the sealed stages panicked"))??;
    part("tests", programs::run)
}

/// What needs no sealed stages.
fn checks() -> Result<()> {
    part("lints", || tree::run(tree::cargo().args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]), "cargo clippy"))?;
    part("models of names", models)
}

/// What is built only with the feature: nothing else would notice when it no longer builds.
fn models() -> Result<()> {
    let (package, feature) = WITH_MODELS;
    let lints = ["clippy", "--quiet", "-p", package, "--features", feature, "--all-targets", "--", "-D", "warnings"];
    tree::run(tree::cargo().args(lints), "cargo clippy with models of names")?;
    tree::run(tree::cargo().args(["test", "--quiet", "-p", package, "--features", feature, "--lib", "ner::"]), "the tests of models of names")?;
    tree::run(tree::cargo().args(["test", "--quiet", "-p", package, "--features", feature, "--test", "ner"]), "the tests of models of names in steps")
}

fn part(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let start = Instant::now();
    say(format_args!("== {name}"));
    work()?;
    say(format_args!("== {name}: ok, {} s", start.elapsed().as_secs()));
    Ok(())
}
