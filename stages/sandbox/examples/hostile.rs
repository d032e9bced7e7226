//! A stage that has been taken over, for the end-to-end tests: sealed in the place of a real one, it does what `hostile-...;` in its job names.
#![expect(unsafe_code, reason = "forbidden calls are made raw")]

use std::io::{Read, Write};
use std::process::ExitCode;

/// The last descriptor it looks at.
const DESCRIPTORS: i32 = 64;

fn main() -> ExitCode {
    if sandbox::stage::lock_down().is_err() {
        return ExitCode::from(30);
    }
    let mut job = Vec::new();
    if sandbox::files::inherited(3).and_then(|mut file| file.read_to_end(&mut job)).is_err() {
        return ExitCode::from(70);
    }
    match mode(&job).as_str() {
        "flood" => flood(),
        "endless" => endless(),
        "close" => close(),
        "deaf" => deaf(),
        "park" => park(),
        "fork" => raw(libc::SYS_fork),
        "socket" => raw(libc::SYS_socket),
        "threads" => threads(),
        "memory" => ExitCode::from(u8::from(std::hint::black_box(vec![1_u8; 8 << 30]).is_empty())),
        "lie" => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

/// The word between `hostile-` and `;`.
fn mode(job: &[u8]) -> String {
    const MARK: &[u8] = b"hostile-";
    let start = job.windows(MARK.len()).position(|window| window == MARK).map_or(job.len(), |at| at + MARK.len());
    job[start..].iter().take_while(|byte| **byte != b';').map(|byte| char::from(*byte)).collect()
}

/// Writes messages for ever, whether anybody listens or not.
fn flood() -> ExitCode {
    loop {
        let _ = std::io::stderr().write_all(&[b'x'; 4096]);
    }
}

/// Writes to everything it can write to, for ever.
fn endless() -> ExitCode {
    loop {
        for descriptor in 6..DESCRIPTORS {
            if let Ok(file) = sandbox::files::inherited(descriptor) {
                let _ = (&file).write_all(&[0; 1 << 16]);
                std::mem::forget(file);
            }
        }
    }
}

/// Closes everything it was given.
fn close() -> ExitCode {
    for descriptor in 0..DESCRIPTORS {
        drop(sandbox::files::inherited(descriptor));
    }
    ExitCode::SUCCESS
}

/// Ignores every request to end.
fn deaf() -> ExitCode {
    for signal in [libc::SIGTERM, libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
        // SAFETY: an ignored signal has no handler that could do harm.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
    park()
}

fn park() -> ExitCode {
    loop {
        std::thread::park();
    }
}

fn raw(number: libc::c_long) -> ExitCode {
    // SAFETY: the arguments are numbers.
    unsafe { libc::syscall(number, libc::AF_UNIX, libc::SOCK_STREAM, 0) };
    // A child would end here too.
    ExitCode::from(9)
}

/// Starts threads until that fails.
fn threads() -> ExitCode {
    while std::thread::Builder::new().spawn(park).is_ok() {}
    ExitCode::from(9)
}
