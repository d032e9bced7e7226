//! The canary itself: walks the probes and writes `name errno` for each.
#![expect(unsafe_code, reason = "the canary makes raw system calls on purpose")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::unix::fs::FileExt;
use std::process::ExitCode;

use super::CONTENT;
use super::probes::{Arg, Attempt, PROBES, State};
use crate::files;
use crate::filter::Fallback;
use crate::stage::{ask, lock_down, lock_down_with, parent_death_signal};

/// What a killed launch has written before the forbidden call.
pub(crate) const REACHED: &str = "reached";
/// Descriptors are exactly 0 to 7.
const DESCRIPTORS: i32 = 8;
/// How far descriptors are looked for.
const DESCRIPTORS_LOOKED_AT: i32 = 4096;

/// The whole of the canary's `main`.
pub fn main() -> ExitCode {
    let mut job = String::new();
    if lent(3).and_then(|file| (&*file).read_to_string(&mut job)).is_err() {
        return ExitCode::from(70);
    }
    let (mode, runner) = job.split_once(' ').unwrap_or((&job, ""));
    let runner: libc::c_long = runner.parse().unwrap_or(1);
    match mode {
        "observe" => observe(runner),
        "kill_start" => violate(make_socket),
        "kill_work" => match lock_down() {
            Ok(()) => violate(make_socket),
            Err(_) => ExitCode::from(30),
        },
        #[cfg(target_arch = "x86_64")]
        "kill_int80" => violate(int_0x80),
        _ => ExitCode::from(2),
    }
}

/// Writes that it got here and that it was still able to work, then does what must kill it.
fn violate(forbidden: impl FnOnce()) -> ExitCode {
    let works = [State::InputRead, State::OutputWritten].map(holds);
    if works == [Ok(()); 2] {
        say(&format!("{REACHED}\n"));
    }
    forbidden();
    say("survived\n");
    ExitCode::SUCCESS
}

fn observe(runner: libc::c_long) -> ExitCode {
    let mut lines = String::new();
    for probe in PROBES {
        let result = match probe.attempt {
            Attempt::Call(number, arguments) => call(number, arguments.map(|argument| value(argument, runner))),
            Attempt::State(state) => holds(state),
            Attempt::LockDown => lock_down_with(Fallback::Observe).map_err(|_| libc::EPERM),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{} {}", probe.name, result.err().unwrap_or(0));
    }
    say(&lines);
    ExitCode::SUCCESS
}

fn say(text: &str) {
    // A report that cannot be written is missing, which the runner notices.
    if let Ok(report) = lent(4) {
        let _ = (&*report).write_all(text.as_bytes());
    }
}

/// Makes a system call. A new process, should one appear, ends at once.
fn call(number: libc::c_long, arguments: [libc::c_long; 6]) -> Result<(), i32> {
    let [a, b, c, d, e, f] = arguments;
    // SAFETY: the probes pass null, addresses of the live buffers of `value`, or numbers that name nothing.
    let result = unsafe { libc::syscall(number, a, b, c, d, e, f) };
    let made_process = number == libc::SYS_fork || number == libc::SYS_clone;
    if result == 0 && made_process {
        crate::stage::exit_now(0);
    }
    if result < 0 { Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(-1)) } else { Ok(()) }
}

fn value(argument: Arg, runner: libc::c_long) -> libc::c_long {
    #[repr(align(4096))]
    struct Room(std::cell::UnsafeCell<[u8; 4096]>);
    // SAFETY: the canary has one thread while it makes raw calls, and only the kernel writes here.
    unsafe impl Sync for Room {}
    static PAGE: Room = Room(std::cell::UnsafeCell::new([0; 4096]));
    static BUFFER: Room = Room(std::cell::UnsafeCell::new([0; 4096]));
    let address = |pointer: *const u8| pointer.addr().cast_signed() as libc::c_long;
    match argument {
        Arg::N(number) => number,
        Arg::Path => address(c"/etc/passwd".as_ptr().cast()),
        Arg::NoPath => address(c"/nonexistent/canary".as_ptr().cast()),
        Arg::Empty => address(c"".as_ptr().cast()),
        Arg::Buffer => address(BUFFER.0.get().cast()),
        Arg::Page => address(PAGE.0.get().cast()),
        Arg::Runner => runner,
    }
}

