//! One whole run of a date at a time. The lock is the kernel's (flock), so it is free when its holder is gone, however it went; the
//! descriptor is close-on-exec, so no stage keeps it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::FlockOperation;
use schemas::exit::Exit;

use crate::failure::Failure;
use crate::names::shown;

/// A held lock; dropped, it is free.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, never read")] File);

impl Lock {
    /// Takes the lock at once or not at all. The file stays: removing it would let two holders lock two files of one name.
    ///
    /// # Errors
    /// [`Exit::Locked`] when another process holds it.
    pub fn take(path: &Path, what: &str) -> Result<Self, Failure> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| Failure::io(format!("open the lock {}", shown(path)), error))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self(file)),
            Err(rustix::io::Errno::AGAIN) => Err(Failure::new(Exit::Locked, format!("begin {what}: another process is at it; wait for it to end"))),
            Err(error) => Err(Failure::io(format!("take the lock {}", shown(path)), error)),
        }
    }

    /// Whether somebody holds the lock.
    #[must_use]
    pub fn is_held(path: &Path) -> bool {
        path.exists() && Self::take(path, "a look").is_err_and(|failure| failure.exit == Exit::Locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_holder_is_turned_away_until_the_first_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        let first = Lock::take(&path, "the run").unwrap();
        assert!(Lock::is_held(&path));
        assert_eq!(Lock::take(&path, "the run").expect_err("held").exit, Exit::Locked);
        drop(first);
        assert!(!Lock::is_held(&path));
        Lock::take(&path, "the run").unwrap();
    }
}
