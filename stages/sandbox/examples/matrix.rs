//! A sealed program for the probe matrix: does the allowed twin of an operation, says so, then tries the operation and says what came of it.
//! In: `MODE OPERATION WORLD` on descriptor 3. Out: `twin ERRNO` and `attempt ERRNO` on descriptor 4.
#![expect(clippy::disallowed_methods, reason = "an executed copy of this program is told by its argument")]

#[path = "../tests/probe/operation/mod.rs"]
mod operation;

use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use operation::{EXECUTED, JOB, OPERATIONS, REPORT_TO, World};

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|argument| argument.as_bytes() == EXECUTED.to_bytes()) {
        // The attempt to run another program has worked.
        return say("attempt", Ok(()));
    }
    let mut job = String::new();
    if lent(JOB).and_then(|mut file| file.read_to_string(&mut job)).is_err() {
        return ExitCode::from(70);
    }
    let mut words = job.splitn(3, ' ');
    let (mode, name) = (words.next(), words.next());
    let (Some(operation), Some(world)) = (OPERATIONS.iter().find(|it| Some(it.name) == name), words.next().and_then(World::parse)) else {
        return ExitCode::from(2);
    };
    if mode == Some("inside") && sandbox::stage::lock_down().is_err() {
        return ExitCode::from(30);
    }
    if let Some(twin) = operation.twin {
        say("twin", (twin.act)());
    }
    say("attempt", (operation.attempt)(&world))
}

fn say(what: &str, result: std::io::Result<()>) -> ExitCode {
    let errno = result.err().map_or(0, |error| error.raw_os_error().unwrap_or(-1));
    let written = lent(REPORT_TO).and_then(|mut report| writeln!(report, "{what} {errno}"));
    ExitCode::from(if written.is_ok() { 0 } else { 70 })
}

fn lent(descriptor: usize) -> std::io::Result<ManuallyDrop<std::fs::File>> {
    sandbox::files::inherited(i32::try_from(descriptor).unwrap_or(-1)).map(ManuallyDrop::new)
}
