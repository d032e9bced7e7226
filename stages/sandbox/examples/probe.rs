//! A sealed program for the tests of the sandbox: it locks itself down as a stage does and then does what its job (descriptor 3) names.
#![expect(unsafe_code, reason = "forbidden calls are made raw")]
#![expect(clippy::disallowed_types, clippy::disallowed_methods, reason = "doing what a stage must not do is the purpose")]

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut job = String::new();
    if let Err(error) = sandbox::stage::lock_down() {
        say(&format!("failed to {error}"));
        return ExitCode::from(30);
    }
    let read = sandbox::files::inherited(3).map(std::mem::ManuallyDrop::new).and_then(|mut file| file.read_to_string(&mut job));
    if read.is_err() {
        return ExitCode::from(70);
    }
    let (job, argument) = job.split_once(' ').unwrap_or((&job, ""));
    match job {
        "work" => work(),
        "sum" => sum(),
        "panic" => panic!("account 4111111111111111"),
        "overflow" => ExitCode::from(u8::from(std::thread::spawn(|| descend(0)).join().is_ok())),
        "allocate" => ExitCode::from(u8::from(std::hint::black_box(vec![1_u8; argument.parse().expect("bytes")]).is_empty())),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "park" => loop {
            std::thread::park();
        },
        "deaf" => deaf(),
        "flood" => flood(),
        "fill" => fill(),
        "threads" => threads(argument.parse().expect("a number")),
        "cost" => cost(),
        "call" => call(argument),
        other => {
            say(other);
            ExitCode::from(2)
        }
    }
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// All that a stage may do: threads over a mapped input, scratch, an output, a report.
fn work() -> ExitCode {
    use rayon::prelude::*;
    let input = sandbox::files::map(&sandbox::files::inherited(6).expect("input")).expect("map");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
    let sum: u64 = pool.install(|| {
        input
            .par_chunks(1024)
            .map(|chunk| {
                let copy: Vec<u64> = chunk.iter().map(|byte| u64::from(*byte)).collect();
                copy.iter().sum::<u64>()
            })
            .sum()
    });
    let mut output = sandbox::files::inherited(7).expect("output");
    output.write_all(sum.to_string().as_bytes()).expect("written");
    output.sync_all().expect("synced");
    let mut copy = Vec::new();
    sandbox::files::inherited(8).expect("source").read_to_end(&mut copy).expect("read");
    let mut scratch = sandbox::files::inherited(9).expect("scratch");
    scratch.write_all(&copy).expect("spilled");
    std::io::Seek::rewind(&mut scratch).expect("rewound");
    let copied = std::io::copy(&mut scratch, &mut sandbox::files::inherited(10).expect("copy")).expect("copied");
    scratch.set_len(0).expect("emptied");
    assert_eq!(copied, copy.len() as u64);
    assert!(std::thread::available_parallelism().is_ok());
    sandbox::files::inherited(4).expect("report").write_all(b"done").expect("reported");
    ExitCode::SUCCESS
}

/// Reads one byte from every descriptor from 6 on, then writes their sum to the report.
fn sum() -> ExitCode {
    let mut sum = 0_u64;
    let mut fd = 6;
    while let Ok(mut file) = sandbox::files::inherited(fd) {
        let mut byte = [0];
        file.read_exact(&mut byte).expect("one byte");
        sum += u64::from(byte[0]);
        std::mem::forget(file);
        fd += 1;
    }
    sandbox::files::inherited(4).expect("report").write_all(format!("{} {sum}", fd - 6).as_bytes()).expect("reported");
    ExitCode::SUCCESS
}

#[expect(unconditional_recursion, reason = "the stack is to overflow")]
fn descend(depth: u64) -> u64 {
    let room = std::hint::black_box([depth; 512]);
    descend(depth + 1) + room[0]
}

/// Ignores SIGTERM.
fn deaf() -> ExitCode {
    // SAFETY: an ignored signal has no handler that could do harm.
    unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
    say("deaf");
    loop {
        std::thread::park();
    }
}

