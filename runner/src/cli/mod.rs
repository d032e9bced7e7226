//! The command line: flags in, one command each, an exit code out.

mod args;
mod budget;
mod doctor;
mod inspect;
mod keygen;
mod plan;
mod prepare;
mod retention;
mod run;
mod seal;
mod status;
mod step;
mod verify;

use std::io::Write;

use clap::Parser;
use schemas::exit::Exit;

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
    let outcome = std::panic::catch_unwind(|| match Arguments::try_parse() {
        Ok(arguments) => dispatch(arguments.command),
        Err(error) => {
            let _ = error.print();
            Ok(if error.use_stderr() { Exit::Usage } else { Exit::Done })
        }
    });
    match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            let _ = writeln!(std::io::stderr(), "{}", failure.sentence());
            failure.exit
        }
        Err(_) => Exit::Internal,
    }
}

fn dispatch(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(options) => run::run(&options, false),
        Command::Resume(options) => run::run(&options, true),
        Command::Plan(options) => plan::run(&options),
        Command::Step(options) => step::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Inspect(options) => inspect::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Status(options) => status::run(&options),
        Command::Retention(options) => retention::run(&options),
        Command::Keygen(options) => keygen::run(&options),
        Command::Budget(options) => budget::run(&options),
        Command::Seal(options) => seal::run(&options),
    }
}
