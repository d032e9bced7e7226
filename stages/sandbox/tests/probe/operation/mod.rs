//! What a program that has been taken over may try, one file each: the attempt, what must come of it inside, what comes of it without the
//! sandbox, and the allowed twin that the same process does first, so that a refusal is not that of a process that can do nothing.
//!
//! Compiled twice: into the sealed program that tries, and into the test that starts it and judges.
#![allow(dead_code, reason = "the test uses the declarations, the program the attempts")]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "doing what a stage must not do is the purpose")]
#![allow(unsafe_code, reason = "forbidden calls are made raw")]

pub(crate) mod twin;

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};

use twin::Twin;

/// Something to try.
pub(crate) struct Operation {
    /// Name of the operation and of its file.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) what: &'static str,
    /// What must come of it in the sandbox.
    pub(crate) refused: Refused,
    /// What comes of it without the sandbox.
    pub(crate) alone: Alone,
    /// What the same process can do; none for what is allowed itself.
    pub(crate) twin: Option<&'static Twin>,
    /// Does it.
    pub(crate) attempt: fn(&World) -> std::io::Result<()>,
}

/// What must come of an operation in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The process ends before the call can answer.
    Killed,
    /// It fails with this error.
    Error(i32),
    /// It works: steps live of it.
    Never,
}

/// What comes of an operation in an ordinary process of an unprivileged user, and in a restricted pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alone {
    /// It works in both.
    Works,
    /// It works, but the container runtime's profile refuses it.
    WorksOutsideAPod,
    /// Nobody can tell beforehand, for this reason.
    DependsOnTheHost(&'static str),
    /// The same, and the container runtime's profile refuses it.
    DependsOnTheHostRefusedInAPod(&'static str),
    /// No sandbox is needed, for this reason.
    Refused(&'static str),
}

/// What the test has made for attempts to reach, outside.
pub(crate) struct World {
    folder: PathBuf,
    shared: PathBuf,
    tcp_port: u16,
    udp_port: u16,
    victim: usize,
}

impl World {
    /// A world from the text of a job.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        Some(Self {
            folder: words.next()?.into(),
            shared: words.next()?.into(),
            tcp_port: words.next()?.parse().ok()?,
            udp_port: words.next()?.parse().ok()?,
            victim: words.next()?.parse().ok()?,
        })
    }

    /// A folder with `secret`, `victim`, `link` and the folder `empty`, where everybody may do everything.
    fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn c_file(&self, name: &str) -> CString {
        c_path(&self.file(name))
    }

    /// A program that everybody may run.
    fn program(&self) -> CString {
        c_path(&self.shared.join("program"))
    }

    /// The path of a local service.
    fn socket(&self) -> PathBuf {
        self.shared.join("service")
    }

    /// The abstract name of a local service, and of a queue that does not exist.
    pub(crate) fn service(&self) -> String {
        format!("sandbox-{}", self.victim)
    }

    fn queue(&self) -> CString {
        CString::new(format!("sandbox-{}-{}", self.victim, std::process::id())).expect("no zero")
    }

    fn tcp_port(&self) -> u16 {
        self.tcp_port
    }

    fn udp_port(&self) -> u16 {
        self.udp_port
    }

    /// A process of the same user.
    fn victim(&self) -> usize {
        self.victim
    }
}

fn c_path(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).expect("no zero")
}

/// Descriptors of the program.
pub(crate) const JOB: usize = 3;
pub(crate) const REPORT_TO: usize = 4;
pub(crate) const INPUT: usize = 6;
pub(crate) const OUTPUT: usize = 7;
pub(crate) const PROGRAM: usize = 8;
/// A descriptor the runner has open and does not hand over.
pub(crate) const LEAKED: usize = 200;

const AT_CWD: usize = libc::AT_FDCWD as usize;
const PAGE_BYTES: usize = 4096;
const EMPTY_PATH: &CStr = c"";
/// The argument by which the program knows that it was executed by an attempt.
pub(crate) const EXECUTED: &CStr = c"executed";
const READ_IMPLIES_EXEC: usize = 0x0040_0000;

