//! One whole run of a date at a time, also when somebody removes the lock file of a run that goes on.
//!
//! `.lock-<date>` keeps a second runner out. Removed, it would let one in, so the first also locks the folder it builds in, which
//! the second locks too before it runs a step, and each looks before every step and before publishing whether its lock file still has its
//! name. Whoever finds that it has not stops with exit 40: one of the two goes on, never both.
//!
//! `.lock-runs` is shared by all runs of a folder. Who is alone there sweeps what dead processes left half-written.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rustix::fs::{CWD, FlockOperation, Mode, OFlags};
use schemas::exit::Exit;

use crate::disk;
use crate::failure::Failure;
use crate::lock::Lock;
use crate::names::shown;

/// The lock of one run; dropped, it is free.
#[derive(Debug)]
pub struct RunLock {
    lock: Lock,
    path: PathBuf,
    date: String,
    building: PathBuf,
    folder: Mutex<Option<File>>,
    _present: Lock,
}

impl RunLock {
    /// Takes the lock of a date at once or not at all, and sweeps the runs folder when no other run goes on in it.
    ///
    /// # Errors
    /// [`Exit::Locked`] when another process holds it.
    pub fn take(runs: &Path, date: &str, building: &str) -> Result<Self, Failure> {
        let path = runs.join(format!(".lock-{date}"));
        let lock = Lock::take(&path, &format!("the run of {date}"))?;
        let present = presence(runs)?;
        sweep(runs, &present)?;
        Ok(Self { lock, path, date: date.to_owned(), building: runs.join(building), folder: Mutex::new(None), _present: present })
    }

    /// Makes and locks the folder the run is built in. Called before anything is written there.
    ///
    /// # Errors
    /// [`Exit::Locked`] when the lock file was removed or another run builds there.
    pub fn hold(&self) -> Result<(), Failure> {
        self.check()?;
        disk::make_dir(&self.building, disk::DIR_MODE)?;
        let mut held = self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let place = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
        let named = std::fs::symlink_metadata(&self.building).ok().map(place);
        if named.is_some() && held.as_ref().and_then(|folder| folder.metadata().ok()).map(place) == named {
            return Ok(());
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = rustix::fs::openat(CWD, &self.building, flags, Mode::empty())
            .map_err(|error| Failure::io(format!("open the folder {}", shown(&self.building)), error))?;
        match rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::AGAIN) => return Err(self.lost("another run builds in its folder")),
            // Network file systems lock files only; there the lock file alone must do.
            Ok(()) | Err(_) => *held = Some(File::from(folder)),
        }
        // The lock file may have gone while the folder was free for both.
        self.check()
    }

    /// Whether this run is still the one of its date.
    ///
    /// # Errors
    /// [`Exit::Locked`] when the lock file was removed or replaced.
    pub fn check(&self) -> Result<(), Failure> {
        if self.lock.is_at(&self.path) { Ok(()) } else { Err(self.lost("its lock file was removed, so another may be at work")) }
    }

    /// Whether `path` is the folder this run was built in, under whatever name it has now: no link to it, and no other one in its place.
    #[must_use]
    pub fn built_in(&self, path: &Path) -> bool {
        let place = |meta: std::fs::Metadata| (meta.dev(), meta.ino());
        let held = self.folder.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let built = held.as_ref().and_then(|folder| folder.metadata().ok()).map(place);
        built.is_some() && std::fs::symlink_metadata(path).ok().map(place) == built
    }

    fn lost(&self, why: &str) -> Failure {
        Failure::new(Exit::Locked, format!("go on with the run of {}: {why}; `logminer resume` goes on from here", self.date))
    }
}

/// Keeps a sweep, which takes the lock alone for a moment, from removing what this process is writing.
///
/// # Errors
/// [`Exit::Locked`] when the sweep does not end.
pub fn presence(runs: &Path) -> Result<Lock, Failure> {
    let path = runs.join(".lock-runs");
    let mut tries = 0;
    loop {
        match Lock::share(&path, "a run here") {
            Err(failure) if failure.exit == Exit::Locked && tries < 500 => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            other => return other,
        }
    }
}

fn sweep(runs: &Path, present: &Lock) -> Result<(), Failure> {
    let folders = [runs.to_owned(), runs.join(crate::store::FOLDER)];
    if folders.iter().any(|folder| disk::has_parts(folder)) && present.alone() {
        folders.iter().try_for_each(|folder| disk::remove_parts(folder))?;
        present.with_others()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(runs: &Path) -> Result<RunLock, Failure> {
        RunLock::take(runs, "2026-11-20", ".building-2026-11-20")
    }

    #[test]
    fn a_folder_in_the_place_of_the_one_that_was_built_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let lock = take(dir.path()).unwrap();
        assert!(!lock.built_in(dir.path()), "nothing is built yet");
        lock.hold().unwrap();
        let building = at(".building-2026-11-20");
        assert!(lock.built_in(&building));
        std::fs::rename(&building, at("published")).unwrap();
        assert!(lock.built_in(&at("published")) && !lock.built_in(&building));
        std::os::unix::fs::symlink("published", &building).unwrap();
        assert!(!lock.built_in(&building), "a link to it");
        assert!(lock.hold().is_err(), "nothing is built through a link");
    }

    #[test]
    fn a_second_run_of_the_date_is_turned_away_and_one_of_another_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path()).unwrap();
        assert_eq!(take(dir.path()).expect_err("held").exit, Exit::Locked);
        RunLock::take(dir.path(), "2026-11-21", ".building-2026-11-21").unwrap();
        drop(first);
        take(dir.path()).unwrap();
    }

    #[test]
    fn a_removed_lock_file_leaves_one_winner() {
        let dir = tempfile::tempdir().unwrap();
        let first = take(dir.path()).unwrap();
        first.hold().unwrap();
        std::fs::remove_file(dir.path().join(".lock-2026-11-20")).unwrap();
        let second = take(dir.path()).unwrap();
        assert_eq!(second.hold().expect_err("the first builds").exit, Exit::Locked);
        assert_eq!(first.hold().expect_err("its lock file is gone").exit, Exit::Locked);
        drop(first);
        second.hold().unwrap();
        second.hold().unwrap();
    }

    #[test]
    fn what_dead_processes_left_is_swept_by_who_is_alone() {
        let dir = tempfile::tempdir().unwrap();
        let store = dir.path().join(crate::store::FOLDER);
        std::fs::create_dir(&store).unwrap();
        let left = [dir.path().join("latest.x.part"), store.join("y.json.part")];
        left.iter().for_each(|path| std::fs::write(path, "").unwrap());
        let other = RunLock::take(dir.path(), "2026-11-21", ".building-2026-11-21").unwrap();
        assert!(left.iter().all(|path| !path.exists()));
        left.iter().for_each(|path| std::fs::write(path, "").unwrap());
        drop(take(dir.path()).unwrap());
        assert!(left.iter().all(|path| path.exists()), "the other run may be writing them");
        drop(other);
        take(dir.path()).unwrap();
        assert!(left.iter().all(|path| !path.exists()));
    }
}
