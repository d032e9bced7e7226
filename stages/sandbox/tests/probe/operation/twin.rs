//! What a step may do: what proves that the process of a refused attempt was able to work.

use super::{INPUT, OUTPUT, PAGE_BYTES, REPORT_TO, address, address_mut, map, own_page, raw, raw_value, read_at_start};

/// Something that is allowed.
pub(crate) struct Twin {
    /// What it does.
    pub(crate) what: &'static str,
    /// Does it.
    pub(crate) act: fn() -> std::io::Result<()>,
}

macro_rules! twins {
    ($($name:ident: $what:literal, $act:expr;)*) => {
        $(pub(crate) const $name: Twin = Twin { what: $what, act: $act };)*
    };
}

twins! {
    READ_INPUT: "reads an input", || read_at_start(INPUT);
    MAP_INPUT: "maps an input", || map(libc::PROT_READ, Some(INPUT));
    MEASURE_INPUT: "asks for the length of an input", measure_input;
    WAIT_FOR_INPUT: "waits until an input can be read", wait_for_input;
    WRITE_OUTPUT: "writes to an output", write_output;
    EMPTY_OUTPUT: "empties an output", || raw(libc::SYS_ftruncate, &[OUTPUT, 0]);
    REPORT: "writes to its report", || raw(libc::SYS_write, &[REPORT_TO, address(b""), 0]);
    START_THREAD: "starts a thread", start_thread;
    ALLOCATE: "asks for memory", || map(libc::PROT_READ | libc::PROT_WRITE, None);
    PROTECT: "makes its own memory read-only", || raw(libc::SYS_mprotect, &[own_page(), PAGE_BYTES, libc::PROT_READ as usize]);
    ASK_LIMIT: "asks for a limit of its own", ask_limit;
    ASK_DESCRIPTOR: "asks for the flags of a descriptor", || raw(libc::SYS_fcntl, &[INPUT, libc::F_GETFL as usize]);
    IDENTIFY: "asks for its own process id", || raw(libc::SYS_getpid, &[]);
    CLOCK: "asks for the time", clock;
}

fn measure_input() -> std::io::Result<()> {
    let mut about = [0_u64; 18];
    raw(libc::SYS_fstat, &[INPUT, address_mut(&mut about)])
}

fn wait_for_input() -> std::io::Result<()> {
    let mut waiting = [libc::pollfd { fd: INPUT as i32, events: libc::POLLIN, revents: 0 }];
    raw(libc::SYS_poll, &[address_mut(&mut waiting), 1, 1000])
}

fn write_output() -> std::io::Result<()> {
    let byte = [7_u8];
    match raw_value(libc::SYS_write, &[OUTPUT, address(&byte), 1])? {
        1 => Ok(()),
        _ => Err(std::io::ErrorKind::WriteZero.into()),
    }
}

fn start_thread() -> std::io::Result<()> {
    std::thread::Builder::new().spawn(|| ())?.join().map_err(|_| std::io::Error::other("it panicked"))
}

fn ask_limit() -> std::io::Result<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    raw(libc::SYS_prlimit64, &[0, libc::RLIMIT_CORE as usize, 0, address_mut(&mut limit)])
}

fn clock() -> std::io::Result<()> {
    let mut time = [0_i64; 2];
    raw(libc::SYS_clock_gettime, &[libc::CLOCK_MONOTONIC as usize, address_mut(&mut time)])
}
