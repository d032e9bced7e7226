//! What the operating system is asked: the memory this process may take, and what it took.

use rustix::process::{Resource, Rlimit};

/// Bytes of private writable memory now (`VmData`) and the peak of resident memory (`VmHWM`).
pub(crate) fn memory_bytes() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).unwrap_or(0) * 1024
    };
    (field("VmData:"), field("VmHWM:"))
}

/// From now on the process may take so many bytes more; an allocation over that aborts it.
pub(crate) fn bound_memory(bytes: u64) {
    let limit = memory_bytes().0 + bytes;
    let _ = rustix::process::setrlimit(Resource::Data, Rlimit { current: Some(limit), maximum: Some(limit) });
}

/// No core file is left of an abort that is looked for.
pub(crate) fn no_core() {
    let _ = rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
