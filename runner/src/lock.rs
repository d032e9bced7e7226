//! Locks. A lock is the kernel's (flock), so it is free when its holder is gone, however it went; the descriptor is close-on-exec, so
//! no stage keeps it.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::FlockOperation;
use schemas::exit::Exit;

use crate::failure::Failure;
use crate::names::shown;

/// How often a file that is removed between opening and locking is tried again.
const TRIES: u32 = 100;

/// A held lock; dropped, it is free.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Takes the lock at once or not at all. The file stays: removing it would let two holders lock two files of one name.
    ///
    /// # Errors
    /// [`Exit::Locked`] when another process holds it.
    pub fn take(path: &Path, what: &str) -> Result<Self, Failure> {
        Self::acquire(path, what, FlockOperation::NonBlockingLockExclusive)
    }

    /// Takes the lock together with others who share it.
    ///
    /// # Errors
    /// [`Exit::Locked`] when another process holds it alone.
    pub fn share(path: &Path, what: &str) -> Result<Self, Failure> {
        Self::acquire(path, what, FlockOperation::NonBlockingLockShared)
    }

    /// Makes a shared lock the only one, if it is.
    #[must_use]
    pub fn alone(&self) -> bool {
        rustix::fs::flock(&self.0, FlockOperation::NonBlockingLockExclusive).is_ok()
    }

    /// Shares the lock again.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn with_others(&self) -> Result<(), Failure> {
        rustix::fs::flock(&self.0, FlockOperation::NonBlockingLockShared).map_err(|error| Failure::io("share a lock", error))
    }

    /// Whether the lock file still has the name: a removed one keeps nobody out.
    #[must_use]
    pub fn is_at(&self, path: &Path) -> bool {
        let place = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
        self.0.metadata().is_ok_and(|held| std::fs::symlink_metadata(path).is_ok_and(|named| place(named) == place(held)))
    }

    fn acquire(path: &Path, what: &str, operation: FlockOperation) -> Result<Self, Failure> {
        for _ in 0..TRIES {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .mode(0o600)
                .open(path)
                .map_err(|error| Failure::io(format!("open the lock {}", shown(path)), error))?;
            match rustix::fs::flock(&file, operation) {
                Ok(()) => {}
                Err(rustix::io::Errno::AGAIN) => {
                    return Err(Failure::new(Exit::Locked, format!("begin {what}: another process is at it; wait for it to end")));
                }
                Err(error) => return Err(Failure::io(format!("take the lock {}", shown(path)), error)),
            }
            let lock = Self(file);
            if lock.is_at(path) {
                return Ok(lock);
            }
        }
        Err(Failure::new(Exit::Locked, format!("begin {what}: the lock {} is removed again and again", shown(path))))
    }

    /// Takes the lock as soon as it is free, trying every 10 ms.
    ///
    /// # Errors
    /// [`Exit::Locked`] when it was not free after `tries`.
    pub fn wait(path: &Path, what: &str, tries: u32) -> Result<Self, Failure> {
        let mut tried = 0;
        loop {
            match Self::take(path, what) {
                Err(failure) if failure.exit == Exit::Locked && tried < tries => {
                    tried += 1;
                    std::thread::sleep(std::time::Duration::from_millis(10));
                }
                other => return other,
            }
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
    #[test]
    fn a_removed_lock_file_shows() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        let first = Lock::take(&path, "the run").unwrap();
        assert!(first.is_at(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(!first.is_at(&path));
        let second = Lock::take(&path, "the run").unwrap();
        assert!(second.is_at(&path) && !first.is_at(&path));
    }

    #[test]
    fn a_shared_lock_is_alone_only_when_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".lock");
        let first = Lock::share(&path, "a run").unwrap();
        let second = Lock::share(&path, "a run").unwrap();
        assert!(!first.alone());
        drop(second);
        assert!(first.alone());
        assert_eq!(Lock::share(&path, "a run").expect_err("held alone").exit, Exit::Locked);
    }
}