/// Makes a system call.
fn raw(number: libc::c_long, arguments: &[usize]) -> std::io::Result<()> {
    raw_value(number, arguments).map(drop)
}

fn raw_value(number: libc::c_long, arguments: &[usize]) -> std::io::Result<usize> {
    let argument = |at: usize| arguments.get(at).copied().unwrap_or(0);
    // SAFETY: the attempts pass numbers and addresses of live values.
    let result = unsafe { libc::syscall(number, argument(0), argument(1), argument(2), argument(3), argument(4), argument(5)) };
    if result == 0 && [libc::SYS_fork, libc::SYS_clone, libc::SYS_clone3].contains(&number) {
        sandbox::stage::exit_now(0);
    }
    usize::try_from(result).map_err(|_| std::io::Error::last_os_error())
}

fn address<T: ?Sized>(value: &T) -> usize {
    std::ptr::from_ref(value).addr()
}

fn address_mut<T: ?Sized>(value: &mut T) -> usize {
    std::ptr::from_mut(value).addr()
}

fn text(text: &CStr) -> usize {
    text.as_ptr().addr()
}

/// A page of this process that nothing else lies on and that is never given back.
fn own_page() -> usize {
    #[repr(align(4096))]
    struct Page([u8; PAGE_BYTES]);
    address(Box::leak(Box::new(Page([0; PAGE_BYTES]))))
}

/// Maps a page, of a descriptor or of new memory.
fn map(protection: i32, descriptor: Option<usize>) -> std::io::Result<()> {
    let flags = libc::MAP_PRIVATE | if descriptor.is_none() { libc::MAP_ANONYMOUS } else { 0 };
    raw(libc::SYS_mmap, &[0, PAGE_BYTES, protection as usize, flags as usize, descriptor.unwrap_or(usize::MAX), 0])
}

fn read_at_start(descriptor: usize) -> std::io::Result<()> {
    let mut byte = [0_u8];
    raw(libc::SYS_pread64, &[descriptor, address_mut(&mut byte), 1, 0])
}

/// Enters the kernel by the 32-bit gate; 20 is `getpid` there.
fn int_0x80() -> std::io::Result<()> {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the call takes nothing and changes no register but rax, the flags and the ones named.
    unsafe {
        std::arch::asm!("int 0x80", inout("rax") 20_u64 => _, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
    }
    Ok(())
}

macro_rules! operations {
    ($($name:ident)*) => {
        $(mod $name;)*
        /// All of them, as the documentation lists them.
        pub(crate) const OPERATIONS: &[Operation] = &[$($name::OPERATION),*];
    };
}

operations! {
    read_path
    list_directory
    create_file
    write_path
    truncate_path
    unlink_file
    make_directory
    remove_directory
    rename_file
    link_file
    make_symlink
    make_fifo
    change_mode
    change_owner
    change_times
    stat_path
    ask_access
    read_link
    working_directory
    change_directory
    watch_directory
    read_process_environment
    read_back_output
    tcp_connect
    tcp_listen
    udp_send
    unix_connect
    unix_connect_abstract
    socket_pair
    netlink_socket
    fork
    clone_process
    clone3
    new_namespace
    clone_namespace
    execute_path
    execute_descriptor
    memory_file
    map_executable
    map_write_execute
    make_executable
    map_input_executable
    personality
    signal_process
    trace_process
    read_process_memory
    open_process
    lower_priority
    limit_process
    shared_memory
    message_queue
    semaphores
    posix_queue
    io_uring
    userfaultfd
    keyring
    performance_counter
    asynchronous_io
    device_command
    call_of_32_bits
    raise_limit
    change_user
    open_own_memory
    name_thread
    talk_to_filters
    duplicate
    duplicate_to_number
    change_flags
    make_pipe
    make_event
    make_timer
    lock_file
    leaked_descriptor
    leaked_environment
    write_input
    truncate_input
    map_input_writable
    write_job
    read_input
    write_output
    start_thread
}
