//! `emulate WHAT PROGRAM ARGUMENT...`: runs a program on a host that lacks something, for tests and for people who want to see it.
//!
//! The lack is a system call filter over the program and all it starts, so it needs no other kernel and no right. What has to be emulated
//! by an answer other than an error (an older Landlock) is answered by this process, which then stays until the program has ended.
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "starting a program is the purpose")]

mod lack;
mod landlock;
mod pod;

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (what, Some(program)) = (arguments.next().and_then(|what| what.into_string().ok()).unwrap_or_default(), arguments.next()) else {
        return fail(&format!("usage: emulate WHAT PROGRAM ARGUMENT...; WHAT is pod, landlock=N or one of {}", lack::NAMES.join(" ")));
    };
    let mut command = Command::new(program);
    command.args(arguments);
    if let Some(version) = what.strip_prefix("landlock=") {
        return match version.parse().map_err(std::io::Error::other).and_then(|version| landlock::run(&mut command, version)) {
            Ok(code) => ExitCode::from(code),
            Err(error) => fail(&error.to_string()),
        };
    }
    let filter = if what == "pod" { Some(pod::enter(&mut command)) } else { lack::filter(&what) };
    let Some(filter) = filter else { return fail(&format!("there is no {what} to emulate")) };
    before_exec(&mut command, move || seccompiler::apply_filter(&filter).map_err(|_| std::io::ErrorKind::Other.into()));
    fail(&command.exec().to_string())
}

fn fail(why: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{why}");
    ExitCode::from(2)
}

/// Does something, by system calls only, before the program is executed.
#[expect(unsafe_code, reason = "pre_exec is unsafe, as most closures are not fit for a forked child")]
fn before_exec(command: &mut Command, act: impl FnMut() -> std::io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the closures of this program make system calls only.
    unsafe { command.pre_exec(act) };
}
