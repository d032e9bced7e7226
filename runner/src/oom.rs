//! Who killed a step with SIGKILL: the kernel for want of memory, or somebody. The wait status does not say, but the kernel counts its own
//! kills, for the host in `/proc/vmstat` and for this process's control group in `memory.events`.
//!
//! Both counters are of more than one process: one that has grown says that the kernel killed somebody meanwhile, not whom. One that stands
//! still says that it was not the kernel.

use std::path::{Path, PathBuf};

/// What the counters say about a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// It killed for want of memory.
    Killed,
    /// It killed nobody for want of memory.
    Idle,
    /// No counter can be read here.
    Unknown,
}

/// The counters at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KillCounts(Vec<Option<u64>>);

impl KillCounts {
    /// The counters now.
    #[must_use]
    pub fn now() -> Self {
        Self::read(&[PathBuf::from("/proc/vmstat"), own_group().join("memory.events")])
    }

    fn read(files: &[PathBuf]) -> Self {
        Self(files.iter().map(|file| count(&std::fs::read_to_string(file).ok()?)).collect())
    }

    /// What happened since `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Kernel {
        let pairs: Vec<(u64, u64)> = self.0.iter().zip(&earlier.0).filter_map(|(now, then)| Some(((*now)?, (*then)?))).collect();
        match pairs.iter().any(|(now, then)| now > then) {
            true => Kernel::Killed,
            false if pairs.is_empty() => Kernel::Unknown,
            false => Kernel::Idle,
        }
    }
}

/// The value of the line `oom_kill`, which both files have.
fn count(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok())
}

/// The folder of this process's control group (version 2).
fn own_group() -> PathBuf {
    let text = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let group = text.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
    Path::new("/sys/fs/cgroup").join(group)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(texts: [Option<&str>; 2]) -> KillCounts {
        let dir = tempfile::tempdir().unwrap();
        let files = [dir.path().join("vmstat"), dir.path().join("memory.events")];
        for (file, text) in files.iter().zip(texts) {
            text.map_or(Ok(()), |text| std::fs::write(file, text)).unwrap();
        }
        KillCounts::read(&files)
    }

    fn check(then: [Option<&str>; 2], now: [Option<&str>; 2], expected: Kernel) {
        assert_eq!(counts(now).since(&counts(then)), expected, "{then:?} {now:?}");
    }

    #[test]
    fn a_grown_counter_is_a_kill_and_a_still_one_is_none() {
        let zero = Some("nr_free_pages 7\noom_kill 0\n");
        let one = Some("nr_free_pages 9\noom_kill 1\n");
        let group = Some("low 0\noom 3\noom_kill 0\noom_group_kill 9\n");
        check([zero, group], [one, group], Kernel::Killed);
        check([zero, None], [one, None], Kernel::Killed);
        check([None, zero], [None, one], Kernel::Killed);
        check([one, group], [one, group], Kernel::Idle);
        check([zero, group], [zero, None], Kernel::Idle);
        check([None, None], [None, None], Kernel::Unknown);
        check([Some("oom_kill x\n"), None], [Some("oom_kill x\n"), None], Kernel::Unknown);
    }
}
