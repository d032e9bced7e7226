//! What a run may use, and what a step is given of it.
//!
//! Threads and memory are divided, never overdrawn: the steps in flight together have at most the run's threads, and their limits of
//! private memory (`RLIMIT_DATA`, kept by the kernel) add up to at most the run's memory. A step that wants more than its share is
//! ended, not the host.

use std::path::Path;

use crate::config::quantity::parse_bytes;
use crate::failure::Failure;

/// Bytes of a MiB.
const MIB: u64 = 1 << 20;
/// What is left to the rest of the host by default, in percent of the memory there is.
const DEFAULT_PERCENT: u64 = 80;
/// What is assumed where the host does not tell.
const UNKNOWN_BYTES: u64 = 4 << 30;

/// What all steps in flight may use together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Threads.
    pub threads: u16,
    /// Bytes of private memory.
    pub memory_bytes: u64,
}

/// What one step is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Threads it may work with.
    pub threads: u16,
    /// Bytes of private memory it may have; the kernel refuses more.
    pub memory_bytes: u64,
}

/// What a step needs, as the pipeline declares it: so much, and so much more with each thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// MiB whatever the number of threads.
    pub memory_mib: u64,
    /// MiB for each thread.
    pub memory_mib_per_thread: u64,
}

impl Need {
    /// Bytes with so many threads.
    #[must_use]
    pub fn bytes(self, threads: u16) -> u64 {
        self.memory_mib.saturating_add(self.memory_mib_per_thread.saturating_mul(threads.into())).saturating_mul(MIB)
    }
}

impl Budget {
    /// The budget of the flags, or what the host allows.
    ///
    /// # Errors
    /// [`Exit::Usage`](schemas::exit::Exit::Usage) when `memory` is no amount.
    pub fn of_flags(threads: Option<u16>, memory: Option<&str>) -> Result<Self, Failure> {
        let memory_bytes = match memory {
            Some(text) => {
                parse_bytes(text).ok_or_else(|| Failure::usage("read --memory: it is not an amount such as 6GiB, 512MiB or plain bytes"))?
            }
            None => host_memory_bytes(),
        };
        Ok(Self { threads: host_threads(threads), memory_bytes })
    }

    /// Refuses a budget in which a step could never run.
    ///
    /// # Errors
    /// [`Exit::Usage`](schemas::exit::Exit::Usage), naming the step and the least that works.
    pub fn check<'a>(self, needs: impl IntoIterator<Item = (&'a str, Need)>) -> Result<(), Failure> {
        let greatest = needs.into_iter().map(|(step, need)| (need.bytes(1), step)).max();
        match greatest {
            Some((bytes, step)) if bytes > self.memory_bytes => Err(Failure::usage(format!(
                "keep the memory budget of {} MiB: the step {step} needs {least} MiB by itself; {least} MiB is the least that works (--memory {least}MiB)",
                self.memory_bytes / MIB,
                least = bytes.div_ceil(MIB)
            ))),
            _ => Ok(()),
        }
    }
}

/// Threads: inside the sandbox nobody can see the CPU quota, so it is told.
#[must_use]
pub fn host_threads(wanted: Option<u16>) -> u16 {
    wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |count| u16::try_from(count.get()).unwrap_or(u16::MAX)))
}

/// Four fifths of what this process may have: of its control group's limit, or of what the host has free, whichever is less.
#[must_use]
pub fn host_memory_bytes() -> u64 {
    let free = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| available_bytes(&text));
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limit = group_files(&groups).iter().filter_map(|path| limit_bytes(Path::new(path))).min();
    let bytes = free.into_iter().chain(limit).min().unwrap_or(UNKNOWN_BYTES);
    (bytes / 100).saturating_mul(DEFAULT_PERCENT)
}

fn available_bytes(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1 << 10)
}

/// The files that may hold a limit of this process: its group's and those of all groups above, in both versions of the interface. In a
/// container the group's own path is often not mounted, but its limit lies at the root.
fn group_files(groups: &str) -> Vec<String> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(mut path)) = (parts.next(), parts.next()) else { continue };
        let (root, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            _ if controllers.split(',').any(|controller| controller == "memory") => ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
            _ => continue,
        };
        loop {
            path = path.trim_end_matches('/');
            files.push(format!("{root}{path}/{file}"));
            match path.rsplit_once('/') {
                Some((above, _)) => path = above,
                None => break,
            }
        }
    }
    files
}

/// A group without a limit says `max`, or a number that no memory reaches.
fn limit_bytes(path: &Path) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::exit::Exit;

    #[test]
    fn what_the_host_tells_is_understood() {
        assert_eq!(available_bytes("MemTotal:  9 kB\nMemAvailable:   2048 kB\n"), Some(2 << 20));
        assert_eq!(available_bytes("MemTotal:  9 kB\n"), None);
        assert!(host_memory_bytes() > MIB);
        assert_eq!(host_threads(Some(3)), 3);
        assert!(host_threads(None) >= 1);
    }

    #[test]
    fn the_limits_of_a_group_and_of_all_above_it_count() {
        assert_eq!(group_files("0::/a/b\n"), ["/sys/fs/cgroup/a/b/memory.max", "/sys/fs/cgroup/a/memory.max", "/sys/fs/cgroup/memory.max"]);
        assert_eq!(group_files("0::/\n"), ["/sys/fs/cgroup/memory.max"]);
        assert_eq!(group_files("7:cpu:/x\n9:hugetlb,memory:/\n"), ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]);
        let file = tempfile::NamedTempFile::new().unwrap();
        for (text, bytes) in [("max\n", None), ("1048576\n", Some(1 << 20))] {
            std::fs::write(file.path(), text).unwrap();
            assert_eq!(limit_bytes(file.path()), bytes);
        }
    }

    #[test]
    fn a_budget_too_small_for_one_step_says_the_least_that_works() {
        let needs =
            [("a.small", Need { memory_mib: 10, memory_mib_per_thread: 1 }), ("a.large", Need { memory_mib: 100, memory_mib_per_thread: 30 })];
        let budget = |mib: u64| Budget { threads: 8, memory_bytes: mib * MIB };
        budget(130).check(needs).unwrap();
        let failure = budget(129).check(needs).expect_err("too small");
        assert_eq!(failure.exit, Exit::Usage);
        assert!(failure.sentence().contains("a.large needs 130 MiB") && failure.sentence().contains("--memory 130MiB"), "{}", failure.sentence());
    }
}