/// Writes to standard error as long as somebody listens, then says in the report how it ended.
fn flood() -> ExitCode {
    let line = [b'x'; 1024];
    let mut stderr = std::io::stderr();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if stderr.write_all(&line).is_err() {
            return ExitCode::from(9);
        }
    }
    ExitCode::SUCCESS
}

/// Starts so many threads at a time, and says how many it got.
fn threads(wanted: usize) -> ExitCode {
    let start = |_| std::thread::Builder::new().spawn(std::thread::park).ok();
    say(&(0..wanted).map_while(start).count().to_string());
    // They end with the process.
    ExitCode::SUCCESS
}

/// Says what a system call costs here, in nanoseconds: the best of some rounds.
fn cost() -> ExitCode {
    const CALLS: u32 = 100_000;
    let round = |_| {
        let start = Instant::now();
        for _ in 0..CALLS {
            // SAFETY: moves nothing.
            unsafe { libc::lseek(3, 0, libc::SEEK_CUR) };
        }
        start.elapsed().as_nanos() / u128::from(CALLS)
    };
    say(&(0..10).map(round).min().unwrap_or(0).to_string());
    ExitCode::SUCCESS
}

/// Writes to descriptor 6 until it cannot.
fn fill() -> ExitCode {
    let mut output = sandbox::files::inherited(6).expect("output");
    while output.write_all(&[0; 4096]).is_ok() {}
    ExitCode::from(9)
}

/// Makes a call that must not run; prints the error if it comes back.
fn call(name: &str) -> ExitCode {
    let told = |result: std::io::Result<()>| say(&result.err().map_or_else(|| "it ran".to_owned(), |error| format!("{:?}", error.kind())));
    match name {
        "open" => told(std::fs::File::open("/etc/passwd").map(drop)),
        "create" => told(std::fs::File::create("/tmp/sandbox-probe").map(drop)),
        "list" => told(std::fs::read_dir("/").map(drop)),
        "stat" => told(std::fs::metadata("/etc/passwd").map(drop)),
        "remove" => told(std::fs::remove_file("/tmp/sandbox-probe")),
        "connect" => told(std::net::TcpStream::connect("127.0.0.1:1").map(drop)),
        "datagram" => told(std::net::UdpSocket::bind("127.0.0.1:0").map(drop)),
        "unix" => told(std::os::unix::net::UnixStream::connect("/run/x").map(drop)),
        "spawn" => told(std::process::Command::new("/bin/true").status().map(drop)),
        "clone" => told(sandbox::files::inherited(5).and_then(|file| file.try_clone()).map(drop)),
        "terminal" => say(if std::io::IsTerminal::is_terminal(&std::io::stderr()) { "it ran" } else { "refused" }),
        "lock_down" => told(sandbox::stage::lock_down().map_err(std::io::Error::other)),
        "fork" => raw(libc::SYS_fork, [0; 3]),
        "memfd" => raw(libc::SYS_memfd_create, [c"x".as_ptr().addr(), 0, 0]),
        "executable" => told(executable().map(drop)),
        "kill" => raw(libc::SYS_kill, [1, 0, 0]),
        "abort_other" => raw(libc::SYS_tgkill, [1, 1, 6]),
        "terminate_self" => raw(libc::SYS_tgkill, [std::process::id() as usize, std::process::id() as usize, 15]),
        "write_job" => told(sandbox::files::inherited(3).and_then(|mut job| job.write_all(b"x"))),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

fn executable() -> std::io::Result<()> {
    let memory = sandbox::files::inherited(6)?;
    // SAFETY: a private map of a file that stays open; it is never entered.
    let map = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            4096,
            libc::PROT_READ | libc::PROT_EXEC,
            libc::MAP_PRIVATE,
            std::os::fd::AsRawFd::as_raw_fd(&memory.as_fd()),
            0,
        )
    };
    if map == libc::MAP_FAILED { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

fn raw(number: libc::c_long, arguments: [usize; 3]) {
    let [a, b, c] = arguments;
    // SAFETY: the arguments are numbers, or the address of a static string.
    let result = unsafe { libc::syscall(number, a, b, c) };
    if result >= 0 {
        say("it ran");
    } else {
        say(&format!("{:?}", std::io::Error::last_os_error().kind()));
    }
}
