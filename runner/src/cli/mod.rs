//! The command line: flags in, one command each, an exit code out.

mod args;
mod baseline;
mod budget;
mod budget_args;
mod compare;
mod config;
mod config_args;
mod configured;
mod doctor;
#[cfg(test)]
mod documented;
mod ended;
mod explain;
mod features;
mod features_args;
mod features_sync;
mod fidelity;
mod inspect;
mod keygen;
mod model;
mod model_args;
mod paper;
mod plan;
mod policy;
mod prepare;
mod query;
mod retention;
mod run;
mod seal;
mod status;
mod step;
mod token;
mod token_args;
mod token_rotate;
mod try_policy;
mod verify;

use std::ffi::OsString;
use std::io::Write;

use clap::FromArgMatches;
use schemas::exit::Exit;

use crate::config::{CONFIG_VARIABLE, RunnerConfig};
use crate::failure::Failure;
use args::{Arguments, Command};

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> Exit {
    // What is written while a run goes on is nobody's business but the owner's and the group's.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o027));
    crate::signals::start();
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let _ = writeln!(std::io::stderr(), "a bug in logminer: it panicked at {place}");
    }));
    let outcome = std::panic::catch_unwind(parse_and_run);
    match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            let _ = writeln!(std::io::stderr(), "{}", failure.sentence());
            failure.exit
        }
        Err(_) => Exit::Internal,
    }
}

fn parse_and_run() -> Result<Exit, Failure> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let variable = std::env::var_os(CONFIG_VARIABLE);
    let (config, line) = configured::command_line(arguments.get(1..).unwrap_or_default(), variable.as_deref())?;
    match line.try_get_matches_from(arguments).and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => dispatch(arguments, &config),
        Err(error) => {
            let _ = error.print();
            Ok(if error.use_stderr() { Exit::Usage } else { Exit::Done })
        }
    }
}

fn dispatch(arguments: Arguments, config: &RunnerConfig) -> Result<Exit, Failure> {
    match arguments.command {
        Command::Run(options) | Command::Resume(options) if options.dry_run => plan::run(&options),
        Command::Run(options) => run::run(&options, false),
        Command::Resume(options) => run::run(&options, true),
        Command::Plan(options) => plan::run(&options),
        Command::Step(options) => step::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Status(options) => status::run(&options, config),
        Command::Baseline(options) => baseline::run(&options),
        Command::Features(options) => features::run(&options),
        Command::Retention(options) => retention::run(&options),
        Command::Keygen(options) => keygen::run(&options),
        Command::Token(options) => token::run(&options, &config.vault_approvers),
        Command::Budget(options) => budget::run(&options),
        Command::Query(options) => query::run(&options),
        Command::Compare(options) => compare::run(&options),
        Command::Fidelity(options) => fidelity::run(&options),
        Command::Seal(options) => seal::run(&options),
        Command::Model(options) => model::run(&options),
        Command::Config(options) => config::run(&options, arguments.config.as_deref()),
        Command::Policy(options) => policy::run(&options),
        Command::Completions(options) => paper::completions(&options),
        Command::Man(options) => paper::man(&options),
    }
}
