//! `cargo xtask`: the one entry for people and CI.
//!
//! It builds and runs binaries and links no stage. [`tree`] knows where things are, [`seal`] builds and signs the stages,
//! [`logminer`] starts the runner; each command has a file of its own.

pub mod bench;
pub mod chaos;
pub mod corrupt;
pub mod eval;
pub mod fidelity;
pub mod fuzz;
pub mod golden;
pub mod leak;
pub mod logminer;
pub mod mutation;
pub mod pipeline;
pub mod reproduce;
pub mod seal;
pub mod stage_build;
pub mod synth_days;
pub mod test;
pub mod tidy;
pub mod tools;
pub mod tree;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, seals, runs, checks and measures LogMiner-QA.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = "Start with: cargo xtask pipeline")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, seal and run everything on a synthetic bank day; says where the results are.
    Pipeline(pipeline::Options),
    /// Everything CI runs: tidy, format, lints, unit tests, sealed end-to-end tests.
    Test(test::Options),
    /// Check the rules no compiler checks: allowed edges, forbidden crates, where `unsafe` may stand.
    Tidy,
    /// Build the stages one by one, static, and sign their digests with a development key.
    Seal(seal::Options),
    /// Build the stages a second time in another directory and compare every byte (takes minutes).
    Reproduce(reproduce::Options),
    /// Write a synthetic bank day, or a day of journeys with planted faults, with its truth.
    Synth(synth_days::Bank),
    /// Rewrite the golden files after a change that was meant.
    Golden,
    /// Run a stage's real code, sealed, on a data set outside the repository.
    Eval(eval::Options),
    /// Plant values with known truth in synthetic logs, run the sealed stages on them, and score leaks, over-redaction and tokens.
    #[command(after_help = "Example:\n  cargo xtask fidelity --seeds 5   # exit 62 past a threshold")]
    Fidelity(fidelity::Options),
    /// Kill, fill and break runs of a small day at random and at every system call, and check that nothing is ever half-written.
    #[command(
        after_help = "Examples:\n  cargo xtask chaos --kills 500 --seed 7\n  cargo xtask chaos --kills 0 --publication-stride 1   # every system call of a publication"
    )]
    Chaos(chaos::Options),
    /// Put faults into the demo bank, one at a time, and count those that the suite made of its logs catches.
    #[command(
        after_help = "Examples:\n  cargo xtask mutation --page\n  cargo xtask mutation --no-pipeline --runner cucumber-js --fault double-debit"
    )]
    Mutation(mutation::Options),
    /// Corrupt files of every kind and count what their readers notice.
    Corrupt(corrupt::Options),
    /// Run the fuzz targets: one for each parser of outside bytes.
    Fuzz(fuzz::Options),
    /// Measure speed, memory and thread scaling.
    Bench(bench::Options),
}

/// Parses the command line and runs the command; errors are printed as a chain.
#[must_use]
pub fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        let _ = writeln!(std::io::stderr(), "the stages run on Linux only: use a Linux machine or container; `synth` and `schemas` build here");
        return ExitCode::from(2);
    }
    let outcome = match Cli::parse().command {
        Command::Pipeline(options) => pipeline::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Tidy => tidy::run(),
        Command::Seal(options) => seal::run(&options),
        Command::Reproduce(options) => reproduce::run(&options),
        Command::Synth(options) => synth_days::run(&options),
        Command::Golden => golden::run(),
        Command::Eval(options) => eval::run(&options),
        Command::Fidelity(options) => fidelity::run(&options),
        Command::Chaos(options) => chaos::run(&options),
        Command::Mutation(options) => mutation::run(&options),
        Command::Corrupt(options) => corrupt::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            let code = error.downcast_ref::<logminer::Failed>().map(|failed| failed.code);
            let code = code.or_else(|| error.downcast_ref::<eval::failures::FalseAlarm>().map(eval::failures::FalseAlarm::code));
            ExitCode::from(code.unwrap_or(1))
        }
    }
}

/// Prints a line for people on standard output; a closed pipe is not an error.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