fn holds(state: State) -> Result<(), i32> {
    let truth = |held: bool| if held { Ok(()) } else { Err(libc::EPERM) };
    match state {
        State::EnvironmentEmpty => truth(std::env::vars_os().next().is_none()),
        State::OneArgument => truth(std::env::args_os().count() == 1),
        State::DescriptorsExact => truth((0..DESCRIPTORS_LOOKED_AT).all(|fd| lent(fd).is_ok() == (fd < DESCRIPTORS))),
        State::StandardInputEmpty => truth(matches!(std::io::stdin().read(&mut [0]), Ok(0))),
        State::NoCoreDump => truth(limit(rustix::process::Resource::Core) == Some(0)),
        State::NoNewDescriptors => truth(limit(rustix::process::Resource::Nofile).is_some_and(|files| files <= crate::launch::OPEN_FILES_MAX)),
        State::NoNewPrivileges => truth(ask(libc::PR_GET_NO_NEW_PRIVS) == Ok(1)),
        State::MemoryClosed => truth(matches!(ask(libc::PR_GET_DUMPABLE), Ok(0 | 2))),
        State::DiesWithRunner => truth(parent_death_signal() == Some(libc::SIGKILL)),
        State::NotRoot => truth([libc::AT_UID, libc::AT_EUID, libc::AT_GID, libc::AT_EGID].into_iter().all(|id| auxiliary(id) != 0)),
        State::InputRead => truth(input().is_ok_and(|bytes| bytes == CONTENT)),
        State::InputMapped => truth(lent(6).and_then(|file| files::map(&file)).is_ok_and(|map| *map == *CONTENT)),
        State::OutputWritten => truth(lent(7).and_then(|file| file.write_all_at(CONTENT, 0)).is_ok()),
        State::Threads => truth(work_of_threads() == 4 << 18),
        State::Memory => truth(std::hint::black_box(vec![1_u8; 16 << 20]).iter().all(|byte| *byte == 1)),
    }
}

/// An inherited descriptor as a file that is not closed afterwards.
fn lent(fd: i32) -> std::io::Result<ManuallyDrop<File>> {
    files::inherited(fd).map(ManuallyDrop::new)
}

fn limit(resource: rustix::process::Resource) -> Option<u64> {
    rustix::process::getrlimit(resource).maximum
}

fn auxiliary(entry: libc::c_ulong) -> libc::c_ulong {
    // SAFETY: reads the vector the kernel gave to this process.
    unsafe { libc::getauxval(entry) }
}

fn input() -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; CONTENT.len() + 1];
    let got = lent(6)?.read_at(&mut bytes, 0)?;
    bytes.truncate(got);
    Ok(bytes)
}

/// Bytes that four threads allocated and filled.
fn work_of_threads() -> usize {
    let threads: Vec<_> = (0..4).map_while(|_| std::thread::Builder::new().spawn(|| std::hint::black_box(vec![1_u8; 1 << 18]).len()).ok()).collect();
    threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
}

fn make_socket() {
    // Whatever comes back, the process should not be there to see it.
    let _ = call(libc::SYS_socket, [libc::AF_UNIX.into(), libc::SOCK_STREAM.into(), 0, 0, 0, 0]);
}

/// Enters the kernel by the 32-bit gate, where numbers mean other calls (20 is getpid).
#[cfg(target_arch = "x86_64")]
fn int_0x80() {
    // SAFETY: the call takes nothing and changes no register but rax and the flags; on a kernel without the gate the process faults.
    unsafe { std::arch::asm!("int 0x80", inout("rax") 20_u64 => _, out("r8") _, out("r9") _, out("r10") _, out("r11") _) };
}
